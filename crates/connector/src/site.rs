use model::{Connection, EndpointError, PlainHttpHosts};
use servicenow::{ApiPath, ApiPathError, Instance, InstanceError};
use url::Url;

/// Where a connection leads.
#[derive(Debug, Clone)]
pub struct Site {
    /// The instance.
    pub instance: Instance,
    /// The API that incidents are read from.
    pub path: ApiPath,
}

/// Why a connection leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// A URL is missing.
    #[error("instanceUrl or incidentApiUrl is not set")]
    NotSet,
    /// A URL is not allowed, or not any more.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The URL names no instance.
    #[error("instanceUrl {0}")]
    Instance(#[from] InstanceError),
    /// The path is none of an API.
    #[error("incidentApiUrl {0}")]
    Path(#[from] ApiPathError),
}

impl Site {
    /// Where the connection leads, with the URLs that it has now and the hosts that may be spoken
    /// with over plain http now.
    pub fn of(connection: &Connection, private: &PlainHttpHosts) -> Result<Self, SiteError> {
        let endpoint = connection.endpoint(private)?.ok_or(SiteError::NotSet)?;
        let url = endpoint.url();
        let already_judged = |_: &Url| true;
        Ok(Self {
            instance: Instance::parse(url.as_str(), already_judged)?,
            path: ApiPath::parse(url.path())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use model::{ConnectionDraft, ConnectionId, TenantId, Timestamp};

    use super::*;

    /// What is called, or what is said instead.
    fn check(instance: &str, api: &str, listed: &[&str], expected: Result<&str, &str>) {
        let private = PlainHttpHosts::new(listed.iter().map(|pair| pair.parse().unwrap()));
        let draft = ConnectionDraft {
            instance_url: Some(instance.to_owned()).filter(|text| !text.is_empty()),
            incident_api_url: Some(api.to_owned()),
            ..ConnectionDraft::default()
        };
        let nil = uuid::Uuid::nil();
        let ids = (TenantId::from_uuid(nil), ConnectionId::from_uuid(nil));
        let now = Timestamp::from_unix(0, 0);
        let written = PlainHttpHosts::new(["127.0.0.1:8181".parse().unwrap()]);
        let connection = Connection::create(draft, ids, now, &written).unwrap();
        let got = Site::of(&connection, &private);
        let got =
            got.map(|site| format!("{} {} {}", site.instance, site.path, site.instance.port()));
        let got = got.map_err(|error| error.to_string());
        assert_eq!(got.as_deref().map_err(String::as_str), expected, "{instance} + {api}");
    }

    #[test]
    fn both_urls_make_a_site() {
        let table = "/api/now/table/incident";
        let contoso = Ok("https://contoso.service-now.com /api/now/table/incident 443");
        check("https://contoso.service-now.com", table, &[], contoso);
        check("HTTPS://Contoso.Service-Now.com/x/", "api/now/table/incident", &[], contoso);
        let local = "http://127.0.0.1:8181";
        let here = Ok("http://127.0.0.1:8181 /api/now/table/incident 8181");
        check(local, table, &["127.0.0.1:8181"], here);
        let plain = "instanceUrl must use https; plain http is only allowed for a host:port listed \
                     in egress.private";
        check(local, table, &[], Err(plain));
        check("", table, &[], Err("instanceUrl or incidentApiUrl is not set"));
        let segment = "incidentApiUrl must not contain an empty, '.' or '..' segment";
        check("https://a.example", "/api//x", &[], Err(segment));
    }
}

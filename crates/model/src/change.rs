use crate::{AuthenticationMethod, Connection, ConnectionStatus, OauthSecret};

/// A property that changed or was set, in the spelling of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub property: &'static str,
    /// What it was; `None` where it was not, or where the value is nobody's business.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

impl Change {
    /// That alone: a secret, or a value that tells nothing.
    pub const fn named(property: &'static str) -> Self {
        Self { property, before: None, after: None }
    }
}

impl Connection {
    /// What a new connection was given.
    pub fn given(&self) -> Vec<Change> {
        self.blank().differences(self)
    }

    /// What a connection had that is deleted.
    pub fn lost(&self) -> Vec<Change> {
        self.differences(&self.blank())
    }

    pub(crate) fn differences(&self, other: &Self) -> Vec<Change> {
        let pairs = [
            ("instanceUrl", self.instance_url == other.instance_url),
            ("incidentApiUrl", self.incident_api_url == other.incident_api_url),
            ("authenticationMethod", self.authentication_method == other.authentication_method),
            ("serviceNowConnectionStatus", self.status == other.status),
            ("lastQueriedDateTime", self.last_queried == other.last_queried),
        ];
        let changed = pairs.into_iter().filter(|(_, same)| !same);
        let change = |(property, _)| Change {
            property,
            before: self.told(property),
            after: other.told(property),
        };
        changed.map(change).collect()
    }

    /// What the audit log tells of a property.
    fn told(&self, property: &str) -> Option<String> {
        match property {
            "instanceUrl" => self.instance_url.clone(),
            "incidentApiUrl" => self.incident_api_url.clone(),
            "authenticationMethod" => match self.authentication_method.as_ref()? {
                AuthenticationMethod::OauthSecret(OauthSecret { app_id }) => {
                    app_id.clone().filter(|id| is_client_id(id))
                }
            },
            "serviceNowConnectionStatus" => Some(match self.status {
                ConnectionStatus::Disabled => "disabled".to_owned(),
                ConnectionStatus::Enabled => "enabled".to_owned(),
            }),
            _ => None,
        }
    }

    fn blank(&self) -> Self {
        Self {
            instance_url: None,
            incident_api_url: None,
            authentication_method: None,
            status: ConnectionStatus::Disabled,
            last_queried: None,
            ..self.clone()
        }
    }
}

/// As ServiceNow makes them. Anything else may be a secret that somebody mistook for one, and the
/// log would keep it when the mistake is mended.
fn is_client_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{ConnectionId, TenantId, Timestamp};

    fn connection(url: Option<&str>, app_id: Option<&str>, status: ConnectionStatus) -> Connection {
        let secret = OauthSecret { app_id: app_id.map(str::to_owned) };
        Connection {
            tenant: TenantId::from_uuid(Uuid::nil()),
            id: ConnectionId::from_uuid(Uuid::nil()),
            instance_url: url.map(str::to_owned),
            incident_api_url: None,
            authentication_method: app_id.map(|_| AuthenticationMethod::OauthSecret(secret)),
            status,
            created: Timestamp::from_unix(0, 0),
            last_modified: Timestamp::from_unix(0, 0),
            last_queried: None,
            version: 1,
        }
    }

    #[test]
    fn values_before_and_after_are_told_unless_they_may_be_secret() {
        let id = "0123456789abcdef0123456789ABCDEF";
        let one = connection(Some("https://a"), Some(id), ConnectionStatus::Enabled);
        let other = connection(None, Some("s3cret"), ConnectionStatus::Enabled);
        let change = |property, before: Option<&str>, after: Option<&str>| Change {
            property,
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        let url = change("instanceUrl", Some("https://a"), None);
        let method = change("authenticationMethod", Some(id), None);
        assert_eq!(one.differences(&other), [url.clone(), method.clone()]);
        let status = change("serviceNowConnectionStatus", Some("enabled"), Some("disabled"));
        assert_eq!(one.lost(), [url, method, status]);
        let given = one.given();
        assert_eq!(given[0], change("instanceUrl", None, Some("https://a")));
        assert_eq!(given.len(), 3);
        assert_eq!(one.differences(&one), []);
    }
}

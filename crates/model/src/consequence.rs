use url::Url;

use crate::{Connection, ConnectionStatus};

/// What a change of a connection means for what was fetched by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consequence {
    /// Nothing.
    Nothing,
    /// It was turned on: there is no reason any more to wait.
    TryAgain,
    /// Another table or client: rows may stay until they are compared, but passes begin anew.
    OtherSource,
    /// Another instance: the rows are not its own.
    OtherInstance,
}

impl Connection {
    /// What it means that this connection becomes that one.
    pub fn consequence_of(&self, new: &Self) -> Consequence {
        let turned_on =
            (self.status, new.status) == (ConnectionStatus::Disabled, ConnectionStatus::Enabled);
        if self.origin() != new.origin() {
            Consequence::OtherInstance
        } else if path(self) != path(new) || self.authentication_method != new.authentication_method
        {
            Consequence::OtherSource
        } else if turned_on {
            Consequence::TryAgain
        } else {
            Consequence::Nothing
        }
    }
}

fn path(connection: &Connection) -> Option<String> {
    let text = connection.incident_api_url.as_deref()?;
    let path =
        Url::parse(text).map_or_else(|_relative| text.to_owned(), |url| url.path().to_owned());
    Some(path.trim_start_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{AuthenticationMethod, ConnectionId, OauthSecret, TenantId, Timestamp};

    fn connection(instance: Option<&str>, api: &str, app: &str) -> Connection {
        let now = Timestamp::from_unix(0, 0);
        Connection {
            tenant: TenantId::from_uuid(Uuid::nil()),
            id: ConnectionId::from_uuid(Uuid::nil()),
            instance_url: instance.map(Into::into),
            incident_api_url: Some(api.into()),
            authentication_method: Some(AuthenticationMethod::OauthSecret(OauthSecret {
                app_id: Some(app.into()),
            })),
            status: ConnectionStatus::Disabled,
            created: now,
            last_modified: now,
            last_queried: None,
            version: 1,
        }
    }

    #[test]
    fn what_a_change_means_follows_from_what_differs() {
        let stored = connection(Some("https://a.example"), "/api/now/table/incident", "app");
        let enabled = Connection { status: ConnectionStatus::Enabled, ..stored.clone() };
        assert_eq!(stored.consequence_of(&enabled), Consequence::TryAgain);
        assert_eq!(enabled.consequence_of(&stored), Consequence::Nothing);
        for (instance, api, app, expect) in [
            ("https://A.example:443/", "api/now/table/incident", "app", Consequence::Nothing),
            (
                "https://a.example",
                "https://a.example/api/now/table/incident",
                "app",
                Consequence::Nothing,
            ),
            ("https://a.example", "/api/now/table/task", "app", Consequence::OtherSource),
            ("https://a.example", "/api/now/table/incident", "other", Consequence::OtherSource),
            ("https://b.example", "/api/now/table/incident", "app", Consequence::OtherInstance),
            ("https://a.example:8443", "/api/now/table/task", "app", Consequence::OtherInstance),
            ("http://a.example", "/api/now/table/incident", "app", Consequence::OtherInstance),
        ] {
            let new = connection(Some(instance), api, app);
            assert_eq!(stored.consequence_of(&new), expect, "{instance} {api} {app}");
        }
        let nowhere = connection(None, "/api/now/table/incident", "app");
        assert_eq!(stored.consequence_of(&nowhere), Consequence::OtherInstance);
        assert_eq!(nowhere.consequence_of(&nowhere), Consequence::Nothing);
    }
}

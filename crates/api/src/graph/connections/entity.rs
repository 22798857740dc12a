use model::{AuthenticationMethod, Connection, ConnectionStatus, Timestamp};
use odata::edm::Name;
use odata::value::{Structured, Value};

use crate::date_time::date_time;
use crate::graph::edm::{self, status};

/// The connection as an entity of the model, properties in CSDL order.
pub(super) fn entity(connection: Connection) -> Structured {
    let text = |text: Option<String>| text.map_or(Value::Null, Value::String);
    let properties = [
        ("id", Value::String(connection.id.to_string())),
        (
            "authenticationMethod",
            connection.authentication_method.map_or(Value::Null, authentication),
        ),
        ("createdDateTime", date(connection.created)),
        ("incidentApiUrl", text(connection.incident_api_url)),
        ("instanceUrl", text(connection.instance_url)),
        ("lastModifiedDateTime", date(connection.last_modified)),
        ("lastQueriedDateTime", connection.last_queried.map_or(Value::Null, |last| date(last.at))),
        (
            "serviceNowConnectionStatus",
            Value::Enum(match connection.status {
                ConnectionStatus::Disabled => status::DISABLED,
                ConnectionStatus::Enabled => status::ENABLED,
            }),
        ),
    ];
    Structured {
        type_name: edm::CONNECTION,
        properties: properties.into_iter().map(|(name, v)| (Name::Borrowed(name), v)).collect(),
    }
}

fn authentication(method: AuthenticationMethod) -> Value {
    let AuthenticationMethod::OauthSecret(secret) = method;
    let app_id = secret.app_id.map_or(Value::Null, Value::String);
    Value::Structured(Structured {
        type_name: edm::OAUTH_SECRET,
        properties: vec![(Name::Borrowed("appId"), app_id)],
    })
}

fn date(at: Timestamp) -> Value {
    Value::DateTimeOffset(date_time(at))
}

use model::{AuthenticationMethod, Connection, ConnectionStatus};

use crate::output::{self, OutputError, harmless, time};

/// One connection, a line a property, or as JSON.
pub(super) fn one(connection: Connection, json: bool) -> Result<(), OutputError> {
    if json {
        return output::line(api::connection_json(connection));
    }
    let app_id = connection.authentication_method.as_ref().and_then(|method| {
        let AuthenticationMethod::OauthSecret(secret) = method;
        secret.app_id.as_deref()
    });
    let lines = [
        ("id", connection.id.to_string()),
        ("instanceUrl", text(connection.instance_url.as_deref())),
        ("incidentApiUrl", text(connection.incident_api_url.as_deref())),
        ("appId", text(app_id)),
        ("status", status(connection.status).to_owned()),
        ("created", time(connection.created)),
        ("lastModified", time(connection.last_modified)),
        ("lastQueried", connection.last_queried.map_or("never".to_owned(), |last| time(last.at))),
    ];
    output::line(lines.map(|(name, value)| format!("{name:<15} {value}")).join("\n"))
}

/// A line a connection, or a JSON array.
pub(super) fn many(connections: Vec<Connection>, json: bool) -> Result<(), OutputError> {
    if json {
        let items: Vec<_> = connections.into_iter().map(api::connection_json).collect();
        return output::line(format_args!("[{}]", items.join(",")));
    }
    let mut lines = vec![format!("{:<36} {:<8} INSTANCE", "ID", "STATUS")];
    lines.extend(connections.iter().map(|connection| {
        let instance = text(connection.instance_url.as_deref());
        format!("{} {:<8} {instance}", connection.id, status(connection.status))
    }));
    output::line(lines.join("\n"))
}

const fn status(status: ConnectionStatus) -> &'static str {
    match status {
        ConnectionStatus::Enabled => "enabled",
        ConnectionStatus::Disabled => "disabled",
    }
}

fn text(text: Option<&str>) -> String {
    text.map_or("-".to_owned(), harmless)
}

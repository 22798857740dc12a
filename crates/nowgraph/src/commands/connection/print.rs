#![expect(clippy::print_stdout, reason = "terminal program")]

use model::{AuthenticationMethod, Connection, ConnectionStatus, Timestamp};
use odata::value::DateTimeOffset;

/// One connection, a line a property, or as JSON.
pub(super) fn one(connection: &Connection, json: bool) {
    if json {
        println!("{}", api::connection_json(connection));
        return;
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
    for (name, value) in lines {
        println!("{name:<15} {value}");
    }
}

/// A line a connection, or a JSON array.
pub(super) fn many(connections: &[Connection], json: bool) {
    if json {
        let items: Vec<_> = connections.iter().map(api::connection_json).collect();
        println!("[{}]", items.join(","));
        return;
    }
    println!("{:<36} {:<8} INSTANCE", "ID", "STATUS");
    for connection in connections {
        let instance = text(connection.instance_url.as_deref());
        println!("{} {:<8} {instance}", connection.id, status(connection.status));
    }
}

const fn status(status: ConnectionStatus) -> &'static str {
    match status {
        ConnectionStatus::Enabled => "enabled",
        ConnectionStatus::Disabled => "disabled",
    }
}

fn text(text: Option<&str>) -> String {
    text.unwrap_or("-").to_owned()
}

fn time(at: Timestamp) -> String {
    DateTimeOffset::from_ticks(at.ticks()).map(|at| at.to_string()).unwrap_or_default()
}

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use identity::Access;
use model::{AuthenticationMethod, Connection, ConnectionId, ConnectionStatus};
use serde_json::json;

use super::one;
use crate::console::Console;
use crate::error::PageError;
use crate::session::Ask;

/// `GET /console/connectors/{id}/connection.json`: what a POST to Graph takes to make it again.
pub(crate) async fn json(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, PageError> {
    let connection = connection(&console, &id, &ask).await?;
    let mut text = serde_json::to_string_pretty(&body(&connection)).unwrap_or_default();
    text.push('\n');
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"servicenow-connection.json\"");
    Ok(file(text, kind, name))
}

/// `GET /console/connectors/{id}/connection.tf`: the same for Microsoft's Terraform provider.
pub(crate) async fn terraform(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, PageError> {
    let connection = connection(&console, &id, &ask).await?;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"servicenow-connection.tf\"");
    Ok(file(hcl(&connection), kind, name))
}

async fn connection(console: &Console, id: &str, ask: &Ask) -> Result<Connection, PageError> {
    ask.may(Access::ReadConnections)?;
    one::load(console, &ask.who, one::id(id)?).await
}

fn file(text: String, kind: HeaderValue, name: HeaderValue) -> Response {
    let mut answer = text.into_response();
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer.headers_mut().insert(CONTENT_DISPOSITION, name);
    answer
}

/// Source: Microsoft Graph, "Create serviceNowConnection". What the service makes is left out.
fn body(connection: &Connection) -> serde_json::Value {
    let method = connection.authentication_method.as_ref();
    let method = method.map(|AuthenticationMethod::OauthSecret(secret)| {
        json!({ "@odata.type": METHOD, "appId": secret.app_id })
    });
    json!({
        "@odata.type": "#microsoft.graph.serviceNowConnection",
        "instanceUrl": connection.instance_url,
        "incidentApiUrl": connection.incident_api_url,
        "authenticationMethod": method,
        "serviceNowConnectionStatus": status(connection),
    })
}

const fn status(connection: &Connection) -> &'static str {
    match connection.status {
        ConnectionStatus::Disabled => "disabled",
        ConnectionStatus::Enabled => "enabled",
    }
}

const METHOD: &str = "#microsoft.graph.serviceNowOauthSecretAuthentication";

/// Source: microsoft/msgraph, `msgraph_resource`. The import keeps Terraform from making it twice.
fn hcl(connection: &Connection) -> String {
    let method = connection.authentication_method.as_ref();
    let method = method.map_or("null".to_owned(), |AuthenticationMethod::OauthSecret(secret)| {
        format!(
            "{{\n      \"@odata.type\" = {}\n      appId         = {}\n    }}",
            quoted(METHOD),
            optional(secret.app_id.as_deref())
        )
    });
    let (id, status): (ConnectionId, _) = (connection.id, status(connection));
    let instance = optional(connection.instance_url.as_deref());
    let incidents = optional(connection.incident_api_url.as_deref());
    format!(
        r#"terraform {{
  required_providers {{
    msgraph = {{
      source = "microsoft/msgraph"
    }}
  }}
}}

import {{
  to = msgraph_resource.servicenow_connection
  id = "deviceManagement/serviceNowConnections/{id}?api-version=beta"
}}

resource "msgraph_resource" "servicenow_connection" {{
  url         = "deviceManagement/serviceNowConnections"
  api_version = "beta"
  body = {{
    instanceUrl                = {instance}
    incidentApiUrl             = {incidents}
    serviceNowConnectionStatus = "{status}"
    authenticationMethod = {method}
  }}
}}
"#
    )
}

fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), quoted)
}

/// Source: HCL native syntax, quoted templates: `${` and `%{` begin what is evaluated.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '$' | '%' if rest.peek() == Some(&'{') => quoted.extend([c, c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let code = format!("\\u{:04x}", u32::from(c));
                quoted.push_str(&code);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_not_evaluated() {
        for (text, expect) in [
            ("https://contoso.service-now.com", "\"https://contoso.service-now.com\""),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("${file(\"x\")}%{if}", r#""$${file(\"x\")}%%{if}""#),
            ("$x %y $", "\"$x %y $\""),
            ("\n\r\t\u{1}\u{85}é", "\"\\n\\r\\t\\u0001\\u0085é\""),
        ] {
            assert_eq!(quoted(text), expect, "{text:?}");
        }
    }
}

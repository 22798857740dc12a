//! What tests begin with.

use axum::http::Method;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use testkit::{CONNECTIONS, Server};

/// Path of a new connection.
pub(crate) async fn connection(server: &Server, token: &str) -> String {
    let created = server.call("POST", CONNECTIONS).token(token).json(&json!({})).send().await;
    format!("{CONNECTIONS}/{}", created.expect(201).json()["id"].as_str().unwrap())
}

/// How many connections the tenant of the token has.
pub(crate) async fn count(server: &Server, token: &str) -> u64 {
    let path = format!("{CONNECTIONS}/$count");
    server.call("GET", &path).token(token).send().await.expect(200).text().parse().unwrap()
}

/// The claims of a token, by which others like it are made.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The five operations, each allowed for an administrator, on a connection.
pub(crate) fn operations(one: &str) -> [(Method, &str, Option<Value>); 5] {
    [
        (Method::GET, CONNECTIONS, None),
        (Method::GET, one, None),
        (Method::POST, CONNECTIONS, Some(json!({}))),
        (Method::PATCH, one, Some(json!({}))),
        (Method::DELETE, one, None),
    ]
}

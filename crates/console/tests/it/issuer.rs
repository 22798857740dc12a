use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use identity::{
    ClaimMapping, IssuerNetwork, OidcClient, OidcIssuer, OidcSettings, RoleMapping, install_crypto,
};
use model::{Clock as _, PlainHttpHosts};
use serde_json::{Value, json};
use testkit::{Server, Setup, TENANT, TestDatabase, with};
use tokio::net::TcpListener;
use url::form_urlencoded;

pub(crate) const SECRET: &str = "s3cr3t of the console";

/// An issuer over TCP, which gives one token for one code.
#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    pub(crate) url: String,
    script: Arc<Mutex<Script>>,
}

/// What it answers.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) keys: Value,
    pub(crate) id_token: String,
    /// Members of the discovery document in place of its own.
    pub(crate) document: Value,
    /// An error of the token endpoint.
    pub(crate) refusal: Option<&'static str>,
    pub(crate) is_down: bool,
    /// Forms that the token endpoint got, each with its `Authorization`.
    pub(crate) asked: Vec<(BTreeMap<String, String>, String)>,
}

impl Issuer {
    /// Starts it, and a server on which people sign in by it alone.
    pub(crate) async fn with_server(database: TestDatabase) -> (Self, Server) {
        Self::start(database, false).await
    }

    /// The same, where people may have passwords too.
    pub(crate) async fn start(database: TestDatabase, passwords_too: bool) -> (Self, Server) {
        install_crypto();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let script = Arc::new(Mutex::new(Script { document: json!({}), ..Script::default() }));
        let issuer = Self { url: format!("http://{address}"), script };
        let router = Router::new().fallback(answer).with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut roles = RoleMapping::default();
        roles.grant("groups:desk=incidentViewer").unwrap();
        roles.grant("groups:admins=connectorAdministrator").unwrap();
        let outside = OidcSettings {
            issuers: vec![OidcIssuer { url: issuer.url.clone(), mapping: ClaimMapping::default() }],
            audiences: vec!["api".to_owned()],
            tenants: vec![TENANT],
            private: PlainHttpHosts::new([address.parse().unwrap()]),
            network: IssuerNetwork::default(),
        };
        let secret = Some(SECRET.to_owned().into());
        let client = OidcClient { id: "the console".to_owned(), secret, roles };
        let setup = Setup { openid: Some((outside, client)), passwords_too, ..Setup::default() };
        let server = Server::start(database, setup).await;
        let keys = format!("/{TENANT}/discovery/v2.0/keys");
        let keys = server.call("GET", &keys).send().await.expect(200);
        issuer.change(|script| script.keys = serde_json::from_str(keys.text()).unwrap());
        (issuer, server)
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    pub(crate) fn asked(&self) -> Vec<(BTreeMap<String, String>, String)> {
        self.script.lock().unwrap().asked.clone()
    }

    /// Gives a token of these claims for the next code.
    pub(crate) async fn vouch(&self, server: &Server, nonce: &str, changes: &Value) {
        let now = server.clock.now().unix_seconds();
        let claims = json!({
            "iss": self.url, "aud": "the console", "sub": "ada", "nonce": nonce,
            "iat": now, "exp": now + 300, "preferred_username": "ada@contoso.example",
            "groups": ["admins"],
        });
        let token = server.sign(&with(claims, changes)).await;
        self.change(|script| script.id_token = token);
    }
}

async fn answer(
    State(issuer): State<Issuer>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut script = issuer.script.lock().unwrap();
    if script.is_down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match uri.path() {
        "/.well-known/openid-configuration" => {
            let document = json!({
                "issuer": issuer.url,
                "jwks_uri": format!("{}/keys", issuer.url),
                "authorization_endpoint": format!("{}/authorize?realm=a", issuer.url),
                "token_endpoint": format!("{}/token", issuer.url),
            });
            with(document, &script.document).to_string().into_response()
        }
        "/keys" => script.keys.to_string().into_response(),
        "/token" => {
            let form = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            let shown =
                headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
            script.asked.push((form, shown.unwrap_or_default()));
            match script.refusal {
                Some(error) => {
                    let body = json!({ "error": error }).to_string();
                    (StatusCode::BAD_REQUEST, body).into_response()
                }
                None => json!({ "access_token": "x", "id_token": script.id_token })
                    .to_string()
                    .into_response(),
            }
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Name and secret in a header of Basic authentication.
pub(crate) fn basic(name: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{secret}")))
}

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::body;
use crate::auth::{Client, sound_user};
use crate::instance::State;

/// An OAuth client, or an API key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    api_key: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    redirect_uris: Option<Vec<String>>,
    user: Option<String>,
}

/// Registers a client or a key; one that is there already is replaced.
pub(super) fn add(state: &mut State, body: &[u8]) -> Result<Value, String> {
    let given: Given = body::read(body)?;
    if let Some(user) = given.user.as_ref().filter(|user| sound_user(&state.world, user).is_none())
    {
        return Err(format!("user: there is no active user {user:?}"));
    }
    match given {
        Given {
            api_key: Some(key),
            client_id: None,
            client_secret: None,
            redirect_uris: None,
            user,
        } => {
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(format!("api_key: it is of visible ASCII characters, not {key:?}"));
            }
            let user = user.ok_or("user: an API key needs one")?;
            state.auth.api_keys.retain(|(have, _)| *have != key);
            state.auth.api_keys.push((key, user));
        }
        Given { api_key: Some(_), .. } => {
            return Err("api_key: beside it there is `user` alone".to_owned());
        }
        Given { api_key: None, client_id, client_secret, redirect_uris, user } => {
            let id = client_id.filter(|id| !id.is_empty());
            let redirects = redirect_uris.unwrap_or_default();
            if let Some(bad) = redirects.iter().find(|uri| !leads_back(uri)) {
                return Err(format!(
                    "redirect_uris: they are whole URLs without a fragment, not {bad:?}"
                ));
            }
            let client = Client {
                id: id.ok_or("client_id: a client needs one")?,
                secret: client_secret.unwrap_or_default(),
                redirects,
                user: user.unwrap_or_default(),
            };
            state.auth.clients.retain(|have| have.id != client.id);
            state.auth.clients.push(client);
        }
    }
    Ok(Value::Null)
}

/// Whether a browser can be sent there: RFC 6749, 3.1.2; scripts and data are no places.
fn leads_back(uri: &str) -> bool {
    let script = |url: &Url| matches!(url.scheme(), "javascript" | "data" | "vbscript");
    Url::parse(uri).is_ok_and(|url| url.fragment().is_none() && !script(&url))
}

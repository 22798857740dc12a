use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::form_urlencoded::{self, Serializer};

use super::provider::Provider;
use super::{OidcClient, OidcSignInError};
use crate::oidc::Fetcher;
use crate::oidc::fetch::FetchError;

#[derive(Deserialize)]
struct Tokens {
    id_token: Option<String>,
    error: Option<String>,
}

/// Gives the code for an ID token.
///
/// Source: OpenID Connect Core 1.0 section 3.1.3; RFC 6749 section 2.3.1 has the client in the header.
pub(super) async fn exchange(
    fetcher: &Fetcher,
    provider: &Provider,
    client: &OidcClient,
    asked: (&str, &str, String),
) -> Result<String, OidcSignInError> {
    let (form, basic) = request(provider.takes_basic, client, asked);
    let (status, body) = fetcher.post(&provider.token, form, basic).await?;
    if status.is_server_error() {
        return Err(FetchError::Status(provider.token.clone(), status.as_u16()).into());
    }
    let tokens: Tokens = serde_json::from_slice(&body)
        .map_err(|_syntax| OidcSignInError::Provider("its token endpoint gave no JSON object"))?;
    match tokens {
        Tokens { error: Some(error), .. } => {
            Err(OidcSignInError::Refused(error.chars().take(100).collect()))
        }
        Tokens { id_token: Some(token), .. } if status == StatusCode::OK => Ok(token),
        Tokens { .. } => Err(OidcSignInError::Provider("its token endpoint gave no ID token")),
    }
}

/// The form, and what goes in the header.
fn request(
    takes_basic: bool,
    client: &OidcClient,
    (code, redirect_uri, verifier): (&str, &str, String),
) -> (String, Option<(String, SecretString)>) {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("code_verifier", &verifier);
    let basic = match &client.secret {
        Some(secret) if takes_basic => {
            Some((escaped(&client.id), escaped(secret.expose_secret()).into()))
        }
        secret => {
            form.append_pair("client_id", &client.id);
            if let Some(secret) = secret {
                form.append_pair("client_secret", secret.expose_secret());
            }
            None
        }
    };
    (form.finish(), basic)
}

fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

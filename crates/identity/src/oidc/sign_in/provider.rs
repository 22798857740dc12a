use serde::Deserialize;
use url::Url;

use super::OidcSignInError;
use crate::IssuerPattern;
use crate::oidc::{Fetcher, IssuerUrl};

/// What a discovery document says of signing in.
///
/// Source: OpenID Connect Discovery 1.0 section 3; RP-Initiated Logout 1.0 section 2.1; RFC 9207
/// section 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Provider {
    pub(super) authorization: Url,
    pub(super) token: Url,
    /// Where people sign out, if the issuer has such a place.
    pub(super) end_session: Option<Url>,
    /// Whether the client shows its secret in the header, not in the form.
    pub(super) takes_basic: bool,
    /// Whether every answer says which issuer it is of.
    pub(super) names_itself: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    end_session_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Fetches the document of an issuer.
pub(super) async fn provider(
    issuer: &IssuerUrl,
    fetcher: &Fetcher,
) -> Result<Provider, OidcSignInError> {
    let document = fetcher.get(&issuer.discovery).await?;
    let document: Document = serde_json::from_slice(&document)
        .map_err(|_syntax| OidcSignInError::Provider("its discovery document is not readable"))?;
    if IssuerPattern::new(&document.issuer) != issuer.pattern {
        return Err(OidcSignInError::Provider("its discovery document is of another issuer"));
    }
    let endpoint = |text: &str| {
        let url = Url::parse(text).ok().filter(|url| fetcher.allows(url));
        url.ok_or(OidcSignInError::Provider("an endpoint is no URL that may be called"))
    };
    let methods = document.token_endpoint_auth_methods_supported;
    Ok(Provider {
        authorization: endpoint(&document.authorization_endpoint)?,
        token: endpoint(&document.token_endpoint)?,
        // Nobody is kept out because there is no way out.
        end_session: document.end_session_endpoint.and_then(|text| endpoint(&text).ok()),
        takes_basic: methods.is_none_or(|all| all.iter().any(|one| one == "client_secret_basic")),
        names_itself: document.authorization_response_iss_parameter_supported,
    })
}

//! Finds the keys of an issuer: OpenID Connect Discovery 1.0 sections 3 and 4.

use serde::Deserialize;
use url::Url;

use super::fetch::{FetchError, Fetcher};
use crate::{IssuerPattern, JwksError, KeySet};

/// An issuer as it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IssuerUrl {
    /// As written in the configuration.
    pub(crate) configured: String,
    /// `iss` of its tokens.
    pub(crate) pattern: IssuerPattern,
    pub(crate) discovery: Url,
}

/// Why an issuer gives no keys.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscoveryError {
    /// One of the two documents did not come.
    #[error("document not fetched")]
    Fetch(#[from] FetchError),
    /// The discovery document is not JSON with `issuer` and `jwks_uri`.
    #[error("discovery document is not readable")]
    Malformed(#[source] serde_json::Error),
    /// The discovery document is another issuer's.
    #[error("discovery document is of issuer {found:?}, configured is {configured:?}")]
    OtherIssuer {
        /// `issuer` of the document.
        found: String,
        /// The configured one.
        configured: String,
    },
    /// `jwks_uri` is not a URL.
    #[error("jwks_uri {url:?} is not a URL")]
    KeysUrl {
        /// As the document has it.
        url: String,
        /// What is wrong.
        #[source]
        source: url::ParseError,
    },
    /// The key document is of no use.
    #[error("key document is not usable")]
    Keys(#[from] JwksError),
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    jwks_uri: String,
}

/// Entra's names for "any organization", the first path segment in place of a tenant.
const ANY_TENANT: [&str; 2] = ["organizations", "common"];
/// The one below which Entra publishes the keys of all tenants.
const ENTRA_KEYS: &str = "organizations";

impl IssuerUrl {
    /// Reads a configured issuer. `{tid}` or `{tenantid}` in it, or `organizations` or `common` as
    /// the first path segment, stand for all tenants of Entra.
    pub(crate) fn parse(configured: &str) -> Result<Self, url::ParseError> {
        let pattern = IssuerPattern::new(configured);
        let (pattern, place) = if pattern.has_tenant() {
            let place = pattern.with_tenant(ENTRA_KEYS);
            (pattern, place)
        } else {
            (any_tenant(configured)?.unwrap_or(pattern), configured.to_owned())
        };
        let place = place.trim_end_matches('/');
        let discovery = Url::parse(&format!("{place}/.well-known/openid-configuration"))?;
        Ok(Self { configured: configured.to_owned(), pattern, discovery })
    }
}

fn any_tenant(configured: &str) -> Result<Option<IssuerPattern>, url::ParseError> {
    let url = Url::parse(configured)?;
    let first = url.path_segments().and_then(|mut segments| segments.next());
    let any = first.filter(|first| ANY_TENANT.contains(first));
    Ok(any.map(|any| IssuerPattern::new(&configured.replacen(&format!("/{any}/"), "/{tid}/", 1))))
}

/// Fetches the keys that the issuer signs with now.
pub(crate) async fn discover(
    issuer: &IssuerUrl,
    fetcher: &Fetcher,
) -> Result<KeySet, DiscoveryError> {
    let document = fetcher.get(&issuer.discovery).await?;
    let document: Document =
        serde_json::from_slice(&document).map_err(DiscoveryError::Malformed)?;
    if IssuerPattern::new(&document.issuer) != issuer.pattern {
        let configured = issuer.configured.clone();
        return Err(DiscoveryError::OtherIssuer { found: document.issuer, configured });
    }
    let keys = Url::parse(&document.jwks_uri)
        .map_err(|source| DiscoveryError::KeysUrl { url: document.jwks_uri, source })?;
    Ok(KeySet::from_jwks(&fetcher.get(&keys).await?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(configured: &str, discovery: &str, issuer: &str) {
        let url = IssuerUrl::parse(configured).unwrap();
        let expect = format!("{discovery}/.well-known/openid-configuration");
        assert_eq!(url.discovery.as_str(), expect);
        assert_eq!(url.pattern, IssuerPattern::new(issuer));
    }

    #[test]
    fn documents_are_looked_for_below_the_issuer() {
        let tenant = "https://login.example/84841066-274d-4ec0-a5c1-276be684bdd3/v2.0";
        check(tenant, tenant, tenant);
        check("https://sts.example/t/", "https://sts.example/t", "https://sts.example/t/");
        let any = "https://login.example/{tenantid}/v2.0";
        check("https://login.example/{tid}/v2.0", "https://login.example/organizations/v2.0", any);
        check("https://login.example/common/v2.0", "https://login.example/common/v2.0", any);
        let realm = "http://127.0.0.1:8181/realms/common";
        check(realm, realm, realm);
        assert!(IssuerUrl::parse("login.example").is_err());
    }
}

use model::{PlainHttpHosts, TenantId};

use super::{Fetcher, IssuerNetwork, IssuerUrl};
use crate::{ClaimMapping, Leeway, Policy};

/// Whom `auth.mode = "oidc"` believes.
#[derive(Debug, Clone, Default)]
pub struct OidcSettings {
    /// Issuers; at least one.
    pub issuers: Vec<OidcIssuer>,
    /// Accepted `aud` values; at least one.
    pub audiences: Vec<String>,
    /// Accepted tenants. May be empty where the issuer's own tokens tell one tenant; a single one
    /// is also that of tokens without `tid`.
    pub tenants: Vec<TenantId>,
    /// Hosts that may be asked over plain http or at private addresses (`egress.private`).
    pub private: PlainHttpHosts,
    /// The way to the issuers.
    pub network: IssuerNetwork,
}

/// One issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcIssuer {
    /// Exactly the `issuer` of its discovery document. For all tenants of Entra `{tid}`,
    /// `organizations` or `common` takes the tenant's place.
    pub url: String,
    /// What its tokens call permissions and roles.
    pub mapping: ClaimMapping,
}

/// Settings that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// Nobody would be believed.
    #[error("auth.issuers is empty")]
    NoIssuer,
    /// Every token would be refused.
    #[error("auth.audiences is empty")]
    NoAudience,
    /// Not a URL.
    #[error("auth.issuers: {url:?} is not a URL")]
    Issuer {
        /// As configured.
        url: String,
        /// What is wrong.
        #[source]
        source: url::ParseError,
    },
    /// Plain http, or a private address, that is not listed.
    #[error(
        "auth.issuers: {0:?} must use https and a public address, or its host:port be in egress.private"
    )]
    NotAllowed(String),
    /// Anyone's tenant would be let in.
    #[error(
        "auth.issuers: {0:?} stands for all tenants, so auth.tenants must list the accepted ones"
    )]
    AnyTenant(String),
    /// TLS cannot be set up on this machine.
    #[error("no HTTPS client could be set up")]
    Client(#[source] reqwest::Error),
}

impl OidcSettings {
    /// Judges the settings; answers issuers with how their tokens are judged.
    pub(crate) fn policies(
        &self,
        fetcher: &Fetcher,
    ) -> Result<Vec<(IssuerUrl, Policy)>, OidcError> {
        if self.issuers.is_empty() {
            return Err(OidcError::NoIssuer);
        }
        if self.audiences.is_empty() {
            return Err(OidcError::NoAudience);
        }
        self.issuers.iter().map(|issuer| self.policy(issuer, fetcher)).collect()
    }

    fn policy(
        &self,
        issuer: &OidcIssuer,
        fetcher: &Fetcher,
    ) -> Result<(IssuerUrl, Policy), OidcError> {
        let url = IssuerUrl::parse(&issuer.url)
            .map_err(|source| OidcError::Issuer { url: issuer.url.clone(), source })?;
        if !fetcher.allows(&url.discovery) {
            return Err(OidcError::NotAllowed(issuer.url.clone()));
        }
        if url.pattern.has_tenant() && self.tenants.is_empty() {
            return Err(OidcError::AnyTenant(issuer.url.clone()));
        }
        let mut mapping = issuer.mapping.clone();
        if let ([only], false, None) =
            (self.tenants.as_slice(), url.pattern.has_tenant(), mapping.tenant)
        {
            mapping.tenant = Some(*only);
        }
        let policy = Policy {
            issuer: url.pattern.clone(),
            audiences: self.audiences.clone(),
            tenants: self.tenants.clone(),
            leeway: Leeway::FOREIGN,
            mapping,
        };
        Ok((url, policy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_cannot_work_are_refused() {
        crate::install_crypto();
        let fetcher = Fetcher::new(PlainHttpHosts::default(), &IssuerNetwork::default()).unwrap();
        let tenant = crate::testing::TENANT.parse().unwrap();
        let judge = |urls: &[&str], audiences: &[&str], tenants: &[TenantId]| {
            let issuers = urls
                .iter()
                .map(|url| OidcIssuer { url: (*url).to_owned(), mapping: ClaimMapping::default() });
            let settings = OidcSettings {
                issuers: issuers.collect(),
                audiences: audiences.iter().map(|aud| (*aud).to_owned()).collect(),
                tenants: tenants.to_vec(),
                private: PlainHttpHosts::default(),
                network: IssuerNetwork::default(),
            };
            settings.policies(&fetcher)
        };
        let sound = "https://login.example/{tid}/v2.0";
        assert!(judge(&[sound], &["api"], &[tenant]).is_ok());
        assert!(matches!(judge(&[], &["api"], &[]), Err(OidcError::NoIssuer)));
        assert!(matches!(judge(&[sound], &[], &[tenant]), Err(OidcError::NoAudience)));
        assert!(matches!(judge(&[sound], &["api"], &[]), Err(OidcError::AnyTenant(_))));
        assert!(matches!(judge(&["login"], &["api"], &[]), Err(OidcError::Issuer { .. })));
        for url in ["http://login.example", "https://127.0.0.1"] {
            assert!(matches!(judge(&[url], &["api"], &[]), Err(OidcError::NotAllowed(_))), "{url}");
        }
        let (_, realm) =
            judge(&["https://kc.example/realms/a"], &["api"], &[tenant]).unwrap().remove(0);
        assert_eq!(realm.mapping.tenant, Some(tenant), "the only tenant is that of the realm");
    }
}

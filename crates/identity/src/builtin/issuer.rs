use model::TenantId;

use crate::{ClaimMapping, IssuerPattern, Leeway, Policy};

/// Names of the built-in issuer. They come from the configuration, never from a Host header, so
/// that a token stays valid whatever address the service is reached by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltinIssuer {
    public_url: Option<String>,
}

/// Seconds that a token of the token endpoint lives; Entra says 3599 as well.
pub(crate) const TOKEN_LIFETIME: i64 = 3599;

impl BuiltinIssuer {
    /// `public_url` is the configured one; a trailing slash makes no difference.
    pub fn new(public_url: Option<&str>) -> Self {
        Self { public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()) }
    }

    /// `iss` of a tenant's tokens.
    pub fn issuer(&self, tenant: TenantId) -> String {
        self.pattern().with_tenant(&tenant.to_string())
    }

    /// `aud` of all tokens.
    pub fn audience(&self) -> &str {
        self.public_url.as_deref().unwrap_or("api://nowgraph")
    }

    /// How its tokens are judged; an empty list accepts every tenant.
    pub(crate) fn policy(&self, tenants: Vec<TenantId>) -> Policy {
        Policy {
            issuer: self.pattern(),
            audiences: vec![self.audience().to_owned()],
            tenants,
            leeway: Leeway::OWN,
            mapping: ClaimMapping::default(),
        }
    }

    fn pattern(&self) -> IssuerPattern {
        match &self.public_url {
            Some(url) => IssuerPattern::new(&format!("{url}/{{tid}}/v2.0")),
            None => IssuerPattern::new("urn:nowgraph:{tid}"),
        }
    }
}

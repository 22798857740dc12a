use model::TenantId;
use uuid::Uuid;

use super::{ClaimMapping, TokenRejection};

/// What is believed of one issuer's tokens, and for whom they must be.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    /// Who may have issued them.
    pub(crate) issuer: IssuerPattern,
    /// Accepted `aud` values; a trailing slash makes no difference.
    pub(crate) audiences: Vec<String>,
    /// Accepted tenants; empty means every tenant of the issuer.
    pub(crate) tenants: Vec<TenantId>,
    /// How far clocks may be apart.
    pub(crate) leeway: Leeway,
    /// Claims with other names than Entra's.
    pub(crate) mapping: ClaimMapping,
}

/// Seconds by which issuer's and our clock may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leeway {
    /// How early a token may come.
    pub(crate) not_before: i64,
    /// How late.
    pub(crate) expiry: i64,
}

/// `iss` of an issuer: an exact text, or one with the tenant in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IssuerPattern {
    before: String,
    /// Text after the tenant; `None` where the issuer has no placeholder.
    after: Option<String>,
}

/// Tenant of every personal Microsoft account.
const PERSONAL_ACCOUNTS: Uuid = Uuid::from_u128(0x9188040d_6c67_4c5b_b112_36a304b66dad);
const PLACEHOLDERS: [&str; 2] = ["{tenantid}", "{tid}"];

impl Leeway {
    /// Five minutes on both ends, for issuers on other machines.
    pub(crate) const FOREIGN: Self = Self { not_before: 300, expiry: 300 };
    /// Our own issuer: `nbf` may come from another machine of the same service; an expired token
    /// is refused in the second it expires.
    pub(crate) const OWN: Self = Self { not_before: 300, expiry: 0 };
}

impl IssuerPattern {
    /// Takes an issuer as configured; `{tid}` or `{tenantid}` stands for the tenant.
    pub(crate) fn new(issuer: &str) -> Self {
        let split = PLACEHOLDERS.iter().find_map(|placeholder| issuer.split_once(placeholder));
        match split {
            Some((before, after)) => {
                Self { before: before.to_owned(), after: Some(after.to_owned()) }
            }
            None => Self { before: issuer.to_owned(), after: None },
        }
    }

    /// Whether the issuer is many: one per tenant.
    pub(crate) fn has_tenant(&self) -> bool {
        self.after.is_some()
    }

    /// The issuer with the placeholder replaced.
    pub(crate) fn with_tenant(&self, tenant: &str) -> String {
        match &self.after {
            Some(after) => format!("{}{tenant}{after}", self.before),
            None => self.before.clone(),
        }
    }

    /// Whether tokens with this `iss` are this issuer's business. Proves nothing.
    pub(crate) fn covers(&self, iss: &str) -> bool {
        match &self.after {
            Some(after) => iss
                .strip_prefix(self.before.as_str())
                .and_then(|rest| rest.strip_suffix(after.as_str()))
                .is_some_and(|tenant| tenant.parse::<TenantId>().is_ok()),
            None => iss == self.before,
        }
    }

    /// A GUID among the segments: the tenant of an Entra issuer that is configured for one tenant.
    fn own_tenant(&self) -> Option<TenantId> {
        self.before.split(['/', ':']).find_map(|segment| segment.parse().ok())
    }
}

impl Policy {
    /// The tenant that the token belongs to, judged against its issuer.
    pub(crate) fn tenant(&self, iss: &str, tid: Option<&str>) -> Result<TenantId, TokenRejection> {
        let wrong = || TokenRejection::Tenant(tid.map(str::to_owned));
        let claimed = tid.map(|text| text.parse::<TenantId>().map_err(|_syntax| wrong()));
        let claimed = claimed.transpose()?;
        if claimed.is_some_and(|tenant| tenant.uuid() == PERSONAL_ACCOUNTS) {
            return Err(TokenRejection::PersonalAccount);
        }
        let tenant = match (claimed, self.mapping.tenant) {
            (Some(claimed), Some(configured)) if claimed != configured => return Err(wrong()),
            (_, Some(configured)) => configured,
            (Some(claimed), None) => claimed,
            (None, None) => return Err(wrong()),
        };
        if iss != self.issuer.with_tenant(&tenant.to_string()) {
            return Err(TokenRejection::Issuer(iss.to_owned()));
        }
        let own = if self.mapping.tenant.is_none() { self.issuer.own_tenant() } else { None };
        if !self.issuer.has_tenant() && own.is_some_and(|own| own != tenant) {
            return Err(wrong());
        }
        if self.tenants.is_empty() || self.tenants.contains(&tenant) {
            Ok(tenant)
        } else {
            Err(TokenRejection::TenantNotAllowed(tenant))
        }
    }

    pub(crate) fn accepts_audience(&self, audiences: &[String]) -> bool {
        let bare = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
        audiences.iter().any(|claimed| self.audiences.iter().any(|own| bare(own) == bare(claimed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_stand_for_guids_only() {
        let tenant = "84841066-274d-4ec0-a5c1-276be684bdd3";
        let cases = [
            (
                "https://login.example/{tid}/v2.0",
                format!("https://login.example/{tenant}/v2.0"),
                true,
            ),
            (
                "https://login.example/{tenantid}/v2.0",
                format!("https://login.example/{tenant}/v2.0"),
                true,
            ),
            (
                "https://login.example/{tid}/v2.0",
                "https://login.example/common/v2.0".to_owned(),
                false,
            ),
            ("https://login.example/{tid}/v2.0", format!("https://login.example/{tenant}/"), false),
            ("urn:nowgraph:{tid}", format!("urn:nowgraph:{tenant}"), true),
            ("https://kc.example/realms/a", "https://kc.example/realms/a".to_owned(), true),
            ("https://kc.example/realms/a", "https://kc.example/realms/a/".to_owned(), false),
        ];
        for (pattern, iss, covered) in cases {
            assert_eq!(IssuerPattern::new(pattern).covers(&iss), covered, "{pattern} {iss}");
        }
    }
}

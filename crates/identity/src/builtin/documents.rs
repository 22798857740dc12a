//! The public documents of the built-in issuer.

use model::TenantId;
use serde::Serialize;

use super::{BuiltinIssuer, PublicJwk};

/// `/{tenant}/discovery/v2.0/keys` (RFC 7517 section 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JwksDocument {
    /// All keys that tokens may be signed with.
    pub keys: Vec<PublicJwk>,
}

/// `/{tenant}/v2.0/.well-known/openid-configuration` (OpenID Connect Discovery 1.0 section 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenIdConfiguration {
    issuer: String,
    token_endpoint: String,
    token_endpoint_auth_methods_supported: [&'static str; 2],
    jwks_uri: String,
    grant_types_supported: [&'static str; 1],
    response_types_supported: [&'static str; 0],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 1],
    claims_supported: [&'static str; 15],
}

impl BuiltinIssuer {
    /// The tenant's discovery document. `base` is the address that the endpoints are reached by,
    /// without a trailing slash: the public URL, or what a loopback request used.
    pub fn openid_configuration(&self, tenant: TenantId, base: &str) -> OpenIdConfiguration {
        OpenIdConfiguration {
            issuer: self.issuer(tenant),
            token_endpoint: format!("{base}/{tenant}/oauth2/v2.0/token"),
            token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
            jwks_uri: format!("{base}/{tenant}/discovery/v2.0/keys"),
            grant_types_supported: ["client_credentials"],
            response_types_supported: [],
            subject_types_supported: ["pairwise"],
            id_token_signing_alg_values_supported: ["RS256"],
            claims_supported: [
                "aud", "azp", "azpacr", "exp", "iat", "idtyp", "iss", "nbf", "oid", "roles", "scp",
                "sub", "tid", "ver", "wids",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeySet;
    use crate::testing::{KEY, TENANT};

    #[test]
    fn published_keys_are_read_back() {
        let document = JwksDocument { keys: vec![KEY.public_jwk()] };
        let read = KeySet::from_jwks(&serde_json::to_vec(&document).unwrap()).unwrap();
        assert_eq!(read, KeySet::new([KEY.verification_key()]));
    }

    #[test]
    fn discovery_names_issuer_and_endpoints() {
        let issuer = BuiltinIssuer::new(None);
        let tenant = TENANT.parse().unwrap();
        let document = issuer.openid_configuration(tenant, "http://127.0.0.1:8080");
        let json = serde_json::to_value(document).unwrap();
        assert_eq!(json["issuer"], format!("urn:nowgraph:{TENANT}"));
        assert_eq!(
            json["token_endpoint"],
            format!("http://127.0.0.1:8080/{TENANT}/oauth2/v2.0/token")
        );
        assert_eq!(json["jwks_uri"], format!("http://127.0.0.1:8080/{TENANT}/discovery/v2.0/keys"));
    }
}

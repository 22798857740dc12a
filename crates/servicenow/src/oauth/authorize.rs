use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{ApiPath, Instance};

/// Where a person is sent to sign in and to allow the application.
///
/// Source: ServiceNow, "OAuth authorization code grant flow" and "State parameter".
#[derive(Debug, Clone)]
pub struct AuthorizationRequest<'a> {
    /// `client_id`.
    pub client_id: &'a str,
    /// `redirect_uri`, exactly as it is registered.
    pub redirect_uri: &'a str,
    /// Random bytes that the answer has to bring back as `state`, in hexadecimal digits, since
    /// instances refuse special characters there.
    pub state: [u8; 16],
    /// Proof that whoever fetches the token is who sent the person.
    pub verifier: &'a Verifier,
}

/// The secret of one sign-in.
///
/// Source: RFC 7636 section 4.
#[derive(Debug, Clone)]
pub struct Verifier(SecretString);

impl Verifier {
    /// From random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random).into())
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.expose()))
    }
}

impl AuthorizationRequest<'_> {
    /// The `state` as it will come back.
    pub fn state(&self) -> String {
        format!("{:032x}", u128::from_be_bytes(self.state))
    }

    /// The address for the person's browser.
    pub fn url(&self, instance: &Instance) -> Url {
        let mut url = instance.url(&ApiPath::authorize());
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", self.client_id)
            .append_pair("redirect_uri", self.redirect_uri)
            .append_pair("state", &self.state())
            .append_pair("code_challenge", &self.verifier.challenge())
            .append_pair("code_challenge_method", "S256");
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = Verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(Verifier::new([7; 32]).expose().len(), 43);
        assert!(!format!("{verifier:?}").contains("dBjft"));
    }
}

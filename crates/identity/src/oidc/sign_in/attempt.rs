use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Rng, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use crate::crypto::{random_text, sha256};

/// One attempt to sign in. The browser keeps its text in a cookie; what goes to the issuer is
/// derived from it, so that only this browser can go on with what the issuer answers, and nothing
/// has to be remembered here.
#[derive(Debug, Clone)]
pub struct OidcAttempt {
    text: SecretString,
    next: String,
}

/// Somebody who has to look for a second factor takes a while.
const GOOD_FOR_SECONDS: i64 = 600;
const SECRET_LENGTH: usize = 43;

impl OidcAttempt {
    pub(super) fn begin(next: &str, now: Timestamp, rng: &dyn Rng) -> Self {
        let (secret, began) = (random_text(rng), now.unix_seconds());
        let place = URL_SAFE_NO_PAD.encode(next);
        let text = format!("{}.{began}.{place}", secret.expose_secret());
        Self { text: text.into(), next: next.to_owned() }
    }

    /// Reads what the browser kept; `None` if it is no such text, or too old.
    pub(super) fn read(text: &str, now: Timestamp) -> Option<Self> {
        let (secret, rest) = text.split_once('.')?;
        let (began, place) = rest.split_once('.')?;
        if secret.len() != SECRET_LENGTH {
            return None;
        }
        let began = Timestamp::from_unix_seconds(began.parse().ok()?)?;
        let is_good = began <= now.plus_seconds(1) && now < began.plus_seconds(GOOD_FOR_SECONDS);
        let next = String::from_utf8(URL_SAFE_NO_PAD.decode(place).ok()?).ok()?;
        is_good.then(|| Self { text: text.to_owned().into(), next })
    }

    /// The text for the cookie.
    pub fn reveal(&self) -> &str {
        self.text.expose_secret()
    }

    /// Where the person wanted to go.
    pub fn next(&self) -> &str {
        &self.next
    }

    /// `state`: binds the answer to the browser.
    pub(super) fn state(&self) -> String {
        self.derived("state")
    }

    /// `nonce`: binds the ID token to the browser.
    pub(super) fn nonce(&self) -> String {
        self.derived("nonce")
    }

    /// `code_verifier`: binds the code to the browser.
    pub(super) fn verifier(&self) -> String {
        self.derived("verifier")
    }

    /// RFC 7636 section 4.2, `S256`.
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(sha256(self.verifier().as_bytes()))
    }

    fn derived(&self, what: &str) -> String {
        let text = format!("{what} {}", self.text.expose_secret());
        URL_SAFE_NO_PAD.encode(sha256(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use testkit::SeededRng;

    use super::*;
    use crate::testing::{NOW, at};

    #[test]
    fn an_attempt_is_good_for_ten_minutes_and_for_its_own_text() {
        let rng = SeededRng::new(1);
        let begun = OidcAttempt::begin("/console/connectors?a=b", at(NOW), &rng);
        let text = begun.reveal();
        for (later, is_good) in [(-5, false), (0, true), (599, true), (600, false)] {
            let read = OidcAttempt::read(text, at(NOW + later));
            assert_eq!(read.is_some(), is_good, "{later}");
        }
        let read = OidcAttempt::read(text, at(NOW)).unwrap();
        assert_eq!(read.next(), "/console/connectors?a=b");
        let all = |attempt: &OidcAttempt| {
            [attempt.state(), attempt.nonce(), attempt.verifier(), attempt.challenge()]
        };
        assert_eq!(all(&read), all(&begun));
        let mut sorted = all(&begun);
        sorted.sort();
        assert!(sorted.array_windows().all(|[a, b]| a != b), "no two are alike");
        let later = text.replace(&NOW.to_string(), &(NOW + 1).to_string());
        let later = OidcAttempt::read(&later, at(NOW + 1)).unwrap();
        assert_ne!(later.state(), begun.state(), "a changed text is another attempt");
        for wrong in
            ["", ".", "..", text.trim_start_matches(|c| c != '.'), "x.1.", &format!("{text}=")]
        {
            assert!(OidcAttempt::read(wrong, at(NOW)).is_none(), "{wrong}");
        }
        let secret = text.split('.').next().unwrap();
        assert!(!format!("{begun:?}").contains(secret));
        assert!(!begun.state().contains(secret));
    }
}

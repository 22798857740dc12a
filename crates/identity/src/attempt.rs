use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Rng, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use crate::crypto::{random_text, sha256};

/// One attempt to sign in somewhere else. The browser keeps its text in a cookie; what goes there is
/// derived from it, so that only this browser can go on with the answer, and nothing has to be
/// remembered here.
#[derive(Debug, Clone)]
pub struct Attempt {
    text: SecretString,
    next: String,
}

/// Somebody who has to look for a second factor takes a while.
const GOOD_FOR_SECONDS: i64 = 600;
const SECRET_LENGTH: usize = 43;

impl Attempt {
    /// Begins one; `next` is what is to be known of it when the browser comes back.
    pub fn begin(next: &str, now: Timestamp, rng: &dyn Rng) -> Self {
        let (secret, began) = (random_text(rng), now.unix_seconds());
        let place = URL_SAFE_NO_PAD.encode(next);
        let text = format!("{}.{began}.{place}", secret.expose_secret());
        Self { text: text.into(), next: next.to_owned() }
    }

    /// Reads what the browser kept; `None` if it is no such text, or too old.
    pub fn read(text: &str, now: Timestamp) -> Option<Self> {
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

    /// See [`Attempt::begin`].
    pub fn next(&self) -> &str {
        &self.next
    }

    /// Bytes that nobody can tell without the text of the browser, others for each purpose.
    pub fn secret(&self, purpose: &str) -> [u8; 32] {
        sha256(format!("{purpose} {}", self.text.expose_secret()).as_bytes())
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
        let begun = Attempt::begin("/console/connectors?a=b", at(NOW), &rng);
        let text = begun.reveal();
        for (later, is_good) in [(-5, false), (0, true), (599, true), (600, false)] {
            let read = Attempt::read(text, at(NOW + later));
            assert_eq!(read.is_some(), is_good, "{later}");
        }
        let read = Attempt::read(text, at(NOW)).unwrap();
        assert_eq!(read.next(), "/console/connectors?a=b");
        let all = |attempt: &Attempt| ["state", "nonce"].map(|purpose| attempt.secret(purpose));
        assert_eq!(all(&read), all(&begun));
        let [state, nonce] = all(&begun);
        assert_ne!(state, nonce);
        let later = text.replace(&NOW.to_string(), &(NOW + 1).to_string());
        let later = Attempt::read(&later, at(NOW + 1)).unwrap();
        assert_ne!(later.secret("state"), state, "a changed text is another attempt");
        for wrong in
            ["", ".", "..", text.trim_start_matches(|c| c != '.'), "x.1.", &format!("{text}=")]
        {
            assert!(Attempt::read(wrong, at(NOW)).is_none(), "{wrong}");
        }
        let secret = text.split('.').next().unwrap();
        assert!(!format!("{begun:?}").contains(secret));
    }
}

use axum::http::HeaderMap;
use axum::response::Response;
use identity::{mask, random_text};
use secrecy::ExposeSecret as _;

use crate::console::Console;
use crate::http::Cookie;

/// Somebody who is not signed in. Their forms carry what a cookie has as well, which no other site
/// can set or read.
#[derive(Debug)]
pub(crate) struct Guest {
    secret: String,
    form_token: String,
    is_new: bool,
}

const SECRET_LENGTH: usize = 43;

impl Guest {
    pub(crate) fn of(console: &Console, headers: &HeaderMap) -> Self {
        let rng = console.rng.as_ref();
        let kept = Cookie::Guest.read(headers, console.is_secure);
        let kept = kept.filter(|kept| kept.len() == SECRET_LENGTH);
        let is_new = kept.is_none();
        let secret = kept.map(str::to_owned);
        let secret = secret.unwrap_or_else(|| random_text(rng).expose_secret().to_owned());
        Self { form_token: mask(&secret, rng), secret, is_new }
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// What forms carry.
    pub(crate) fn form_token(&self) -> &str {
        &self.form_token
    }

    pub(crate) fn remember(&self, answer: &mut Response, console: &Console) {
        if self.is_new {
            Cookie::Guest.set(answer, &self.secret, console.is_secure);
        }
    }
}

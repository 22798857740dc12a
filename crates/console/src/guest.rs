use axum::http::HeaderMap;
use axum::response::Response;
use identity::random_text;
use secrecy::ExposeSecret as _;

use crate::console::Console;
use crate::http::Cookie;

/// Somebody who is not signed in. Their forms carry what a cookie has as well, which no other site
/// can set or read.
#[derive(Debug)]
pub(crate) struct Guest {
    token: String,
    is_new: bool,
}

const TOKEN_LENGTH: usize = 43;

impl Guest {
    pub(crate) fn of(console: &Console, headers: &HeaderMap) -> Self {
        match Cookie::Guest.read(headers, console.is_secure) {
            Some(token) if token.len() == TOKEN_LENGTH => {
                Self { token: token.to_owned(), is_new: false }
            }
            _ => {
                let token = random_text(console.rng.as_ref()).expose_secret().to_owned();
                Self { token, is_new: true }
            }
        }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn remember(&self, answer: &mut Response, console: &Console) {
        if self.is_new {
            Cookie::Guest.set(answer, &self.token, console.is_secure);
        }
    }
}

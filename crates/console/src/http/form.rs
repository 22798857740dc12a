use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt as _, Limited};
use identity::is_masked;
use url::form_urlencoded;

/// What a form sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

/// No form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormError {
    /// Another content type than that of forms.
    #[error("the body is no form")]
    NoForm,
    /// Longer than [`MAX_BYTES`], or it did not come to its end.
    #[error("the body is too long, or it broke off")]
    Body,
    /// It comes from a page of another site.
    #[error("the form is of another site")]
    OtherSite,
    /// It does not carry the token of the session.
    #[error("the form does not belong to this session")]
    Token,
}

/// A private key, the longest that anybody sends, has a few kilobytes.
const MAX_BYTES: usize = 256 * 1024;

/// The field that says that a form was read in the session in which it is sent.
const TOKEN: &str = "form_token";

impl Form {
    /// Reads the form of a page of ours, which carries this secret behind a mask.
    pub(crate) async fn read(
        headers: &HeaderMap,
        body: Body,
        secret: &str,
    ) -> Result<Self, FormError> {
        // Source: Fetch Metadata Request Headers. Browsers that do not send it have the token.
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        if !matches!(site, None | Some(b"same-origin" | b"none")) {
            return Err(FormError::OtherSite);
        }
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
        if kind.trim() != "application/x-www-form-urlencoded" {
            return Err(FormError::NoForm);
        }
        let body = Limited::new(body, MAX_BYTES).collect().await;
        let body = body.map_err(|_length_or_network| FormError::Body)?.to_bytes();
        let form = Self(form_urlencoded::parse(&body).into_owned().collect());
        if is_masked(form.text(TOKEN), secret) { Ok(form) } else { Err(FormError::Token) }
    }

    /// The value of a field; empty where it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Whether a field is there, as that of a box which is ticked.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }
}

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::header::{is_json, is_text};
use crate::payload::JsonText;

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemAnswer {
    /// The id of the item.
    pub id: String,
    /// Status of HTTP.
    pub status: u16,
    /// Names in any case; they are written as Microsoft Graph writes them.
    pub headers: Vec<(String, String)>,
    /// What would be the body of an answer of its own.
    pub body: AnswerBody,
}

/// A body, by the way it is written (JSON format 4.01 section 19.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerBody {
    /// No member `body`.
    None,
    /// A JSON text, written as it is.
    Json(String),
    /// `text/…`, written as a text.
    Text(String),
    /// Any other type, written in base64url.
    Binary(Vec<u8>),
}

impl AnswerBody {
    /// As it is sent where it need not be written as JSON.
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::None => &[],
            Self::Json(text) | Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes.as_slice(),
        }
    }

    /// Sorts a body by its media type.
    pub fn of(content_type: &str, bytes: Vec<u8>) -> Self {
        if bytes.is_empty() {
            return Self::None;
        }
        match String::from_utf8(bytes) {
            Ok(text) if is_json(content_type) => Self::Json(text),
            Ok(text) if is_text(content_type) => Self::Text(text),
            Ok(text) => Self::Binary(text.into_bytes()),
            Err(error) => Self::Binary(error.into_bytes()),
        }
    }
}

/// Writes the answer to a batch.
pub fn write_answers(answers: &[ItemAnswer]) -> String {
    let mut json = JsonText::with_capacity(1024 * answers.len());
    json.begin_object();
    json.name("responses");
    json.begin_array();
    for answer in answers {
        json.begin_object();
        json.name("id");
        json.string(&answer.id);
        json.name("status");
        json.literal(answer.status);
        json.name("headers");
        json.begin_object();
        for (name, value) in &answer.headers {
            json.name(&spelled(name));
            json.string(value);
        }
        json.end_object();
        write_body(&mut json, &answer.body);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    json.finish()
}

fn write_body(json: &mut JsonText, body: &AnswerBody) {
    if *body != AnswerBody::None {
        json.name("body");
    }
    match body {
        AnswerBody::None => {}
        AnswerBody::Json(text) => json.literal(text),
        AnswerBody::Text(text) => json.string(text),
        AnswerBody::Binary(bytes) => json.string(&URL_SAFE_NO_PAD.encode(bytes)),
    }
}

/// The usual capitals: clients look names up as Graph writes them.
pub(super) fn spelled(name: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "etag" => "ETag".to_owned(),
        "odata-version" => "OData-Version".to_owned(),
        "odata-entityid" => "OData-EntityId".to_owned(),
        "www-authenticate" => "WWW-Authenticate".to_owned(),
        lower => {
            let words = lower.split('-').map(|word| {
                let mut letters = word.chars();
                let first = letters.next().map(|first| first.to_ascii_uppercase());
                first.into_iter().chain(letters).collect::<String>()
            });
            words.collect::<Vec<_>>().join("-")
        }
    }
}

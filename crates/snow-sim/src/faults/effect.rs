//! What a fault makes of an answer.

use std::time::Duration;

use super::FaultKind;
use crate::auth;
use crate::http::message::JSON;
use crate::http::{Answer, Damage, pages};
use crate::settings::Settings;

impl FaultKind {
    /// Answers without the request being carried out.
    pub(crate) fn instead(&self, settings: &Settings) -> Option<Answer> {
        Some(match self {
            Self::Hibernating => pages::hibernating(),
            Self::Login => pages::login(),
            Self::Redirect(to) => Answer::empty(302).with("location", to),
            Self::Quota => cancelled(),
            Self::BadGateway => pages::gateway(502),
            Self::Unavailable => pages::gateway(503),
            Self::GatewayTimeout => pages::gateway(504),
            Self::Status(status) => Answer::error(status.code(), "Operation Failed", None),
            Self::Unauthorized => auth::refused(settings),
            Self::TooMany(after) => {
                let answer = Answer::error(429, "Rate limit exceeded", Some("Rate limit exceeded"));
                match after {
                    Some(after) => answer.with("retry-after", after),
                    None => answer,
                }
            }
            Self::Reset => Answer { damage: Some(Damage::Reset), ..Answer::empty(200) },
            _ => return None,
        })
    }

    /// Spoils the answer of a request that was carried out.
    pub(crate) fn spoil(&self, answer: Answer) -> Answer {
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let replaced = |body: String| Answer::new(200, JSON, body);
        match self {
            Self::ErrorInResult => {
                let rows = text.trim_end().strip_suffix('}').unwrap_or("{\"result\":[]").to_owned();
                replaced(format!("{rows},\"error\":{CANCELLED},\"status\":\"failure\"}}"))
            }
            Self::TextInResult => {
                let rows = text.strip_suffix("]}").unwrap_or("{\"result\":[").to_owned();
                let comma = if rows.ends_with('[') { "" } else { "," };
                replaced(format!("{rows}{comma}\"Transaction cancelled\"]}}"))
            }
            Self::CutJson => {
                let end = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
                replaced(text.get(..end).unwrap_or("").to_owned())
            }
            Self::BrokenJson => {
                replaced(text.replacen("},{", "}{", 1).replacen("\":\"", "\"\"", 1))
            }
            Self::EmptyPage => Answer { body: b"{\"result\":[]}".to_vec(), ..answer },
            Self::Slow(milliseconds) => answer.delayed(Duration::from_millis(*milliseconds)),
            Self::CutBody(bytes) => Answer { damage: Some(Damage::Cut(*bytes)), ..answer },
            Self::Garbled => Answer { damage: Some(Damage::Garbled), ..answer },
            Self::WrongLength => Answer { damage: Some(Damage::WrongLength), ..answer },
            Self::CommitThenFail => cancelled(),
            _ => answer,
        }
    }
}

const CANCELLED: &str = "{\"message\":\"Transaction cancelled: maximum execution time exceeded\",\
                         \"detail\":\"Transaction cancelled: maximum execution time exceeded Check logs for error trace or \
                         enable glide.rest.debug property to verify REST request processing\"}";

/// The 60 s quota before any output.
pub(crate) fn cancelled() -> Answer {
    let body = format!("{{\"error\":{CANCELLED},\"status\":\"failure\"}}");
    Answer::new(500, JSON, body)
}

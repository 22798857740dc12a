//! What a fault makes of an answer.

use std::time::Duration;

use super::FaultKind;
use crate::api::{self, Of};
use crate::auth;
use crate::http::{Answer, Damage, Request, pages};
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

    /// Whether the request is one whose answer it can spoil.
    pub(super) fn is_about(&self, request: &Request) -> bool {
        let method = request.method.as_str();
        match (self, api::of_table(&request.path)) {
            (Self::ErrorInResult | Self::TextInResult | Self::EmptyPage, of) => {
                method == "GET" && of == Some(Of::Table)
            }
            (Self::CommitThenFail, of) => {
                of.is_some() && matches!(method, "POST" | "PUT" | "PATCH" | "DELETE")
            }
            _ => true,
        }
    }

    /// Spoils the answer of a request that was carried out. What failed has no rows to spoil, and
    /// has committed nothing.
    pub(crate) fn spoil(&self, answer: Answer) -> Answer {
        match self {
            Self::ErrorInResult
            | Self::TextInResult
            | Self::CutJson
            | Self::BrokenJson
            | Self::EmptyPage
            | Self::CommitThenFail
                if !is_success(&answer) =>
            {
                answer
            }
            Self::ErrorInResult
            | Self::TextInResult
            | Self::CutJson
            | Self::BrokenJson
            | Self::EmptyPage => self.spoil_text(answer),
            Self::Slow(milliseconds) => answer.delayed(Duration::from_millis(*milliseconds)),
            Self::CutBody(bytes) => Answer { damage: Some(Damage::Cut(*bytes)), ..answer },
            Self::Garbled => Answer { damage: Some(Damage::Garbled), ..answer },
            Self::WrongLength => Answer { damage: Some(Damage::WrongLength), ..answer },
            Self::CommitThenFail => cancelled(),
            _ => answer,
        }
    }

    /// JSON or XML, as the client asked for it.
    fn spoil_text(&self, answer: Answer) -> Answer {
        let kind = answer.headers.iter().find(|(name, _)| *name == "content-type");
        let xml = kind.is_some_and(|(_, kind)| kind.contains("xml"));
        let spoilt = if xml { xml::spoilt } else { json::spoilt };
        let text = spoilt(self, &String::from_utf8_lossy(&answer.body));
        Answer { body: text.into_bytes(), ..answer }
    }
}

/// An answer of an API, not a page for people.
fn is_success(answer: &Answer) -> bool {
    let page = |(name, value): &(&str, String)| *name == "content-type" && value.contains("html");
    (200..300).contains(&answer.status) && !answer.headers.iter().any(page)
}

const CANCELLED: &str = "Transaction cancelled: maximum execution time exceeded";
const CANCELLED_DETAIL: &str = "Transaction cancelled: maximum execution time exceeded Check logs for error trace or \
                                enable glide.rest.debug property to verify REST request processing";

/// The 60 s quota before any output.
pub(crate) fn cancelled() -> Answer {
    Answer::error(500, CANCELLED, Some(CANCELLED_DETAIL))
}

/// The first half of a text.
fn half(text: &str) -> &str {
    let end = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    text.get(..end).unwrap_or("")
}

mod json {
    use serde_json::Value;

    use super::{CANCELLED, CANCELLED_DETAIL, half};
    use crate::faults::FaultKind;

    pub(super) fn spoilt(fault: &FaultKind, text: &str) -> String {
        match fault {
            FaultKind::ErrorInResult => {
                let rows = text.trim_end().strip_suffix('}').unwrap_or("{\"result\":[]");
                let error = serde_json::json!({"message": CANCELLED, "detail": CANCELLED_DETAIL});
                format!("{rows},\"error\":{error},\"status\":\"failure\"}}")
            }
            FaultKind::TextInResult => {
                let rows = text.strip_suffix("]}").unwrap_or("{\"result\":[");
                let comma = if rows.ends_with('[') { "" } else { "," };
                format!("{rows}{comma}\"Transaction cancelled\"]}}")
            }
            FaultKind::CutJson => half(text).to_owned(),
            FaultKind::BrokenJson => broken(text),
            _ => "{\"result\":[]}".to_owned(),
        }
    }

    /// Without a comma between rows and a colon within one; where there are none, without the
    /// first bracket that closes.
    fn broken(text: &str) -> String {
        let broken = text.replacen("},{", "}{", 1).replacen("\":\"", "\"\"", 1);
        if serde_json::from_str::<Value>(&broken).is_err() {
            return broken;
        }
        broken.replacen([']', '}'], "", 1)
    }
}

mod xml {
    use super::{CANCELLED, CANCELLED_DETAIL, half};
    use crate::faults::FaultKind;

    pub(super) fn spoilt(fault: &FaultKind, text: &str) -> String {
        let rows = text.strip_suffix("</response>").unwrap_or(EMPTY);
        match fault {
            FaultKind::ErrorInResult => format!(
                "{rows}<error><message>{CANCELLED}</message><detail>{CANCELLED_DETAIL}</detail></error>\
                 <status>failure</status></response>"
            ),
            FaultKind::TextInResult => {
                format!("{rows}<result>Transaction cancelled</result></response>")
            }
            FaultKind::CutJson => half(text).to_owned(),
            // An element that is closed opens another instead.
            FaultKind::BrokenJson => text.replacen("</", "<", 1),
            _ => format!("{EMPTY}</response>"),
        }
    }

    const EMPTY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><response>";
}

//! Faults: which request they meet, and what they make of its answer.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::auth;
use crate::http::message::JSON;
use crate::http::{Answer, Damage, Request, pages};
use crate::random::Random;
use crate::settings::Settings;

/// One fault. It meets a request that all its conditions fit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Numbers of requests, counted from 1 since the faults were set.
    #[serde(default)]
    pub requests: Vec<u64>,
    /// The path with its query, as it was sent, holds this text.
    #[serde(default)]
    pub path: String,
    /// The method is this one.
    #[serde(default)]
    pub method: String,
    /// With this probability, drawn from the seed.
    #[serde(default)]
    pub probability: Option<f64>,
    /// At most so many times.
    #[serde(default)]
    pub times: Option<u32>,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 200 with the page of a hibernating instance.
    Hibernating,
    /// 200 with a sign-in page.
    Login,
    /// 302 to this address.
    Redirect(String),
    /// 200 with rows and an error beside them.
    ErrorInResult,
    /// 200 with a text among the rows.
    TextInResult,
    /// 200 with JSON that ends in the middle.
    CutJson,
    /// 200 with a comma missing between rows.
    BrokenJson,
    /// 200 with no rows, whatever matches.
    EmptyPage,
    /// 500 "Transaction cancelled".
    Quota,
    /// 502 of a proxy.
    BadGateway,
    /// 503 of a proxy.
    Unavailable,
    /// 504 of a proxy.
    GatewayTimeout,
    /// Any other status, with a body in ServiceNow's shape.
    Status(u16),
    /// 401.
    Unauthorized,
    /// 429 with this `Retry-After`, or none.
    TooMany(Option<String>),
    /// The answer comes so many milliseconds later.
    Slow(u64),
    /// The connection is reset.
    Reset,
    /// The body ends after so many bytes.
    CutBody(usize),
    /// `Content-Length` is too large.
    WrongLength,
    /// Bytes of the body are others than they should be, inside gzip where that is used.
    Garbled,
    /// The request is carried out, and 500 is answered.
    CommitThenFail,
}

/// The faults that are set, and how often requests came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    set: Vec<Fault>,
    seen: u64,
}

impl Faults {
    pub(crate) fn set(&mut self, faults: Vec<Fault>) {
        *self = Self { set: faults, seen: 0 };
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.set
    }

    /// The fault that meets this request.
    pub(crate) fn meet(&mut self, request: &Request, random: &mut Random) -> Option<FaultKind> {
        self.seen += 1;
        let seen = self.seen;
        let address = match request.query.as_str() {
            "" => request.path.clone(),
            query => format!("{}?{query}", request.path),
        };
        let fault = self.set.iter_mut().find(|fault| {
            (fault.requests.is_empty() || fault.requests.contains(&seen))
                && address.contains(&fault.path)
                && (fault.method.is_empty() || fault.method == request.method)
                && fault.times != Some(0)
                && fault.probability.is_none_or(|chance| random.chance(chance))
        })?;
        fault.times = fault.times.map(|left| left - 1);
        Some(fault.kind.clone())
    }
}

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
            Self::Status(status) => Answer::error(*status, "Operation Failed", None),
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

use serde::{Deserialize, Serialize};

use crate::given;

/// One fault. It meets a request that all its conditions fit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Numbers of requests, counted from 1 since the faults were set.
    #[serde(
        default,
        deserialize_with = "given::counted_from_one",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub requests: Vec<u64>,
    /// The path with its query, as it was sent, holds this text.
    #[serde(default)]
    pub path: String,
    /// The method is this one.
    #[serde(default, deserialize_with = "given::method")]
    pub method: String,
    /// With this probability, drawn from the seed.
    #[serde(default)]
    pub probability: Option<Probability>,
    /// At most so many times.
    #[serde(default, deserialize_with = "given::times")]
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
    Redirect(#[serde(deserialize_with = "given::location")] String),
    /// 200 with rows and an error beside them, of a list alone.
    ErrorInResult,
    /// 200 with a text among the rows, of a list alone.
    TextInResult,
    /// A success of which the JSON ends in the middle.
    CutJson,
    /// A success of which the JSON lacks a comma between rows.
    BrokenJson,
    /// 200 with no rows, whatever matches, of a list alone.
    EmptyPage,
    /// 500 "Transaction cancelled".
    Quota,
    /// 502 of a proxy.
    BadGateway,
    /// 503 of a proxy.
    Unavailable,
    /// 504 of a proxy.
    GatewayTimeout,
    /// Any other status of a failure, with a body in ServiceNow's shape.
    Status(Status),
    /// 401.
    Unauthorized,
    /// 429 with this `Retry-After`, or none.
    TooMany(#[serde(deserialize_with = "given::optional_header")] Option<String>),
    /// The answer comes so many milliseconds later.
    Slow(#[serde(deserialize_with = "given::milliseconds")] u64),
    /// The connection is reset.
    Reset,
    /// The body ends after so many bytes.
    CutBody(usize),
    /// `Content-Length` is too large.
    WrongLength,
    /// Bytes of the body are others than they should be, inside gzip where that is used.
    Garbled,
    /// A write to a table is carried out, and 500 is answered where it succeeded.
    CommitThenFail,
}

/// How often a fault strikes: from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

/// A number that is no probability.
#[derive(Debug, thiserror::Error)]
#[error("a probability is from 0 to 1, not {0}")]
pub struct NoProbability(f64);

impl TryFrom<f64> for Probability {
    type Error = NoProbability;

    fn try_from(number: f64) -> Result<Self, NoProbability> {
        if (0.0..=1.0).contains(&number) { Ok(Self(number)) } else { Err(NoProbability(number)) }
    }
}

impl From<Probability> for f64 {
    fn from(Probability(number): Probability) -> Self {
        number
    }
}

/// A status that tells a failure: from 400 to 599.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Status(u16);

/// A number that is no status of a failure.
#[derive(Debug, thiserror::Error)]
#[error("a status is from 400 to 599, not {0}")]
pub struct NoStatus(i64);

impl TryFrom<i64> for Status {
    type Error = NoStatus;

    fn try_from(number: i64) -> Result<Self, NoStatus> {
        let status = u16::try_from(number).ok().filter(|status| (400..=599).contains(status));
        status.map(Self).ok_or(NoStatus(number))
    }
}

impl From<Status> for i64 {
    fn from(Status(status): Status) -> Self {
        Self::from(status)
    }
}

impl Status {
    pub(crate) const fn code(self) -> u16 {
        self.0
    }
}

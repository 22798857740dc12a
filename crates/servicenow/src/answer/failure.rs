use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::Said;
use crate::{NotAdmitted, SignInFailure, TlsFault};

/// What went wrong with a call, named for what happened.
///
/// Source: ServiceNow, "REST API HTTP response codes"; failures inside of a 200 are those that
/// users of other clients report.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No connection could be made.
    #[error("no connection to {host}")]
    Unreachable {
        /// The host that was called.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// Whoever resolves names does not let the address be called.
    #[error("{} must not be called", .0.host)]
    NotAdmitted(#[source] NotAdmitted),
    /// The certificate or the handshake is not good.
    #[error("no secure connection to {host}")]
    Tls {
        /// The host that was called.
        host: String,
        /// What is wrong.
        fault: TlsFault,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The proxy cannot be reached, or makes no connection to the instance.
    #[error("no connection to {host} through the proxy")]
    Proxy {
        /// The host that was to be called.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// No answer, or not the whole of it, in time.
    #[error("no whole answer in time")]
    TimedOut(#[source] reqwest::Error),
    /// The answer broke off or could not be unpacked.
    #[error("the answer broke off")]
    Cut(#[source] reqwest::Error),
    /// The URL would be longer than servers take.
    #[error("the query is too long for a URL")]
    QueryTooLong,
    /// 3xx. It is never followed: credentials are for this host alone.
    #[error("the instance sends to {to}, which is not followed")]
    Redirected {
        /// The host, or the path on the same host.
        to: String,
    },
    /// A developer instance is asleep.
    #[error("the instance is hibernating")]
    Hibernating,
    /// A page for people to sign in.
    #[error("a sign-in page was answered instead of data")]
    SignInPage,
    /// Something else answers there.
    #[error("not an answer of ServiceNow: status {status}, {content_type:?}")]
    NotServiceNow {
        /// The status.
        status: u16,
        /// The content type, as it was sent.
        content_type: String,
    },
    /// There is no token to ask with.
    #[error("signing in failed")]
    SignIn(#[source] Arc<SignInFailure>),
    /// 401: the credentials are missing, wrong or ended, or the account may not use them here.
    #[error("the credentials were refused: {0}")]
    Unauthorized(Said),
    /// 401 to Basic: the password may be right all the same.
    #[error(
        "user name and password were refused: {0}; where they are right, the user must be for web \
         services only or have the role snc_basic_auth_api_access"
    )]
    BasicRefused(Said),
    /// 403: a field of the query, or the order, is closed to this account; or does not exist.
    #[error("the query is not permitted, or names a field that does not exist: {0}")]
    QueryForbidden(Said),
    /// 403: the table cannot be read.
    #[error("the table is not permitted: {0}")]
    TableForbidden(Said),
    /// 403: the table is closed to the REST API, or the OAuth scope does not reach it.
    #[error("the API is not permitted: {0}")]
    ApiForbidden(Said),
    /// 403 for another reason.
    #[error("not permitted: {0}")]
    Forbidden(Said),
    /// 400: no such table.
    #[error("no such table: {0}")]
    InvalidTable(Said),
    /// 400 or 404: the path leads to no API.
    #[error("no such API: {0}")]
    NoSuchApi(Said),
    /// 404: the row is missing or hidden; which of both cannot be told.
    #[error("no such row, or not permitted: {0}")]
    NotFound(Said),
    /// 400 for another reason.
    #[error("the request was refused: {0}")]
    BadRequest(Said),
    /// 429.
    #[error("too many requests: {said}")]
    RateLimited {
        /// When to come again.
        after: Option<RetryAfter>,
        /// The rule.
        said: Said,
    },
    /// The instance stopped the request because it took too long, before or amid the rows.
    #[error("the instance cancelled the request: {0}")]
    Cancelled(Said),
    /// 408, 502, 503, 504, or 500 without an envelope: of something before the instance.
    #[error("the instance is not available: status {status}")]
    Unavailable {
        /// The status.
        status: u16,
        /// When to come again.
        after: Option<RetryAfter>,
    },
    /// 5xx in ServiceNow's own words.
    #[error("the instance failed with status {status}: {said}")]
    InstanceFailed {
        /// The status.
        status: u16,
        /// The reason.
        said: Said,
    },
    /// Any other status.
    #[error("the instance answered with status {status}: {said}")]
    Refused {
        /// The status.
        status: u16,
        /// The reason.
        said: Said,
    },
    /// 200, with an error beside the rows: they are not all.
    #[error("the rows are incomplete: {0}")]
    ErrorInResult(Said),
    /// 200, and the JSON is broken.
    #[error("the answer is damaged")]
    Damaged(#[source] serde_json::Error),
    /// 200, and the JSON ends before it is whole.
    #[error("the answer is not whole")]
    Truncated,
    /// 200, and the JSON is something else than was asked for.
    #[error("the answer has another shape: {0}")]
    WrongShape(&'static str),
    /// 200, and none of the rows is what was asked for: the field does not exist or may not be
    /// read, and the condition was dropped.
    #[error("the instance did not obey the condition on {field}")]
    ConditionIgnored {
        /// The field.
        field: String,
    },
    /// More bytes than a page or a row may have.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// The limit that was passed.
        limit: usize,
    },
}

/// When a server wants to be asked again.
///
/// Source: RFC 9110 section 10.2.3; ServiceNow, "Inbound REST API rate limiting".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// So long after the answer.
    Delay(Duration),
    /// Not before this.
    At(SystemTime),
}

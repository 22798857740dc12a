use std::error::Error;

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use identity::{AuthenticationError, Denied};
use model::{Permission, Timestamp};
use odata::edm::Name;
use odata::error::{ErrorBody, InnerError};
use store::StoreError;

use super::ApiError;
use super::envelope::envelope;
use super::status::{Kind, kind_of};
use crate::date_time::date_time;
use crate::http::body::BodyError;
use crate::http::ids::RequestIds;

/// Client id of Microsoft Graph, which challenges name.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
const THROTTLED: &str = "Please retry again later.";
const UNAVAILABLE: &str = "The service is not available for the moment. Nothing was changed.";
const TOOK_TOO_LONG: &str = "The query took longer than 10 seconds and was given up. \
                             Narrow it by $filter, or follow @odata.nextLink instead of $skip.";
/// Seconds after which a database that was not there may be asked again.
const STORE_RETRY_SECONDS: u64 = 1;

/// What an error tells of the request beside what went wrong.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) ids: RequestIds,
    pub(crate) now: Timestamp,
    /// URL of the request.
    pub(crate) url: String,
    /// Base of the URL where tokens can be had.
    pub(crate) authority: String,
}

impl Place {
    /// Of a request for which no token is asked.
    pub(crate) fn outside_graph(ids: RequestIds, now: Timestamp, path: &str) -> Self {
        Self { ids, now, url: path.to_owned(), authority: String::new() }
    }
}

impl ApiError {
    /// The answer in Graph's shape. What the caller need not know goes to the log instead.
    pub(crate) fn into_response(self, place: &Place) -> Response {
        self.into_plain_response(place).map(Body::from)
    }

    /// The same with its body as bytes.
    pub(crate) fn into_plain_response(self, place: &Place) -> Response<String> {
        let kind = kind_of(&self);
        if kind.status.is_server_error() && kind.status != StatusCode::NOT_IMPLEMENTED {
            tracing::error!(
                error = &self as &dyn Error,
                request.id = %place.ids.request,
                "request failed"
            );
        }
        let body = ErrorBody {
            code: Name::Borrowed(kind.code),
            message: self.message(kind, place),
            target: self.target().map(str::to_owned),
            details: Vec::new(),
            inner: InnerError {
                extra: self.extra(),
                date: date_time(place.now),
                request_id: place.ids.request.to_string(),
                client_request_id: place.ids.client_text().to_owned(),
            },
        };
        let mut answer = Response::new(body.to_json());
        *answer.status_mut() = kind.status;
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.write_headers(headers, place);
        answer
    }

    /// The text for the caller.
    fn message(&self, kind: Kind, place: &Place) -> String {
        let wrap = |message: &str| envelope(message, place.ids.request, &place.url);
        match kind.status {
            StatusCode::SERVICE_UNAVAILABLE => return UNAVAILABLE.to_owned(),
            StatusCode::INTERNAL_SERVER_ERROR => return wrap("An error has occurred"),
            _ => {}
        }
        match self {
            Self::Authentication(AuthenticationError::Rejected(rejection)) => {
                rejection.message().to_owned()
            }
            Self::Throttled(_) => THROTTLED.to_owned(),
            Self::Store(StoreError::TookTooLong) => TOOK_TOO_LONG.to_owned(),
            Self::Denied(denied) => wrap(&denial(denied)),
            Self::NotFound | Self::Endpoint(_) | Self::Input(_) => wrap(&self.to_string()),
            // The texts of these are for callers.
            Self::Authentication(AuthenticationError::KeysUnavailable(_))
            | Self::InvalidVersion(_)
            | Self::Path(_)
            | Self::MethodNotAllowed { .. }
            | Self::NotServed(_)
            | Self::NothingToExpand { .. }
            | Self::NotSearchable(_)
            | Self::Batch(_)
            | Self::Multipart(_)
            | Self::MultipartNotAccepted
            | Self::BatchItem(_)
            | Self::ForeignUrl
            | Self::NestedBatch
            | Self::FailedDependency
            | Self::AnswersTooLong
            | Self::Query(_)
            | Self::SkipToken(_)
            | Self::Evaluate(_)
            | Self::Position(_)
            | Self::Body(_)
            | Self::Read(_)
            | Self::Credential(_)
            | Self::OwnRightsOnly
            | Self::Value(_)
            | Self::RunKind
            | Self::ContentType(_)
            | Self::NotAcceptable(_)
            | Self::Version(_)
            | Self::Isolation
            | Self::Condition(_)
            | Self::ConditionOfBatch(_)
            | Self::ETag(_)
            | Self::Precondition(_)
            | Self::Host(_)
            | Self::UrlTooLong
            | Self::Malformed
            | Self::HeadersTooLong
            | Self::Store(_)
            | Self::Panicked => self.to_string(),
        }
    }

    fn target(&self) -> Option<&str> {
        match self {
            Self::Read(error) => error.target(),
            Self::Endpoint(error) => Some(error.property.name()),
            Self::Input(error) => Some(error.target()),
            Self::Credential(error) => error.target(),
            Self::Value(refusal) => Some(refusal.option),
            Self::RunKind => Some("kind"),
            Self::Query(error) => error.option(),
            _ => None,
        }
    }

    /// Members that the observed service puts before the date.
    fn extra(&self) -> Vec<(Name, String)> {
        let own = |name, value: String| (Name::Borrowed(name), value);
        match self {
            Self::Throttled(_) => vec![
                own("code", "429".into()),
                own("message", THROTTLED.into()),
                own("status", "429".into()),
            ],
            Self::Read(error) => vec![own("message", error.to_string())],
            _ => Vec::new(),
        }
    }

    fn write_headers(&self, headers: &mut HeaderMap, place: &Place) {
        let mut insert = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        match self {
            Self::Authentication(AuthenticationError::Rejected(_)) => {
                let authority = &place.authority;
                let challenge = format!(
                    "Bearer realm=\"\", authorization_uri=\"{authority}\", client_id=\"{GRAPH}\""
                );
                insert(WWW_AUTHENTICATE, &challenge);
            }
            Self::Throttled(throttled) => {
                insert(RETRY_AFTER, &throttled.retry_after_seconds.to_string());
            }
            Self::AnswersTooLong => insert(RETRY_AFTER, "1"),
            Self::MethodNotAllowed { allow, .. } => insert(ALLOW, allow),
            Self::Body(BodyError::TooSlow | BodyError::TooLong) => insert(CONNECTION, "close"),
            _ if kind_of(self).status == StatusCode::SERVICE_UNAVAILABLE => {
                insert(RETRY_AFTER, &STORE_RETRY_SECONDS.to_string());
            }
            _ => {}
        }
    }
}

fn denial(denied: &Denied) -> String {
    let names = |needed: &[Permission]| {
        let names: Vec<_> = needed.iter().map(|permission| permission.name()).collect();
        names.join(", ")
    };
    match denied {
        Denied::NoApplicationPermission { needed } => format!(
            "Application is called in app-only context without application permissions. \
             Application must have one of the following scopes: {}",
            names(needed)
        ),
        Denied::MissingPermission { needed } => format!(
            "Application is not authorized to perform this operation. Application must have one \
             of the following scopes: {}",
            names(needed)
        ),
        Denied::MissingRole { needed } => {
            let names: Vec<_> = needed.iter().map(|role| role.name()).collect();
            format!(
                "User is not authorized to perform this operation. User must have one of the \
                 following roles: {}",
                names.join(", ")
            )
        }
    }
}

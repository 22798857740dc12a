use axum::http::StatusCode;
use identity::AuthenticationError;
use odata::batch::{BatchError, ConditionError, MultipartError};
use odata::expr::ExprError;
use odata::payload::ReadError;
use odata::query::QueryError;
use odata::url::PathError;
use store::StoreError;

use super::ApiError;
use crate::http::body::BodyError;

/// Status and `error.code` of an answer, in the words of the observed service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
}

const fn kind(status: StatusCode, code: &'static str) -> Kind {
    Kind { status, code }
}

const BAD_REQUEST: Kind = kind(StatusCode::BAD_REQUEST, "BadRequest");
const TOO_MANY: Kind = kind(StatusCode::BAD_REQUEST, "MaximumValueExceeded");
const TOO_EXPENSIVE: Kind = kind(StatusCode::BAD_REQUEST, "QueryTooExpensive");
const MODEL_VALIDATION: Kind = kind(StatusCode::BAD_REQUEST, "ModelValidationFailure");
const NOT_FOUND: Kind = kind(StatusCode::NOT_FOUND, "ResourceNotFound");
const URI_TOO_LONG: Kind = kind(StatusCode::URI_TOO_LONG, "UriTooLong");
const NOT_IMPLEMENTED: Kind = kind(StatusCode::NOT_IMPLEMENTED, "NotImplemented");
const NOT_ACCEPTABLE: Kind = kind(StatusCode::NOT_ACCEPTABLE, "NotAcceptable");
const INTERNAL: Kind = kind(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError");
/// Clients repeat even a POST after this, so it is only for what certainly changed nothing.
const UNAVAILABLE: Kind = kind(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable");

/// The map: exhaustive, so that a new failure has to be given its place.
pub(super) fn kind_of(error: &ApiError) -> Kind {
    match error {
        ApiError::Authentication(error) => match error {
            AuthenticationError::Rejected(_) => {
                kind(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken")
            }
            AuthenticationError::KeysUnavailable(_) => UNAVAILABLE,
        },
        ApiError::Denied(_) | ApiError::OwnRightsOnly => kind(StatusCode::FORBIDDEN, "Forbidden"),
        // Clients of Graph send an item of a batch again after 429.
        ApiError::Throttled(_) | ApiError::AnswersTooLong => {
            kind(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests")
        }
        ApiError::InvalidVersion(_) | ApiError::NotFound => NOT_FOUND,
        ApiError::MethodNotAllowed { .. } => {
            kind(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed")
        }
        ApiError::NotServed(_) => NOT_IMPLEMENTED,
        ApiError::UrlTooLong => URI_TOO_LONG,
        ApiError::HeadersTooLong => {
            kind(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "RequestHeaderFieldsTooLarge")
        }
        ApiError::Path(error) => of_path(error),
        ApiError::Batch(error) => of_batch(error),
        ApiError::Multipart(error) => of_multipart(error),
        ApiError::FailedDependency => kind(StatusCode::FAILED_DEPENDENCY, "FailedDependency"),
        ApiError::Query(error) => of_query(error),
        ApiError::SkipToken(_)
        | ApiError::Evaluate(_)
        | ApiError::Endpoint(_)
        | ApiError::Credential(_)
        | ApiError::Value(_)
        | ApiError::RunKind
        | ApiError::ContentType(_)
        | ApiError::Version(_)
        | ApiError::Condition(_)
        | ApiError::ConditionOfBatch(_)
        | ApiError::ETag(_)
        | ApiError::Host(_)
        | ApiError::Malformed
        | ApiError::BatchItem(_)
        | ApiError::ForeignUrl
        | ApiError::NestedBatch
        | ApiError::Input(_)
        | ApiError::NothingToExpand { .. }
        | ApiError::NotSearchable(_) => BAD_REQUEST,
        ApiError::Body(error) => of_body(error),
        ApiError::Read(error) => of_read(error),
        ApiError::NotAcceptable(_) | ApiError::MultipartNotAccepted => NOT_ACCEPTABLE,
        ApiError::Precondition(_) | ApiError::Isolation => {
            kind(StatusCode::PRECONDITION_FAILED, "PreconditionFailed")
        }
        ApiError::Store(error) => of_store(error),
        ApiError::Position(_) | ApiError::Panicked => INTERNAL,
    }
}

const fn of_path(error: &PathError) -> Kind {
    match error {
        PathError::TooLong(_) => URI_TOO_LONG,
        PathError::NotServed(_) => NOT_IMPLEMENTED,
        PathError::Filter(error) => of_expression(error),
        PathError::Query(error) => of_query(error),
        PathError::Encoding { .. } | PathError::UnknownSegment(_) | PathError::BadKey { .. } => {
            BAD_REQUEST
        }
    }
}

const fn of_batch(error: &BatchError) -> Kind {
    match error {
        BatchError::TooMany(_) => TOO_MANY,
        BatchError::NotServed(_)
        | BatchError::Condition { error: ConditionError::NotServed, .. } => NOT_IMPLEMENTED,
        BatchError::Malformed(_)
        | BatchError::Missing { .. }
        | BatchError::DuplicateId(_)
        | BatchError::UnknownDependency { .. }
        | BatchError::Condition {
            error: ConditionError::Syntax | ConditionError::Unknown(_),
            ..
        }
        | BatchError::Cycle(_) => BAD_REQUEST,
    }
}

const fn of_multipart(error: &MultipartError) -> Kind {
    match error {
        MultipartError::TooMany(_) => TOO_MANY,
        MultipartError::ChangeSet => NOT_IMPLEMENTED,
        MultipartError::Boundary
        | MultipartError::Unterminated
        | MultipartError::Empty
        | MultipartError::Headers { .. }
        | MultipartError::ContentType { .. }
        | MultipartError::TransferEncoding { .. }
        | MultipartError::ContentId { .. }
        | MultipartError::DuplicateId(_)
        | MultipartError::ReadInChangeSet(_) => BAD_REQUEST,
    }
}

const fn of_query(error: &QueryError) -> Kind {
    match error {
        QueryError::Value { error, .. } => of_expression(error),
        QueryError::TooLong(_)
        | QueryError::Encoding { .. }
        | QueryError::Duplicate(_)
        | QueryError::Unknown(_)
        | QueryError::Misplaced(_)
        | QueryError::Number { .. }
        | QueryError::Levels { .. }
        | QueryError::Boolean { .. } => BAD_REQUEST,
    }
}

const fn of_expression(error: &ExprError) -> Kind {
    match error {
        ExprError::NotServed { .. } => NOT_IMPLEMENTED,
        ExprError::Syntax { .. }
        | ExprError::TooComplex { .. }
        | ExprError::UnknownProperty { .. }
        | ExprError::UnknownType { .. }
        | ExprError::UnknownFunction { .. }
        | ExprError::UnknownMember { .. }
        | ExprError::BadLiteral { .. }
        | ExprError::Arguments { .. }
        | ExprError::TypeMismatch { .. }
        | ExprError::NoResult { .. } => BAD_REQUEST,
    }
}

const fn of_body(error: &BodyError) -> Kind {
    match error {
        BodyError::TooLong => kind(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge"),
        BodyError::TooSlow => kind(StatusCode::REQUEST_TIMEOUT, "RequestTimeout"),
        BodyError::Encoding(_) => kind(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType"),
        BodyError::Gzip(_) | BodyError::Broken(_) => BAD_REQUEST,
    }
}

const fn of_read(error: &ReadError) -> Kind {
    match error {
        ReadError::NotUtf8 { .. }
        | ReadError::Malformed(_)
        | ReadError::NotAnObject
        | ReadError::Duplicate { .. }
        | ReadError::WrongType { .. }
        | ReadError::OutOfRange { .. }
        | ReadError::NullNotAllowed { .. }
        | ReadError::UnknownMember { .. } => BAD_REQUEST,
        ReadError::UndeclaredProperty { .. }
        | ReadError::NavigationProperty { .. }
        | ReadError::TypeNotText { .. }
        | ReadError::UnknownType { .. }
        | ReadError::NotAssignable { .. }
        | ReadError::AbstractType { .. } => MODEL_VALIDATION,
        ReadError::NotImplemented { .. } => NOT_IMPLEMENTED,
    }
}

const fn of_store(error: &StoreError) -> Kind {
    match error {
        StoreError::Unavailable(_) | StoreError::Overloaded => UNAVAILABLE,
        StoreError::TookTooLong => TOO_EXPENSIVE,
        StoreError::NulCharacter => BAD_REQUEST,
        StoreError::OutOfRange => NOT_IMPLEMENTED,
        StoreError::OutcomeUnknown(_)
        | StoreError::Interrupted
        | StoreError::AlreadyExists(_)
        | StoreError::Corrupt { .. }
        | StoreError::Seal(_)
        | StoreError::Database(_) => INTERNAL,
    }
}

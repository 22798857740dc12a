//! Everything that can go wrong in a request, and the only map of it to HTTP.

mod envelope;
mod render;
mod status;

use identity::{AuthenticationError, Denied};
use model::EndpointError;
use odata::batch::{BatchError, ItemError, MultipartError};
use odata::expr::EvaluateError;
use odata::header::{
    ContentTypeError, InvalidETag, NotAcceptable, PreconditionFailed, UnsupportedVersion,
};
use odata::payload::ReadError;
use odata::query::QueryError;
use odata::skip_token::{InvalidSkipToken, UnsortableValue};
use odata::url::PathError;
use store::{ListError, StoreError};

use crate::connector::{CredentialRefusal, ValueRefusal};
use crate::graph::InputError;
use crate::http::body::BodyError;
use crate::http::rate_limit::Throttled;
use crate::http::service_root::MissingHost;

pub(crate) use render::Place;

/// Why a request is not answered as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The caller is not known.
    #[error(transparent)]
    Authentication(#[from] AuthenticationError),
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Too many requests.
    #[error(transparent)]
    Throttled(#[from] Throttled),
    /// The first segment is no version.
    #[error("Invalid version: {0}")]
    InvalidVersion(String),
    /// The path leads nowhere.
    #[error(transparent)]
    Path(#[from] PathError),
    /// No such object for this tenant.
    #[error("An error has occurred")]
    NotFound,
    /// The resource has other methods.
    #[error("The method {method} is not allowed here; allowed are: {allow}.")]
    MethodNotAllowed {
        /// What was tried.
        method: String,
        /// The value of `Allow`.
        allow: &'static str,
    },
    /// Known to OData, and to come.
    #[error("'{0}' is not implemented by this service.")]
    NotServed(String),
    /// `$expand` of what is no navigation property; no type here has one to expand.
    #[error(
        "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type '{ty}'."
    )]
    NothingToExpand {
        /// What was named first.
        name: String,
        /// Where it was looked for.
        ty: String,
    },
    /// `$search` of a type without searchable text.
    #[error("The query option '$search' is not supported for type '{0}'.")]
    NotSearchable(String),
    /// A batch that cannot be read.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The same of a multipart batch.
    #[error(transparent)]
    Multipart(#[from] MultipartError),
    /// `Accept` or `$format` leaves nothing to answer a multipart batch with.
    #[error("A batch as multipart/mixed is answered as multipart/mixed, which is not accepted.")]
    MultipartNotAccepted,
    /// An item of a batch that cannot be carried out.
    #[error(transparent)]
    BatchItem(#[from] ItemError),
    /// The URL of an item leads to another service.
    #[error("The URL of a batch request must be relative or lead to this service.")]
    ForeignUrl,
    /// A batch within a batch.
    #[error("A batch request cannot be a request of a batch.")]
    NestedBatch,
    /// An item was not carried out, because one before it failed.
    #[error("The request was not carried out because a request that it depends on failed.")]
    FailedDependency,
    /// An item was not carried out, because the answers before it fill the batch.
    #[error(
        "The answers to this batch are too long. The request was not carried out; send it again in another batch."
    )]
    AnswersTooLong,
    /// The query options.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The skip token.
    #[error(transparent)]
    SkipToken(#[from] InvalidSkipToken),
    /// An expression has no value for some row, e.g. it divides by zero.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// A row has no position in the order.
    #[error(transparent)]
    Position(#[from] UnsortableValue),
    /// The body as bytes.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The body as JSON.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A value that the resource does not take.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A credential that is not taken.
    #[error(transparent)]
    Credential(#[from] CredentialRefusal),
    /// `live.visibility` is `agent`.
    #[error(
        "Incidents are shown by the rights that an agent has in ServiceNow (live.visibility), \
         which an access token does not tell."
    )]
    OwnRightsOnly,
    /// A person or a device that cannot be asked for.
    #[error(transparent)]
    Value(#[from] ValueRefusal),
    /// A pass of a kind that there is not.
    #[error("The value of 'kind' must be 'incremental' or 'reconcile'.")]
    RunKind,
    /// A URL that the resource does not take.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// `Content-Type`.
    #[error(transparent)]
    ContentType(#[from] ContentTypeError),
    /// `Accept` or `$format`.
    #[error(transparent)]
    NotAcceptable(#[from] NotAcceptable),
    /// `OData-Version` or `OData-MaxVersion`.
    #[error(transparent)]
    Version(#[from] UnsupportedVersion),
    /// `Isolation` or `OData-Isolation`.
    #[error("Isolation is not supported.")]
    Isolation,
    /// `If-Match` or `If-None-Match` is not readable.
    #[error("The value of the {0} header is not an entity tag or a list of them.")]
    Condition(&'static str),
    /// `If-Match` or `If-None-Match` on a batch as a whole.
    #[error("The {0} header belongs to the requests within a batch, not to the batch.")]
    ConditionOfBatch(&'static str),
    /// A tag that the service made is none.
    #[error(transparent)]
    ETag(#[from] InvalidETag),
    /// `If-Match` or `If-None-Match` does not hold.
    #[error(transparent)]
    Precondition(#[from] PreconditionFailed),
    /// No usable `Host`.
    #[error(transparent)]
    Host(#[from] MissingHost),
    /// The request line is longer than is read.
    #[error("The URL is too long.")]
    UrlTooLong,
    /// What arrived is not HTTP.
    #[error("The request is not valid HTTP; check that the URL is percent-encoded.")]
    Malformed,
    /// More headers than are read.
    #[error("The request headers are too many or too long.")]
    HeadersTooLong,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A handler panicked.
    #[error("a handler panicked")]
    Panicked,
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::NotServed { name } => Self::NotServed(name),
            // Only a token that we made ourselves for this order gets so far.
            ListError::Position => Self::SkipToken(InvalidSkipToken),
            ListError::Store(StoreError::OutOfRange) => {
                Self::NotServed("a sum or an average of more than 64 bits".to_owned())
            }
            ListError::Store(error) => Self::Store(error),
        }
    }
}

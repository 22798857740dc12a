use crate::header::ContentTypeError;

/// Why a batch as a whole is refused: none of its items is carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the fields are what the messages print")]
pub enum BatchError {
    /// No JSON, or not of the shape of a batch.
    #[error("Unable to read JSON batch request payload. {0}.")]
    Malformed(String),
    /// More items than a batch may have.
    #[error("Number of batch request steps exceeds the maximum value of {0}.")]
    TooMany(usize),
    /// An item without a usable member that every item needs.
    #[error("The request at index {index} of the batch needs '{member}' as a text.")]
    Missing { index: usize, member: &'static str },
    /// Two items of one name, also where the case differs.
    #[error("The id '{0}' is used by more than one request of the batch.")]
    DuplicateId(String),
    /// `dependsOn` names what is not in the batch.
    #[error("The request '{id}' depends on '{unknown}', which is not in the batch.")]
    UnknownDependency { id: String, unknown: String },
    /// Items that wait for each other.
    #[error("The request '{0}' depends on itself, directly or by way of others.")]
    Cycle(String),
    /// `if` cannot be read.
    #[error("The condition of the request '{id}' cannot be used: {error}")]
    Condition { id: String, error: ConditionError },
    /// Defined by OData, but not served here.
    #[error("The member '{0}' of a batch request is not implemented by this service.")]
    NotServed(&'static str),
}

/// Why a condition is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// No expression.
    #[error("it is not an expression.")]
    Syntax,
    /// An item that `dependsOn` does not name.
    #[error("'dependsOn' does not name '{0}'.")]
    Unknown(String),
    /// Defined by OData, but not served here.
    #[error("only '$id/$succeeded', 'and', 'or', 'not' and parentheses are implemented.")]
    NotServed,
}

/// Why one item is not carried out, while others may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// A body of which nobody says what it is.
    #[error(transparent)]
    ContentType(#[from] ContentTypeError),
    /// No token of HTTP (RFC 9110 section 9.1).
    #[error("The method of the request is not valid.")]
    Method,
    /// What no URL can hold, nor be meant to.
    #[error("The URL of the request has a control character.")]
    Url,
    /// A part of a multipart batch that is no request of HTTP.
    #[error("The part of the batch is not a valid HTTP request.")]
    Http,
    /// More or fewer bytes than there are.
    #[error("The Content-Length of the request is not the length of its body.")]
    Length,
    /// A text that stands for other bytes, but cannot be decoded.
    #[error("The body of the request is not valid base64url.")]
    Encoding,
}

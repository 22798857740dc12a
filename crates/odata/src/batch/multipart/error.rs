/// Why a multipart batch as a whole is refused: none of its requests is carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the fields are what the messages print")]
pub enum MultipartError {
    /// `Content-Type` names no boundary that parts can have (RFC 2046 section 5.1.1).
    #[error("The Content-Type of a multipart batch needs a valid 'boundary'.")]
    Boundary,
    /// No line with that boundary, or none that ends the parts: some may be lost.
    #[error("The multipart batch does not end with its boundary.")]
    Unterminated,
    /// No part at all where there has to be one.
    #[error("A multipart batch, or a change set of it, has no request.")]
    Empty,
    /// A part whose headers cannot be read.
    #[error("The headers of part {part} of the multipart batch are not valid.")]
    Headers { part: usize },
    /// Neither a request nor, at the outer level, a change set.
    #[error(
        "Part {part} of the multipart batch must have the Content-Type 'application/http', or be a change set as 'multipart/mixed'."
    )]
    ContentType { part: usize },
    /// A text that is to be decoded first.
    #[error(
        "Part {part} of the multipart batch must have no Content-Transfer-Encoding but 'binary'."
    )]
    TransferEncoding { part: usize },
    /// The name of a request has other characters than names have (rule `request-id`).
    #[error("The Content-ID of part {part} of the multipart batch is not valid.")]
    ContentId { part: usize },
    /// Two requests of one name.
    #[error("The Content-ID '{0}' is used by more than one request of the batch.")]
    DuplicateId(String),
    /// More requests than a batch may have.
    #[error("Number of batch request steps exceeds the maximum value of {0}.")]
    TooMany(usize),
    /// A change set with a request that changes nothing.
    #[error("A change set must not have a {0} request.")]
    ReadInChangeSet(String),
    /// A change set that would have to succeed or fail as a whole.
    #[error("A change set of more than one request is not implemented by this service.")]
    ChangeSet,
}

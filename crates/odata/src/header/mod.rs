//! Request headers: what they ask for, parsed and decided without a server.

mod accept;
mod content_type;
mod etag;
mod list;
mod media_type;
mod precondition;
mod prefer;
mod version;

pub use accept::{
    MetadataFormat, NotAcceptable, accept_within, accepts_multipart, negotiate, negotiate_bytes,
    negotiate_count, negotiate_metadata,
};
pub use content_type::{ContentTypeError, check_content_type};
pub use etag::{ETag, ETagCondition, InvalidETag};
pub(crate) use list::is_token;
pub use media_type::is_multipart;
pub(crate) use media_type::{essence, is_json, is_text, parameter};
pub use precondition::{Current, PreconditionFailed, precondition};
pub use prefer::{MaxPageSize, Preferences, Return};
pub use version::{UnsupportedVersion, Version, negotiate_version};

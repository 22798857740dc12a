use model::Connection;
use odata::header::{ETag, InvalidETag};

/// Weak, because the same version has several representations. A query by the connector does not
/// count as a version.
pub(super) fn etag(connection: &Connection) -> Result<ETag, InvalidETag> {
    ETag::weak(connection.version.to_string())
}

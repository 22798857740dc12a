//! Resource paths (OData 4.01 URL conventions section 4), split, decoded and bound to the model.

mod key;
mod percent;
mod resolve;

use crate::edm::{Edm, Name, TypeName, TypeRef};
use crate::value::Value;

pub use percent::DecodeError;
pub(crate) use percent::decode;

/// Bytes that a path may have.
const MAX_LENGTH: usize = 8 * 1024;
/// Segments that a path may have.
const MAX_SEGMENTS: usize = 64;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Resource {
    /// The service root: the service document.
    ServiceDocument,
    /// `$metadata`
    Metadata,
    /// `$batch`
    Batch,
    /// Anything that the model declares.
    Path(ResourcePath),
}

/// A path of which every segment is found in the model.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourcePath {
    /// At least one segment; the first is an entity set or a singleton.
    pub segments: Vec<Segment>,
}

/// One segment, with the declared spelling of its name. A key in parentheses is a segment of its
/// own, as a key between slashes is.
#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    /// An entity set of the container.
    EntitySet {
        /// Its name.
        name: Name,
        /// Type of its entities.
        entity_type: TypeName,
    },
    /// A singleton of the container.
    Singleton {
        /// Its name.
        name: Name,
        /// Its type.
        entity_type: TypeName,
    },
    /// A navigation property.
    Navigation {
        /// Its name.
        name: Name,
        /// Type of the entities that it leads to.
        target: TypeName,
        /// Whether it leads to many.
        collection: bool,
    },
    /// The key of one entity: every key property, in declared order.
    Key(Vec<(Name, Value)>),
    /// A structural property.
    Property {
        /// Its name.
        name: Name,
        /// Its type.
        ty: TypeRef,
    },
    /// Only values of this derived type.
    Cast(TypeName),
    /// `$count`
    Count,
    /// `$value`
    Value,
}

/// Why a path leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Too many bytes or segments.
    #[error("The path is too long: more than {0}.")]
    TooLong(&'static str),
    /// A segment that cannot be decoded.
    #[error("The segment '{segment}' is not valid: {error}.")]
    Encoding {
        /// The segment as it came.
        segment: String,
        /// What is wrong with it.
        error: DecodeError,
    },
    /// Nothing of that name is there.
    #[error("Resource not found for the segment '{0}'.")]
    UnknownSegment(String),
    /// A key that the entity type cannot have.
    #[error("The key in the segment '{segment}' is not valid: {reason}.")]
    BadKey {
        /// The segment, decoded.
        segment: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Defined by OData, but not served here.
    #[error("The segment '{0}' is not implemented by this service.")]
    NotServed(String),
}

/// Reads the part of a URL after the service root: still percent-encoded, without query.
///
/// Identifiers match in any case; empty segments, of double or trailing slashes, are skipped.
/// After a collection a segment is a key unless it begins with `$` or names a type (URL conventions
/// 4.3.6).
pub fn parse_path(edm: &Edm, path: &str) -> Result<Resource, PathError> {
    if path.len() > MAX_LENGTH {
        return Err(PathError::TooLong("8 KiB"));
    }
    let mut segments = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        segments.push(
            decode(segment, false)
                .map_err(|error| PathError::Encoding { segment: segment.to_owned(), error })?,
        );
        if segments.len() > MAX_SEGMENTS {
            return Err(PathError::TooLong("64 segments"));
        }
    }
    match segments.as_slice() {
        [] => Ok(Resource::ServiceDocument),
        [only] if only.eq_ignore_ascii_case("$metadata") => Ok(Resource::Metadata),
        [only] if only.eq_ignore_ascii_case("$batch") => Ok(Resource::Batch),
        _ => resolve::resolve(edm, &segments).map(Resource::Path),
    }
}

#[cfg(test)]
mod tests;

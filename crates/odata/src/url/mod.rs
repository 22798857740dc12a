//! Resource paths (OData 4.01 URL conventions section 4), split, decoded and bound to the model.

mod error;
mod key;
mod percent;
mod print;
mod resolve;
mod split;

use crate::edm::{Edm, Name, TypeName, TypeRef};
use crate::expr::Expr;
use crate::query;
use crate::value::{DateTimeOffset, Value};

pub use error::{KeyError, PathError};
pub use percent::DecodeError;
pub(crate) use percent::decode;
pub use print::KeyText;

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
    /// `$filter(…)`: only entities for which this is true (URL conventions 4.12).
    Filter(Expr),
    /// `$count`
    Count,
    /// `$ref`, of a collection of entities or of one
    Ref,
    /// `$value`
    Value,
}

/// What a path is read with.
#[derive(Debug, Clone, Copy)]
pub struct PathScope<'s> {
    /// The model.
    pub edm: &'s Edm,
    /// The query behind the path as it came: it has the values of parameter aliases.
    pub query: &'s str,
    /// What `now()` stands for.
    pub now: DateTimeOffset,
}

/// Reads the part of a URL after the service root: still percent-encoded, without query.
///
/// Identifiers match in any case; empty segments, of double or trailing slashes, are skipped.
/// After a collection a segment is a key unless it begins with `$` or names a type (URL conventions
/// 4.3.6).
///
/// ```
/// use odata::edm::{Edm, EntityContainer, Schema};
/// use odata::url::{PathError, PathScope, parse_path};
///
/// let schema = Schema { namespace: "ns".into(), alias: None, types: vec![] };
/// let container = EntityContainer {
///     namespace: "ns".into(),
///     name: "container".into(),
///     entity_sets: vec![],
///     singletons: vec![],
///     annotations: vec![],
/// };
/// let edm = Edm::new(vec![schema], container).unwrap();
/// let now = "2024-07-07T21:59:24Z".parse().unwrap();
/// let scope = PathScope { edm: &edm, query: "", now };
/// assert_eq!(parse_path(scope, "/$metadata").unwrap().to_string(), "$metadata");
/// assert_eq!(parse_path(scope, "a/b"), Err(PathError::UnknownSegment("a".into())));
/// ```
pub fn parse_path(scope: PathScope<'_>, path: &str) -> Result<Resource, PathError> {
    if path.len() > MAX_LENGTH {
        return Err(PathError::TooLong("8 KiB"));
    }
    let mut segments = Vec::new();
    for segment in split::split(path) {
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
        _ => {
            let aliases = aliases_for(&segments, scope.query)?;
            resolve::resolve(scope, &aliases, &segments).map(Resource::Path)
        }
    }
}

/// The parameter aliases of the query, where the path may refer to one.
fn aliases_for(segments: &[String], query: &str) -> Result<Vec<(String, String)>, PathError> {
    if !segments.iter().any(|segment| segment.contains('@')) {
        return Ok(Vec::new());
    }
    let raw = query::split(query).map_err(PathError::Query)?;
    let named = raw.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    query::aliases(named).map_err(PathError::Query)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

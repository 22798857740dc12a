use std::fmt;

use crate::edm::{Edm, TypeName};
use crate::url::{PathScope, Resource, Segment, parse_path};
use crate::value::{DateTimeOffset, Structured, Value};

/// Where entities are: in a collection, or one of them at a path of its own.
#[derive(Debug)]
pub(super) struct Place {
    /// From the service root on, without casts.
    path: String,
    is_single: bool,
    /// The type that is declared for them.
    declared: Option<TypeName>,
}

impl Place {
    /// The collection that a context URL tells of.
    pub(super) fn of(edm: &Edm, path: &str) -> Self {
        // There are no aliases in it, and no filters.
        let scope = PathScope { edm, query: "", now: DateTimeOffset::MIN };
        let found = match parse_path(scope, path) {
            Ok(Resource::Path(found)) => found.segments,
            _ => Vec::new(),
        };
        let mut bare = path;
        for segment in found.iter().rev() {
            match segment {
                Segment::Cast(_) => bare = bare.rsplit_once('/').map_or(bare, |(before, _)| before),
                Segment::EntitySet { entity_type: ty, .. }
                | Segment::Navigation { target: ty, .. } => {
                    return Self::collection(bare, Some(ty));
                }
                _ => break,
            }
        }
        Self::collection(path, None)
    }

    pub(super) fn collection(path: &str, declared: Option<&TypeName>) -> Self {
        Self { path: path.to_owned(), is_single: false, declared: declared.cloned() }
    }

    pub(super) fn single(path: &str, declared: Option<&TypeName>) -> Self {
        Self { is_single: true, ..Self::collection(path, declared) }
    }

    /// The path of an entity; `None` if it does not carry its whole key.
    pub(super) fn path_of(&self, edm: &Edm, entity: &Structured) -> Option<String> {
        if self.is_single {
            return Some(self.path.clone());
        }
        EntityPath::new(edm, &self.path, entity).map(|path| path.to_string())
    }

    /// The type that has to be named for the properties that only it has.
    pub(super) fn cast<'e>(&self, entity: &'e Structured) -> Option<&'e TypeName> {
        let declared = self.declared.as_ref()?;
        (*declared != entity.type_name).then_some(&entity.type_name)
    }
}

/// The path of an entity from the service root: its collection and each part of its key as a
/// segment (URL conventions 4.3.6). The form of `Location`, so that both name it alike.
struct EntityPath<'a> {
    collection: &'a str,
    key: Vec<&'a Value>,
}

impl<'a> EntityPath<'a> {
    /// `None` if the entity does not carry its whole key.
    fn new(edm: &Edm, collection: &'a str, entity: &'a Structured) -> Option<Self> {
        let names = edm.key(edm.structured(&entity.type_name)?);
        let key: Option<Vec<_>> = names.iter().map(|name| entity.property(name)).collect();
        key.filter(|key| !key.is_empty()).map(|key| Self { collection, key })
    }
}

impl fmt::Display for EntityPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.collection)?;
        for part in &self.key {
            f.write_str("/")?;
            match part {
                Value::String(text) => write_segment(text, f)?,
                Value::Boolean(part) => part.fmt(f)?,
                Value::Int(part) | Value::Enum(part) => part.fmt(f)?,
                Value::Decimal(part) => part.fmt(f)?,
                Value::Guid(part) => part.fmt(f)?,
                Value::DateTimeOffset(part) => write_segment(&part.to_string(), f)?,
                Value::Date(part) => part.fmt(f)?,
                Value::TimeOfDay(part) => write_segment(&part.to_string(), f)?,
                Value::Duration(part) => part.fmt(f)?,
                // CSDL 6.5 allows none of these in a key.
                Value::Null
                | Value::Double(_)
                | Value::Binary(_)
                | Value::Structured(_)
                | Value::Collection(_) => {}
            }
        }
        Ok(())
    }
}

/// RFC 3986 section 2.3: everything but unreserved characters is percent-encoded.
fn write_segment(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                write!(f, "{}", char::from(byte))?;
            }
            _ => write!(f, "%{byte:02X}")?,
        }
    }
    Ok(())
}

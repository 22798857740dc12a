use std::fmt::{self, Write as _};

use super::percent::Encoded;
use super::{Resource, ResourcePath, Segment};
use crate::edm::Name;
use crate::expr::Expr;
use crate::value::Value;

/// As a path from the service root, percent-encoded: what it is read from again.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ServiceDocument => Ok(()),
            Self::Metadata => f.write_str("$metadata"),
            Self::Batch => f.write_str("$batch"),
            Self::Path(path) => path.fmt(f),
        }
    }
}

/// In canonical form (URL conventions 4.3.1): declared names, keys in parentheses,
/// percent-encoded.
impl fmt::Display for ResourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.segments.iter().enumerate() {
            if index > 0 && !matches!(segment, Segment::Key(_)) {
                f.write_char('/')?;
            }
            segment.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EntitySet { name, .. }
            | Self::Singleton { name, .. }
            | Self::Navigation { name, .. }
            | Self::Property { name, .. } => write!(f, "{}", Encoded(name)),
            Self::Key(key) => KeyText(key).fmt(f),
            Self::Cast(ty) => write!(f, "{}", Encoded(&ty.to_string())),
            Self::Filter(filter) => write!(f, "$filter({})", Encoded(&filter.to_string())),
            Self::Count => f.write_str("$count"),
            Self::Ref => f.write_str("$ref"),
            Self::Value => f.write_str("$value"),
        }
    }
}

/// A key with its parentheses, percent-encoded (URL conventions 4.3.1).
#[derive(Debug, Clone, Copy)]
pub struct KeyText<'k>(pub &'k [(Name, Value)]);

impl fmt::Display for KeyText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let literal = |value: &Value| Expr::Literal(value.clone()).to_string();
        f.write_char('(')?;
        if let [(_, value)] = self.0 {
            write!(f, "{}", Encoded(&literal(value)))?;
        } else {
            for (index, (name, value)) in self.0.iter().enumerate() {
                f.write_str(if index > 0 { "," } else { "" })?;
                write!(f, "{}={}", Encoded(name), Encoded(&literal(value)))?;
            }
        }
        f.write_char(')')
    }
}

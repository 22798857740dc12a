use super::DecodeError;
use crate::expr::ExprError;
use crate::query::QueryError;

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
    #[error("The key in the segment '{segment}' is not valid: {error}.")]
    BadKey {
        /// The segment, decoded.
        segment: String,
        /// What is wrong with it.
        error: KeyError,
    },
    /// `$filter(…)` with an expression that is none, or none of these entities.
    #[error("Invalid filter in the path: {0}")]
    Filter(ExprError),
    /// The query has the values of the aliases in the path, and cannot be read.
    #[error(transparent)]
    Query(QueryError),
    /// Defined by OData, but not served here.
    #[error("The segment '{0}' is not implemented by this service.")]
    NotServed(String),
}

/// What is wrong with a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No list of values.
    #[error("{}", .0.to_string().trim_end_matches('.'))]
    Syntax(ExprError),
    /// Something before or behind the parentheses.
    #[error("it is not in one pair of parentheses")]
    Parentheses,
    /// A pair with a colon.
    #[error("it has a colon")]
    Colon,
    /// An expression that has to be evaluated.
    #[error("it is not a constant")]
    NotConstant,
    /// Several key properties, and values without names.
    #[error("its values must be named")]
    Unnamed,
    /// A name that no key property has.
    #[error("it names what is no key property")]
    UnknownName,
    /// Null, which no key property can be.
    #[error("null is no key")]
    Null,
    /// A value of another type.
    #[error("the value is not of the type of the key")]
    Type,
    /// Two values for one key property.
    #[error("a key property is given twice")]
    Twice,
    /// A key property without a value.
    #[error("a key property is missing")]
    Missing,
    /// A parameter alias that the query does not define.
    #[error("the parameter alias '@{0}' has no value")]
    UndefinedAlias(String),
    /// A parameter alias whose value is no literal, nor an alias of one.
    #[error("the value of the parameter alias '@{0}' is not a constant")]
    Alias(String),
}

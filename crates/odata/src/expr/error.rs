use super::evaluate::EvaluateError;

/// Why a text is not an expression that can be used.
///
/// Every position counts characters, from 0, in the decoded text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the fields are what the messages print")]
pub enum ExprError {
    /// Not in the grammar.
    #[error("Syntax error at position {position}: found {found}, expected {expected}.")]
    Syntax { position: usize, found: String, expected: &'static str },
    /// Nested too deeply or too long.
    #[error("The expression is too complex at position {position}: more than {limit}.")]
    TooComplex { position: usize, limit: &'static str },
    /// The type declares no such property.
    #[error("Could not find a property named '{name}' on type '{type_name}'.")]
    UnknownProperty { position: usize, name: String, type_name: String },
    /// The model declares no such type, or it does not derive from the type it is applied to.
    #[error("The type '{name}' at position {position} is not defined in the model for this place.")]
    UnknownType { position: usize, name: String },
    /// Neither OData nor the model defines the function.
    #[error("An unknown function with name '{name}' was found at position {position}.")]
    UnknownFunction { position: usize, name: String },
    /// The enumeration type has no such member.
    #[error("The string '{name}' is not a valid enumeration type constant of '{type_name}'.")]
    UnknownMember { position: usize, name: String, type_name: String },
    /// A literal that is no value of the type it must have.
    #[error("'{text}' at position {position} is not a value of type '{type_name}': {reason}.")]
    BadLiteral { position: usize, text: String, type_name: String, reason: String },
    /// A function with the wrong number of arguments, or with one that it refuses.
    #[error("The function '{function}' at position {position} takes {expected}.")]
    Arguments { position: usize, function: String, expected: &'static str },
    /// An operand of the wrong type.
    #[error("A value of type '{found}' at position {position} does not fit: expected {expected}.")]
    TypeMismatch { position: usize, found: String, expected: String },
    /// Arithmetic that has no result for any row.
    #[error("The expression at position {position} has no value. {error}")]
    NoResult { position: usize, error: EvaluateError },
    /// Defined by OData, but not served here.
    #[error("'{name}' at position {position} is not implemented by this service.")]
    NotServed { position: usize, name: String },
}

impl ExprError {
    /// Where in the text, in characters from 0.
    pub const fn position(&self) -> usize {
        match self {
            Self::Syntax { position, .. }
            | Self::TooComplex { position, .. }
            | Self::UnknownProperty { position, .. }
            | Self::UnknownType { position, .. }
            | Self::UnknownFunction { position, .. }
            | Self::UnknownMember { position, .. }
            | Self::BadLiteral { position, .. }
            | Self::Arguments { position, .. }
            | Self::TypeMismatch { position, .. }
            | Self::NoResult { position, .. }
            | Self::NotServed { position, .. } => *position,
        }
    }

    /// The same error at another place: an error in the value of an alias stands where it is used.
    pub(crate) fn moved_to(mut self, to: usize) -> Self {
        match &mut self {
            Self::Syntax { position, .. }
            | Self::TooComplex { position, .. }
            | Self::UnknownProperty { position, .. }
            | Self::UnknownType { position, .. }
            | Self::UnknownFunction { position, .. }
            | Self::UnknownMember { position, .. }
            | Self::BadLiteral { position, .. }
            | Self::Arguments { position, .. }
            | Self::TypeMismatch { position, .. }
            | Self::NoResult { position, .. }
            | Self::NotServed { position, .. } => *position = to,
        }
        self
    }
}

use crate::edm::{TypeName, TypeRef};

/// Why a body is not what the model says.
///
/// The texts are for the client: they name what it wrote, shortened, and nothing of the inside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not UTF-8 (RFC 8259 section 8.1).
    #[error("Unable to read JSON request payload. It is not valid UTF-8 at byte {at}.")]
    NotUtf8 {
        /// How many bytes are before the wrong one.
        at: usize,
    },
    /// Not JSON, something after it, a number that nothing holds, or nested too deeply.
    #[error("Unable to read JSON request payload. {0}.")]
    Malformed(String),
    /// JSON, but no object.
    #[error("Unable to read JSON request payload. The body must be a JSON object.")]
    NotAnObject,
    /// Two members of an object have the same name; names of properties ignore case.
    #[error("The name '{target}' appears more than once in its object.")]
    Duplicate {
        /// Path of the second one.
        target: String,
    },
    /// The type has no such property.
    #[error(
        "The property '{name}' does not exist on type '{type_name}'. Use only properties that the \
         type declares; the type is not open."
    )]
    UndeclaredProperty {
        /// Path of the property.
        target: String,
        /// Its name.
        name: String,
        /// The type that lacks it.
        type_name: TypeName,
    },
    /// Related entities in the body, which this engine does not write (deep insert).
    #[error("The navigation property '{target}' cannot be written as a part of its source.")]
    NavigationProperty {
        /// Path of the property.
        target: String,
    },
    /// JSON of a kind or a text that the declared type does not have.
    #[error("The value of '{target}' is not a valid {expected}.")]
    WrongType {
        /// Path of the value.
        target: String,
        /// Declared type.
        expected: TypeRef,
    },
    /// A number or text of the right kind that the declared type cannot hold.
    #[error("The value of '{target}' is out of the range of {expected}.")]
    OutOfRange {
        /// Path of the value.
        target: String,
        /// Declared type.
        expected: TypeRef,
    },
    /// Null where the model allows none.
    #[error("The property '{target}' cannot be null.")]
    NullNotAllowed {
        /// Path of the value.
        target: String,
    },
    /// Text that names no member of the enumeration type.
    #[error("'{value}' is not a member of the enumeration type '{type_name}'.")]
    UnknownMember {
        /// Path of the value.
        target: String,
        /// What was sent.
        value: String,
        /// The enumeration type.
        type_name: TypeName,
    },
    /// `@odata.type` is not a string.
    #[error("The value of '@odata.type' must be the name of a type.")]
    TypeNotText {
        /// Path of the annotated value; `None` for the entity itself.
        target: Option<String>,
    },
    /// `@odata.type` names nothing.
    #[error("The type name '{name}' could not be resolved by the model.")]
    UnknownType {
        /// Path of the annotated value; `None` for the entity itself.
        target: Option<String>,
        /// What was sent.
        name: String,
    },
    /// `@odata.type` names a type that may not stand there.
    #[error("The type '{found}' is not assignable to the expected type '{expected}'.")]
    NotAssignable {
        /// Path of the annotated value; `None` for the entity itself.
        target: Option<String>,
        /// What was sent.
        found: TypeName,
        /// Declared type.
        expected: TypeName,
    },
    /// The value has an abstract type, said so or by not saying otherwise.
    #[error("Cannot create an abstract class.")]
    AbstractType {
        /// Path of the value; `None` for the entity itself.
        target: Option<String>,
        /// The abstract type.
        type_name: TypeName,
    },
    /// The declared type is one that this engine holds no values of.
    #[error("Values of type {ty}, as of '{target}', are not implemented.")]
    NotImplemented {
        /// Path of the value.
        target: String,
        /// Declared type.
        ty: TypeRef,
    },
}

impl ReadError {
    /// Path of the property that is at fault, e.g. `authenticationMethod/appId`.
    pub fn target(&self) -> Option<&str> {
        match self {
            Self::NotUtf8 { .. } | Self::Malformed(_) | Self::NotAnObject => None,
            Self::Duplicate { target }
            | Self::UndeclaredProperty { target, .. }
            | Self::NavigationProperty { target }
            | Self::WrongType { target, .. }
            | Self::OutOfRange { target, .. }
            | Self::NullNotAllowed { target }
            | Self::UnknownMember { target, .. }
            | Self::NotImplemented { target, .. } => Some(target),
            Self::TypeNotText { target }
            | Self::UnknownType { target, .. }
            | Self::NotAssignable { target, .. }
            | Self::AbstractType { target, .. } => target.as_deref(),
        }
    }
}

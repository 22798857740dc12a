use crate::edm::{Name, TypeName};
use crate::value::Value;

/// What a body says about a structure: its type and the properties that are present. A property
/// that is absent was not spoken of; what that means is for the operation to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Members {
    /// The concrete type, by `@odata.type` or as declared.
    pub type_name: TypeName,
    /// Declared name and value, in the order of the body.
    pub values: Vec<(Name, Member)>,
}

/// The value of one property in a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    /// Explicitly nothing.
    Null,
    /// A primitive value or a member of an enumeration type.
    Value(Value),
    /// A complex value, as far as it was written.
    Complex(Members),
    /// A collection, whole.
    Collection(Vec<Self>),
}

impl Members {
    /// What the body says about a property by its declared name.
    pub fn property(&self, name: &str) -> Option<&Member> {
        self.values.iter().find(|(key, _)| key == name).map(|(_, member)| member)
    }
}

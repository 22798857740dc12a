use std::borrow::Cow;
use std::fmt;

/// A simple identifier as declared in the model; borrowed where the model is compiled in.
pub type Name = Cow<'static, str>;

/// A namespace-qualified type name, as declared (CSDL 4.01 section 4, qualified name).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeName {
    /// Namespace without the final dot, e.g. `microsoft.graph`.
    pub namespace: Name,
    /// Simple name, e.g. `serviceNowConnection`.
    pub name: Name,
}

impl TypeName {
    /// Joins a namespace and a simple name that live as long as the program.
    pub const fn from_static(namespace: &'static str, name: &'static str) -> Self {
        Self { namespace: Cow::Borrowed(namespace), name: Cow::Borrowed(name) }
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.namespace, self.name)
    }
}

/// The type of a property, a literal or an expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TypeRef {
    /// A built-in `Edm.…` type.
    Primitive(PrimitiveType),
    /// An enumeration type of the model.
    Enum(TypeName),
    /// A complex type of the model.
    Complex(TypeName),
    /// An entity type of the model.
    Entity(TypeName),
    /// `Collection(…)`.
    Collection(Box<Self>),
}

impl TypeRef {
    /// The type of the items of a collection, else the type itself.
    pub fn item(&self) -> &Self {
        match self {
            Self::Collection(item) => item,
            single => single,
        }
    }
}

impl fmt::Display for TypeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Primitive(primitive) => primitive.fmt(f),
            Self::Enum(name) | Self::Complex(name) | Self::Entity(name) => name.fmt(f),
            Self::Collection(item) => write!(f, "Collection({item})"),
        }
    }
}

/// The primitive types of CSDL 4.01 section 3.3 that this engine holds values of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each name is the Edm type of the same name")]
pub enum PrimitiveType {
    Binary,
    Boolean,
    Byte,
    Date,
    DateTimeOffset,
    Decimal,
    Double,
    Duration,
    Guid,
    Int16,
    Int32,
    Int64,
    SByte,
    Single,
    String,
    TimeOfDay,
}

impl PrimitiveType {
    /// Every primitive type, in alphabetical order.
    pub const ALL: [Self; 16] = [
        Self::Binary,
        Self::Boolean,
        Self::Byte,
        Self::Date,
        Self::DateTimeOffset,
        Self::Decimal,
        Self::Double,
        Self::Duration,
        Self::Guid,
        Self::Int16,
        Self::Int32,
        Self::Int64,
        Self::SByte,
        Self::Single,
        Self::String,
        Self::TimeOfDay,
    ];

    /// The name without `Edm.`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binary => "Binary",
            Self::Boolean => "Boolean",
            Self::Byte => "Byte",
            Self::Date => "Date",
            Self::DateTimeOffset => "DateTimeOffset",
            Self::Decimal => "Decimal",
            Self::Double => "Double",
            Self::Duration => "Duration",
            Self::Guid => "Guid",
            Self::Int16 => "Int16",
            Self::Int32 => "Int32",
            Self::Int64 => "Int64",
            Self::SByte => "SByte",
            Self::Single => "Single",
            Self::String => "String",
            Self::TimeOfDay => "TimeOfDay",
        }
    }
}

impl fmt::Display for PrimitiveType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Edm.{}", self.name())
    }
}

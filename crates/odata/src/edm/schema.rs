use super::annotation::Annotation;
use super::types::{Name, TypeName, TypeRef};

/// One schema of the model (CSDL 4.01 section 5).
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// Namespace, e.g. `microsoft.graph`.
    pub namespace: Name,
    /// Alias, e.g. `graph`.
    pub alias: Option<Name>,
    /// Types in the order they are written to CSDL.
    pub types: Vec<SchemaType>,
}

/// A type declared in a schema.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemaType {
    /// Has a key and can stand in an entity set (section 6).
    Entity(StructuredType),
    /// Keyless structure (section 9).
    Complex(StructuredType),
    /// Named integers (section 10).
    Enum(EnumType),
}

/// An entity or complex type.
#[derive(Debug, Clone, PartialEq)]
pub struct StructuredType {
    /// Qualified name.
    pub name: TypeName,
    /// Base type of the same kind.
    pub base: Option<TypeName>,
    /// Values must be of a derived type.
    pub is_abstract: bool,
    /// Names of the key properties; empty for complex types and where the base declares the key.
    pub key: Vec<Name>,
    /// Properties declared here, without inherited ones.
    pub properties: Vec<Property>,
    /// Navigation properties declared here.
    pub navigation: Vec<NavigationProperty>,
    /// Annotations on the type.
    pub annotations: Vec<Annotation>,
}

/// A structural property (section 7).
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Simple name.
    pub name: Name,
    /// Declared type.
    pub ty: TypeRef,
    /// Whether null is a value of it.
    pub nullable: bool,
    /// Set by the service: a value in a request body is ignored (`Core.Computed`; for Graph's own
    /// types the documentation says so in prose only, and no annotation is written).
    pub computed: bool,
    /// What bounds its values, or their items.
    pub facets: Facets,
    /// Annotations on the property.
    pub annotations: Vec<Annotation>,
}

/// What bounds values beyond their type (section 7.2). Without one of these nothing is said: there is no
/// such bound, or none that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facets {
    /// Most characters of a text, most bytes of a binary value.
    pub max_length: Option<u32>,
    /// Most digits of a decimal, or of the fraction of a second.
    pub precision: Option<u8>,
    /// Most digits of a decimal behind its point.
    pub scale: Option<u8>,
    /// A text has no character beyond ASCII.
    pub is_ascii: bool,
}

/// A navigation property (section 8).
#[derive(Debug, Clone, PartialEq)]
pub struct NavigationProperty {
    /// Simple name.
    pub name: Name,
    /// Entity type that it leads to.
    pub target: TypeName,
    /// Leads to many.
    pub collection: bool,
    /// The targets exist only inside the source.
    pub contains_target: bool,
    /// The navigation property of the target that leads back.
    pub partner: Option<Name>,
    /// Annotations on the navigation property.
    pub annotations: Vec<Annotation>,
}

/// An enumeration type (section 10).
#[derive(Debug, Clone, PartialEq)]
pub struct EnumType {
    /// Qualified name.
    pub name: TypeName,
    /// Values combine as bits.
    pub is_flags: bool,
    /// Members in declared order.
    pub members: Vec<EnumMember>,
    /// Annotations on the type.
    pub annotations: Vec<Annotation>,
}

impl EnumType {
    /// The value that a text stands for: the name of a member in any case, or its number; several
    /// of them with commas between if the type has flags (rule `enumValue` of the OData ABNF).
    /// Blanks around a comma do not matter. `None` for what the type has no member of.
    pub fn value_of(&self, text: &str) -> Option<i64> {
        if self.is_flags {
            text.split(',').try_fold(0, |bits, part| Some(bits | self.member_value(part.trim())?))
        } else {
            self.member_value(text)
        }
    }

    /// The text of a value: the name of its member, or the names of the members that make it up if
    /// the type has flags; its number where no name fits (JSON format 4.01 section 7.1).
    pub fn text_of(&self, value: i64) -> Name {
        if let Some(member) = self.members.iter().find(|member| member.value == value) {
            return member.name.clone();
        }
        let parts = self.members.iter().filter(|it| it.value != 0 && it.value & value == it.value);
        let all = parts.clone().fold(0, |all, member| all | member.value);
        if !self.is_flags || value == 0 || all != value {
            return value.to_string().into();
        }
        parts.map(|member| member.name.as_ref()).collect::<Vec<_>>().join(",").into()
    }

    fn member_value(&self, text: &str) -> Option<i64> {
        let named = self.members.iter().find(|member| member.name.eq_ignore_ascii_case(text));
        if let Some(member) = named {
            return Some(member.value);
        }
        let number = text.parse().ok()?;
        let all = self.members.iter().fold(0, |bits, member| bits | member.value);
        let fits = if self.is_flags {
            number & !all == 0
        } else {
            self.members.iter().any(|member| member.value == number)
        };
        fits.then_some(number)
    }
}

/// One member of an enumeration type.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumMember {
    /// Simple name.
    pub name: Name,
    /// Numeric value.
    pub value: i64,
    /// Annotations on the member.
    pub annotations: Vec<Annotation>,
}

/// The entity container (section 13).
#[derive(Debug, Clone, PartialEq)]
pub struct EntityContainer {
    /// Namespace of the schema it is written in.
    pub namespace: Name,
    /// Simple name.
    pub name: Name,
    /// Entity sets.
    pub entity_sets: Vec<EntitySet>,
    /// Singletons.
    pub singletons: Vec<Singleton>,
    /// Annotations on the container, which speak of the whole service.
    pub annotations: Vec<Annotation>,
}

/// A top-level entity set.
#[derive(Debug, Clone, PartialEq)]
pub struct EntitySet {
    /// Simple name.
    pub name: Name,
    /// Type of its entities.
    pub entity_type: TypeName,
    /// Annotations on the set.
    pub annotations: Vec<Annotation>,
}

/// A top-level singleton.
#[derive(Debug, Clone, PartialEq)]
pub struct Singleton {
    /// Simple name.
    pub name: Name,
    /// Its type.
    pub entity_type: TypeName,
    /// Annotations on the singleton.
    pub annotations: Vec<Annotation>,
}

//! The entity data model as data (OData CSDL 4.01).

mod builder;
#[cfg(test)]
pub(crate) mod fixture;
mod schema;
mod types;

pub use builder::{Edm, EdmError};
pub use schema::{
    Annotation, EntityContainer, EntitySet, EnumMember, EnumType, NavigationProperty, Property,
    Schema, SchemaType, Singleton, StructuredType,
};
pub use types::{Name, PrimitiveType, TypeName, TypeRef};

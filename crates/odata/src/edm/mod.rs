//! The entity data model as data (OData CSDL 4.01).

mod annotation;
mod builder;
#[cfg(test)]
pub(crate) mod fixture;
mod schema;
mod types;

pub use annotation::{Annotation, AnnotationValue, VOCABULARIES, Vocabulary};
pub use builder::{Edm, EdmError};
pub use schema::{
    EntityContainer, EntitySet, EnumMember, EnumType, Facets, NavigationProperty, Property, Schema,
    SchemaType, Singleton, StructuredType,
};
pub use types::{Name, PrimitiveType, TypeName, TypeRef};

//! Entities of any model, read from the description of their table.

mod apply;
mod count;
mod expand;
mod items;
mod list;
mod related;
mod row;
mod shown;

use odata::edm::TypeName;

pub use expand::{Expanded, Expansion, Found};
pub use related::Related;

use crate::query::Table;

/// Entities and the table that holds them: all that is needed to read rows as the model has them.
#[derive(Debug)]
pub struct Entities {
    /// The table; its columns stand in the order of the properties, a complex value before what
    /// is in it.
    pub table: &'static Table,
    /// The declared type; where the table has rows of several types, each tells its own.
    pub ty: TypeName,
    /// The types of complex values.
    pub complex: &'static [ComplexType],
}

/// Which type a complex value has, or the items of a collection of them.
#[derive(Debug)]
pub struct ComplexType {
    /// Path of the property.
    pub path: &'static str,
    /// What its column holds then; a collection has none.
    pub kind: &'static str,
    /// The type.
    pub ty: TypeName,
}

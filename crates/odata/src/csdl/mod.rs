//! The metadata document (OData CSDL XML 4.01).

mod elements;
mod xml;

pub use xml::write_xml;

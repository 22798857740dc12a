//! The metadata document (OData CSDL 4.01), as XML and as JSON.

mod bindings;
mod elements;
mod json;
mod references;
mod xml;

pub use json::write_json;
pub use xml::write_xml;

#[cfg(test)]
mod tests;

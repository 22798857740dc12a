//! Writes answers by appending to one text: no tree in between, no copy of a value.

mod answer;
mod entity;
mod link;
mod service_document;
mod structure;

pub use answer::{Page, write_collection, write_entity, write_property, write_values};
pub use service_document::write_service_document;

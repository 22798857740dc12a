//! JSON bodies (OData JSON format 4.01): what is answered and what clients send.

mod context_url;
mod format;
mod json_text;
mod read;
mod selection;
mod write;

pub use context_url::ContextUrl;
pub use format::{Format, MetadataLevel};
pub use read::{Member, Members, ReadError, read_entity};
pub use write::{
    Page, write_collection, write_entity, write_property, write_service_document, write_values,
};

pub(crate) use json_text::JsonText;

//! Batches as `multipart/mixed` (OData 4.01 protocol section 11.7.7): MIME around HTTP.

mod error;
mod http;
mod mime;
mod read;
mod write;

pub use error::MultipartError;
pub use read::{MultipartItem, read_multipart};
pub use write::{MultipartAnswer, write_multipart};

#[cfg(test)]
mod tests;

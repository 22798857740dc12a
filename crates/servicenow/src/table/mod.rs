//! The Table API, read page by page.

mod decoder;
mod page;
mod raw;
mod request;
mod row;

pub use page::Page;
pub use request::{Labels, PageRequest};
pub use row::{Cell, Row};

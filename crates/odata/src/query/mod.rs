//! System query options (OData 4.01 URL conventions section 5.1).

mod select;

pub use select::Select;

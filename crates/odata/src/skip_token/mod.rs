//! `$skiptoken`: where the next page begins (OData 4.01 protocol section 11.2.6.7), in a form that
//! a client can carry but neither change nor use for another query.

mod codec;
mod token;

pub use token::{InvalidSkipToken, SkipToken, UnsortableValue};

//! OData 4.01 as a protocol: grammar, types, model and payloads, without any I/O.
//!
//! Everything here is a synchronous function of values. A request goes through these stages, each
//! with types of its own:
//!
//! 1. [`url`] splits and decodes a path and binds it to the [`edm`] model;
//! 2. [`query`] reads the system query options, [`expr`] parses and binds their expressions;
//! 3. somebody fetches rows: a database by translated [`expr::Expr`], or [`expr::evaluate`];
//! 4. [`payload`] writes the answer, or reads what a client sent.
#![warn(missing_docs)]

pub mod apply;
pub mod batch;
pub mod csdl;
pub mod edm;
pub mod error;
pub mod expr;
pub mod grammar;
pub mod header;
pub mod openapi;
pub mod payload;
pub mod query;
pub mod search;
pub mod skip_token;
pub mod url;
pub mod value;

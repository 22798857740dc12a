//! Reads of any model from data: a model, the tables behind its entity sets, and who may read.

mod count;
mod dispatch;
mod get;
mod list;
mod property;

use identity::Access;
use odata::edm::{Edm, StructuredType};
use store::Entities;

pub(crate) use count::count;
pub(crate) use dispatch::{find, handle};
pub(crate) use list::list;

use crate::error::ApiError;

/// A model that is served, to be read only.
#[derive(Debug)]
pub struct Service {
    /// Path of the service root, without slashes around it.
    pub path: &'static str,
    /// The model.
    pub edm: fn() -> &'static Edm,
    /// Where the entities of its sets are.
    pub sets: &'static [Set],
}

/// A collection of entities.
#[derive(Debug)]
pub struct Set {
    /// Path from the service root.
    pub path: &'static str,
    /// What is in it.
    pub entities: &'static Entities,
    /// What reading takes.
    pub access: Access,
    /// The property that sorts it where the client does not say; without it, the key alone.
    pub order: Option<&'static str>,
}

impl Set {
    /// The type as the model declares it.
    fn ty<'e>(&self, edm: &'e Edm) -> Result<&'e StructuredType, ApiError> {
        let ty = &self.entities.ty;
        edm.structured(ty).ok_or_else(|| ApiError::NotServed(ty.to_string()))
    }
}

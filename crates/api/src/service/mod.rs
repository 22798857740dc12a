//! Reads of any model from data: a model, the tables behind its entity sets, and who may read.
//!
//! `walk` follows a path to a collection or an entity; `list`, `count`, `get` and `property` answer
//! with it, `expand` adds what is related, `shape` what is computed.

mod apply;
mod collection;
mod compute;
mod count;
mod dispatch;
mod expand;
mod expand_set;
mod get;
mod levels;
mod list;
mod property;
mod shape;
mod values;
mod walk;

use identity::Access;
use odata::edm::Edm;
use store::{Entities, Table};

use crate::graph::GRAPH;

pub(crate) use collection::Collection;
pub(crate) use compute::{Computing, refuse_related};
pub(crate) use count::count;
pub(crate) use dispatch::{find, handle, read};
pub(crate) use expand_set::expand_set;
pub(crate) use list::{by_default, list};
pub(crate) use property::{Owner, property};
pub(crate) use shape::shape;

/// A model that is served, to be read only.
#[derive(Debug)]
pub struct Service {
    /// Path of the service root, without slashes around it.
    pub path: &'static str,
    /// The model.
    pub edm: fn() -> &'static Edm,
    /// Where the entities of its sets and its singletons are.
    pub sets: &'static [Set],
    /// Where the entities are that only navigation properties lead to; their path is not used.
    pub contained: &'static [Set],
}

/// How many entities, or results of `$apply`, an answer shows; kept beside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown(pub(crate) usize);

/// A collection of entities, or a singleton.
#[derive(Debug)]
pub struct Set {
    /// Path from the service root.
    pub path: &'static str,
    /// What is in it.
    pub entities: &'static Entities,
    /// What reading takes.
    pub access: Access,
    /// The property that sorts it where the client does not say, perhaps with ` desc` behind; without
    /// it, the key alone.
    pub order: Option<&'static str>,
}

impl Service {
    /// Whether it is Graph's, which has operations of its own.
    pub(crate) fn is_graph(&self) -> bool {
        self.path == GRAPH.path
    }

    /// The set whose entities a relation leads to, and whether they are contained.
    fn set_of(&self, table: &'static Table) -> Option<(&'static Set, bool)> {
        let holds = |set: &&Set| std::ptr::eq(set.entities.table, table);
        let set = self.sets.iter().find(holds).map(|set| (set, false));
        set.or_else(|| self.contained.iter().find(holds).map(|set| (set, true)))
    }
}

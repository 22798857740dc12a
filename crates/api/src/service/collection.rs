use std::borrow::Cow;

use odata::edm::{Edm, Name, StructuredType, TypeName};
use odata::expr::{Expr, TypeCast};
use odata::payload::ContextUrl;
use odata::query::QueryOptions;
use odata::url::{KeyText, Segment};
use odata::value::{Structured, Value};
use store::{Entities, Relation, Table, Within};

use super::Set;
use crate::error::ApiError;

/// A collection that a path leads to, or where an entity is that it leads to.
#[derive(Debug)]
pub(crate) struct Collection {
    pub(super) entities: &'static Entities,
    pub(super) order: Option<&'static str>,
    /// The path itself, in canonical spelling.
    pub(super) path: String,
    /// The same without filters, by which the entities in it are named.
    bare: String,
    /// What the context URL calls it.
    pub(super) context: String,
    /// Only entities of this type, which derives from that of the set.
    cast: Option<TypeCast>,
    /// What casts and `/$filter` in the path leave.
    filters: Vec<Expr>,
    /// Whether there is one entity, which is no item of a set: a singleton, or what is contained.
    is_single: bool,
    /// Whether only references are asked for.
    pub(super) is_referred: bool,
    origin: Option<Origin>,
}

/// The row where the navigation property begins.
#[derive(Debug)]
struct Origin {
    owner: &'static Table,
    relation: &'static Relation,
    key: Vec<Value>,
}

impl Collection {
    pub(crate) fn ty<'e>(&self, edm: &'e Edm) -> Result<&'e StructuredType, ApiError> {
        let ty = self.cast.as_ref().map_or(&self.entities.ty, |cast| &cast.ty);
        edm.structured(ty).ok_or_else(|| ApiError::NotServed(ty.to_string()))
    }

    pub(super) fn within(&self) -> Option<Within<'_>> {
        let Origin { owner, relation, key } = self.origin.as_ref()?;
        Some(Within { owner, relation, key })
    }

    /// The same, of which only entities of a derived type are meant (URL conventions 4.11).
    pub(super) fn cast(mut self, edm: &Edm, ty: &TypeName) -> Self {
        self.path = format!("{}/{ty}", self.path);
        self.bare = format!("{}/{ty}", self.bare);
        self.context = format!("{}/{ty}", self.context);
        let cast = TypeCast { ty: ty.clone(), derived: edm.derived(ty) };
        self.filters.push(is_of(&cast));
        self.cast = Some(cast);
        self
    }

    /// What a navigation property leads to from one entity of this collection.
    pub(super) fn related(
        &self,
        entity: &Structured,
        relation: &'static Relation,
        (set, contained): (&'static Set, bool),
    ) -> Self {
        let path = format!("{}/{}", self.path, relation.path);
        let owner = self.entities.table;
        Self {
            entities: set.entities,
            order: set.order,
            context: if contained { path.clone() } else { set.path.to_owned() },
            bare: path.clone(),
            path,
            cast: None,
            is_single: contained && !relation.many,
            is_referred: false,
            origin: Some(Origin { owner, relation, key: owner.key_of(entity) }),
            filters: vec![],
        }
    }

    /// The only entity, as a singleton is.
    pub(super) fn single(self) -> Self {
        Self { is_single: true, ..self }
    }

    /// References to its entities (OData 4.01 protocol section 11.2.8).
    pub(super) fn references(self) -> Self {
        Self { path: format!("{}/$ref", self.path), is_referred: true, ..self }
    }

    /// What an answer with one of its entities says it is.
    pub(super) fn context_of_one<'u>(
        &'u self,
        root: &'u str,
        options: &'u QueryOptions,
    ) -> ContextUrl<'u> {
        let select = options.select.as_ref();
        match (self.is_referred, self.is_single) {
            (false, false) => ContextUrl::entity(root, &self.context, select),
            (false, true) => ContextUrl::singleton(root, &self.context, select),
            (true, false) => ContextUrl::reference(root, &self.context),
            (true, true) => ContextUrl::reference_to_singleton(root, &self.context),
        }
    }

    /// What an answer with many of them says it is.
    pub(super) fn context_of_many<'u>(
        &'u self,
        root: &'u str,
        options: &'u QueryOptions,
    ) -> ContextUrl<'u> {
        if self.is_referred {
            ContextUrl::references(root, &self.context)
        } else {
            ContextUrl::collection(root, &self.context, options.select.as_ref())
        }
    }

    /// The same, with the path of one entity in it.
    pub(super) fn at(mut self, key: &[(Name, Value)]) -> Self {
        self.bare = format!("{}{}", self.bare, KeyText(key));
        self.path.clone_from(&self.bare);
        self
    }

    /// Only what there is as long as nobody asks for more. The path does not tell of it.
    pub(crate) fn only(mut self, filter: Expr) -> Self {
        self.filters.push(filter);
        self
    }

    /// The same under another path, whose rows come in another order unless the client says one.
    pub(crate) fn asked_at(self, path: String, order: &'static str) -> Self {
        Self { path, order: Some(order), ..self }
    }

    /// Only what passes a filter of the path (URL conventions 4.12).
    pub(crate) fn filtered(mut self, filter: &Expr) -> Self {
        self.path = format!("{}/{}", self.path, Segment::Filter(filter.clone()));
        self.filters.push(filter.clone());
        self
    }

    /// What the path leaves, and another filter.
    pub(super) fn filter<'f>(&'f self, another: Option<&'f Expr>) -> Option<Cow<'f, Expr>> {
        match (self.filters.as_slice(), another) {
            ([], another) => another.map(Cow::Borrowed),
            ([only], None) => Some(Cow::Borrowed(only)),
            (all, another) => {
                Some(Cow::Owned(Expr::And(all.iter().chain(another).cloned().collect())))
            }
        }
    }
}

impl Set {
    pub(crate) fn collection(&self) -> Collection {
        Collection {
            entities: self.entities,
            order: self.order,
            path: self.path.to_owned(),
            bare: self.path.to_owned(),
            context: self.path.to_owned(),
            cast: None,
            is_single: false,
            is_referred: false,
            origin: None,
            filters: vec![],
        }
    }
}

/// Whether an entity is of a type or of one that derives from it.
pub(super) fn is_of(cast: &TypeCast) -> Expr {
    let mut types = vec![cast.ty.clone()];
    types.extend_from_slice(&cast.derived);
    Expr::IsOf { operand: None, types }
}

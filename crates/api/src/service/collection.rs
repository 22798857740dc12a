use odata::edm::{Edm, Name, StructuredType, TypeName};
use odata::expr::{Expr, TypeCast};
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
    /// What the context URL calls it.
    pub(super) context: String,
    /// Only entities of this type, which derives from that of the set.
    cast: Option<TypeCast>,
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
    pub(super) fn ty<'e>(&self, edm: &'e Edm) -> Result<&'e StructuredType, ApiError> {
        let ty = self.cast.as_ref().map_or(&self.entities.ty, |cast| &cast.ty);
        edm.structured(ty).ok_or_else(|| ApiError::NotServed(ty.to_string()))
    }

    pub(super) fn within(&self) -> Option<Within<'_>> {
        let Origin { owner, relation, key } = self.origin.as_ref()?;
        Some(Within { owner, relation, key })
    }

    /// What a filter comes to where only entities of a type are meant.
    pub(super) fn filter(&self, filter: Option<&Expr>) -> Option<Expr> {
        let Some(cast) = &self.cast else { return filter.cloned() };
        let is_of = is_of(cast);
        Some(match filter {
            Some(filter) => Expr::And(vec![is_of, filter.clone()]),
            None => is_of,
        })
    }

    /// The same, of which only entities of a derived type are meant (URL conventions 4.11).
    pub(super) fn cast(mut self, edm: &Edm, ty: &TypeName) -> Self {
        self.path = format!("{}/{ty}", self.path);
        self.context = format!("{}/{ty}", self.context);
        self.cast = Some(TypeCast { ty: ty.clone(), derived: edm.derived(ty) });
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
            path,
            cast: None,
            origin: Some(Origin { owner, relation, key: key_of(owner, entity) }),
        }
    }

    /// The same, with the path of one entity in it.
    pub(super) fn at(mut self, key: &[(Name, Value)]) -> Self {
        self.path = format!("{}({})", self.path, key_text(key));
        self
    }
}

impl Set {
    pub(crate) fn collection(&self) -> Collection {
        Collection {
            entities: self.entities,
            order: self.order,
            path: self.path.to_owned(),
            context: self.path.to_owned(),
            cast: None,
            origin: None,
        }
    }
}

/// Whether an entity is of a type or of one that derives from it.
pub(super) fn is_of(cast: &TypeCast) -> Expr {
    let mut types = vec![cast.ty.clone()];
    types.extend_from_slice(&cast.derived);
    Expr::IsOf { operand: None, types }
}

/// The values of the key.
pub(super) fn key_of(table: &Table, entity: &Structured) -> Vec<Value> {
    let part = |name: &&str| entity.property(name).cloned().unwrap_or(Value::Null);
    table.key.iter().map(part).collect()
}

/// What stands in the parentheses of a canonical URL.
fn key_text(key: &[(Name, Value)]) -> String {
    let literal = |value: &Value| Expr::Literal(value.clone()).to_string();
    match key {
        [(_, value)] => literal(value),
        parts => {
            let parts = parts.iter().map(|(name, value)| format!("{name}={}", literal(value)));
            parts.collect::<Vec<_>>().join(",")
        }
    }
}

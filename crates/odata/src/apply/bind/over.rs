use super::{PlanBinder, not_served};
use crate::apply::bound::Over;
use crate::edm::{StructuredType, TypeRef};
use crate::expr::{
    Expr, ExprError, ITEM, Node, NodeKind, PathStep, PropertyPath, Root, item_value, value,
};

/// What a path leads to behind a collection.
pub(super) struct Behind {
    pub(super) over: Over,
    pub(super) operand: Expr,
    pub(super) ty: Option<TypeRef>,
    /// Nothing is behind it: the items themselves are meant.
    pub(super) is_items: bool,
    /// An entity is on the way from the item, which others may lead to as well.
    pub(super) is_related: bool,
}

impl PlanBinder<'_> {
    /// The first collection that a path leads to or through: how many steps it takes, and its type.
    pub(super) fn collection(&self, node: &Node) -> Option<(usize, Expr, TypeRef)> {
        let NodeKind::Path(steps) = &node.kind else { return None };
        (1..=steps.len()).find_map(|length| {
            let (expr, ty) = self.upto(node, length)?;
            Some((length, expr, ty))
        })
    }

    /// The first steps of a path, if they lead to a collection.
    fn upto(&self, node: &Node, length: usize) -> Option<(Expr, TypeRef)> {
        let NodeKind::Path(steps) = &node.kind else { return None };
        let mut begun = node.clone();
        begun.kind = NodeKind::Path(steps.get(..length)?.to_vec());
        let (expr, ty) = value(&begun, &self.scope()).ok()?;
        Some((expr, ty.filter(|ty| matches!(ty, TypeRef::Collection(_)))?))
    }

    /// What is aggregated of the items of a collection; none where a path has no collection.
    pub(super) fn behind(&self, node: &Node) -> Result<Option<Behind>, ExprError> {
        let Some((length, expr, TypeRef::Collection(item))) = self.collection(node) else {
            return Ok(None);
        };
        let Expr::Property(path @ PropertyPath { root: Root::It, .. }) = expr else {
            return Err(not_served(node.at, "a collection that $apply has aggregated away"));
        };
        let edm = self.scope.edm;
        let structure = match item.as_ref() {
            TypeRef::Complex(name) | TypeRef::Entity(name) => edm.structured(name),
            TypeRef::Primitive(_) | TypeRef::Enum(_) | TypeRef::Collection(_) => None,
        };
        let key = match (item.as_ref(), structure) {
            (TypeRef::Entity(_), Some(ty)) => edm.key(ty).to_vec(),
            _ => Vec::new(),
        };
        let rest = rest(node, length);
        let is_items = rest.is_none();
        let (operand, ty) = match rest {
            None => {
                let steps = Vec::new();
                let ty = item.as_ref().clone();
                let path = PropertyPath { root: Root::This(ITEM), steps, ty: ty.clone() };
                (Expr::Property(path), Some(ty))
            }
            Some(rest) => item_value(&rest, &item, &self.scope())?,
        };
        if !is_items && matches!(ty, Some(TypeRef::Collection(_))) {
            return Err(not_served(node.at, "aggregate of collections within collections"));
        }
        let is_related = match (&operand, structure) {
            (Expr::Property(path), Some(from)) => self.is_related(from, path),
            _ => false,
        };
        let over = Over { path, key, variable: ITEM };
        Ok(Some(Behind { over, operand, ty, is_items, is_related }))
    }
}

impl PlanBinder<'_> {
    /// Whether a path leads through, or to, an entity of its own.
    pub(super) fn is_related(&self, from: &StructuredType, path: &PropertyPath) -> bool {
        let edm = self.scope.edm;
        let mut owner = Some(from);
        for step in &path.steps {
            owner = match (step, owner) {
                (PathStep::Cast(cast), _) => edm.structured(&cast.ty),
                (PathStep::Property(name), Some(ty)) => {
                    if edm.navigation(ty, name).is_some() {
                        return true;
                    }
                    match edm.property(ty, name).map(|property| &property.ty) {
                        Some(TypeRef::Complex(name)) => edm.structured(name),
                        _ => None,
                    }
                }
                (PathStep::Property(_), None) => None,
            };
        }
        false
    }
}

/// A path without its first steps; none if nothing is left.
fn rest(node: &Node, length: usize) -> Option<Node> {
    let NodeKind::Path(steps) = &node.kind else { return None };
    let steps = steps.get(length..).filter(|rest| !rest.is_empty())?;
    let mut rest = node.clone();
    rest.kind = NodeKind::Path(steps.to_vec());
    Some(rest)
}

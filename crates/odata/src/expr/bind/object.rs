//! JSON objects beside complex values (URL conventions 5.1.1.14.2).

use super::operator::comparable;
use super::{Binder, Typed, constant, convert, mismatch, not_served};
use crate::edm::{SchemaType, StructuredType, TypeRef};
use crate::expr::ast::{Literal, Node, NodeKind};
use crate::expr::bound::{Comparison, Expr, PathStep, PropertyPath};
use crate::expr::error::ExprError;
use crate::value::Value;

type Members = [(String, Node)];

impl Binder<'_> {
    /// `eq` and `ne` of a complex value and an object; none for other operands.
    pub(super) fn beside_object(
        &mut self,
        op: Comparison,
        left: &Node,
        right: &Node,
    ) -> Result<Option<Typed>, ExprError> {
        let (left, right) = (self.resolve(left)?, self.resolve(right)?);
        let (operand, object) = match (&left.node.kind, &right.node.kind) {
            (_, NodeKind::Object(_)) => (left, right),
            (NodeKind::Object(_), _) => (right, left),
            _ => return Ok(None),
        };
        let at = object.node.at;
        let operand = self.bind_resolved(operand)?;
        let equal = self.inside(object, |binder, object| match &object.kind {
            NodeKind::Object(members) => binder.equals_object(operand, object.at, members),
            _ => Err(not_served(object.at, "an object of anything but constants")),
        })?;
        match op {
            Comparison::Eq => Ok(Some(Typed::boolean(equal))),
            Comparison::Ne => Ok(Some(Typed::boolean(Expr::Not(Box::new(equal))))),
            _ => {
                let (position, found) = (at, "a JSON object".to_owned());
                let expected = "a value that has an order".to_owned();
                Err(ExprError::TypeMismatch { position, found, expected })
            }
        }
    }

    /// Whether a complex value equals one of several objects.
    pub(super) fn within_objects(
        &mut self,
        operand: &Typed,
        items: &[Node],
    ) -> Result<Typed, ExprError> {
        let mut any = Vec::with_capacity(items.len());
        for item in items {
            let NodeKind::Object(members) = &item.kind else {
                return Err(mismatch(item.at, None, "a JSON object"));
            };
            self.count(item)?;
            any.push(self.equals_object(operand.clone(), item.at, members)?);
        }
        Ok(Typed::boolean(match any.len() {
            0 => constant(Value::Boolean(false)),
            1 => any.remove(0),
            _ => Expr::Or(any),
        }))
    }

    /// Whether a complex value equals an object: it is there, of the same type, and so is every
    /// property. A property that the object leaves out is null, as in a body.
    fn equals_object(
        &mut self,
        operand: Typed,
        at: usize,
        members: &Members,
    ) -> Result<Expr, ExprError> {
        let (Expr::Property(path), Some(TypeRef::Complex(declared))) = (operand.expr, &operand.ty)
        else {
            return Err(mismatch(at, operand.ty.as_ref(), "a complex property"));
        };
        let edm = self.scope.edm;
        let unknown = |name: &str| ExprError::UnknownType { position: at, name: name.to_owned() };
        let declared = edm.structured(declared).ok_or_else(|| unknown(&declared.to_string()))?;
        let own = match type_name(members) {
            None => declared,
            Some(name) => match edm.find(name) {
                Some(SchemaType::Complex(ty)) if edm.is_assignable(ty, &declared.name) => ty,
                _ => return Err(unknown(name)),
            },
        };
        self.known(at, own, members)?;
        let mut all = vec![beside_null(Comparison::Ne, path.clone())];
        all.extend(self.exactly(&path, declared, own));
        let mut inside = path;
        if own.name != declared.name {
            inside.steps.push(PathStep::Cast(own.name.clone().into()));
        }
        for property in edm.properties(own) {
            let mut path = inside.clone();
            path.steps.push(PathStep::Property(property.name.clone()));
            path.ty = property.ty.clone();
            let value = members.iter().find(|(name, _)| *name == property.name);
            all.push(self.member(path, value.map(|(_, value)| value))?);
        }
        Ok(if all.len() > 1 { Expr::And(all) } else { all.remove(0) })
    }

    /// Whether a property has the value of a member.
    fn member(&mut self, path: PropertyPath, value: Option<&Node>) -> Result<Expr, ExprError> {
        let Some(value) = value else {
            self.nodes += 1;
            return Ok(beside_null(Comparison::Eq, path));
        };
        self.count(value)?;
        let ty = path.ty.clone();
        let typed = Typed { expr: Expr::Property(path), ty: Some(ty.clone()) };
        if let NodeKind::Object(members) = &value.kind {
            return self.equals_object(typed, value.at, members);
        }
        let bound = match &value.kind {
            NodeKind::Literal(literal) => {
                convert::literal(self.scope.edm, literal, value.at, Some(&ty))?
            }
            NodeKind::Array(_) => self.bind(value)?,
            _ => return Err(not_served(value.at, "an object of anything but constants")),
        };
        if !comparable(&typed, &bound) {
            return Err(mismatch(value.at, bound.ty.as_ref(), &ty.to_string()));
        }
        let (left, right) = (Box::new(typed.expr), Box::new(bound.expr));
        Ok(Expr::Compare { op: Comparison::Eq, left, right })
    }

    /// The names of an object are those of properties, each once, or control information.
    fn known(&self, at: usize, ty: &StructuredType, members: &Members) -> Result<(), ExprError> {
        for (index, (name, _)) in members.iter().enumerate() {
            if members.iter().take(index).any(|(other, _)| other == name) {
                let (found, expected) = (format!("\"{name}\" again"), "another member");
                return Err(ExprError::Syntax { position: at, found, expected });
            }
            if !name.contains('@') && !self.scope.edm.properties(ty).any(|one| one.name == *name) {
                let (name, type_name) = (name.clone(), ty.name.to_string());
                return Err(ExprError::UnknownProperty { position: at, name, type_name });
            }
        }
        Ok(())
    }

    /// What is asked of the type of the value, if it may have several.
    fn exactly(
        &self,
        path: &PropertyPath,
        declared: &StructuredType,
        own: &StructuredType,
    ) -> Vec<Expr> {
        let of = |types| Expr::IsOf { operand: Some(path.clone()), types };
        let mut asked = Vec::new();
        if own.name != declared.name {
            asked.push(of(self.assignable(own)));
        }
        let derived = self.assignable(own).into_iter().skip(1);
        let derived = derived.filter_map(|name| self.scope.edm.structured(&name));
        for ty in derived.filter(|ty| ty.base.as_ref() == Some(&own.name)) {
            asked.push(Expr::Not(Box::new(of(self.assignable(ty)))));
        }
        asked
    }
}

/// The type that an object says it is of, with or without the `#`.
fn type_name(members: &Members) -> Option<&str> {
    let named = members.iter().find(|(name, _)| name == "@odata.type" || name == "@type");
    match named.map(|(_, value)| &value.kind) {
        Some(NodeKind::Literal(Literal::String(text))) => {
            Some(text.strip_prefix('#').unwrap_or(text))
        }
        _ => None,
    }
}

fn beside_null(op: Comparison, path: PropertyPath) -> Expr {
    let (left, right) = (Box::new(Expr::Property(path)), Box::new(constant(Value::Null)));
    Expr::Compare { op, left, right }
}

//! Functions whose arguments are types or conditions: `cast`, `isof` and `case`.

use super::call::wrong;
use super::convert::structured_name;
use super::{Binder, Typed, constant, is_numeric, mismatch, not_served};
use crate::edm::{PrimitiveType, SchemaType, StructuredType, TypeName, TypeRef};
use crate::expr::ast::{Argument, Node, NodeKind, Step, StepKind};
use crate::expr::bound::{Comparison, Expr, PropertyPath};
use crate::expr::error::ExprError;
use crate::expr::evaluate;
use crate::value::Value;

impl Binder<'_> {
    /// Branches of a condition and a value; the first condition that holds counts.
    pub(super) fn case(&mut self, at: usize, arguments: &[Argument]) -> Result<Typed, ExprError> {
        let mut branches = Vec::with_capacity(arguments.len());
        let mut ty: Option<TypeRef> = None;
        for argument in arguments {
            let Argument::Paired { left, right } = argument else {
                return Err(wrong(at, "case", "pairs of a condition and a value"));
            };
            let condition = self.boolean(left)?;
            let value = self.beside(right, ty.as_ref())?;
            match (&ty, &value.ty) {
                (_, None) => {}
                (None, Some(_)) => ty.clone_from(&value.ty),
                (Some(first), Some(own)) if first == own => {}
                // Numbers of different types are promoted where they are used.
                (Some(first), Some(own)) if is_numeric(first) && is_numeric(own) => {
                    ty = Some(wider(first, own));
                }
                (Some(first), own) => {
                    return Err(mismatch(right.at, own.as_ref(), &first.to_string()));
                }
            }
            branches.push((condition, value.expr));
        }
        if branches.is_empty() {
            return Err(wrong(at, "case", "pairs of a condition and a value"));
        }
        Ok(Typed { expr: Expr::Case(branches), ty })
    }

    /// `cast(value,type)`. The entity itself as another type has no value that can be used.
    pub(super) fn type_cast(
        &mut self,
        at: usize,
        arguments: &[Argument],
    ) -> Result<Typed, ExprError> {
        let [Argument::Positional(value), Argument::Positional(ty)] = arguments else {
            return Err(match arguments {
                [Argument::Positional(_)] => not_served(at, "cast of the entity"),
                _ => wrong(at, "cast", "a value and a type"),
            });
        };
        let target = self.named_type(ty)?;
        let TypeRef::Primitive(primitive) = target else {
            return Err(not_served(ty.at, &format!("cast to {target}")));
        };
        let operand = self.bind(value)?;
        let (from, to) = (operand.ty.clone(), TypeRef::Primitive(primitive));
        match &from {
            None => Ok(Typed { expr: operand.expr, ty: Some(to) }),
            Some(from) if *from == to => Ok(operand),
            Some(from @ (TypeRef::Primitive(_) | TypeRef::Enum(_)))
                if castable(from, primitive) =>
            {
                let expr = match operand.expr {
                    // Not every database can turn text into a value; the constant is one already.
                    Expr::Literal(value) => constant(evaluate::cast(&value, &to)),
                    operand => Expr::Cast { operand: Box::new(operand), ty: to.clone() },
                };
                Ok(Typed { expr, ty: Some(to) })
            }
            Some(from) => Err(not_served(at, &format!("cast of {from} to {to}"))),
        }
    }

    /// `isof(type)` and `isof(value,type)`.
    pub(super) fn is_of(&mut self, at: usize, arguments: &[Argument]) -> Result<Typed, ExprError> {
        let (value, ty) = match arguments {
            [Argument::Positional(ty)] => (None, ty),
            [Argument::Positional(value), Argument::Positional(ty)] => (Some(value), ty),
            _ => return Err(wrong(at, "isof", "a type, or a value and a type")),
        };
        let target = self.named_type(ty)?;
        let operand = value.map(|value| self.bind(value)).transpose()?;
        let (TypeRef::Complex(name) | TypeRef::Entity(name)) = &target else {
            return Self::is_of_primitive(at, operand, &target);
        };
        let operand = match operand.map(|operand| operand.expr) {
            None => None,
            Some(Expr::Property(path)) => Some(path),
            Some(_) => return Err(not_served(at, "isof of anything but a property")),
        };
        let Some(target) = self.scope.edm.structured(name) else {
            return Err(ExprError::UnknownType { position: ty.at, name: name.to_string() });
        };
        if operand.is_none() && self.scope.edm.is_assignable(self.scope.entity_type, name) {
            return Ok(Typed::boolean(constant(Value::Boolean(true))));
        }
        match operand {
            Some(path) if !path.steps.is_empty() && self.is_always(&path, name) => {
                let ty = path.ty.clone();
                let operand = Typed { expr: Expr::Property(path), ty: Some(ty.clone()) };
                Self::is_of_primitive(at, Some(operand), &ty)
            }
            operand => Ok(Typed::boolean(Expr::IsOf { operand, types: self.assignable(target) })),
        }
    }

    /// Whether all that a path can lead to, but null, is of a type.
    fn is_always(&self, path: &PropertyPath, ty: &TypeName) -> bool {
        let declared = structured_name(&path.ty).and_then(|name| self.scope.edm.structured(name));
        declared.is_some_and(|declared| self.scope.edm.is_assignable(declared, ty))
    }

    /// The types of single values are known beforehand; a null is of none.
    fn is_of_primitive(
        at: usize,
        operand: Option<Typed>,
        target: &TypeRef,
    ) -> Result<Typed, ExprError> {
        let Some(operand) = operand else {
            return Err(ExprError::UnknownType { position: at, name: target.to_string() });
        };
        if operand.ty.as_ref() != Some(target) {
            return Ok(Typed::boolean(constant(Value::Boolean(false))));
        }
        let (left, right) = (Box::new(operand.expr), Box::new(constant(Value::Null)));
        Ok(Typed::boolean(Expr::Compare { op: Comparison::Ne, left, right }))
    }

    /// The type and all that derive from it.
    pub(super) fn assignable(&self, target: &StructuredType) -> Vec<TypeName> {
        let mut names = vec![target.name.clone()];
        names.extend(self.scope.edm.derived(&target.name));
        names
    }

    /// A type by its name, in any case.
    fn named_type(&self, node: &Node) -> Result<TypeRef, ExprError> {
        let unknown =
            |name: &str| ExprError::UnknownType { position: node.at, name: name.to_owned() };
        let NodeKind::Path(steps) = &node.kind else {
            return Err(mismatch(node.at, None, "the name of a type"));
        };
        let [Step { kind: StepKind::Name(name), .. }] = steps.as_slice() else {
            return Err(not_served(node.at, "a collection as a type"));
        };
        if let Some(primitive) =
            PrimitiveType::ALL.into_iter().find(|ty| ty.to_string().eq_ignore_ascii_case(name))
        {
            return Ok(TypeRef::Primitive(primitive));
        }
        match self.scope.edm.find(name).ok_or_else(|| unknown(name))? {
            SchemaType::Entity(ty) => Ok(TypeRef::Entity(ty.name.clone())),
            SchemaType::Complex(ty) => Ok(TypeRef::Complex(ty.name.clone())),
            SchemaType::Enum(ty) => Ok(TypeRef::Enum(ty.name.clone())),
        }
    }
}

/// Which single values have a meaning as another type.
fn castable(from: &TypeRef, to: PrimitiveType) -> bool {
    use PrimitiveType::{Date, DateTimeOffset, String, TimeOfDay};
    let to = TypeRef::Primitive(to);
    let is = |ty: PrimitiveType| *from == TypeRef::Primitive(ty);
    match &to {
        TypeRef::Primitive(String) => matches!(from, TypeRef::Primitive(_)),
        TypeRef::Primitive(Date | TimeOfDay) => is(DateTimeOffset) || is(String),
        TypeRef::Primitive(_) if is_numeric(from) && is_numeric(&to) => true,
        _ => is(String),
    }
}

/// The type that holds numbers of both.
fn wider(one: &TypeRef, other: &TypeRef) -> TypeRef {
    use PrimitiveType::{Decimal, Double, Int64, Single};
    let is = |ty: PrimitiveType| [one, other].contains(&&TypeRef::Primitive(ty));
    let ty = match () {
        () if is(Double) || is(Single) => Double,
        () if is(Decimal) => Decimal,
        () => Int64,
    };
    TypeRef::Primitive(ty)
}

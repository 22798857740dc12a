use super::path::refuse_unheld;
use super::{Binder, Typed, constant, convert, is_numeric, mismatch, not_served};
use crate::edm::{PrimitiveType, TypeRef};
use crate::expr::ast::{Literal, Node, NodeKind, Operator};
use crate::expr::bound::{Arithmetic, Comparison, Expr};
use crate::expr::error::ExprError;
use crate::expr::evaluate::compare_values;
use crate::value::Value;

impl Binder<'_> {
    pub(super) fn binary(
        &mut self,
        op: Operator,
        left: &Node,
        right: &Node,
    ) -> Result<Typed, ExprError> {
        match op {
            Operator::Eq => self.comparison(Comparison::Eq, left, right),
            Operator::Ne => self.comparison(Comparison::Ne, left, right),
            Operator::Gt => self.comparison(Comparison::Gt, left, right),
            Operator::Ge => self.comparison(Comparison::Ge, left, right),
            Operator::Lt => self.comparison(Comparison::Lt, left, right),
            Operator::Le => self.comparison(Comparison::Le, left, right),
            Operator::Add => self.arithmetic(Arithmetic::Add, left, right),
            Operator::Sub => self.arithmetic(Arithmetic::Sub, left, right),
            Operator::Mul => self.arithmetic(Arithmetic::Mul, left, right),
            Operator::Div => self.arithmetic(Arithmetic::Div, left, right),
            Operator::DivBy => self.arithmetic(Arithmetic::DivBy, left, right),
            Operator::Mod => self.arithmetic(Arithmetic::Mod, left, right),
            Operator::In => self.within(left, right),
            Operator::Has => Err(not_served(left.at, "has")),
        }
    }

    pub(super) fn negate(&mut self, node: &Node) -> Result<Typed, ExprError> {
        let operand = self.bind(node)?;
        refuse_unheld(node.at, operand.ty.as_ref())?;
        match &operand.ty {
            Some(ty) if !is_numeric(ty) => Err(mismatch(node.at, Some(ty), "a number")),
            _ => Ok(Typed { expr: Expr::Negate(Box::new(operand.expr)), ty: operand.ty }),
        }
    }

    fn comparison(
        &mut self,
        op: Comparison,
        left_node: &Node,
        right_node: &Node,
    ) -> Result<Typed, ExprError> {
        let (left, right) = self.pair(left_node, right_node)?;
        let by_null = left.ty.is_none() || right.ty.is_none();
        let equality = matches!(op, Comparison::Eq | Comparison::Ne);
        for (node, side) in [(left_node, &left), (right_node, &right)] {
            match &side.ty {
                Some(TypeRef::Collection(_)) => {
                    return Err(not_served(node.at, "a comparison of collections"));
                }
                Some(TypeRef::Complex(_) | TypeRef::Entity(_)) if equality && !by_null => {
                    return Err(not_served(node.at, "a comparison of structured values"));
                }
                Some(ty @ (TypeRef::Complex(_) | TypeRef::Entity(_))) if !equality => {
                    return Err(mismatch(node.at, Some(ty), "a value that has an order"));
                }
                ty if !by_null || !equality => refuse_unheld(node.at, ty.as_ref())?,
                _ => {}
            }
        }
        if !comparable(&left, &right) {
            let expected = left.ty.as_ref().map(ToString::to_string).unwrap_or_default();
            return Err(mismatch(right_node.at, right.ty.as_ref(), &expected));
        }
        // Values of enumerations print as strings, which need something typed beside them.
        if let (Expr::Literal(l @ Value::Enum(_)), Expr::Literal(r @ Value::Enum(_))) =
            (&left.expr, &right.expr)
        {
            let holds = compare_values(op, l, r).unwrap_or_default();
            return Ok(Typed::boolean(constant(Value::Boolean(holds))));
        }
        let (left, right) = (Box::new(left.expr), Box::new(right.expr));
        Ok(Typed::boolean(Expr::Compare { op, left, right }))
    }

    fn arithmetic(
        &mut self,
        op: Arithmetic,
        left_node: &Node,
        right_node: &Node,
    ) -> Result<Typed, ExprError> {
        let (left, right) = self.pair(left_node, right_node)?;
        for (node, side) in [(left_node, &left), (right_node, &right)] {
            refuse_unheld(node.at, side.ty.as_ref())?;
            match &side.ty {
                Some(TypeRef::Primitive(PrimitiveType::DateTimeOffset)) => {
                    return Err(not_served(node.at, "arithmetic on dates"));
                }
                Some(ty) if !is_numeric(ty) => {
                    return Err(mismatch(node.at, Some(ty), "a number"));
                }
                _ => {}
            }
        }
        let ty = promoted(op, left.ty.as_ref(), right.ty.as_ref());
        let (left, right) = (Box::new(left.expr), Box::new(right.expr));
        Ok(Typed { expr: Expr::Arithmetic { op, left, right }, ty })
    }

    fn within(&mut self, left: &Node, right: &Node) -> Result<Typed, ExprError> {
        let resolved = self.resolve(left)?;
        let operand = self.bind_resolved(resolved)?;
        refuse_unheld(left.at, operand.ty.as_ref())?;
        if let Some(ty @ (TypeRef::Complex(_) | TypeRef::Entity(_))) = &operand.ty {
            return Err(mismatch(left.at, Some(ty), "a value that a list can hold"));
        }
        let NodeKind::List(items) = &right.kind else {
            return Err(not_served(right.at, "in with anything but a list in parentheses"));
        };
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            let bound = self.beside(item, operand.ty.as_ref())?;
            if !comparable(&operand, &bound) {
                let expected = operand.ty.as_ref().map(ToString::to_string).unwrap_or_default();
                return Err(mismatch(item.at, bound.ty.as_ref(), &expected));
            }
            let Expr::Literal(value) = bound.expr else {
                return Err(not_served(item.at, "a list of anything but constants"));
            };
            list.push(value);
        }
        Ok(Typed::boolean(Expr::In { operand: Box::new(operand.expr), list }))
    }

    /// Binds two operands, a constant among them as the type of the other one.
    fn pair(&mut self, left: &Node, right: &Node) -> Result<(Typed, Typed), ExprError> {
        let left_first = weight(&*self.resolve(left)?) >= weight(&*self.resolve(right)?);
        if left_first {
            let left = self.beside(left, None)?;
            let right = self.beside(right, left.ty.as_ref())?;
            Ok((left, right))
        } else {
            let right = self.beside(right, None)?;
            let left = self.beside(left, right.ty.as_ref())?;
            Ok((left, right))
        }
    }

    /// Binds an operand beside another of a known type.
    fn beside(&mut self, node: &Node, other: Option<&TypeRef>) -> Result<Typed, ExprError> {
        let resolved = self.resolve(node)?;
        match &resolved.kind {
            NodeKind::Literal(literal) => {
                self.count(node)?;
                convert::literal(self.scope.edm, literal, node.at, other)
            }
            _ => self.bind_resolved(resolved),
        }
    }
}

/// How much an operand says about its type: of two, the one that says less follows the other.
fn weight(node: &Node) -> u8 {
    match &node.kind {
        NodeKind::Literal(Literal::Null) => 0,
        NodeKind::Literal(Literal::String(_) | Literal::Date(_)) => 1,
        NodeKind::Literal(Literal::Int(_)) => 2,
        NodeKind::Literal(Literal::Decimal(_)) => 3,
        NodeKind::Literal(_) => 4,
        _ => 5,
    }
}

fn comparable(left: &Typed, right: &Typed) -> bool {
    match (&left.ty, &right.ty) {
        (Some(left), Some(right)) => left == right || (is_numeric(left) && is_numeric(right)),
        _ => true,
    }
}

/// URL conventions, section on numeric promotion; `divby` never stays with integers.
fn promoted(op: Arithmetic, left: Option<&TypeRef>, right: Option<&TypeRef>) -> Option<TypeRef> {
    use PrimitiveType::{Decimal, Double, Int64, Single};
    let is = |wanted: PrimitiveType| {
        [left, right].into_iter().flatten().any(|ty| *ty == TypeRef::Primitive(wanted))
    };
    if left.is_none() && right.is_none() {
        return None;
    }
    let ty = if is(Double) || is(Single) {
        Double
    } else if is(Decimal) || op == Arithmetic::DivBy {
        Decimal
    } else {
        Int64
    };
    Some(TypeRef::Primitive(ty))
}

use super::path::refuse_collection;
use super::{Binder, Typed, constant, convert, is_numeric, mismatch, not_served};
use crate::edm::{PrimitiveType, TypeRef};
use crate::expr::ast::{Literal, Node, NodeKind, Operator};
use crate::expr::bound::{Arithmetic, Comparison, Expr, PropertyPath, Quantifier, Root};
use crate::expr::constant::constant_value;
use crate::expr::error::ExprError;
use crate::expr::evaluate::{EvaluateError, compare_values};
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
            Operator::Has => self.has(left, right),
        }
    }

    pub(super) fn negate(&mut self, node: &Node) -> Result<Typed, ExprError> {
        let operand = self.bind(node)?;
        refuse_collection(node.at, operand.ty.as_ref())?;
        match &operand.ty {
            Some(ty) if !is_numeric(ty) && !is_duration(ty) => {
                Err(mismatch(node.at, Some(ty), "a number or a duration"))
            }
            _ => {
                let negated = Expr::Negate(Box::new(operand.expr));
                Ok(Typed { expr: with_result(node.at, negated)?, ty: operand.ty })
            }
        }
    }

    fn comparison(
        &mut self,
        op: Comparison,
        left_node: &Node,
        right_node: &Node,
    ) -> Result<Typed, ExprError> {
        if let Some(equal) = self.beside_object(op, left_node, right_node)? {
            return Ok(equal);
        }
        let (left, right) = self.pair(left_node, right_node)?;
        let by_null = left.ty.is_none() || right.ty.is_none();
        let equality = matches!(op, Comparison::Eq | Comparison::Ne);
        for (node, side) in [(left_node, &left), (right_node, &right)] {
            match &side.ty {
                Some(TypeRef::Entity(_)) if equality && !by_null => {
                    return Err(not_served(node.at, "a comparison of entities"));
                }
                Some(ty @ (TypeRef::Complex(_) | TypeRef::Entity(_) | TypeRef::Collection(_)))
                    if !equality =>
                {
                    return Err(mismatch(node.at, Some(ty), "a value that has an order"));
                }
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
        if let Some(ty) = temporal(op, left.ty.as_ref(), right.ty.as_ref()) {
            refuse_zero(op, left.ty.as_ref(), (&right.expr, right_node.at))?;
            let (left, right) = (Box::new(left.expr), Box::new(right.expr));
            let expr = with_result(left_node.at, Expr::Arithmetic { op, left, right })?;
            return Ok(Typed { expr, ty: Some(ty) });
        }
        for (node, side) in [(left_node, &left), (right_node, &right)] {
            refuse_collection(node.at, side.ty.as_ref())?;
            match &side.ty {
                Some(ty) if !is_numeric(ty) => {
                    return Err(mismatch(node.at, Some(ty), "a number"));
                }
                _ => {}
            }
        }
        refuse_zero(op, left.ty.as_ref(), (&right.expr, right_node.at))?;
        let ty = promoted(op, left.ty.as_ref(), right.ty.as_ref());
        let (left, right) = (Box::new(left.expr), Box::new(right.expr));
        let expr = with_result(left_node.at, Expr::Arithmetic { op, left, right })?;
        Ok(Typed { expr, ty })
    }

    /// Flags: whether all of some members are set.
    fn has(&mut self, left: &Node, right: &Node) -> Result<Typed, ExprError> {
        let operand = self.bind(left)?;
        let Some(ty @ TypeRef::Enum(_)) = &operand.ty else {
            return Err(mismatch(left.at, operand.ty.as_ref(), "a value of an enumeration type"));
        };
        let bits = self.beside(right, Some(ty))?;
        match bits.expr {
            Expr::Literal(Value::Enum(bits_value)) if bits.ty.as_ref() == Some(ty) => {
                let operand = Box::new(operand.expr);
                Ok(Typed::boolean(Expr::Has { operand, bits: bits_value }))
            }
            Expr::Literal(_) => Err(mismatch(right.at, bits.ty.as_ref(), &ty.to_string())),
            _ => Err(not_served(right.at, "has with anything but a constant")),
        }
    }

    fn within(&mut self, left: &Node, right: &Node) -> Result<Typed, ExprError> {
        let resolved = self.resolve(left)?;
        let operand = self.bind_resolved(resolved)?;
        refuse_collection(left.at, operand.ty.as_ref())?;
        let list = self.resolve(self.only(right)?)?.listed();
        self.inside(list, |binder, list| binder.within_list(operand, left.at, list))
    }

    /// The alias of a collection, which parentheses around it do not make a list of collections.
    fn only<'n>(&self, node: &'n Node) -> Result<&'n Node, ExprError> {
        let NodeKind::List(items) = &node.kind else { return Ok(node) };
        let [only] = items.as_slice() else { return Ok(node) };
        let resolved = self.resolve(only)?;
        let is_many = matches!(resolved.node.kind, NodeKind::Array(_) | NodeKind::Path(_));
        Ok(if is_many { only } else { node })
    }

    fn within_list(&mut self, operand: Typed, at: usize, right: &Node) -> Result<Typed, ExprError> {
        let items = match (&right.kind, &operand.ty) {
            (NodeKind::Array(items), Some(TypeRef::Complex(_))) => {
                return self.within_objects(&operand, items);
            }
            (_, Some(ty @ (TypeRef::Complex(_) | TypeRef::Entity(_)))) => {
                return Err(mismatch(at, Some(ty), "a value that a list can hold"));
            }
            (NodeKind::List(items) | NodeKind::Array(items), _) => items,
            _ => return self.within_collection(operand, right),
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

    /// Membership of a collection is an item that is equal.
    fn within_collection(&mut self, operand: Typed, right: &Node) -> Result<Typed, ExprError> {
        let collection = self.bind(right)?;
        let (Expr::Property(path), Some(TypeRef::Collection(item))) =
            (collection.expr, &collection.ty)
        else {
            return Err(mismatch(right.at, collection.ty.as_ref(), "a list or a collection"));
        };
        let item = Typed { expr: constant(Value::Null), ty: Some(item.as_ref().clone()) };
        if !comparable(&operand, &item) {
            let expected = operand.ty.as_ref().map(ToString::to_string).unwrap_or_default();
            return Err(mismatch(right.at, item.ty.as_ref(), &expected));
        }
        self.variables_made += 1;
        let variable = self.variables_made;
        let ty = item.ty.unwrap_or(TypeRef::Primitive(PrimitiveType::String));
        let each = PropertyPath { root: Root::Variable(variable), steps: Vec::new(), ty };
        let condition = Expr::Compare {
            op: Comparison::Eq,
            left: Box::new(Expr::Property(each)),
            right: Box::new(operand.expr),
        };
        Ok(Typed::boolean(Expr::Lambda {
            quantifier: Quantifier::Any,
            collection: path,
            variable,
            condition: Some(Box::new(condition)),
        }))
    }

    /// Binds two operands, a constant among them as the type of the other one.
    fn pair(&mut self, left: &Node, right: &Node) -> Result<(Typed, Typed), ExprError> {
        let left_first = weight(&self.resolve(left)?.node) >= weight(&self.resolve(right)?.node);
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
    pub(super) fn beside(
        &mut self,
        node: &Node,
        other: Option<&TypeRef>,
    ) -> Result<Typed, ExprError> {
        let resolved = self.resolve(node)?;
        match &resolved.node.kind {
            NodeKind::Literal(literal) => {
                self.count(node)?;
                convert::literal(self.scope.edm, literal, node.at, other)
            }
            _ => self.bind_resolved(resolved),
        }
    }
}

/// Refuses arithmetic on constants that has no value, whatever the rows are.
fn with_result(position: usize, expr: Expr) -> Result<Expr, ExprError> {
    match constant_value(&expr) {
        Some(Err(error)) => Err(ExprError::NoResult { position, error }),
        Some(Ok(_)) | None => Ok(expr),
    }
}

/// Refuses a division by a constant that is zero, but for that of a double, which is infinite (URL
/// conventions 5.1.1.2.4 and 5.1.1.2.5).
fn refuse_zero(
    op: Arithmetic,
    left: Option<&TypeRef>,
    (divisor, position): (&Expr, usize),
) -> Result<(), ExprError> {
    let divides = matches!(op, Arithmetic::Div | Arithmetic::DivBy | Arithmetic::Mod);
    let is_double =
        matches!(left, Some(TypeRef::Primitive(PrimitiveType::Double | PrimitiveType::Single)));
    let is_zero = match constant_value(divisor) {
        Some(Ok(Value::Int(value))) => value == 0,
        Some(Ok(Value::Decimal(value))) => value.is_zero(),
        Some(Ok(Value::Double(value))) => value == 0.0 && op == Arithmetic::Mod,
        _ => false,
    };
    if left.is_none() || !divides || !is_zero || (is_double && op != Arithmetic::Mod) {
        return Ok(());
    }
    Err(ExprError::NoResult { position, error: EvaluateError::DivisionByZero(op.name()) })
}

/// How much an operand says about its type: of two, the one that says less follows the other.
fn weight(node: &Node) -> u8 {
    match &node.kind {
        NodeKind::Literal(Literal::Null) => 0,
        NodeKind::Literal(Literal::String(_) | Literal::Date(_)) => 1,
        NodeKind::Literal(Literal::Int(_)) => 2,
        NodeKind::Literal(Literal::Decimal(_) | Literal::Long(_)) => 3,
        NodeKind::Literal(_) => 4,
        _ => 5,
    }
}

pub(super) fn comparable(left: &Typed, right: &Typed) -> bool {
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

/// The type of a sum, a difference or a product that times are a part of (URL conventions
/// 5.1.1.2); none if there is no time in it, or no meaning.
fn temporal(op: Arithmetic, left: Option<&TypeRef>, right: Option<&TypeRef>) -> Option<TypeRef> {
    use PrimitiveType::{Date, DateTimeOffset, Duration};
    let kind = |ty: Option<&TypeRef>| match ty {
        Some(TypeRef::Primitive(ty @ (Date | DateTimeOffset | Duration))) => Some(*ty),
        _ => None,
    };
    let numeric = |ty: Option<&TypeRef>| ty.is_some_and(is_numeric);
    let ty = match (kind(left), op, kind(right)) {
        (
            Some(point @ (Date | DateTimeOffset)),
            Arithmetic::Add | Arithmetic::Sub,
            Some(Duration),
        ) => point,
        (Some(Duration), Arithmetic::Add | Arithmetic::Sub, Some(Duration))
        | (Some(DateTimeOffset), Arithmetic::Sub, Some(DateTimeOffset))
        | (Some(Date), Arithmetic::Sub, Some(Date)) => Duration,
        (Some(Duration), Arithmetic::Mul | Arithmetic::Div | Arithmetic::DivBy, None)
            if numeric(right) =>
        {
            Duration
        }
        (None, Arithmetic::Mul, Some(Duration)) if numeric(left) => Duration,
        (Some(known), Arithmetic::Add | Arithmetic::Sub, None) if right.is_none() => known,
        _ => return None,
    };
    Some(TypeRef::Primitive(ty))
}

const fn is_duration(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Primitive(PrimitiveType::Duration))
}

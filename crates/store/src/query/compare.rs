use odata::expr::{Comparison, Expr, Function};
use odata::value::{Value, nearest_double};
use rust_decimal::Decimal;

use super::arithmetic::rounding;
use super::bound::{Bound, turned};
use super::condition::Truth;
use super::constant;
use super::double::NAN_SQL;
use super::number::Number;
use super::scalar::{Scalar, Type};
use super::translator::{NotServed, Translator, not_served};

impl Translator<'_> {
    pub(super) fn compare(
        &mut self,
        op: Comparison,
        left: &Expr,
        right: &Expr,
        truth: Truth,
    ) -> Result<String, NotServed> {
        match (constant::value(left), constant::value(right)) {
            (_, Some(constant)) => self.beside_constant(op, left, &constant, truth),
            (Some(constant), None) => self.beside_constant(turned(op), right, &constant, truth),
            (None, None) => {
                let (left, right) = (self.scalar(left)?, self.scalar(right)?);
                compare_scalars(op, left, right, truth)
            }
        }
    }

    fn beside_constant(
        &mut self,
        op: Comparison,
        expr: &Expr,
        constant: &Value,
        truth: Truth,
    ) -> Result<String, NotServed> {
        let mark = self.mark();
        let refused = match self.scalar(expr) {
            Ok(value) => return self.beside(op, value, constant, truth),
            Err(refused) => refused,
        };
        self.back_to(mark);
        self.linear(op, expr, constant, truth).unwrap_or(Err(refused))
    }

    /// Compares with a constant: a number as it is stored, whatever the constant looks like.
    pub(super) fn beside(
        &mut self,
        op: Comparison,
        left: Scalar,
        constant: &Value,
        truth: Truth,
    ) -> Result<String, NotServed> {
        let bound = match (left.ty, constant) {
            (Type::Number(number), constant) => Bound::new(op, constant, number.scale),
            (Type::Double, Value::Int(integer)) => {
                let constant = Value::Double(nearest_double(Decimal::from(*integer)));
                return self.beside(op, left, &constant, truth);
            }
            (Type::Double, Value::Decimal(decimal)) => {
                let constant = Value::Double(nearest_double(*decimal));
                return self.beside(op, left, &constant, truth);
            }
            _ => None,
        };
        let Some(bound) = bound else {
            let constant = self.literal(constant)?;
            return compare_scalars(op, left, constant, truth);
        };
        self.bounded(bound, left, truth)
    }

    pub(super) fn bounded(
        &mut self,
        bound: Bound,
        left: Scalar,
        truth: Truth,
    ) -> Result<String, NotServed> {
        match bound {
            Bound::Compare(op, with) => self.beside_integer(op, left, with, truth),
            Bound::Within(first, last) => self.between(left, first, last, truth),
            Bound::Outside(first, last) => {
                Ok(format!("(NOT {})", self.between(left, first, last, Truth::Exact)?))
            }
            Bound::Present if left.nullable => Ok(format!("({} IS NOT NULL)", left.sql)),
            Bound::Present | Bound::Always => Ok("TRUE".to_owned()),
            Bound::Never => Ok("FALSE".to_owned()),
        }
    }

    fn between(
        &mut self,
        number: Scalar,
        first: i64,
        last: i64,
        truth: Truth,
    ) -> Result<String, NotServed> {
        let least = self.beside_integer(Comparison::Ge, number.clone(), first, truth)?;
        let most = self.beside_integer(Comparison::Le, number, last, truth)?;
        Ok(format!("({least} AND {most})"))
    }

    fn beside_integer(
        &mut self,
        op: Comparison,
        number: Scalar,
        with: i64,
        truth: Truth,
    ) -> Result<String, NotServed> {
        let (sql, ty, nullable) = (self.bind(with), number.ty, false);
        compare_scalars(op, number, Scalar { sql, ty, nullable }, truth)
    }
}

/// Never null where that matters: null equals null and nothing else, and is neither greater nor
/// less than anything (URL conventions 5.1.1.1).
pub(super) fn compare_scalars(
    op: Comparison,
    left: Scalar,
    right: Scalar,
    truth: Truth,
) -> Result<String, NotServed> {
    if left.is_null() || right.is_null() {
        return Ok(beside_null(op, &left, &right));
    }
    let (left, right) = match apart(&left, &right) {
        Some(true) => return beside_coarser(op, left, right, truth),
        Some(false) => return beside_coarser(turned(op), right, left, truth),
        None => same_type(op, left, right)?,
    };
    let (l, r) = (&left.sql, &right.sql);
    let nullable = left.nullable || right.nullable;
    // With one side never null, null can only come of the other being null: false in the end.
    let plain = !nullable || (truth == Truth::Loose && !(left.nullable && right.nullable));
    let holds = match op {
        Comparison::Eq if plain => format!("({l} = {r})"),
        Comparison::Eq => format!("({l} IS NOT DISTINCT FROM {r})"),
        Comparison::Ne if !nullable => format!("({l} <> {r})"),
        Comparison::Ne => format!("({l} IS DISTINCT FROM {r})"),
        Comparison::Gt => ordered(l, ">", r, plain),
        Comparison::Lt => ordered(l, "<", r, plain),
        Comparison::Ge => ordered_or_equal(&left, ">=", &right, plain),
        Comparison::Le => ordered_or_equal(&left, "<=", &right, plain),
    };
    if left.ty != Type::Double {
        return Ok(holds);
    }
    // `NaN` is unequal to everything.
    let with_nan = if op == Comparison::Ne { "TRUE" } else { "FALSE" };
    let is_nan = format!("({l} = {NAN_SQL} OR {r} = {NAN_SQL})");
    Ok(format!("(CASE WHEN {is_nan} THEN {with_nan} ELSE {holds} END)"))
}

fn ordered(left: &str, operator: &str, right: &str, plain: bool) -> String {
    if plain {
        format!("({left} {operator} {right})")
    } else {
        format!("COALESCE({left} {operator} {right}, FALSE)")
    }
}

/// Two nulls are equal, so each is also at most and at least the other.
fn ordered_or_equal(left: &Scalar, operator: &str, right: &Scalar, plain: bool) -> String {
    let (l, r) = (&left.sql, &right.sql);
    if left.nullable && right.nullable {
        format!("COALESCE({l} {operator} {r}, {l} IS NULL AND {r} IS NULL)")
    } else {
        ordered(l, operator, r, plain)
    }
}

fn beside_null(op: Comparison, left: &Scalar, right: &Scalar) -> String {
    let other = if left.is_null() { right } else { left };
    let both = if other.is_null() {
        "TRUE".to_owned()
    } else if other.nullable {
        format!("({} IS NULL)", other.sql)
    } else {
        "FALSE".to_owned()
    };
    match op {
        Comparison::Eq | Comparison::Ge | Comparison::Le => both,
        Comparison::Ne => format!("(NOT {both})"),
        Comparison::Gt | Comparison::Lt => "FALSE".to_owned(),
    }
}

/// Whether the left one of two numbers, or else the right one, is so much finer that the other does
/// not fit if it is counted as finely.
fn apart(left: &Scalar, right: &Scalar) -> Option<bool> {
    let (Type::Number(l), Type::Number(r)) = (left.ty, right.ty) else { return None };
    if l.scale > r.scale {
        r.rescaled(l.scale).is_none().then_some(true)
    } else {
        l.rescaled(r.scale).is_none().then_some(false)
    }
}

/// The finer number is compared by its whole part, in units of the coarser one: it is greater than
/// an integer if that is so rounded up, and not less if that is so rounded down.
fn beside_coarser(
    op: Comparison,
    fine: Scalar,
    coarse: Scalar,
    truth: Truth,
) -> Result<String, NotServed> {
    let refused = || NotServed(format!("{} of numbers that may be so large", op.name()));
    let (Type::Number(f), Type::Number(c)) = (fine.ty, coarse.ty) else { return Err(refused()) };
    let finer = f.scale - c.scale;
    let unit = 10_i64.checked_pow(finer).ok_or_else(refused)?;
    let function = match op {
        Comparison::Gt | Comparison::Le => Function::Ceiling,
        Comparison::Ge | Comparison::Lt | Comparison::Eq | Comparison::Ne => Function::Floor,
    };
    let rest = format!("{} % {unit}", fine.sql);
    let counted = Scalar { ty: Type::Number(Number { scale: finer, ..f }), ..fine };
    let whole = rounding(function, &[counted]).ok_or_else(refused)??;
    let coarse = Scalar { ty: Type::Number(Number { scale: 0, ..c }), ..coarse };
    let holds = compare_scalars(op, whole, coarse, truth)?;
    Ok(match op {
        Comparison::Eq => format!("(CASE WHEN {rest} <> 0 THEN FALSE ELSE {holds} END)"),
        Comparison::Ne => format!("(CASE WHEN {rest} <> 0 THEN TRUE ELSE {holds} END)"),
        _ => holds,
    })
}

/// Numbers are brought to the finer of the two scales; other types have to be the same.
fn same_type(op: Comparison, left: Scalar, right: Scalar) -> Result<(Scalar, Scalar), NotServed> {
    match (left.ty, right.ty) {
        (Type::Number(l), Type::Number(r)) => {
            let scale = l.scale.max(r.scale);
            match (left.rescaled(scale), right.rescaled(scale)) {
                (Some(left), Some(right)) => Ok((left, right)),
                _ => not_served(format!("{} of numbers that may be so large", op.name())),
            }
        }
        (Type::Number(_), Type::Double) | (Type::Double, Type::Number(_)) => {
            not_served(format!("{} of Edm.Double and an exact number", op.name()))
        }
        (Type::Text, Type::Text)
        | (Type::Boolean, Type::Boolean)
        | (Type::Ticks, Type::Ticks)
        | (Type::Days, Type::Days)
        | (Type::Time, Type::Time)
        | (Type::Span, Type::Span)
        | (Type::Double, Type::Double)
        | (Type::Bytes, Type::Bytes) => Ok((left, right)),
        _ => not_served(format!("{} of different types", op.name())),
    }
}

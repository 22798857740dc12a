use odata::edm::{PrimitiveType, TypeRef};
use odata::expr::{Arithmetic, Expr, Function, PropertyPath};
use odata::value::Value;

use super::constant;
use super::number::Number;
use super::scalar::{Scalar, Type};
use super::temporal::temporal;
use super::translator::{NotServed, Translator, not_served};

impl Scalar {
    /// Counted in a finer unit; `None` if that could overflow.
    pub(super) fn rescaled(self, scale: u32) -> Option<Self> {
        let Type::Number(number) = self.ty else { return None };
        if number.scale == scale {
            return Some(self);
        }
        let factor = number.factor_to(scale)?;
        let sql = format!("({} * {factor})", self.sql);
        Some(Self { sql, ty: Type::Number(number.rescaled(scale)?), nullable: self.nullable })
    }
}

impl Translator<'_> {
    pub(super) fn arithmetic(
        &mut self,
        op: Arithmetic,
        left: &Expr,
        right: &Expr,
    ) -> Result<Scalar, NotServed> {
        let cuts_off = is_whole(left) && is_whole(right);
        let left = self.scalar(left)?;
        let divisor = constant::value(right).filter(|_| matches!(left.ty, Type::Number(_)));
        let factor = divisor.as_ref().and_then(|divisor| constant::factor(op, divisor));
        let (op, right) = match (factor, divisor) {
            (Some(factor), _) => (Arithmetic::Mul, self.literal(&Value::Decimal(factor))?),
            // A decimal does not divide as an integer, whole or not.
            (None, _)
                if op == Arithmetic::Div && matches!(left.ty, Type::Number(_)) && !cuts_off =>
            {
                return Err(NotServed(format!("{} of decimals", op.name())));
            }
            (None, _) => (op, self.scalar(right)?),
        };
        if left.is_null() || right.is_null() {
            return Ok(Scalar::null());
        }
        if let Some(result) = temporal(op, &left, &right) {
            return result;
        }
        let zero = matches!(right.ty, Type::Number(number) if number.can_be_zero());
        combine(op, left, right).ok_or_else(|| NotServed(why_not(op, zero)))
    }

    pub(super) fn negate(&mut self, operand: &Expr) -> Result<Scalar, NotServed> {
        let operand = self.scalar(operand)?;
        let negated = match operand.ty {
            Type::Null => return Ok(operand),
            Type::Number(number) => Number::checked(number.scale, [-number.low, -number.high]),
            Type::Span => {
                let sql = format!("(- {})", operand.sql);
                return Ok(Scalar { sql, ..operand });
            }
            _ => None,
        };
        let Some(number) = negated else { return not_served("-") };
        let sql = format!("(- {})", operand.sql);
        Ok(Scalar { sql, ty: Type::Number(number), nullable: operand.nullable })
    }
}

/// Whether a number is of an integer type.
fn is_whole(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(value) => matches!(value, Value::Int(_) | Value::Null),
        Expr::Property(PropertyPath { ty, .. }) | Expr::Cast { ty, .. } => is_integer(ty),
        Expr::Negate(operand) => is_whole(operand),
        Expr::Arithmetic { op, left, right } => {
            *op != Arithmetic::DivBy && is_whole(left) && is_whole(right)
        }
        Expr::Call { function, arguments } => match function {
            Function::Round | Function::Floor | Function::Ceiling => arguments.iter().all(is_whole),
            Function::FractionalSeconds | Function::TotalSeconds => false,
            _ => true,
        },
        Expr::Case(branches) => branches.iter().all(|(_, value)| is_whole(value)),
        Expr::Count { .. } => true,
        _ => false,
    }
}

const fn is_integer(ty: &TypeRef) -> bool {
    use PrimitiveType::{Byte, Int16, Int32, Int64, SByte};
    matches!(ty, TypeRef::Primitive(Byte | SByte | Int16 | Int32 | Int64))
}

/// To whole numbers; halves away from zero. `None` for other functions.
pub(super) fn rounding(
    function: Function,
    arguments: &[Scalar],
) -> Option<Result<Scalar, NotServed>> {
    let [operand @ Scalar { ty: Type::Number(number), .. }] = arguments else { return None };
    let unit = 10_i128.checked_pow(number.scale)?;
    // Division goes towards zero; what is left has the sign of the number. No integer of 64 bits
    // gets as far as a unit that is none, which SQLite would take for a double.
    let (v, half) = (&operand.sql, unit / 2);
    let (quotient, rest) = match i64::try_from(unit) {
        Ok(unit) => (format!("{v} / {unit}"), format!("{v} % {unit}")),
        Err(_beyond) => ("0".to_owned(), v.clone()),
    };
    let more = match function {
        Function::Floor => format!("WHEN {rest} < 0 THEN -1"),
        Function::Ceiling => format!("WHEN {rest} > 0 THEN 1"),
        Function::Round => format!("WHEN {rest} >= {half} THEN 1 WHEN {rest} <= -{half} THEN -1"),
        _ => return None,
    };
    if unit == 1 {
        return Some(Ok(operand.clone()));
    }
    let sql = format!("({quotient} + (CASE {more} ELSE 0 END))");
    let whole = Number { scale: 0, low: number.low / unit - 1, high: number.high / unit + 1 };
    Some(Ok(Scalar { sql, ty: Type::Number(whole), nullable: operand.nullable }))
}

/// What a message says is not served.
fn why_not(op: Arithmetic, zero: bool) -> String {
    let name = op.name();
    match op {
        Arithmetic::Div | Arithmetic::Mod if zero => {
            format!("{name} by a value that may be zero")
        }
        Arithmetic::DivBy => name.to_owned(),
        Arithmetic::Add | Arithmetic::Sub | Arithmetic::Mul | Arithmetic::Div | Arithmetic::Mod => {
            format!("{name} of values whose result may not fit")
        }
    }
}

/// `None` where a result might not fit, might divide by zero, or is no decimal of few digits.
fn combine(op: Arithmetic, left: Scalar, right: Scalar) -> Option<Scalar> {
    let (Type::Number(l), Type::Number(r)) = (left.ty, right.ty) else { return None };
    let nullable = left.nullable || right.nullable;
    let finer = l.scale.max(r.scale);
    let (left, right) = match op {
        Arithmetic::Mul => (left, right),
        Arithmetic::Div if finer > 0 => return None,
        _ => (left.rescaled(finer)?, right.rescaled(finer)?),
    };
    let (Type::Number(l), Type::Number(r)) = (left.ty, right.ty) else { return None };
    let (symbol, number) = match op {
        Arithmetic::Add => ("+", Number::checked(finer, [l.low + r.low, l.high + r.high])?),
        Arithmetic::Sub => ("-", Number::checked(finer, [l.low - r.high, l.high - r.low])?),
        Arithmetic::Mul => ("*", product(l, r)?),
        Arithmetic::DivBy => return None,
        Arithmetic::Div | Arithmetic::Mod if r.can_be_zero() => return None,
        Arithmetic::Div => ("/", quotient(l, r)?),
        Arithmetic::Mod => {
            let most = l.low.abs().max(l.high.abs()).min(r.low.abs().max(r.high.abs()));
            ("%", Number::checked(finer, [-most, most])?)
        }
    };
    let sql = format!("({} {symbol} {})", left.sql, right.sql);
    Some(Scalar { sql, ty: Type::Number(number), nullable })
}

fn product(left: Number, right: Number) -> Option<Number> {
    let corners = [
        left.low.checked_mul(right.low)?,
        left.low.checked_mul(right.high)?,
        left.high.checked_mul(right.low)?,
        left.high.checked_mul(right.high)?,
    ];
    let scale = left.scale.checked_add(right.scale).filter(|scale| *scale <= MOST_PLACES)?;
    Number::checked(scale, corners)
}

/// Places of a decimal; with more of them it would be rounded.
const MOST_PLACES: u32 = 28;

/// Of integers, by one that is not zero: the ends are where the ends of both are.
fn quotient(left: Number, right: Number) -> Option<Number> {
    let corners = [
        left.low.checked_div(right.low)?,
        left.low.checked_div(right.high)?,
        left.high.checked_div(right.low)?,
        left.high.checked_div(right.high)?,
    ];
    Number::checked(0, corners)
}

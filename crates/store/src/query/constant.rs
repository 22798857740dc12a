use odata::expr::{Arithmetic, Expr, constant_value};
use odata::value::Value;
use rust_decimal::Decimal;

/// The value of a constant, or of arithmetic on constants.
pub(super) fn value(expr: &Expr) -> Option<Value> {
    match expr {
        Expr::Literal(value) => Some(value.clone()),
        expr => folded(expr),
    }
}

/// The value of arithmetic on constants, which needs no database and so is exact: `None` where the
/// expression is something else, or has no value.
pub(super) fn folded(expr: &Expr) -> Option<Value> {
    match expr {
        Expr::Literal(_) => None,
        expr => constant_value(expr)?.ok(),
    }
}

/// What a division of decimals by a constant multiplies by, where that has an end: 0.5 for 2.
/// `None` also for a division of integers, which is cut off.
pub(super) fn factor(op: Arithmetic, divisor: &Value) -> Option<Decimal> {
    let divisor = match (op, divisor) {
        (Arithmetic::DivBy, Value::Int(divisor)) => Decimal::from(*divisor),
        (Arithmetic::Div | Arithmetic::DivBy, Value::Decimal(divisor)) => *divisor,
        _ => return None,
    };
    let factor = Decimal::ONE.checked_div(divisor)?.normalize();
    let is_exact = factor.scale() <= FINEST && factor.checked_mul(divisor)? == Decimal::ONE;
    is_exact.then_some(factor)
}

/// Digits behind the point that a factor may have.
const FINEST: u32 = 18;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_have_an_end() {
        let decimal = |text: &str| Value::Decimal(text.parse().unwrap());
        for (op, divisor, expect) in [
            (Arithmetic::DivBy, Value::Int(4), Some("0.25")),
            (Arithmetic::DivBy, Value::Int(-5), Some("-0.2")),
            (Arithmetic::DivBy, decimal("0.125"), Some("8")),
            (Arithmetic::Div, decimal("12.5"), Some("0.08")),
            (Arithmetic::Div, Value::Int(4), None),
            (Arithmetic::Mod, decimal("0.5"), None),
            (Arithmetic::DivBy, Value::Int(3), None),
            (Arithmetic::DivBy, Value::Int(0), None),
            (Arithmetic::DivBy, Value::Int(999_999_999_999_999_999), None),
            (Arithmetic::DivBy, Value::Double(2.0), None),
        ] {
            let expect = expect.map(|text| text.parse().unwrap());
            assert_eq!(factor(op, &divisor), expect, "{op:?} {divisor:?}");
        }
    }
}

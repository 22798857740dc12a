//! Arithmetic on a number and constants, beside a constant: all constants are brought to one side,
//! so that no database has to hold a result that might not fit.

use odata::expr::{Arithmetic, Comparison, Expr};
use odata::value::Value;
use rust_decimal::Decimal;

use super::bound::Bound;
use super::condition::Truth;
use super::constant;
use super::scalar::{Scalar, Type};
use super::translator::{NotServed, Translator};

impl Translator<'_> {
    /// `None` where the expression is anything else, or the evaluator of `odata` might round.
    pub(super) fn linear(
        &mut self,
        op: Comparison,
        expr: &Expr,
        constant: &Value,
        truth: Truth,
    ) -> Option<Result<String, NotServed>> {
        let exact = match constant {
            Value::Null => None,
            constant => Some(exact(constant)?),
        };
        let mut steps = Vec::new();
        let mut operand = expr;
        while let Some((inner, step)) = step(operand) {
            steps.push(step);
            operand = inner;
        }
        if steps.is_empty() {
            return None;
        }
        let operand = self.scalar(operand).ok()?;
        let mut linear = Linear::of(&operand)?;
        for step in steps.iter().rev() {
            linear = linear.after(*step)?;
        }
        let Some(exact) = exact else {
            return Some(self.beside(op, operand, constant, truth));
        };
        let bound = linear.beside(op, exact)?;
        Some(self.bounded(bound, operand, truth))
    }
}

/// What happens to a value.
#[derive(Debug, Clone, Copy)]
enum Step {
    Plus(Decimal),
    Times(Decimal),
}

/// The last thing that happens, and to what.
fn step(expr: &Expr) -> Option<(&Expr, Step)> {
    let known = |expr: &Expr| constant::value(expr).as_ref().and_then(exact);
    match expr {
        Expr::Negate(operand) => Some((operand, Step::Times(Decimal::NEGATIVE_ONE))),
        Expr::Arithmetic { op, left, right } => match (op, known(left), known(right)) {
            (Arithmetic::Add, None, Some(by)) => Some((left, Step::Plus(by))),
            (Arithmetic::Add, Some(by), None) => Some((right, Step::Plus(by))),
            (Arithmetic::Sub, None, Some(by)) => Some((left, Step::Plus(-by))),
            (Arithmetic::Mul, None, Some(by)) => Some((left, Step::Times(by))),
            (Arithmetic::Mul, Some(by), None) => Some((right, Step::Times(by))),
            (Arithmetic::Div | Arithmetic::DivBy, None, Some(_)) => {
                let factor = constant::factor(*op, &constant::value(right)?)?;
                Some((left, Step::Times(factor)))
            }
            _ => None,
        },
        _ => None,
    }
}

fn exact(constant: &Value) -> Option<Decimal> {
    match constant {
        Value::Int(integer) => Some(Decimal::from(*integer)),
        Value::Decimal(decimal) => Some(decimal.normalize()),
        _ => None,
    }
}

/// `(factor * n + shift) / 10^scale` of a stored integer `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Linear {
    factor: i128,
    shift: i128,
    scale: u32,
    /// No integer is farther from zero.
    most: i128,
}

impl Linear {
    fn of(operand: &Scalar) -> Option<Self> {
        let Type::Number(number) = operand.ty else { return None };
        let most = number.low.abs().max(number.high.abs());
        Some(Self { factor: 1, shift: 0, scale: number.scale, most })
    }

    fn after(self, step: Step) -> Option<Self> {
        let next = match step {
            Step::Times(by) => Self {
                factor: self.factor.checked_mul(by.mantissa())?,
                shift: self.shift.checked_mul(by.mantissa())?,
                scale: self.scale.checked_add(by.scale())?,
                ..self
            },
            Step::Plus(by) => {
                let finer = self.rescaled(self.scale.max(by.scale()))?;
                let by = scaled(by.mantissa(), by.scale(), finer.scale)?;
                Self { shift: finer.shift.checked_add(by)?, ..finer }
            }
        };
        next.is_exact().then_some(next)
    }

    fn rescaled(self, scale: u32) -> Option<Self> {
        let factor = scaled(self.factor, self.scale, scale)?;
        Some(Self { factor, shift: scaled(self.shift, self.scale, scale)?, scale, ..self })
    }

    /// Whether decimals, in which the evaluator counts, have room for all values.
    fn is_exact(self) -> bool {
        let largest = self.factor.abs().checked_mul(self.most);
        let largest = largest.and_then(|largest| largest.checked_add(self.shift.abs()));
        self.scale <= Decimal::MAX_SCALE && largest.is_some_and(|it| it < LARGEST)
    }

    fn beside(self, op: Comparison, constant: Decimal) -> Option<Bound> {
        let finer = self.rescaled(self.scale.max(constant.scale()))?;
        let constant = scaled(constant.mantissa(), constant.scale(), finer.scale)?;
        Bound::of_quotient(op, constant.checked_sub(finer.shift)?, finer.factor)
    }
}

/// A bit less than the mantissa of a decimal has.
const LARGEST: i128 = 1 << 95;

fn scaled(integer: i128, from: u32, to: u32) -> Option<i128> {
    integer.checked_mul(10_i128.checked_pow(to.checked_sub(from)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::number::Number;

    #[test]
    fn constants_come_to_one_side() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        let (plus, times) = (|text| Step::Plus(decimal(text)), |text| Step::Times(decimal(text)));
        let compare = Bound::Compare;
        for (scale, steps, op, constant, expect) in [
            (0, vec![plus("1")], Comparison::Eq, "2", Some(compare(Comparison::Eq, 1))),
            (0, vec![times("2")], Comparison::Eq, "3", Some(Bound::Never)),
            (0, vec![times("2")], Comparison::Gt, "3", Some(compare(Comparison::Gt, 1))),
            (0, vec![times("-2")], Comparison::Gt, "3", Some(compare(Comparison::Lt, -1))),
            (2, vec![times("1.5")], Comparison::Ge, "10", Some(compare(Comparison::Ge, 667))),
            (
                2,
                vec![plus("1"), times("2")],
                Comparison::Le,
                "5",
                Some(compare(Comparison::Le, 150)),
            ),
            (0, vec![plus("-9223372036854775807")], Comparison::Gt, "1", Some(Bound::Never)),
            (0, vec![plus("9223372036854775807")], Comparison::Ge, "-1", Some(Bound::Present)),
            (0, vec![times("0")], Comparison::Eq, "0", None),
            (9, vec![times("1e-20")], Comparison::Eq, "0", None),
            (0, vec![times("9223372036854775807")], Comparison::Eq, "0", None),
        ] {
            let ty = Type::Number(Number { scale, ..Number::ANY });
            let operand = Scalar { sql: "n".to_owned(), ty, nullable: true };
            let linear = steps
                .iter()
                .try_fold(Linear::of(&operand).unwrap(), |linear, step| linear.after(*step));
            let found = linear.and_then(|linear| linear.beside(op, decimal(constant)));
            assert_eq!(found, expect, "{scale} {steps:?} {op:?} {constant}");
        }
    }
}

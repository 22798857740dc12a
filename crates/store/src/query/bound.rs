//! Constants beside stored numbers: which integers a comparison holds for.

use std::cmp::Ordering;

use odata::expr::Comparison;
use odata::value::{Value, nearest_double};
use rust_decimal::Decimal;

/// What is left of a comparison of `integer / 10^scale` with a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// The same as this comparison of the integer.
    Compare(Comparison, i64),
    /// The integer is not less than the first, nor greater than the second.
    Within(i64, i64),
    /// It is, or it is null.
    Outside(i64, i64),
    /// There is a number.
    Present,
    /// It holds for null too.
    Always,
    /// It holds for nothing.
    Never,
}

impl Bound {
    /// Compares as the evaluator of `odata` does: decimals exactly, with a double by the double
    /// that is nearest. `None` beside what is no number, or has more places than a decimal.
    pub(super) fn new(op: Comparison, constant: &Value, scale: u32) -> Option<Self> {
        let place = match constant {
            Value::Int(integer) => Place::of_decimal(Decimal::from(*integer), scale)?,
            Value::Decimal(decimal) => Place::of_decimal(*decimal, scale)?,
            Value::Double(double) if double.is_nan() => return Some(Self::beside_nan(op)),
            Value::Double(double) => Place::of_double(*double, scale)?,
            _ => return None,
        };
        Some(place.bound(op))
    }

    /// A comparison of integers with a quotient. `None` for a division by zero.
    pub(super) fn of_quotient(op: Comparison, numerator: i128, divisor: i128) -> Option<Self> {
        let (op, numerator, divisor) = match divisor {
            0 => return None,
            1.. => (op, numerator, divisor),
            _ => (turned(op), numerator.checked_neg()?, divisor.checked_neg()?),
        };
        let (floor, rest) = (numerator.div_euclid(divisor), numerator.rem_euclid(divisor));
        Some(Place { least: floor + i128::from(rest != 0), most: floor }.bound(op))
    }

    const fn beside_nan(op: Comparison) -> Self {
        match op {
            Comparison::Ne => Self::Always,
            _ => Self::Never,
        }
    }
}

/// Where a constant is among the integers.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The first that is not less.
    least: i128,
    /// The last that is not greater: the one before where none is equal.
    most: i128,
}

impl Place {
    fn of_decimal(constant: Decimal, scale: u32) -> Option<Self> {
        let constant = constant.normalize();
        let (digits, places) = (constant.mantissa(), constant.scale());
        let Some(finer) = places.checked_sub(scale) else {
            // Beyond all integers of 64 bits, where it does not fit.
            let factor = 10_i128.checked_pow(scale - places);
            let exact = factor.and_then(|factor| digits.checked_mul(factor));
            let exact = exact.unwrap_or_else(|| digits.signum() * FAR);
            return Some(Self { least: exact, most: exact });
        };
        let unit = 10_i128.checked_pow(finer)?;
        let (floor, rest) = (digits.div_euclid(unit), digits.rem_euclid(unit));
        Some(Self { least: floor + i128::from(rest != 0), most: floor })
    }

    fn of_double(constant: f64, scale: u32) -> Option<Self> {
        let nearest = |integer: i128| {
            Decimal::try_from_i128_with_scale(integer, scale).ok().map(nearest_double)
        };
        // A product is off by less than the factor that is added here.
        let about = constant * 10_f64.powi(i32::try_from(scale).ok()?);
        #[expect(clippy::cast_possible_truncation, reason = "an integer near it is meant")]
        let about = (about.clamp(-1e20, 1e20)) as i128;
        let around = (about.abs() >> 48) + 2;
        nearest(about + around).and(nearest(about - around))?;
        let first = |wanted: fn(Ordering) -> bool| {
            let is_wanted = |integer: i128| {
                nearest(integer)
                    .and_then(|number| number.partial_cmp(&constant))
                    .is_some_and(wanted)
            };
            let (mut low, mut high) = (about - around, about + around);
            while low < high {
                let middle = low + (high - low) / 2;
                if is_wanted(middle) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            low
        };
        Some(Self { least: first(Ordering::is_ge), most: first(Ordering::is_gt) - 1 })
    }

    fn bound(self, op: Comparison) -> Bound {
        let Self { least, most } = self;
        let (first, last) = (clamped(least), clamped(most));
        let is_none = least > most || least > MAX || most < MIN;
        match op {
            Comparison::Eq if is_none => Bound::Never,
            Comparison::Ne if is_none => Bound::Always,
            Comparison::Eq | Comparison::Ne if first == last => Bound::Compare(op, first),
            Comparison::Eq => Bound::Within(first, last),
            Comparison::Ne => Bound::Outside(first, last),
            Comparison::Gt if most < MIN => Bound::Present,
            Comparison::Gt if most >= MAX => Bound::Never,
            Comparison::Ge if least <= MIN => Bound::Present,
            Comparison::Ge if least > MAX => Bound::Never,
            Comparison::Lt if least > MAX => Bound::Present,
            Comparison::Lt if least <= MIN => Bound::Never,
            Comparison::Le if most >= MAX => Bound::Present,
            Comparison::Le if most < MIN => Bound::Never,
            Comparison::Gt | Comparison::Le => Bound::Compare(op, last),
            Comparison::Ge | Comparison::Lt => Bound::Compare(op, first),
        }
    }
}

const MIN: i128 = i64::MIN as i128;
const MAX: i128 = i64::MAX as i128;
/// Farther than any integer of 64 bits.
const FAR: i128 = 1 << 100;

fn clamped(integer: i128) -> i64 {
    i64::try_from(integer.clamp(MIN, MAX)).unwrap_or_default()
}

/// The comparison with its operands the other way round.
pub(super) const fn turned(op: Comparison) -> Comparison {
    match op {
        Comparison::Eq | Comparison::Ne => op,
        Comparison::Gt => Comparison::Lt,
        Comparison::Ge => Comparison::Le,
        Comparison::Lt => Comparison::Gt,
        Comparison::Le => Comparison::Ge,
    }
}

#[cfg(test)]
mod tests {
    use odata::edm::TypeName;
    use odata::expr::{Expr, evaluate};
    use odata::value::Structured;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const OPS: [Comparison; 6] = [
        Comparison::Eq,
        Comparison::Ne,
        Comparison::Gt,
        Comparison::Ge,
        Comparison::Lt,
        Comparison::Le,
    ];

    impl Bound {
        fn holds(self, number: Option<i64>) -> bool {
            let Some(number) = number else {
                return match self {
                    Self::Compare(op, _) => op == Comparison::Ne,
                    Self::Always | Self::Outside(..) => true,
                    Self::Within(..) | Self::Present | Self::Never => false,
                };
            };
            match self {
                Self::Compare(op, with) => match op {
                    Comparison::Eq => number == with,
                    Comparison::Ne => number != with,
                    Comparison::Gt => number > with,
                    Comparison::Ge => number >= with,
                    Comparison::Lt => number < with,
                    Comparison::Le => number <= with,
                },
                Self::Within(first, last) => (first..=last).contains(&number),
                Self::Outside(first, last) => !(first..=last).contains(&number),
                Self::Present | Self::Always => true,
                Self::Never => false,
            }
        }
    }

    fn evaluated(op: Comparison, left: Value, right: Value) -> bool {
        let [left, right] = [left, right].map(Expr::Literal).map(Box::new);
        let row = Structured { type_name: TypeName::from_static("", ""), properties: vec![] };
        match evaluate(&Expr::Compare { op, left, right }, &row) {
            Ok(Value::Boolean(holds)) => holds,
            other => panic!("{other:?}"),
        }
    }

    fn check(integers: &[Option<i64>], scale: u32, constant: &Value) {
        for op in OPS {
            let bound = Bound::new(op, constant, scale).unwrap();
            for integer in integers {
                let decimal = |integer: i64| {
                    Decimal::try_from_i128_with_scale(integer.into(), scale).unwrap()
                };
                let left = integer.map_or(Value::Null, |integer| Value::Decimal(decimal(integer)));
                let expect = evaluated(op, left, constant.clone());
                assert_eq!(
                    bound.holds(*integer),
                    expect,
                    "{integer:?} of {scale} {op:?} {constant:?}: {bound:?}"
                );
            }
        }
    }

    #[test]
    fn bounds_are_of_the_scale_of_the_column() {
        let decimal = |text: &str| Value::Decimal(text.parse().unwrap());
        let compare = Bound::Compare;
        for (op, constant, scale, expect) in [
            (Comparison::Gt, decimal("12.345"), 2, compare(Comparison::Gt, 1234)),
            (Comparison::Le, decimal("-12.345"), 2, compare(Comparison::Le, -1235)),
            (Comparison::Ge, decimal("1.5"), 0, compare(Comparison::Ge, 2)),
            (Comparison::Lt, decimal("1.5"), 0, compare(Comparison::Lt, 2)),
            (Comparison::Eq, decimal("1.5"), 0, Bound::Never),
            (Comparison::Ne, decimal("1.5"), 0, Bound::Always),
            (Comparison::Eq, Value::Double(12.5), 2, compare(Comparison::Eq, 1250)),
            (Comparison::Eq, Value::Double(0.1), 0, Bound::Never),
            (Comparison::Lt, Value::Double(1e300), 2, Bound::Present),
            (Comparison::Gt, Value::Double(f64::NEG_INFINITY), 2, Bound::Present),
            (Comparison::Ge, Value::Double(f64::NAN), 2, Bound::Never),
            (Comparison::Ne, Value::Double(f64::NAN), 2, Bound::Always),
            (
                Comparison::Eq,
                Value::Double(9_007_199_254_740_992_000.0),
                0,
                Bound::Within(9_007_199_254_740_991_488, 9_007_199_254_740_992_512),
            ),
            (Comparison::Ge, Value::Int(i64::MAX), 2, Bound::Never),
        ] {
            assert_eq!(Bound::new(op, &constant, scale), Some(expect), "{op:?} {constant:?}");
        }
    }

    /// Integers around a constant, and far from it.
    fn integers(near: f64, scale: u32, more: i64) -> Vec<Option<i64>> {
        #[expect(clippy::cast_possible_truncation, reason = "some integer near it")]
        let near = (near * 10_f64.powi(i32::try_from(scale).unwrap())) as i64;
        let around = (-3..=3).map(|by| near.saturating_add(by));
        let further = [near.saturating_add(more), near.saturating_sub(more)];
        let ends = [i64::MIN, i64::MAX, 0];
        around.chain(further).chain(ends).map(Some).chain([None]).collect()
    }

    proptest! {
        #[test]
        fn decimals_bound_what_the_evaluator_finds(
            digits in prop_oneof![-40_000..40_000_i64, any::<i64>()],
            (places, scale) in (0..=28_u32, 0..=18_u32),
            more in 0..5_000_i64,
        ) {
            let constant = Decimal::try_from_i128_with_scale(digits.into(), places).unwrap();
            let near = nearest_double(constant);
            check(&integers(near, scale, more), scale, &Value::Decimal(constant));
        }

        #[test]
        fn doubles_bound_what_the_evaluator_finds(
            constant in prop_oneof![
                any::<f64>(),
                (-1e6..1e6_f64),
                (any::<i32>(), 0..12_i32).prop_map(|(n, by)| f64::from(n) / 10_f64.powi(by)),
                any::<i64>().prop_map(|n| nearest_double(Decimal::from(n))),
                select(vec![f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.0, -0.0, 5e-324]),
            ],
            scale in 0..=18_u32,
            more in 0..5_000_i64,
        ) {
            check(&integers(constant, scale, more), scale, &Value::Double(constant));
        }
    }
}

/// An integer for each double, in the order of `$orderby`: `NaN` is lowest, both zeros are one.
///
/// Doubles are stored so because neither database could be trusted with them: SQLite has no `NaN`,
/// for PostgreSQL it is the highest value and equal to itself.
pub const fn double_code(number: f64) -> i64 {
    if number.is_nan() {
        return NAN_CODE;
    }
    // The sign comes off zero.
    let bits = (number + 0.0).to_bits().cast_signed();
    if bits < 0 { !(bits & i64::MAX) } else { bits }
}

/// The double of a code.
pub const fn double_of(code: i64) -> f64 {
    if code == NAN_CODE {
        return f64::NAN;
    }
    let bits = if code < 0 { !code | i64::MIN } else { code };
    f64::from_bits(bits.cast_unsigned())
}

const NAN_CODE: i64 = i64::MIN;

/// The code of `NaN`; neither database reads the number itself as one of 64 bits.
pub(super) const NAN_SQL: &str = "(-9223372036854775807 - 1)";

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    use proptest::num::f64::ANY;
    use proptest::prelude::*;

    #[test]
    fn codes_have_the_order_of_doubles() {
        let ascending = [
            f64::NEG_INFINITY,
            f64::MIN,
            -1.0,
            -f64::MIN_POSITIVE,
            -5e-324,
            0.0,
            5e-324,
            1.0,
            f64::MAX,
            f64::INFINITY,
        ];
        assert!(ascending.is_sorted_by(|left, right| double_code(*left) < double_code(*right)));
        assert!(double_code(f64::NAN) < double_code(f64::NEG_INFINITY));
        assert_eq!(double_code(-0.0), double_code(0.0));
    }

    proptest! {
        #[test]
        fn codes_read_back(number in ANY) {
            let back = double_of(double_code(number));
            prop_assert!(back.partial_cmp(&number).is_none_or(Ordering::is_eq));
            prop_assert_eq!(back.is_nan(), number.is_nan());
        }
    }
}

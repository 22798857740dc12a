use rust_decimal::Decimal;

/// A double as text that is read back as the same one (OData ABNF rule `doubleValue`).
///
/// ```
/// use odata::value::double_text;
///
/// assert_eq!(double_text(0.5), "0.5");
/// assert_eq!(double_text(1e308), "1e308");
/// assert_eq!(double_text(f64::NEG_INFINITY), "-INF");
/// ```
pub fn double_text(number: f64) -> String {
    match number {
        f64::INFINITY => "INF".to_owned(),
        f64::NEG_INFINITY => "-INF".to_owned(),
        number => format!("{number:?}"),
    }
}

/// The double nearest to a decimal. `to_f64` calculates with the zeros at its end, so that equal
/// decimals become different doubles.
pub fn nearest_double(number: Decimal) -> f64 {
    number.to_string().parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_decimals_are_one_double() {
        for text in ["0.88456734642612377", "0.454423144815775217561", "-0.516117642538844443"] {
            for zeros in ["", "0", "000"] {
                let number: Decimal = format!("{text}{zeros}").parse().unwrap();
                assert_eq!(
                    nearest_double(number).to_bits(),
                    text.parse::<f64>().unwrap().to_bits()
                );
            }
        }
        assert_eq!(
            nearest_double(Decimal::MAX).to_bits(),
            79_228_162_514_264_337_593_543_950_335_f64.to_bits()
        );
    }
}

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

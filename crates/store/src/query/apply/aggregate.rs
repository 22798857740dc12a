use odata::apply::{AVERAGE_SCALE, Method, Total};

use super::items::Operand;
use crate::query::Dialect;
use crate::query::number::Number;
use crate::query::relation::MOST_ROWS;
use crate::query::scalar::Type;
use crate::query::translator::{NotServed, not_served};

/// SQL over the column `v…` of the members, what it gives, and whether that may be null.
///
/// A sum or an average that takes more than 64 bits fails; what it is made of cannot tell.
pub(super) fn aggregate(
    dialect: Dialect<'_>,
    total: &Total,
    operand: Option<&Operand>,
    place: usize,
) -> Result<(String, Type, bool), NotServed> {
    let count = Type::Number(Number::integer(0, MOST_ROWS));
    let Some(Operand { value, count: values }) = operand else {
        return Ok(("COUNT(*)".to_owned(), count, false));
    };
    let ty = value.ty;
    let number = |name: &str| match ty {
        Type::Number(number) => Ok(number),
        _ => not_served(format!("{name} of Edm.Double")),
    };
    let value = format!("v{place}");
    Ok(match total.method {
        // Only items have counts of their own.
        Method::Count => (format!("CAST(COALESCE(SUM({value}), 0) AS BIGINT)"), count, false),
        Method::CountDistinct => (format!("COUNT(DISTINCT {value})"), count, false),
        Method::Min => (format!("MIN({value})"), ty, true),
        Method::Max => (format!("MAX({value})"), ty, true),
        Method::Sum => {
            let Number { scale, .. } = number("sum")?;
            let sql = match dialect {
                Dialect::Sqlite => format!("odata_sum({value})"),
                Dialect::Postgres(_) => format!("CAST(SUM({value}) AS BIGINT)"),
            };
            (sql, Type::Number(Number { scale, ..Number::ANY }), true)
        }
        Method::Average => {
            let Number { scale, .. } = number("average")?;
            let Some(more) = AVERAGE_SCALE.checked_sub(scale) else {
                return not_served(format!("average of more than {AVERAGE_SCALE} places"));
            };
            let factor = 10_i64.pow(more);
            let sql = match dialect {
                Dialect::Sqlite if values.is_some() => {
                    format!("odata_average({value}, {factor}, w{place})")
                }
                Dialect::Sqlite => format!("odata_average({value}, {factor}, 1)"),
                Dialect::Postgres(_) if values.is_some() => {
                    rounded(&value, &format!("SUM(w{place})"), factor)
                }
                Dialect::Postgres(_) => rounded(&value, &format!("COUNT({value})"), factor),
            };
            (sql, Type::Number(Number { scale: AVERAGE_SCALE, ..Number::ANY }), true)
        }
    })
}

/// The quotient of exact numbers, halves away from zero.
fn rounded(value: &str, number: &str, factor: i64) -> String {
    format!(
        "CAST(SIGN(SUM({value})) * DIV(ABS(SUM({value})) * {factor} * 2 + {number}, \
         CAST(2 * {number} AS NUMERIC)) AS BIGINT)"
    )
}

use odata::apply::{AVERAGE_SCALE, Method, Total};

use crate::query::Dialect;
use crate::query::number::Number;
use crate::query::scalar::{Scalar, Type};
use crate::query::translator::{NotServed, not_served};

/// More rows than a table has.
const MOST_ROWS: i64 = 1 << 40;

/// SQL over the column `v…` of the members, what it gives, and whether that may be null.
///
/// A sum or an average that takes more than 64 bits fails; what it is made of cannot tell.
pub(super) fn aggregate(
    dialect: Dialect<'_>,
    total: &Total,
    operand: Option<&Scalar>,
    place: usize,
) -> Result<(String, Type, bool), NotServed> {
    let count = Type::Number(Number::integer(0, MOST_ROWS));
    let Some(ty) = operand.map(|operand| operand.ty) else {
        return Ok(("COUNT(*)".to_owned(), count, false));
    };
    let number = |name: &str| match ty {
        Type::Number(number) => Ok(number),
        _ => not_served(format!("{name} of Edm.Double")),
    };
    let value = format!("v{place}");
    Ok(match total.method {
        Method::Count => ("COUNT(*)".to_owned(), count, false),
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
                Dialect::Sqlite => format!("odata_average({value}, {factor})"),
                Dialect::Postgres(_) => rounded(&value, factor),
            };
            (sql, Type::Number(Number { scale: AVERAGE_SCALE, ..Number::ANY }), true)
        }
    })
}

/// The quotient of exact numbers, halves away from zero.
fn rounded(value: &str, factor: i64) -> String {
    format!(
        "CAST(SIGN(SUM({value})) * DIV(ABS(SUM({value})) * {factor} * 2 + COUNT({value}), \
         CAST(2 * COUNT({value}) AS NUMERIC)) AS BIGINT)"
    )
}

use odata::expr::Comparison;

use super::condition::Truth;
use super::double::NAN_SQL;
use super::scalar::{Scalar, Type};
use super::translator::{NotServed, not_served};

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
    let (left, right) = same_type(op, left, right)?;
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

/// Numbers are brought to the finer of the two scales; other types have to be the same.
fn same_type(op: Comparison, left: Scalar, right: Scalar) -> Result<(Scalar, Scalar), NotServed> {
    match (left.ty, right.ty) {
        (Type::Number(l), Type::Number(r)) => {
            let scale = l.scale.max(r.scale);
            match (left.rescaled(scale), right.rescaled(scale)) {
                (Some(left), Some(right)) => Ok((left, right)),
                _ => not_served(format!("{} of so large numbers", op.name())),
            }
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

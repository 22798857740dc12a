//! The meaning of a pipeline, in memory: what a database answers must be the same.

use std::cmp::Ordering;

use super::bound::{GroupKey, Plan, Step, Total};
use crate::edm::TypeName;
use crate::expr::{
    EvaluateError, Expr, OrderBy, PathStep, PropertyPath, evaluate as value_of, matches,
    order_values,
};
use crate::value::{Structured, Value};

/// What a plan makes of entities, which come in the order that is theirs without another one.
///
/// Groups come in the order of the values that they are grouped by, as `$orderby` has it. A group
/// has the type that the plan was bound to, and only the properties that are left or added.
pub fn evaluate(plan: &Plan, rows: Vec<Structured>) -> Result<Vec<Structured>, EvaluateError> {
    if !plan.concat.is_empty() {
        let each = plan.concat.iter().map(|part| evaluate(part, rows.clone()));
        return Ok(each.collect::<Result<Vec<_>, _>>()?.concat());
    }
    let mut rows = rows;
    for step in &plan.steps {
        rows = match step {
            Step::Filter(condition) => filter(condition, rows)?,
            Step::Compute(added) => {
                for row in &mut rows {
                    let values = added.iter().map(|one| Ok((one.name.clone(), one.evaluate(row)?)));
                    let values = values.collect::<Result<Vec<_>, EvaluateError>>()?;
                    row.properties.extend(values);
                }
                rows
            }
            Step::Aggregate(totals) => {
                let all: Vec<_> = rows.iter().collect();
                vec![with_totals(empty(&plan.input), totals, &all)?]
            }
            Step::GroupBy { by, totals } => group(&plan.input, by, totals, &rows)?,
            Step::OrderBy(keys) => sort(keys, rows)?,
            Step::Top(number) => {
                rows.truncate(usize::try_from(*number).unwrap_or(usize::MAX));
                rows
            }
            Step::Skip(number) => {
                let skipped = usize::try_from(*number).unwrap_or(usize::MAX);
                rows.into_iter().skip(skipped).collect()
            }
        };
    }
    Ok(rows)
}

fn filter(condition: &Expr, rows: Vec<Structured>) -> Result<Vec<Structured>, EvaluateError> {
    let mut kept = Vec::new();
    for row in rows {
        if matches(condition, &row)? {
            kept.push(row);
        }
    }
    Ok(kept)
}

fn sort(keys: &[OrderBy], rows: Vec<Structured>) -> Result<Vec<Structured>, EvaluateError> {
    let mut sorted = Vec::with_capacity(rows.len());
    for row in rows {
        let values = keys.iter().map(|key| value_of(&key.expr, &row));
        sorted.push((values.collect::<Result<Vec<_>, _>>()?, row));
    }
    sorted.sort_by(|(left, _), (right, _)| {
        let pairs = left.iter().zip(right).zip(keys);
        let each = pairs.map(|((left, right), key)| match total_order(left, right) {
            order if key.descending => order.reverse(),
            order => order,
        });
        each.fold(Ordering::Equal, Ordering::then)
    });
    Ok(sorted.into_iter().map(|(_, row)| row).collect())
}

fn group(
    input: &TypeName,
    by: &[GroupKey],
    totals: &[Total],
    rows: &[Structured],
) -> Result<Vec<Structured>, EvaluateError> {
    let mut keyed = Vec::with_capacity(rows.len());
    for row in rows {
        let mut key = Vec::new();
        for GroupKey { path, .. } in by {
            within(path, row, &mut key)?;
        }
        keyed.push((key, row));
    }
    keyed.sort_by(|(left, _), (right, _)| key_order(left, right));
    let mut groups = Vec::new();
    for members in keyed.chunk_by(|(left, _), (right, _)| key_order(left, right).is_eq()) {
        let members: Vec<_> = members.iter().map(|(_, row)| *row).collect();
        let mut group = empty(input);
        for key in by {
            if let Some(first) = members.first() {
                project(key, first, &mut group)?;
            }
        }
        groups.push(with_totals(group, totals, &members)?);
    }
    Ok(groups)
}

/// The value at the end of a path, behind what is on the way: a structure without the value is not
/// the same as none.
fn within(
    path: &PropertyPath,
    row: &Structured,
    key: &mut Vec<Value>,
) -> Result<(), EvaluateError> {
    let mut place = Some(row);
    let Some((PathStep::Property(last), before)) = path.steps.split_last() else {
        return Err(EvaluateError::NoProperty(path.to_string()));
    };
    for step in before {
        let PathStep::Property(name) = step else { continue };
        place = match place.map(|place| place.property(name)) {
            Some(Some(Value::Structured(inner))) => Some(inner),
            Some(None) => return Err(EvaluateError::NoProperty(name.to_string())),
            Some(Some(_)) | None => None,
        };
        key.push(if place.is_some() { Value::Boolean(true) } else { Value::Null });
    }
    key.push(match place {
        None => Value::Null,
        Some(place) => match place.property(last) {
            Some(value) => value.clone(),
            None => return Err(EvaluateError::NoProperty(last.to_string())),
        },
    });
    Ok(())
}

/// Copies what is at a path, and of what is on the way no more than that.
fn project(
    GroupKey { path, through }: &GroupKey,
    from: &Structured,
    into: &mut Structured,
) -> Result<(), EvaluateError> {
    let (mut from, mut into) = (from, into);
    for (index, step) in path.steps.iter().enumerate() {
        let PathStep::Property(name) = step else { continue };
        let value = from.property(name);
        let value = value.ok_or_else(|| EvaluateError::NoProperty(name.to_string()))?;
        let copy = match (value, through.get(index)) {
            (Value::Structured(_), Some(through)) => Value::Structured(empty(&through.ty)),
            (value, _) => value.clone(),
        };
        let place = into.properties.iter().position(|(known, _)| known == name);
        let place = place.unwrap_or_else(|| {
            into.properties.push((name.clone(), copy));
            into.properties.len() - 1
        });
        match (value, into.properties.get_mut(place)) {
            (Value::Structured(inner), Some((_, Value::Structured(copied)))) => {
                (from, into) = (inner, copied);
            }
            _ => return Ok(()),
        }
    }
    Ok(())
}

fn with_totals(
    mut row: Structured,
    totals: &[Total],
    members: &[&Structured],
) -> Result<Structured, EvaluateError> {
    for total in totals {
        row.properties.push((total.name.clone(), total.of(members)?));
    }
    Ok(row)
}

fn empty(type_name: &TypeName) -> Structured {
    Structured { type_name: type_name.clone(), properties: Vec::new() }
}

fn key_order(left: &[Value], right: &[Value]) -> Ordering {
    let pairs = left.iter().zip(right);
    pairs.fold(Ordering::Equal, |order, (left, right)| order.then_with(|| total_order(left, right)))
}

/// The order of `$orderby`. Binding rules out values that have none.
pub(super) fn total_order(left: &Value, right: &Value) -> Ordering {
    order_values(left, right).unwrap_or(Ordering::Equal)
}

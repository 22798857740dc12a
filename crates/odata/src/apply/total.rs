use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::bound::{AVERAGE_SCALE, Method, Over, Total};
use super::evaluate::total_order;
use crate::edm::{PrimitiveType, TypeRef};
use crate::expr::{EvaluateError, Expr, evaluate, of_item, promoted};
use crate::value::{Structured, Value};

impl Total {
    /// The value for some entities.
    pub(super) fn of(&self, rows: &[&Structured]) -> Result<Value, EvaluateError> {
        let found: Result<Vec<_>, _> = match (&self.over, &self.operand) {
            (None, None) => return Ok(number(rows.len())),
            (Some(over), None) => return Ok(number(over.items(rows)?.len())),
            (None, Some(operand)) => rows.iter().map(|row| evaluate(operand, row)).collect(),
            (Some(over), Some(operand)) => {
                over.items(rows)?.iter().map(|item| of_item(operand, item)).collect()
            }
        };
        let found = found?.into_iter().filter(|value| *value != Value::Null);
        let mut values: Vec<_> =
            found.map(|value| promoted(value, self.operand_type.as_ref())).collect();
        match self.method {
            Method::Count => Ok(number(values.len())),
            Method::CountDistinct => {
                values.sort_by(total_order);
                values.dedup_by(|left, right| total_order(left, right).is_eq());
                Ok(number(values.len()))
            }
            Method::Min => Ok(values.into_iter().min_by(total_order).unwrap_or(Value::Null)),
            Method::Max => Ok(values.into_iter().max_by(total_order).unwrap_or(Value::Null)),
            Method::Sum | Method::Average if values.is_empty() => Ok(Value::Null),
            Method::Sum => self.sum(&values),
            Method::Average => self.average(&values),
        }
    }

    fn sum(&self, values: &[Value]) -> Result<Value, EvaluateError> {
        if self.is(PrimitiveType::Double) {
            return Ok(Value::Double(doubles(values)));
        }
        let sum = self.exact(values)?;
        if self.is(PrimitiveType::Int64) {
            return sum.to_i64().map(Value::Int).ok_or_else(|| self.overflow());
        }
        Ok(Value::Decimal(sum))
    }

    fn average(&self, values: &[Value]) -> Result<Value, EvaluateError> {
        if self.is(PrimitiveType::Double) {
            let count = values.len().to_f64().unwrap_or(f64::NAN);
            return Ok(Value::Double(doubles(values) / count));
        }
        let average = quotient(self.exact(values)?, values.len());
        average.map(Value::Decimal).ok_or_else(|| self.overflow())
    }

    fn exact(&self, values: &[Value]) -> Result<Decimal, EvaluateError> {
        let mut sum = Decimal::ZERO;
        for value in values {
            let value = match value {
                Value::Int(value) => Decimal::from(*value),
                Value::Decimal(value) => *value,
                _ => return Err(EvaluateError::WrongType(self.method.name())),
            };
            sum = sum.checked_add(value).ok_or_else(|| self.overflow())?;
        }
        Ok(sum)
    }

    fn is(&self, ty: PrimitiveType) -> bool {
        self.ty == TypeRef::Primitive(ty)
    }

    const fn overflow(&self) -> EvaluateError {
        EvaluateError::Overflow(self.method.name())
    }
}

impl Over {
    /// The items of all entities, each entity among them once.
    fn items(&self, rows: &[&Structured]) -> Result<Vec<Value>, EvaluateError> {
        let path = Expr::Property(self.path.clone());
        let mut items: Vec<Value> = Vec::new();
        let mut keys: Vec<Vec<Value>> = Vec::new();
        for row in rows {
            let Value::Collection(found) = evaluate(&path, row)? else { continue };
            for item in found.into_iter().filter(|item| *item != Value::Null) {
                let key = match &item {
                    Value::Structured(item) => {
                        self.key.iter().filter_map(|name| item.property(name)).cloned().collect()
                    }
                    _ => Vec::new(),
                };
                if key.is_empty() || !keys.contains(&key) {
                    items.push(item);
                    keys.push(key);
                }
            }
        }
        Ok(items)
    }
}

fn number(count: usize) -> Value {
    Value::Decimal(Decimal::from(count))
}

fn doubles(values: &[Value]) -> f64 {
    let number = |value: &Value| match value {
        Value::Double(number) => *number,
        _ => f64::NAN,
    };
    values.iter().map(number).sum()
}

/// Rounded to [`AVERAGE_SCALE`] places, halves away from zero.
fn quotient(sum: Decimal, count: usize) -> Option<Decimal> {
    let sum = sum.normalize();
    let count = i128::try_from(count).ok()?;
    let power = |places: u32| 10_i128.checked_pow(places);
    let (numerator, divisor) = match AVERAGE_SCALE.checked_sub(sum.scale()) {
        Some(more) => (sum.mantissa().checked_mul(power(more)?)?, count),
        None => (sum.mantissa(), count.checked_mul(power(sum.scale() - AVERAGE_SCALE)?)?),
    };
    let rounded = rounded_quotient(numerator, divisor)?;
    Some(Decimal::try_from_i128_with_scale(rounded, AVERAGE_SCALE).ok()?.normalize())
}

/// The quotient with a positive divisor, halves away from zero; none where it cannot be told.
pub fn rounded_quotient(numerator: i128, divisor: i128) -> Option<i128> {
    let half = divisor / 2;
    let nearest =
        if numerator < 0 { numerator.checked_sub(half) } else { numerator.checked_add(half) };
    nearest?.checked_div(divisor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edm::TypeName;
    use crate::expr::{PathStep, PropertyPath, Root};

    #[test]
    fn an_entity_counts_once_however_often_it_is_reached() {
        let name = |name| TypeName::from_static("n", name);
        let structured = |ty, properties| Structured { type_name: name(ty), properties };
        let item =
            |key: i64| Value::Structured(structured("item", vec![("key".into(), Value::Int(key))]));
        let row = |keys: &[i64]| {
            let items = keys.iter().map(|key| item(*key)).chain([Value::Null]).collect();
            structured("row", vec![("items".into(), Value::Collection(items))])
        };
        let rows = [row(&[1, 2]), row(&[2, 3]), row(&[])];
        let rows: Vec<_> = rows.iter().collect();
        let ty = TypeRef::Collection(Box::new(TypeRef::Entity(name("item"))));
        let steps = vec![PathStep::Property("items".into())];
        let path = PropertyPath { root: Root::It, steps, ty };
        let over = |key| Over { path: path.clone(), key, variable: 1 };
        assert_eq!(over(vec!["key".into()]).items(&rows).unwrap(), [item(1), item(2), item(3)]);
        assert_eq!(over(vec![]).items(&rows).unwrap().len(), 4);
    }

    #[test]
    fn averages_are_rounded_to_seven_places() {
        for (sum, count, expect) in [
            ("7", 2, "3.5"),
            ("-7", 2, "-3.5"),
            ("2", 3, "0.6666667"),
            ("-2", 3, "-0.6666667"),
            ("1", 3, "0.3333333"),
            ("0.0000001", 2, "0.0000001"),
            ("0.00000001", 1, "0"),
            ("0.00000005", 1, "0.0000001"),
            ("24.000", 7, "3.4285714"),
        ] {
            let average = quotient(sum.parse().unwrap(), count).unwrap();
            assert_eq!(average.to_string(), expect, "{sum} / {count}");
        }
        assert_eq!(quotient(Decimal::MAX, 1), None);
    }
}

use odata::edm::{PrimitiveType, TypeRef};
use odata::expr::Expr;

use super::date;
use super::number::Number;
use super::scalar::{Scalar, Type};
use super::translator::{NotServed, Translator, not_served};

impl Translator<'_> {
    /// `case`: numbers are brought to the finest scale of all branches.
    pub(super) fn case(&mut self, branches: &[(Expr, Expr)]) -> Result<Scalar, NotServed> {
        let mut conditions = Vec::with_capacity(branches.len());
        let mut values = Vec::with_capacity(branches.len());
        for (condition, value) in branches {
            conditions.push(self.filter(condition)?);
            values.push(self.scalar(value)?);
        }
        let Some(ty) = common(&values) else { return not_served("case of different types") };
        let mut sql = "(CASE".to_owned();
        for (condition, value) in conditions.iter().zip(values) {
            let value = match ty {
                Type::Number(Number { scale, .. }) if !value.is_null() => {
                    value.rescaled(scale).ok_or(NotServed("case of so large numbers".to_owned()))?
                }
                _ => value,
            };
            sql = format!("{sql} WHEN {condition} THEN {}", value.sql);
        }
        if ty == Type::Null {
            return Ok(Scalar::null());
        }
        Ok(Scalar { sql: format!("{sql} END)"), ty, nullable: true })
    }

    pub(super) fn cast(&mut self, operand: &Expr, ty: &TypeRef) -> Result<Scalar, NotServed> {
        let operand = self.scalar(operand)?;
        let refused = || not_served(format!("cast to {ty}"));
        let TypeRef::Primitive(to) = ty else { return refused() };
        match (operand.ty, to) {
            (Type::Ticks, PrimitiveType::Date) => Ok(date::day_of(&operand)),
            (Type::Ticks, PrimitiveType::TimeOfDay) => Ok(date::time_of(&operand)),
            (Type::Null, _) | (Type::Number(_), PrimitiveType::Decimal) => Ok(operand),
            (Type::Number(number), PrimitiveType::Int64) if number.scale == 0 => Ok(operand),
            _ => refused(),
        }
    }
}

/// The type of all values, for numbers one that holds them all; none if they differ.
fn common(values: &[Scalar]) -> Option<Type> {
    values.iter().try_fold(Type::Null, |common, value| match (common, value.ty) {
        (common, Type::Null) => Some(common),
        (Type::Null, Type::Presence) => None,
        (Type::Null, ty) => Some(ty),
        (Type::Number(one), Type::Number(other)) => {
            let scale = one.scale.max(other.scale);
            let (one, other) = (one.rescaled(scale)?, other.rescaled(scale)?);
            let bounds = [one.low, one.high, other.low, other.high];
            Number::checked(scale, bounds).map(Type::Number)
        }
        (one, other) => (one == other).then_some(one),
    })
}

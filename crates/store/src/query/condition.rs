use odata::expr::{Comparison, Expr, Function};
use odata::value::Value;

use super::scalar::{Scalar, Type};
use super::translator::{NotServed, Translator, is_collection, not_served};

/// How well false and null have to be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    /// Neither lets a row through: an operator may give null where it should give false, which
    /// indexes can serve.
    Loose,
    /// Under a `not`, or as a value, they differ.
    Exact,
}

impl Translator<'_> {
    /// A condition for `WHERE`.
    pub(super) fn filter(&mut self, expr: &Expr) -> Result<String, NotServed> {
        self.condition(expr, Truth::Loose)
    }

    /// A condition that is true, false or null exactly when the expression is.
    pub(super) fn exactly(&mut self, expr: &Expr) -> Result<String, NotServed> {
        self.condition(expr, Truth::Exact)
    }

    fn condition(&mut self, expr: &Expr, truth: Truth) -> Result<String, NotServed> {
        match expr {
            Expr::Literal(Value::Null) => Ok("CAST(NULL AS BOOLEAN)".to_owned()),
            Expr::And(operands) => self.chain(operands, "AND", truth),
            Expr::Or(operands) => self.chain(operands, "OR", truth),
            Expr::Not(operand) => Ok(format!("(NOT {})", self.exactly(operand)?)),
            Expr::Compare { op, left, right } => self.compare(*op, left, right, truth),
            Expr::In { operand, list } => {
                let operand = self.scalar(operand)?;
                self.within(&operand, list, truth)
            }
            Expr::Call {
                function:
                    function @ (Function::Contains | Function::StartsWith | Function::EndsWith),
                arguments,
            } => {
                if arguments.iter().any(is_collection) {
                    return not_served(function.name());
                }
                let arguments: Vec<_> =
                    arguments.iter().map(|arg| self.scalar(arg)).collect::<Result<_, _>>()?;
                self.matching(*function, &arguments)
            }
            Expr::Has { operand, bits } => {
                let operand = self.scalar(operand)?;
                let bits = self.bind(*bits);
                match operand.ty {
                    Type::Null => Ok("CAST(NULL AS BOOLEAN)".to_owned()),
                    Type::Number(_) => Ok(format!("(({} & {bits}) = {bits})", operand.sql)),
                    _ => not_served("has"),
                }
            }
            Expr::Lambda { quantifier, collection, variable, condition } => {
                self.lambda(*quantifier, collection, *variable, condition.as_deref())
            }
            Expr::IsOf { operand, types } => self.is_of(operand.as_ref(), types),
            Expr::Literal(_)
            | Expr::Property(_)
            | Expr::Case(_)
            | Expr::Cast { .. }
            | Expr::Count { .. }
            | Expr::Arithmetic { .. }
            | Expr::Negate(_)
            | Expr::Call { .. } => match self.scalar(expr)? {
                Scalar { sql, ty: Type::Boolean, .. } => Ok(sql),
                Scalar { .. } => not_served("a condition that is not of Edm.Boolean"),
            },
        }
    }

    fn chain(
        &mut self,
        operands: &[Expr],
        operator: &str,
        truth: Truth,
    ) -> Result<String, NotServed> {
        let conditions: Result<Vec<_>, _> =
            operands.iter().map(|operand| self.condition(operand, truth)).collect();
        balanced(&conditions?, operator).ok_or_else(|| NotServed(operator.to_lowercase()))
    }

    /// As equality with each.
    fn within(
        &mut self,
        operand: &Scalar,
        list: &[Value],
        truth: Truth,
    ) -> Result<String, NotServed> {
        let mut equal = Vec::with_capacity(list.len());
        for value in list {
            equal.push(self.beside(Comparison::Eq, operand.clone(), value, truth)?);
        }
        Ok(balanced(&equal, "OR").unwrap_or_else(|| "FALSE".to_owned()))
    }
}

/// Joins in pairs of pairs, because SQLite limits how deep an expression may be.
pub(super) fn balanced(conditions: &[String], operator: &str) -> Option<String> {
    match conditions {
        [] => None,
        [one] => Some(one.clone()),
        many => {
            let (left, right) = many.split_at_checked(many.len() / 2)?;
            let (left, right) = (balanced(left, operator)?, balanced(right, operator)?);
            Some(format!("({left} {operator} {right})"))
        }
    }
}

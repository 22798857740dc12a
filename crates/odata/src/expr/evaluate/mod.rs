//! The meaning of expressions, in memory: what a database answers must be the same rows.
//!
//! Strings are compared by code point, case-sensitively. `length`, `indexof` and `substring` count
//! Unicode code points. `tolower` and `toupper` follow the full case mapping of Unicode, in which a
//! letter may become several.

mod arithmetic;
mod cast;
mod collection;
mod function;
mod item;
mod order;
mod temporal;

use super::bind::Computed;
use super::bound::{Arithmetic, Comparison, Expr, PathStep, PropertyPath, Quantifier, Root};
use crate::edm::{PrimitiveType, TypeName, TypeRef};
use crate::search::{Search, SearchText};
use crate::value::{Structured, Value};

pub(super) use cast::cast;
pub(crate) use item::of_item;
pub use item::{compare_items, matches_item};
pub use order::compare;
pub(super) use order::compare_values;
pub(crate) use order::order_values;

/// Why an expression has no value for a row. Binding rules out the wrong types; these are left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// The result does not fit the type.
    #[error("The result of '{0}' does not fit its type.")]
    Overflow(&'static str),
    /// The right operand of `div`, `divby` or `mod` is zero.
    #[error("The right operand of '{0}' is zero.")]
    DivisionByZero(&'static str),
    /// The pattern given to `matchespattern` is not a regular expression that is understood.
    #[error("The pattern given to 'matchespattern' is not a regular expression that is served.")]
    Pattern,
    /// The length given to `substring` is negative.
    #[error("The length given to 'substring' is negative.")]
    NegativeLength,
    /// A value of a type that the operator or function does not take.
    #[error("A value of another type was given to '{0}'.")]
    WrongType(&'static str),
    /// A search among items of which nobody has said what their text is.
    #[error("These items have no text that can be searched.")]
    NoText,
    /// The row lacks a property that the expression names.
    #[error("The row has no property '{0}'.")]
    NoProperty(String),
}

/// Whether a row satisfies a filter: null does not.
pub fn matches(filter: &Expr, row: &Structured) -> Result<bool, EvaluateError> {
    match evaluate(filter, row)? {
        Value::Boolean(holds) => Ok(holds),
        Value::Null => Ok(false),
        _ => Err(EvaluateError::WrongType("$filter")),
    }
}

/// Whether an item of a collection matches a search; only of a text is it known what its text is.
pub fn finds(search: &Search, item: &Value) -> Result<bool, EvaluateError> {
    match item {
        Value::String(text) => Ok(search.matches(&SearchText::new([text.as_str()]))),
        Value::Null => Ok(search.matches(&SearchText::new([]))),
        _ => Err(EvaluateError::NoText),
    }
}

/// The value of an expression for a row.
///
/// `and` and `or` look at operands from left to right and stop where the result is certain, so an
/// operand behind that point cannot fail.
pub fn evaluate(expr: &Expr, row: &Structured) -> Result<Value, EvaluateError> {
    Place { row, items: None }.value(expr)
}

impl Computed {
    /// The value for a row. A number is of the type that the property has, also where the branches
    /// of the expression differ.
    pub fn evaluate(&self, row: &Structured) -> Result<Value, EvaluateError> {
        Ok(promoted(evaluate(&self.expr, row)?, self.ty.as_ref()))
    }
}

/// A number as one of a type that holds more of them; other values as they are.
pub(crate) fn promoted(value: Value, ty: Option<&TypeRef>) -> Value {
    use PrimitiveType::{Decimal, Double, Single};
    match (&value, ty) {
        (
            Value::Int(_) | Value::Decimal(_),
            Some(ty @ TypeRef::Primitive(Decimal | Double | Single)),
        ) => cast(&value, ty),
        _ => value,
    }
}

/// What paths begin at: the row, and the items of collections that are being looked at.
#[derive(Clone, Copy)]
struct Place<'p> {
    row: &'p Structured,
    items: Option<&'p Item<'p>>,
}

/// An item, under the number of its variable, and those around it.
struct Item<'p> {
    number: u32,
    value: &'p Value,
    outer: Option<&'p Self>,
}

impl Place<'_> {
    /// One side of a comparison.
    fn compared(self, expr: &Expr) -> Result<Value, EvaluateError> {
        match self.value(expr) {
            Err(EvaluateError::Overflow(_)) => self.wide(expr),
            found => found,
        }
    }

    fn wide(self, expr: &Expr) -> Result<Value, EvaluateError> {
        match expr {
            Expr::Arithmetic { op, left, right } => {
                arithmetic::wide(*op, &self.wide(left)?, &self.wide(right)?)
            }
            Expr::Negate(operand) => {
                arithmetic::wide(Arithmetic::Sub, &Value::Int(0), &self.wide(operand)?)
            }
            expr => self.value(expr),
        }
    }

    fn value(self, expr: &Expr) -> Result<Value, EvaluateError> {
        match expr {
            Expr::Literal(value) => Ok(value.clone()),
            Expr::Property(path) => self.property(path),
            Expr::And(operands) => self.logical(operands, false, "and"),
            Expr::Or(operands) => self.logical(operands, true, "or"),
            Expr::Not(operand) => match self.value(operand)? {
                Value::Boolean(holds) => Ok(Value::Boolean(!holds)),
                Value::Null => Ok(Value::Null),
                _ => Err(EvaluateError::WrongType("not")),
            },
            Expr::Compare { op, left, right } => {
                let holds = compare_values(*op, &self.compared(left)?, &self.compared(right)?)?;
                Ok(Value::Boolean(holds))
            }
            Expr::In { operand, list } => {
                let operand = self.value(operand)?;
                for item in list {
                    if compare_values(Comparison::Eq, &operand, item)? {
                        return Ok(Value::Boolean(true));
                    }
                }
                Ok(Value::Boolean(false))
            }
            Expr::Arithmetic { op, left, right } => {
                arithmetic::binary(*op, &self.value(left)?, &self.value(right)?)
            }
            Expr::Negate(operand) => arithmetic::negate(&self.value(operand)?),
            Expr::Has { operand, bits } => match self.value(operand)? {
                Value::Enum(value) => Ok(Value::Boolean(value & bits == *bits)),
                Value::Null => Ok(Value::Null),
                _ => Err(EvaluateError::WrongType("has")),
            },
            Expr::Lambda { quantifier, collection, variable, condition } => {
                self.lambda(*quantifier, collection, *variable, condition.as_deref())
            }
            Expr::Count { collection, variable, filter, search } => {
                self.count(collection, (*variable, filter.as_deref()), search.as_ref())
            }
            Expr::Cast { operand, ty } => Ok(cast(&self.value(operand)?, ty)),
            Expr::IsOf { operand, types } => self.is_of(operand.as_ref(), types),
            Expr::Case(branches) => self.case(branches),
            Expr::Call { function, arguments } => {
                let arguments: Vec<_> = arguments
                    .iter()
                    .map(|argument| self.value(argument))
                    .collect::<Result<_, _>>()?;
                function::call(*function, &arguments)
            }
        }
    }

    /// A chain of operands of which one that equals `decisive` settles the result; null is unknown.
    fn logical(
        self,
        operands: &[Expr],
        decisive: bool,
        name: &'static str,
    ) -> Result<Value, EvaluateError> {
        let mut unknown = false;
        for operand in operands {
            match self.value(operand)? {
                Value::Boolean(value) if value == decisive => return Ok(Value::Boolean(decisive)),
                Value::Boolean(_) => {}
                Value::Null => unknown = true,
                _ => return Err(EvaluateError::WrongType(name)),
            }
        }
        Ok(if unknown { Value::Null } else { Value::Boolean(!decisive) })
    }

    /// A condition that is null counts as one that is false.
    fn lambda(
        self,
        quantifier: Quantifier,
        collection: &PropertyPath,
        variable: u32,
        condition: Option<&Expr>,
    ) -> Result<Value, EvaluateError> {
        let items = match self.property(collection)? {
            Value::Collection(items) => items,
            Value::Null => return Ok(Value::Null),
            _ => return Err(EvaluateError::WrongType(quantifier.name())),
        };
        let decisive = quantifier == Quantifier::Any;
        for item in &items {
            let holds = match condition {
                None => true,
                Some(condition) => self.holds(variable, item, condition)?,
            };
            if holds == decisive {
                return Ok(Value::Boolean(decisive));
            }
        }
        Ok(Value::Boolean(!decisive))
    }

    fn count(
        self,
        collection: &PropertyPath,
        (variable, filter): (u32, Option<&Expr>),
        search: Option<&Search>,
    ) -> Result<Value, EvaluateError> {
        let items = match self.property(collection)? {
            Value::Collection(items) => items,
            Value::Null => return Ok(Value::Null),
            _ => return Err(EvaluateError::WrongType("$count")),
        };
        let mut count = 0;
        for item in &items {
            let passes = match filter {
                None => true,
                Some(filter) => self.holds(variable, item, filter)?,
            };
            let found = match search {
                Some(search) if passes => finds(search, item)?,
                _ => passes,
            };
            count += i64::from(found);
        }
        Ok(Value::Int(count))
    }

    fn holds(self, number: u32, item: &Value, condition: &Expr) -> Result<bool, EvaluateError> {
        let item = Item { number, value: item, outer: self.items };
        let place = Place { row: self.row, items: Some(&item) };
        match place.value(condition)? {
            Value::Boolean(holds) => Ok(holds),
            Value::Null => Ok(false),
            _ => Err(EvaluateError::WrongType("a condition")),
        }
    }

    fn is_of(
        self,
        operand: Option<&PropertyPath>,
        types: &[TypeName],
    ) -> Result<Value, EvaluateError> {
        let is_one = |found: &TypeName| Value::Boolean(types.contains(found));
        match operand.map(|path| self.property(path)).transpose()? {
            None => Ok(is_one(&self.row.type_name)),
            Some(Value::Structured(value)) => Ok(is_one(&value.type_name)),
            Some(Value::Null) => Ok(Value::Boolean(false)),
            Some(_) => Err(EvaluateError::WrongType("isof")),
        }
    }

    fn case(self, branches: &[(Expr, Expr)]) -> Result<Value, EvaluateError> {
        for (condition, value) in branches {
            if self.value(condition)? == Value::Boolean(true) {
                return self.value(value);
            }
        }
        Ok(Value::Null)
    }

    fn property(self, path: &PropertyPath) -> Result<Value, EvaluateError> {
        match path.root {
            Root::It => within(&path.steps, self.row),
            Root::Variable(number) | Root::This(number) => {
                let around = std::iter::successors(self.items, |item| item.outer);
                let item = around.into_iter().find(|item| item.number == number);
                let item = item.ok_or_else(|| EvaluateError::NoProperty(path.to_string()))?;
                match (item.value, path.steps.as_slice()) {
                    (value, []) => Ok(value.clone()),
                    (Value::Structured(value), steps) => within(steps, value),
                    (Value::Null, _) => Ok(Value::Null),
                    _ => Err(EvaluateError::NoProperty(path.to_string())),
                }
            }
        }
    }
}

fn within(steps: &[PathStep], row: &Structured) -> Result<Value, EvaluateError> {
    let mut owner = row;
    let mut steps = steps.iter();
    while let Some(step) = steps.next() {
        match step {
            PathStep::Cast(cast) if !cast.admits(&owner.type_name) => return Ok(Value::Null),
            PathStep::Cast(_) => {}
            PathStep::Property(name) => {
                let no_property = || EvaluateError::NoProperty(name.clone().into_owned());
                match owner.property(name).ok_or_else(no_property)? {
                    value if steps.as_slice().is_empty() => return Ok(value.clone()),
                    Value::Structured(inner) => owner = inner,
                    Value::Null => return Ok(Value::Null),
                    Value::Collection(items) => {
                        return items_of(steps.as_slice(), items).ok_or_else(no_property);
                    }
                    _ => return Err(no_property()),
                }
            }
        }
    }
    Ok(Value::Null)
}

/// The items that pass all casts; none if there is anything but casts.
fn items_of(casts: &[PathStep], items: &[Value]) -> Option<Value> {
    let mut items = items.to_vec();
    for step in casts {
        let PathStep::Cast(cast) = step else { return None };
        items.retain(|item| match item {
            Value::Structured(item) => cast.admits(&item.type_name),
            _ => false,
        });
    }
    Some(Value::Collection(items))
}

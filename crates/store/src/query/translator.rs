use odata::edm::TypeRef;
use odata::expr::{Expr, Function, Root};
use odata::value::Value;

use super::arithmetic::rounding;
use super::constant;
use super::date::date_function;
use super::dialect::Dialect;
use super::double::double_code;
use super::given::Given;
use super::listing::lookups;
use super::number::Number;
use super::relation::Frame;
use super::scalar::{Scalar, Type};
use super::table::Table;
use super::text::LONGEST_TEXT;
use crate::row::Param;

/// What is not served, by its name in OData.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotServed(pub(crate) String);

/// Writes SQL for expressions about one table and collects what they bind.
#[derive(Debug)]
pub(super) struct Translator<'t> {
    pub(super) dialect: Dialect<'t>,
    pub(super) params: Vec<Param>,
    /// What paths may begin at, the innermost last.
    pub(super) frames: Vec<Frame>,
    /// Tables that were joined so far.
    pub(super) joined: usize,
    /// Words and phrases that were searched for so far.
    pub(super) searched: usize,
    /// What `$apply` has made of the rows.
    pub(super) given: Given,
}

/// Nested functions may repeat their operands; this bounds what comes of it.
const LONGEST: usize = 64 * 1024;

/// Subqueries in one value. Databases run each of them, also where one is the copy of another.
const LOOKUPS: usize = 6;

pub(super) fn not_served<T>(name: impl Into<String>) -> Result<T, NotServed> {
    Err(NotServed(name.into()))
}

impl<'t> Translator<'t> {
    pub(super) fn new(table: &'static Table, dialect: Dialect<'t>, params: Vec<Param>) -> Self {
        let frames = vec![Frame { root: Root::It, table, alias: table.name.to_owned() }];
        let given = Given::default();
        Self { dialect, params, frames, joined: 0, searched: 0, given }
    }

    /// Where it is, for another attempt.
    pub(super) const fn mark(&self) -> [usize; 4] {
        [self.params.len(), self.frames.len(), self.joined, self.searched]
    }

    /// Forgets what was translated in vain.
    pub(super) fn back_to(&mut self, [params, frames, joined, searched]: [usize; 4]) {
        self.params.truncate(params);
        self.frames.truncate(frames);
        (self.joined, self.searched) = (joined, searched);
    }

    /// Appends a value and gives its `$n`.
    pub(super) fn bind(&mut self, param: impl Into<Param>) -> String {
        self.params.push(param.into());
        format!("${}", self.params.len())
    }

    pub(super) fn scalar(&mut self, expr: &Expr) -> Result<Scalar, NotServed> {
        if let Some(value) = constant::folded(expr) {
            return self.literal(&value);
        }
        let scalar = match expr {
            Expr::Literal(value) => self.literal(value),
            Expr::Property(path) => self.property(path),
            Expr::Arithmetic { op, left, right } => self.arithmetic(*op, left, right),
            Expr::Negate(operand) => self.negate(operand),
            Expr::Call { function, arguments } if !is_condition(*function) => {
                self.call(*function, arguments)
            }
            Expr::Case(branches) => self.case(branches),
            Expr::Cast { operand, ty } => self.cast(operand, ty),
            Expr::Count { collection, variable, filter, search } => {
                self.count(collection, (*variable, filter.as_deref()), search.as_ref())
            }
            Expr::And(_)
            | Expr::Or(_)
            | Expr::Not(_)
            | Expr::Compare { .. }
            | Expr::In { .. }
            | Expr::Has { .. }
            | Expr::Lambda { .. }
            | Expr::IsOf { .. }
            | Expr::Call { .. } => {
                let sql = self.exactly(expr)?;
                let nullable = !matches!(expr, Expr::Compare { .. } | Expr::In { .. });
                Ok(Scalar { sql, ty: Type::Boolean, nullable })
            }
        }?;
        if scalar.sql.len() > LONGEST {
            return not_served("so long an expression");
        }
        if lookups(&scalar.sql) > LOOKUPS {
            return not_served("a function that would look up related rows again and again");
        }
        Ok(scalar)
    }

    pub(super) fn literal(&mut self, value: &Value) -> Result<Scalar, NotServed> {
        let (sql, ty) = match value {
            Value::Null => return Ok(Scalar::null()),
            Value::Boolean(true) => ("TRUE".to_owned(), Type::Boolean),
            Value::Boolean(false) => ("FALSE".to_owned(), Type::Boolean),
            Value::String(text) => (self.text(text)?, Type::Text),
            Value::Guid(guid) => (self.text(&guid.to_string())?, Type::Text),
            Value::Int(integer) | Value::Enum(integer) => {
                (self.bind(*integer), Type::Number(Number::integer(*integer, *integer)))
            }
            Value::DateTimeOffset(at) => (self.bind(at.ticks()), Type::Ticks),
            Value::Date(date) => (self.bind(date.days()), Type::Days),
            Value::TimeOfDay(time) => (self.bind(time.ticks()), Type::Time),
            Value::Duration(duration) => (self.bind(duration.ticks()), Type::Span),
            Value::Binary(bytes) => (self.bind(bytes.as_slice()), Type::Bytes),
            Value::Decimal(decimal) => {
                let decimal = decimal.normalize();
                let Ok(digits) = i64::try_from(decimal.mantissa()) else {
                    return not_served("Edm.Decimal of more than 18 digits");
                };
                let number = Number { scale: decimal.scale(), ..Number::integer(digits, digits) };
                (self.bind(digits), Type::Number(number))
            }
            Value::Double(number) => (self.bind(double_code(*number)), Type::Double),
            Value::Structured(_) => return not_served("a complex value"),
            Value::Collection(_) => return not_served("a collection"),
        };
        Ok(Scalar { sql, ty, nullable: false })
    }

    fn text(&mut self, text: &str) -> Result<String, NotServed> {
        if text.contains('\0') {
            // PostgreSQL has no such text, SQLite half of it.
            return not_served("the character U+0000");
        }
        let bound = self.bind(text);
        Ok(self.dialect.ordinal(&bound))
    }

    fn call(&mut self, function: Function, arguments: &[Expr]) -> Result<Scalar, NotServed> {
        if let (Function::Length, [Expr::Property(collection)]) = (function, arguments)
            && matches!(collection.ty, TypeRef::Collection(_))
        {
            return self.count(collection, (0, None), None);
        }
        if arguments.iter().any(is_collection) {
            return not_served(function.name());
        }
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| match argument {
                Expr::Literal(Value::Int(n)) if function == Function::Substring => {
                    self.literal(&Value::Int((*n).clamp(-LONGEST_TEXT, LONGEST_TEXT)))
                }
                argument => self.scalar(argument),
            })
            .collect::<Result<_, _>>()?;
        if arguments.iter().any(Scalar::is_null) {
            return Ok(Scalar::null());
        }
        self.text_function(function, &arguments)
            .or_else(|| date_function(function, &arguments))
            .or_else(|| rounding(function, &arguments))
            .unwrap_or_else(|| not_served(function.name()))
    }
}

/// Whether the function is translated as a condition.
pub(super) const fn is_condition(function: Function) -> bool {
    matches!(function, Function::Contains | Function::EndsWith | Function::StartsWith)
}

/// Whether a value is a collection, which SQL has no single value for.
pub(super) fn is_collection(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Value::Collection(_)) => true,
        Expr::Property(path) => matches!(path.ty, TypeRef::Collection(_)),
        _ => false,
    }
}

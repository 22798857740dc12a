use super::path::{is_of_collections, refuse_unheld};
use super::{Binder, Typed, constant, convert, is_integer, is_numeric, mismatch, not_served};
use crate::edm::{PrimitiveType, TypeRef};
use crate::expr::ast::{Argument, Literal, Node, NodeKind};
use crate::expr::bound::{Expr, Function};
use crate::expr::error::ExprError;
use crate::value::{DateTimeOffset, Value};

/// What OData defines (URL conventions, canonical and type functions) and this service does not do.
const NOT_SERVED: [&str; 13] = [
    "case",
    "cast",
    "date",
    "geo.distance",
    "geo.intersects",
    "geo.length",
    "hassubsequence",
    "hassubset",
    "isof",
    "matchespattern",
    "time",
    "totaloffsetminutes",
    "totalseconds",
];

/// The types that a function takes.
#[derive(Debug, Clone, Copy)]
enum Takes {
    Strings(usize),
    StringAndIntegers,
    Date,
    Number,
}

impl Binder<'_> {
    pub(super) fn call(
        &mut self,
        at: usize,
        name: &str,
        arguments: &[Argument],
    ) -> Result<Typed, ExprError> {
        let lower = name.to_ascii_lowercase();
        if let Some(value) = self.point_in_time(&lower) {
            return match arguments {
                [] => {
                    let value = constant(Value::DateTimeOffset(value));
                    Ok(Typed::primitive(value, PrimitiveType::DateTimeOffset))
                }
                _ => Err(wrong(at, name, "no argument")),
            };
        }
        let Some((function, takes)) = Function::named(&lower) else {
            return Err(self.not_a_function(at, name, &lower));
        };
        let mut bound = Vec::with_capacity(arguments.len());
        let mut first_type = None;
        for (index, argument) in arguments.iter().enumerate() {
            let Argument::Positional(node) = argument else {
                return Err(wrong(at, name, takes.described()));
            };
            let Some(wanted) = takes.nth(index) else {
                return Err(wrong(at, name, takes.described()));
            };
            let argument = self.argument(node, wanted)?;
            first_type = first_type.or(argument.ty);
            bound.push(argument.expr);
        }
        if bound.len() < takes.least() {
            return Err(wrong(at, name, takes.described()));
        }
        if let (Function::Substring, Some(Expr::Literal(Value::Int(..0)))) =
            (function, bound.get(2))
        {
            return Err(wrong(at, name, "a length that is not negative"));
        }
        let ty = match function.result() {
            Some(ty) => Some(TypeRef::Primitive(ty)),
            None => first_type,
        };
        Ok(Typed { expr: Expr::Call { function, arguments: bound }, ty })
    }

    fn argument(&mut self, node: &Node, wanted: PrimitiveType) -> Result<Typed, ExprError> {
        let resolved = self.resolve(node)?;
        let ty = TypeRef::Primitive(wanted);
        let bound = match &resolved.kind {
            // A string is not taken for a number or an integer here: which one would be a guess.
            NodeKind::Literal(literal @ (Literal::String(_) | Literal::Date(_)))
                if matches!(wanted, PrimitiveType::String | PrimitiveType::DateTimeOffset) =>
            {
                self.count(node)?;
                convert::literal(self.scope.edm, literal, node.at, Some(&ty))?
            }
            _ => self.bind_resolved(resolved)?,
        };
        refuse_unheld(node.at, bound.ty.as_ref())?;
        let fits = match (&bound.ty, wanted) {
            (None, _) => true,
            (Some(found), PrimitiveType::Decimal) => is_numeric(found),
            (Some(found), PrimitiveType::Int64) => is_integer(found),
            (Some(found), _) => *found == ty,
        };
        if fits { Ok(bound) } else { Err(mismatch(node.at, bound.ty.as_ref(), &ty.to_string())) }
    }

    fn point_in_time(&self, name: &str) -> Option<DateTimeOffset> {
        match name {
            "now" => Some(self.scope.now),
            "mindatetime" => Some(DateTimeOffset::MIN),
            "maxdatetime" => Some(DateTimeOffset::MAX),
            _ => None,
        }
    }

    fn not_a_function(&self, at: usize, name: &str, lower: &str) -> ExprError {
        if NOT_SERVED.contains(&lower)
            || is_of_collections(lower)
            || self.scope.edm.navigation(self.scope.entity_type, name).is_some()
        {
            return not_served(at, name);
        }
        ExprError::UnknownFunction { position: at, name: name.to_owned() }
    }
}

impl Function {
    /// The served function of a name in lower case, and what it takes.
    fn named(name: &str) -> Option<(Self, Takes)> {
        let function = Self::ALL.into_iter().find(|function| function.name() == name)?;
        Some((function, function.takes()))
    }

    const fn takes(self) -> Takes {
        match self {
            Self::Concat | Self::Contains | Self::EndsWith | Self::IndexOf | Self::StartsWith => {
                Takes::Strings(2)
            }
            Self::Length | Self::ToLower | Self::ToUpper | Self::Trim => Takes::Strings(1),
            Self::Substring => Takes::StringAndIntegers,
            Self::Year
            | Self::Month
            | Self::Day
            | Self::Hour
            | Self::Minute
            | Self::Second
            | Self::FractionalSeconds => Takes::Date,
            Self::Ceiling | Self::Floor | Self::Round => Takes::Number,
        }
    }

    /// The type of the result; `None` where it is that of the argument.
    const fn result(self) -> Option<PrimitiveType> {
        match self {
            Self::Concat | Self::Substring | Self::ToLower | Self::ToUpper | Self::Trim => {
                Some(PrimitiveType::String)
            }
            Self::Contains | Self::EndsWith | Self::StartsWith => Some(PrimitiveType::Boolean),
            Self::IndexOf
            | Self::Length
            | Self::Year
            | Self::Month
            | Self::Day
            | Self::Hour
            | Self::Minute
            | Self::Second => Some(PrimitiveType::Int32),
            Self::FractionalSeconds => Some(PrimitiveType::Decimal),
            Self::Ceiling | Self::Floor | Self::Round => None,
        }
    }
}

impl Takes {
    const fn nth(self, index: usize) -> Option<PrimitiveType> {
        match (self, index) {
            (Self::Strings(2), 1) | (Self::Strings(_) | Self::StringAndIntegers, 0) => {
                Some(PrimitiveType::String)
            }
            (Self::StringAndIntegers, 1 | 2) => Some(PrimitiveType::Int64),
            (Self::Date, 0) => Some(PrimitiveType::DateTimeOffset),
            (Self::Number, 0) => Some(PrimitiveType::Decimal),
            _ => None,
        }
    }

    const fn least(self) -> usize {
        match self {
            Self::Strings(count) => count,
            Self::StringAndIntegers => 2,
            Self::Date | Self::Number => 1,
        }
    }

    const fn described(self) -> &'static str {
        match self {
            Self::Strings(1) => "one string",
            Self::Strings(_) => "two strings",
            Self::StringAndIntegers => "a string and one or two integers",
            Self::Date => "one point in time",
            Self::Number => "one number",
        }
    }
}

fn wrong(position: usize, function: &str, expected: &'static str) -> ExprError {
    ExprError::Arguments { position, function: function.to_owned(), expected }
}

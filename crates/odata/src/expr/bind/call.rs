use super::path::is_of_collections;
use super::signature::Takes;
use super::{Binder, Typed, constant, convert, mismatch, not_served};
use crate::edm::{PrimitiveType, TypeRef};
use crate::expr::ast::{Argument, Literal, Node, NodeKind};
use crate::expr::bound::{Expr, Function};
use crate::expr::error::ExprError;
use crate::value::{DateTimeOffset, Value};

/// What OData defines and this service does not do.
const NOT_SERVED: [&str; 4] = ["geo.distance", "geo.intersects", "geo.length", "isdefined"];
/// Where OData Aggregation 4.0 has functions about hierarchies, by name and by alias.
const AGGREGATION: [&str; 2] = ["org.odata.aggregation.v1.", "aggregation."];
const OF_HIERARCHIES: [&str; 6] =
    ["isancestor", "isdescendant", "isleaf", "isnode", "isroot", "issibling"];

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
        match lower.as_str() {
            "case" => return self.case(at, arguments),
            "cast" => return self.type_cast(at, arguments),
            "isof" => return self.is_of(at, arguments),
            _ => {}
        }
        let function = Function::ALL.into_iter().find(|function| function.name() == lower);
        let Some(function) = function else {
            return Err(self.not_a_function(at, name, &lower));
        };
        let nodes: Option<Vec<&Node>> = arguments
            .iter()
            .map(|argument| match argument {
                Argument::Positional(node) => Some(node),
                Argument::Named { .. } | Argument::Paired { .. } => None,
            })
            .collect();
        let fitting = |nodes: &Vec<&Node>| {
            function.signatures().iter().any(|takes| takes.len() == nodes.len())
        };
        let Some(nodes) = nodes.filter(fitting) else {
            return Err(wrong(at, name, function.described()));
        };
        self.called(at, function, &nodes)
    }

    fn called(
        &mut self,
        at: usize,
        function: Function,
        nodes: &[&Node],
    ) -> Result<Typed, ExprError> {
        let mut bound = Vec::with_capacity(nodes.len());
        for node in nodes {
            let resolved = self.resolve(node)?;
            bound.push(match &resolved.node.kind {
                NodeKind::Literal(literal) => Given::Literal(literal.clone(), node.at),
                _ => Given::Bound(self.bind_resolved(resolved)?, node.at),
            });
        }
        let offset = bound.first().and_then(Given::offset);
        let takes = signature(function, &bound)?;
        let mut typed = Vec::with_capacity(bound.len());
        for (given, takes) in bound.into_iter().zip(takes) {
            typed.push(self.given(given, *takes)?);
        }
        if let (Some((written, offset)), [Takes::Point]) = (offset, takes) {
            return zoned(function, at, written, offset);
        }
        let negative = |argument: &Typed| matches!(argument.expr, Expr::Literal(Value::Int(..0)));
        if function == Function::Substring && typed.get(2).is_some_and(negative) {
            return Err(wrong(at, function.name(), "a length that is not negative"));
        }
        let ty = function.result(typed.first().and_then(|first| first.ty.as_ref()));
        let arguments = typed.into_iter().map(|typed| typed.expr).collect();
        Ok(Typed { expr: Expr::Call { function, arguments }, ty })
    }

    /// The argument as the function takes it. A string spells a point in time or a part of one,
    /// but no number: which one would be a guess.
    fn given(&mut self, given: Given, takes: Takes) -> Result<Typed, ExprError> {
        let (typed, at) = match given {
            Given::Bound(typed, at) => (typed, at),
            Given::Literal(literal, at) => {
                self.nodes += 1;
                let wanted = takes.literal();
                (convert::literal(self.scope.edm, &literal, at, wanted.as_ref())?, at)
            }
        };
        match &typed.ty {
            Some(ty) if !takes.accepts(ty) => Err(mismatch(at, Some(ty), &expected(takes))),
            _ => Ok(typed),
        }
    }

    fn point_in_time(&self, name: &str) -> Option<DateTimeOffset> {
        match name {
            "now" => Some(self.scope.now),
            "mindatetime" => Some(DateTimeOffset::MIN),
            "maxdatetime" => Some(DateTimeOffset::MAX),
            _ => None,
        }
    }

    /// What follows a call with a slash is for functions of the model, which have results to go
    /// into.
    pub(super) fn path_behind(&self, at: usize, name: &str) -> ExprError {
        let lower = name.to_ascii_lowercase();
        let is_known = Function::ALL.into_iter().any(|function| function.name() == lower)
            || ["case", "cast", "isof"].contains(&lower.as_str())
            || self.point_in_time(&lower).is_some();
        if is_known {
            not_served(at, &format!("a path behind {lower}"))
        } else {
            self.not_a_function(at, name, &lower)
        }
    }

    fn not_a_function(&self, at: usize, name: &str, lower: &str) -> ExprError {
        if NOT_SERVED.contains(&lower)
            || is_of_hierarchies(lower)
            || is_of_collections(lower)
            || self.scope.edm.navigation(self.scope.entity_type, name).is_some()
        {
            return not_served(at, name);
        }
        ExprError::UnknownFunction { position: at, name: name.to_owned() }
    }
}

fn is_of_hierarchies(lower: &str) -> bool {
    let own = AGGREGATION.iter().find_map(|namespace| lower.strip_prefix(namespace));
    own.is_some_and(|own| OF_HIERARCHIES.contains(&own))
}

/// An argument before it is known what it has to be.
enum Given {
    Literal(Literal, usize),
    Bound(Typed, usize),
}

impl Given {
    /// A point in time that is written by a clock other than that of UTC.
    fn offset(&self) -> Option<(DateTimeOffset, i16)> {
        let (at, offset) = match self {
            Self::Literal(Literal::DateTimeOffset { at, offset }, _) => (*at, *offset),
            Self::Literal(Literal::String(text), _) => convert::date_time(text).ok()?,
            Self::Literal(..) | Self::Bound(..) => return None,
        };
        (offset != 0).then_some((at, offset))
    }
}

/// A part of a point in time that is written with an offset: as the clock there shows it (URL
/// conventions, section on date and time functions). Rows have all points in time in UTC.
fn zoned(
    function: Function,
    written: usize,
    at: DateTimeOffset,
    offset: i16,
) -> Result<Typed, ExprError> {
    let ty = function.result(None);
    if function == Function::TotalOffsetMinutes {
        return Ok(Typed { expr: constant(Value::Int(offset.into())), ty });
    }
    let beyond = || not_served(written, "a date beyond the calendar by its offset");
    let shown = at.shown_by(offset).ok_or_else(beyond)?;
    let arguments = vec![constant(Value::DateTimeOffset(shown))];
    Ok(Typed { expr: Expr::Call { function, arguments }, ty })
}

/// The first list of arguments that these can be; the first of its length, whose error is told, if
/// there is none.
fn signature(function: Function, given: &[Given]) -> Result<&'static [Takes], ExprError> {
    let mut candidates =
        function.signatures().iter().filter(|takes| takes.len() == given.len()).copied();
    let fits = |takes: &&'static [Takes]| {
        given.iter().zip(*takes).all(|(given, takes)| match given {
            Given::Literal(literal, _) => may_be(literal, *takes),
            Given::Bound(Typed { ty: Some(ty), .. }, _) => takes.accepts(ty),
            Given::Bound(Typed { ty: None, .. }, _) => true,
        })
    };
    let first = candidates.clone().next();
    candidates.find(fits).or(first).ok_or_else(|| wrong(0, function.name(), function.described()))
}

/// Whether a constant is one of what is taken, or would be taken for one.
fn may_be(literal: &Literal, takes: Takes) -> bool {
    match literal {
        Literal::Null => true,
        Literal::String(_) => !matches!(takes, Takes::Integer | Takes::Number | Takes::Collection),
        Literal::Date(_) => takes == Takes::Date,
        Literal::TimeOfDay(_) => takes == Takes::Time,
        Literal::DateTimeOffset { .. } => takes == Takes::Point,
        Literal::Duration(_) => takes == Takes::Duration,
        Literal::Int(_) => matches!(takes, Takes::Integer | Takes::Number),
        Literal::Decimal(_) | Literal::Long(_) | Literal::Double(_) => takes == Takes::Number,
        Literal::Boolean(_)
        | Literal::Guid(_)
        | Literal::Binary(_)
        | Literal::Geo(_)
        | Literal::Enum { .. } => false,
    }
}

fn expected(takes: Takes) -> String {
    match takes {
        Takes::Integer => TypeRef::Primitive(PrimitiveType::Int64).to_string(),
        Takes::Number => TypeRef::Primitive(PrimitiveType::Decimal).to_string(),
        Takes::Collection => "a collection".to_owned(),
        Takes::String | Takes::Point | Takes::Date | Takes::Time | Takes::Duration => {
            takes.literal().map(|ty| ty.to_string()).unwrap_or_default()
        }
    }
}

pub(super) fn wrong(position: usize, function: &str, expected: &'static str) -> ExprError {
    ExprError::Arguments { position, function: function.to_owned(), expected }
}

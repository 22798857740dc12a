use std::fmt::{self, Display as _};

use super::bound::{
    Arithmetic, Comparison, Expr, OrderBy, PathStep, PropertyPath, Quantifier, Root,
};
use super::power::{self, Operand, grouped, infix, joined};
use crate::value::{Value, binary_text};

impl Operand for Expr {
    fn power(&self) -> u8 {
        match self {
            Self::Or(_) => power::OR,
            Self::And(_) => power::AND,
            Self::Compare { op: Comparison::Eq | Comparison::Ne, .. } => power::EQUALITY,
            Self::Compare { .. } => power::RELATION,
            Self::Arithmetic { op: Arithmetic::Add | Arithmetic::Sub, .. } => power::SUM,
            Self::Arithmetic { .. } => power::PRODUCT,
            Self::Not(_) | Self::Negate(_) => power::UNARY,
            Self::In { .. } | Self::Has { .. } => power::PRIMARY,
            Self::Literal(_)
            | Self::Property(_)
            | Self::Lambda { .. }
            | Self::Count { .. }
            | Self::Cast { .. }
            | Self::IsOf { .. }
            | Self::Case(_)
            | Self::Call { .. } => power::WHOLE,
        }
    }
}

/// As text that binds to the same expression. With `{:#}` the row that it is about is named `$it`, as
/// it has to be among the items of a filtered count.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = self.power();
        match self {
            Self::Literal(value) => literal(f, value),
            Self::Property(path) => path.fmt(f),
            Self::And(operands) => joined(f, operands, " and ", own + 1),
            Self::Or(operands) => joined(f, operands, " or ", own + 1),
            Self::Not(operand) => {
                f.write_str("not ")?;
                grouped(f, &**operand, own)
            }
            // With a blank: a minus right before digits belongs to the number.
            Self::Negate(operand) => {
                f.write_str("- ")?;
                grouped(f, &**operand, own)
            }
            Self::Compare { op, left, right } => infix(f, (&**left, op.name(), &**right), own),
            Self::Arithmetic { op, left, right } => infix(f, (&**left, op.name(), &**right), own),
            Self::In { operand, list } => {
                grouped(f, &**operand, own)?;
                f.write_str(" in (")?;
                for (index, value) in list.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    literal(f, value)?;
                }
                f.write_str(")")
            }
            Self::Has { operand, bits } => {
                grouped(f, &**operand, own)?;
                write!(f, " has '{bits}'")
            }
            Self::Lambda { quantifier, collection, variable, condition } => {
                collection.fmt(f)?;
                write!(f, "/{}(", quantifier.name())?;
                if let Some(condition) = condition {
                    write!(f, "v{variable}:")?;
                    condition.fmt(f)?;
                }
                f.write_str(")")
            }
            Self::Count { collection, filter, search, .. } => {
                collection.fmt(f)?;
                f.write_str("/$count")?;
                match (filter, search) {
                    (None, None) => Ok(()),
                    (Some(filter), None) => write!(f, "($filter={filter:#})"),
                    (None, Some(search)) => write!(f, "($search={search})"),
                    (Some(filter), Some(search)) => {
                        write!(f, "($filter={filter:#};$search={search})")
                    }
                }
            }
            Self::Cast { operand, ty } => {
                f.write_str("cast(")?;
                operand.fmt(f)?;
                write!(f, ",{ty})")
            }
            Self::IsOf { operand, types } => {
                f.write_str("isof(")?;
                if let Some(operand) = operand {
                    operand.fmt(f)?;
                    f.write_str(",")?;
                }
                types.first().map_or(Ok(()), |ty| write!(f, "{ty})"))
            }
            Self::Case(branches) => {
                f.write_str("case(")?;
                for (index, (condition, value)) in branches.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    condition.fmt(f)?;
                    f.write_str(":")?;
                    value.fmt(f)?;
                }
                f.write_str(")")
            }
            Self::Call { function, arguments } => {
                write!(f, "{}(", function.name())?;
                joined(f, arguments, ",", 0)?;
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for OrderBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.expr, if self.descending { "desc" } else { "asc" })
    }
}

impl fmt::Display for PropertyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        match self.root {
            Root::It if f.alternate() => f.write_str("$it")?,
            Root::It => {}
            Root::Variable(number) => write!(f, "v{number}")?,
            Root::This(_) => f.write_str("$this")?,
        }
        if self.root != Root::It || f.alternate() {
            separator = "/";
        }
        for step in &self.steps {
            f.write_str(separator)?;
            step.fmt(f)?;
            separator = "/";
        }
        Ok(())
    }
}

impl fmt::Display for PathStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property(name) => f.write_str(name),
            Self::Cast(cast) => cast.ty.fmt(f),
        }
    }
}

impl Comparison {
    /// The operator in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }
}

impl Quantifier {
    /// The operator in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }
}

impl Arithmetic {
    /// The operator in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Sub => "sub",
            Self::Mul => "mul",
            Self::Div => "div",
            Self::DivBy => "divby",
            Self::Mod => "mod",
        }
    }
}

/// A constant in a form that is read as the same type again; a member of an enumeration by its
/// number, whose type the other operand tells.
fn literal(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Null => f.write_str("null"),
        Value::Boolean(value) => value.fmt(f),
        Value::String(text) => write!(f, "'{}'", text.replace('\'', "''")),
        Value::Int(value) => value.fmt(f),
        Value::Decimal(value) if value.scale() == 0 => write!(f, "{value}.0"),
        Value::Decimal(value) => value.fmt(f),
        Value::Double(value) if value.is_nan() => f.write_str("NaN"),
        Value::Double(value) if value.is_infinite() => {
            f.write_str(if *value > 0.0 { "INF" } else { "-INF" })
        }
        Value::Double(value) => write!(f, "{value:e}"),
        Value::Guid(value) => value.fmt(f),
        Value::DateTimeOffset(value) => value.fmt(f),
        Value::Date(value) => value.fmt(f),
        Value::TimeOfDay(value) => value.fmt(f),
        Value::Duration(value) => write!(f, "duration'{value}'"),
        Value::Binary(bytes) => write!(f, "binary'{}'", binary_text(bytes)),
        Value::Enum(value) => write!(f, "'{value}'"),
        // Binding makes neither; the forms are those of JSON in expressions.
        Value::Structured(value) => {
            write!(f, "{{\"@type\":\"#{}\"", value.type_name)?;
            for (name, value) in &value.properties {
                write!(f, ",\"{name}\":")?;
                literal(f, value)?;
            }
            f.write_str("}")
        }
        Value::Collection(values) => {
            f.write_str("[")?;
            for (index, value) in values.iter().enumerate() {
                f.write_str(if index > 0 { "," } else { "" })?;
                literal(f, value)?;
            }
            f.write_str("]")
        }
    }
}

use std::fmt::{self, Display as _};

use super::{Search, Term};

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => term.fmt(f),
            Self::Not(operand) => {
                f.write_str("NOT ")?;
                grouped(f, operand, matches!(**operand, Self::And(_) | Self::Or(_)))
            }
            Self::And(operands) => joined(f, operands, " AND "),
            Self::Or(operands) => joined(f, operands, " OR "),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, operands: &[Search], operator: &str) -> fmt::Result {
    for (index, operand) in operands.iter().enumerate() {
        f.write_str(if index > 0 { operator } else { "" })?;
        grouped(f, operand, matches!(operand, Search::Or(_)))?;
    }
    Ok(())
}

fn grouped(f: &mut fmt::Formatter<'_>, search: &Search, in_parentheses: bool) -> fmt::Result {
    if in_parentheses { write!(f, "({search})") } else { search.fmt(f) }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix {
            return write!(f, "{}*", self.text);
        }
        let is_operator = matches!(self.text.as_str(), "AND" | "OR" | "NOT");
        let is_word = !self.text.contains([' ', '\t', '(', ')', '"', '\\', ';'])
            && !self.text.starts_with('\'')
            && (!self.text.ends_with('*') || self.text == "*");
        if is_word && !is_operator && !self.text.is_empty() {
            return f.write_str(&self.text);
        }
        write!(f, "\"{}\"", self.text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

use odata::expr::Function;

use super::number::Number;
use super::scalar::{Scalar, Type};
use super::translator::{NotServed, Translator, not_served};

/// White space of Unicode, which `trim` removes.
const WHITE_SPACE: &str = "\t\n\u{B}\u{C}\r \u{85}\u{A0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\
    \u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\
    \u{3000}";

/// More characters than either database stores in one text.
pub(super) const LONGEST_TEXT: i64 = 1 << 30;

impl Translator<'_> {
    /// `contains`, `startswith` or `endswith`, without patterns.
    pub(super) fn matching(
        &self,
        function: Function,
        arguments: &[Scalar],
    ) -> Result<String, NotServed> {
        if arguments.iter().any(Scalar::is_null) {
            return Ok("CAST(NULL AS BOOLEAN)".to_owned());
        }
        let [Scalar { sql: text, ty: Type::Text, .. }, Scalar { sql: part, ty: Type::Text, .. }] =
            arguments
        else {
            return not_served(function.name());
        };
        Ok(match function {
            Function::StartsWith => format!("(substr({text}, 1, length({part})) = {part})"),
            Function::EndsWith => format!(
                "(length({text}) >= length({part}) \
                 AND substr({text}, length({text}) - length({part}) + 1) = {part})"
            ),
            _ => format!("({}({text}, {part}) > 0)", self.dialect.position()),
        })
    }

    /// Functions that take text first; `None` for all others.
    pub(super) fn text_function(
        &mut self,
        function: Function,
        arguments: &[Scalar],
    ) -> Option<Result<Scalar, NotServed>> {
        let [Scalar { sql: text, ty: Type::Text, .. }, rest @ ..] = arguments else { return None };
        let integer = |low| Type::Number(Number::integer(low, LONGEST_TEXT));
        let (sql, ty) = match (function, rest) {
            (Function::Length, []) => (format!("CAST(length({text}) AS BIGINT)"), integer(0)),
            (Function::ToLower, []) => match self.lower(text) {
                Ok(sql) => (sql, Type::Text),
                Err(refused) => return Some(Err(refused)),
            },
            (Function::ToUpper, []) => match self.upper(text) {
                Ok(sql) => (sql, Type::Text),
                Err(refused) => return Some(Err(refused)),
            },
            (Function::Trim, []) => {
                let white_space = self.bind(WHITE_SPACE);
                (format!("{}({text}, {white_space})", self.dialect.trim()), Type::Text)
            }
            (Function::Concat, [Scalar { sql: other, ty: Type::Text, .. }]) => {
                (format!("({text} || {other})"), Type::Text)
            }
            (Function::IndexOf, [Scalar { sql: part, ty: Type::Text, .. }]) => {
                let position = self.dialect.position();
                (format!("(CAST({position}({text}, {part}) AS BIGINT) - 1)"), integer(-1))
            }
            (Function::Substring, rest) => return Some(substring(text, arguments, rest)),
            _ => return None,
        };
        let nullable = arguments.iter().any(|argument| argument.nullable);
        Some(Ok(Scalar { sql, ty, nullable }))
    }
}

/// A negative start counts from the end and stops at the beginning. Both numbers are brought
/// within the text before PostgreSQL sees them, which takes 32 bits here.
fn substring(text: &str, arguments: &[Scalar], rest: &[Scalar]) -> Result<Scalar, NotServed> {
    let [start, length @ ..] = rest else { return not_served("substring") };
    let (Some(from), Some(length)) = (first_of(text, start), length_of(text, length)) else {
        return not_served("substring");
    };
    let sql = format!("substr({text}, {from}{length})");
    let nullable = arguments.iter().any(|argument| argument.nullable);
    Ok(Scalar { sql, ty: Type::Text, nullable })
}

/// Where to begin, counted from 1.
fn first_of(text: &str, start: &Scalar) -> Option<String> {
    let Type::Number(number @ Number { scale: 0, .. }) = start.ty else { return None };
    // PostgreSQL adds up constants also where a condition would keep it from that.
    number.plus(LONGEST_TEXT)?;
    let (s, all) = (&start.sql, format!("length({text})"));
    let null = if start.nullable { format!("WHEN {s} IS NULL THEN NULL ") } else { String::new() };
    let from_end = if number.low < 0 {
        format!("WHEN {s} < 0 AND {all} + {s} > 0 THEN {all} + {s} + 1 WHEN {s} < 0 THEN 1 ")
    } else {
        String::new()
    };
    let from_begin = format!("WHEN {s} <= {all} THEN {s} + 1 ELSE {all} + 1");
    Some(format!("CAST(CASE {null}{from_end}{from_begin} END AS INTEGER)"))
}

/// The third argument of `substr`, if any.
fn length_of(text: &str, length: &[Scalar]) -> Option<String> {
    match length {
        [] => Some(String::new()),
        [Scalar { sql, ty: Type::Number(Number { scale: 0, low: 0.., .. }), .. }] => {
            let all = format!("length({text})");
            let null = format!("WHEN {sql} IS NULL THEN NULL");
            let most = format!("CASE {null} WHEN {sql} <= {all} THEN {sql} ELSE {all} END");
            Some(format!(", CAST({most} AS INTEGER)"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_what_the_evaluator_trims() {
        let all: String = ('\0'..=char::MAX).filter(|c| c.is_whitespace()).collect();
        assert_eq!(WHITE_SPACE, all);
    }
}

use odata::expr::Function;

use super::dialect::Case;
use super::number::Number;
use super::scalar::{Scalar, Type};
use super::translator::{NotServed, Translator, not_served};

/// White space of Unicode, which `trim` removes.
const WHITE_SPACE: &str = "\t\n\u{B}\u{C}\r \u{85}\u{A0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\
    \u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\
    \u{3000}";

/// More characters than either database stores in one text.
const LENGTH: i64 = 1 << 30;

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
        let integer = |low| Type::Number(Number::integer(low, LENGTH));
        let (sql, ty) = match (function, rest) {
            (Function::Length, []) => (format!("CAST(length({text}) AS BIGINT)"), integer(0)),
            (Function::ToLower, []) => (self.dialect.case(text, Case::Lower), Type::Text),
            (Function::ToUpper, []) => (self.dialect.case(text, Case::Upper), Type::Text),
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
    let refused = || not_served("substring");
    let (Some(start), length) = (rest.first(), rest.get(1)) else { return refused() };
    let Some(first) = start_of(text, start) else { return refused() };
    let sql = match length {
        None => format!("substr({text}, {first})"),
        Some(Scalar { sql, ty: Type::Number(Number { scale: 0, low: 0.., .. }), .. }) => {
            let most =
                format!("CASE WHEN {sql} > length({text}) THEN length({text}) ELSE {sql} END");
            format!("substr({text}, {first}, CAST({most} AS INTEGER))")
        }
        Some(_) => return refused(),
    };
    let nullable = arguments.iter().any(|argument| argument.nullable);
    Ok(Scalar { sql, ty: Type::Text, nullable })
}

/// Where to begin, counted from 1.
fn start_of(text: &str, start: &Scalar) -> Option<String> {
    let Type::Number(number @ Number { scale: 0, .. }) = start.ty else { return None };
    let (s, all) = (&start.sql, format!("length({text})"));
    let from_begin = format!("WHEN {s} > {all} THEN {all} + 1 WHEN {s} >= 0 THEN {s} + 1");
    let from_end = format!("WHEN {all} + {s} > 0 THEN {all} + {s} + 1 ELSE 1");
    let cases = if number.low >= 0 {
        format!("WHEN {s} > {all} THEN {all} + 1 ELSE {s} + 1")
    } else if start.nullable {
        format!("WHEN {s} IS NULL THEN NULL {from_begin} {from_end}")
    } else {
        format!("{from_begin} {from_end}")
    };
    // One more than the largest integer is not needed: no text is that long.
    Some(format!("CAST(CASE {cases} END AS INTEGER)"))
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

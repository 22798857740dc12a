//! The rules of the OData 4.01 ABNF (OASIS, *ABNF Construction Rules*) by name, strictly: without
//! the tolerance that requests meet. For test suites of the grammar.
//!
//! Expressions are read by the parser of [`crate::expr`]. The other rules try one form after the
//! other, so that they can tell how far a text is valid.

mod apply;
mod context;
mod cursor;
mod expression;
mod header;
mod path;
mod query;
mod search;
mod value;

use cursor::Cursor;

pub use cursor::Words;

/// What a rule makes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The whole text matches.
    pub ok: bool,
    /// Characters that are valid: all, or those before the first that cannot stand there.
    pub consumed: usize,
}

/// Matches a text by the rule of that name; `None` where there is no such rule here.
///
/// ```
/// use odata::grammar::{Match, Words, check};
///
/// let found = check("decimalValue", "42.", &Words::default());
/// assert_eq!(found, Some(Match { ok: false, consumed: 3 }));
/// ```
pub fn check(rule: &str, input: &str, words: &Words) -> Option<Match> {
    if input.len() > MAX_LENGTH {
        return Some(Match { ok: false, consumed: 0 });
    }
    let whole = match rule {
        "odataUri" => Some(path::absolute(input, words)),
        "odataRelativeUri" => Some(path::relative(input, words)),
        "queryOptions" => Some(query::options(input, words, query::OF_RESOURCE)),
        _ => None,
    };
    match whole {
        Some(Ok(consumed)) => return Some(Match { ok: true, consumed }),
        Some(Err(consumed)) => return Some(Match { ok: false, consumed }),
        None => {}
    }
    let is_value = rule.ends_with("Value") && rule != "parameterValue";
    let mut c = if is_value || IN_HEADER.contains(&rule) {
        Cursor::plain(input, words)
    } else {
        Cursor::url(input, words)
    };
    let found = match rule {
        "context" => context::context(&mut c),
        _ => value::value(rule, &mut c)
            .or_else(|| header::header(rule, &mut c))
            .or_else(|| expression::rule(rule, &mut c))
            .or_else(|| query::rule(rule, &mut c))
            .or_else(|| path::rule(rule, &mut c))?,
    };
    Some(Match { ok: found && c.at_end(), consumed: c.consumed() })
}

/// Bytes that a text may have.
const MAX_LENGTH: usize = 16 * 1024;
/// Rules whose texts are not percent-encoded, beside values.
const IN_HEADER: [&str; 8] = [
    "booleanValue",
    "context",
    "header",
    "includeAnnotationsPreference",
    "maxpagesizePreference",
    "prefer",
    "preference",
    "request-id",
];

#[cfg(test)]
mod tests;

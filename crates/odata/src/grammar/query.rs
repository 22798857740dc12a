//! Query options (OData 4.01 ABNF section 3).

use super::apply;
use super::cursor::{Cursor, Words};
use super::expression::expression;
use super::header::is_unreserved;
use super::search::{self, search};
use super::value::namespace;
use crate::query::items;

/// The rules for single query options; `None` for another rule.
pub(super) fn rule(rule: &str, c: &mut Cursor<'_>) -> Option<bool> {
    Some(match rule {
        "systemQueryOption" | "apply" | "compute" | "deltatoken" | "expand" | "filter"
        | "format" | "id" | "inlinecount" | "index" | "levels" | "orderby" | "orderBy"
        | "schemaversion" | "search" | "select" | "skip" | "skiptoken" | "top" => system(c, ALL),
        "searchExpr" => search::expression(c),
        "customQueryOption" => custom(c),
        _ => return None,
    })
}

const ALL: &[&str] = &[
    "apply",
    "compute",
    "count",
    "deltatoken",
    "expand",
    "filter",
    "format",
    "id",
    "index",
    "orderby",
    "schemaversion",
    "search",
    "select",
    "skiptoken",
    "skip",
    "top",
];
const OF_EXPAND: &[&str] = &[
    "filter", "search", "orderby", "skip", "top", "count", "select", "expand", "compute", "apply",
    "levels", "@",
];
const OF_REF: &[&str] = &["filter", "search", "orderby", "skip", "top", "count"];
const OF_COUNT: &[&str] = &["filter", "search"];
const OF_SELECT: &[&str] =
    &["filter", "search", "orderby", "skip", "top", "count", "select", "compute", "@"];

/// The options of a query, separated by `&`. Fails with the characters that are valid.
pub(super) fn options(query: &str, words: &Words, allowed: &[&str]) -> Result<usize, usize> {
    let mut before = 0;
    for option in query.split('&') {
        let mut c = Cursor::url(option, words);
        let found = c.maybe(|c| system(c, allowed) && c.at_end())
            || c.maybe(|c| alias(c) && c.at_end())
            || !option.starts_with(['$', '@']) && c.maybe(|c| custom(c) && c.at_end());
        if !found {
            return Err(before + c.consumed());
        }
        before += option.chars().count() + 1;
    }
    Ok(before.saturating_sub(1))
}

/// Only the options of `$metadata`, `$batch` and `$entity`.
pub(super) const OF_DOCUMENT: &[&str] = &["format"];
pub(super) const OF_ENTITY: &[&str] = &["format", "id"];
pub(super) const OF_CAST: &[&str] = &["format", "id", "expand", "select"];
pub(super) const OF_RESOURCE: &[&str] = ALL;

/// One of the options that are allowed, with or without `$`.
fn system(c: &mut Cursor<'_>, allowed: &[&str]) -> bool {
    let start = c.mark();
    for name in allowed {
        c.back(start);
        if *name == "@" {
            if alias(c) {
                return true;
            }
            continue;
        }
        let dollar = c.peek() == Some('$');
        if dollar && !c.rest().get(1..).is_some_and(|rest| starts(rest, name))
            || !dollar && !starts(&c.rest(), name)
        {
            continue;
        }
        c.skip(name.chars().count() + usize::from(dollar));
        return c.char('=') && value(name, c);
    }
    c.back(start)
}

fn starts(text: &str, name: &str) -> bool {
    text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

fn value(name: &str, c: &mut Cursor<'_>) -> bool {
    match name {
        "filter" => expression(c),
        "orderby" => c.list(',', |c| {
            expression(c) && {
                let _direction = c.word("asc") || c.word("desc");
                true
            }
        }),
        "compute" => c.list(',', |c| {
            expression(c) && c.word("as") && c.blanks() > 0 && c.name("computedProperty")
        }),
        "top" | "skip" => c.digits(),
        "index" => {
            c.char('-');
            c.digits()
        }
        "count" => c.word("true") || c.word("false"),
        "levels" => {
            c.word("max")
                || c.one(|c, _| matches!(c, '1'..='9')) && {
                    c.digits();
                    true
                }
        }
        "format" => format(c),
        "schemaversion" => c.char('*') || c.many(is_unreserved) > 0,
        "skiptoken" | "deltatoken" | "id" => {
            c.many(|c| is_unreserved(c) || "!()*+,;:@/?$'=%".contains(c) || c > '~') > 0
        }
        "search" => agreed(c, search, |text| crate::search::parse(text).is_ok()),
        "select" => agreed(c, |c| c.list(',', select_item), |text| items(text).is_ok()),
        "expand" => agreed(c, |c| c.list(',', expand_item), |text| items(text).is_ok()),
        "apply" => apply::pipeline(c),
        _ => false,
    }
}

/// What a rule matches and the parser that requests go through accepts.
fn agreed(
    c: &mut Cursor<'_>,
    rule: impl FnOnce(&mut Cursor<'_>) -> bool,
    parser: impl FnOnce(&str) -> bool,
) -> bool {
    let before = c.rest();
    let start = c.mark();
    if !rule(c) {
        return false;
    }
    let matched: String = before.chars().take(c.mark() - start).collect();
    parser(&matched)
}

fn format(c: &mut Cursor<'_>) -> bool {
    let part = |c: char| is_unreserved(c) || "!$'()*+,;=:@".contains(c);
    c.maybe(|c| c.many(part) > 0 && c.char('/') && c.many(part) > 0)
        || c.word("atom")
        || c.word("json")
        || c.word("xml")
}

fn alias(c: &mut Cursor<'_>) -> bool {
    c.char('@') && c.name("odataIdentifier") && c.char('=') && expression(c)
}

fn custom(c: &mut Cursor<'_>) -> bool {
    if c.maybe(|c| c.name("parameterName") && c.char('=') && expression(c) && c.at_end()) {
        return true;
    }
    let name = c.rest().split('=').next().unwrap_or_default().to_owned();
    let is_first =
        |c: char, encoded: bool| encoded || is_unreserved(c) || "!()*+,;:/?'".contains(c);
    if !c.one(is_first) {
        return false;
    }
    let rest = |c: char| is_unreserved(c) || " !()*+,;:@/?$'\"{}[]%".contains(c) || c > '~';
    c.many(rest);
    if !c.allows("customName", &name) {
        return false;
    }
    if c.char('=') {
        c.many(|c| rest(c) || c == '=');
    }
    true
}

fn in_parentheses(c: &mut Cursor<'_>, allowed: &'static [&'static str]) -> bool {
    c.char('(') && c.list(';', |c| system(c, allowed)) && c.char(')')
}

fn select_item(c: &mut Cursor<'_>) -> bool {
    if c.char('*') || c.maybe(|c| namespace(c) && c.char('*')) {
        return true;
    }
    if !path(c) {
        return false;
    }
    let _options = c.maybe(|c| in_parentheses(c, OF_SELECT))
        || c.maybe(|c| c.char('(') && c.list(',', |c| c.name("parameterName")) && c.char(')'));
    true
}

/// Names, qualified names and annotations between slashes.
fn path(c: &mut Cursor<'_>) -> bool {
    c.list('/', |c| {
        let at = c.char('@');
        c.maybe(namespace);
        let found = c.name("odataIdentifier");
        if at {
            c.maybe(|c| c.char('#') && c.name("odataIdentifier"));
        }
        found
    })
}

fn expand_item(c: &mut Cursor<'_>) -> bool {
    if c.exact("$value") {
        return true;
    }
    let start = c.mark();
    if path(c) {
        c.maybe(|c| c.exact("/*"));
    } else if !c.char('*') {
        return c.back(start);
    }
    if c.exact("/$ref") {
        c.maybe(|c| in_parentheses(c, OF_REF));
    } else if c.exact("/$count") {
        c.maybe(|c| in_parentheses(c, OF_COUNT));
    } else {
        c.maybe(|c| in_parentheses(c, OF_EXPAND));
    }
    true
}

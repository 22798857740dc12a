//! Headers and preferences (OData 4.01 ABNF section 8).

use super::cursor::Cursor;
use super::value::namespace;

/// The rules for headers and preferences; `None` for another rule.
pub(super) fn header(rule: &str, c: &mut Cursor<'_>) -> Option<bool> {
    Some(match rule {
        "header" => any_header(c),
        "prefer" => named(c, "Prefer") && preferences(c),
        "preference" => preference(c),
        "request-id" => c.many(is_unreserved) > 0,
        "includeAnnotationsPreference" => annotations(c),
        "maxpagesizePreference" => page_size(c),
        _ => return None,
    })
}

fn named(c: &mut Cursor<'_>, name: &str) -> bool {
    let found = c.word(name) && c.char(':');
    c.blanks();
    found
}

fn any_header(c: &mut Cursor<'_>) -> bool {
    c.maybe(|c| named(c, "AsyncResult") && (0..3).all(|_| c.one(|c, _| c.is_ascii_digit())))
        || c.maybe(|c| named(c, "Content-ID") && c.many(is_unreserved) > 0)
        || c.maybe(|c| {
            c.word("OData-");
            named(c, "Isolation") && c.word("snapshot")
        })
        || c.maybe(|c| named(c, "OData-EntityID") && c.many(|c| c > ' ') > 0)
        || c.maybe(|c| {
            named(c, "OData-Error") && c.exact("{\"code\":") && {
                c.many(|c| (' '..='~').contains(&c));
                true
            }
        })
        || c.maybe(|c| named(c, "OData-MaxVersion") && c.digits() && c.char('.') && c.digits())
        || c.maybe(|c| {
            named(c, "OData-Version") && c.exact("4.0") && {
                c.one(|c, _| matches!(c, '1'..='9'));
                true
            }
        })
        || c.maybe(|c| named(c, "Prefer") && preferences(c))
}

fn preferences(c: &mut Cursor<'_>) -> bool {
    if !c.maybe(preference) {
        return false;
    }
    while c.maybe(|c| {
        c.blanks();
        let comma = c.char(',');
        c.blanks();
        comma && preference(c)
    }) {}
    true
}

fn preference(c: &mut Cursor<'_>) -> bool {
    c.maybe(|c| prefixed(c, "allow-entityreferences"))
        || c.maybe(callback)
        || c.maybe(continue_on_error)
        || c.maybe(annotations)
        || c.maybe(page_size)
        || c.maybe(|c| {
            c.word("omit-values") && equals(c) && (c.word("nulls") || c.word("defaults"))
        })
        || c.maybe(|c| c.word("respond-async"))
        || c.maybe(|c| {
            c.word("return") && equals(c) && (c.exact("representation") || c.exact("minimal"))
        })
        || c.maybe(|c| prefixed(c, "track-changes"))
        || c.maybe(|c| c.word("wait") && equals(c) && c.digits())
}

fn prefixed(c: &mut Cursor<'_>, name: &str) -> bool {
    c.word("odata.");
    c.word(name)
}

fn equals(c: &mut Cursor<'_>) -> bool {
    c.blanks();
    let found = c.char('=');
    c.blanks();
    found
}

fn callback(c: &mut Cursor<'_>) -> bool {
    if !prefixed(c, "callback") {
        return false;
    }
    c.blanks();
    let semicolon = c.char(';');
    c.blanks();
    semicolon && c.word("url") && equals(c) && c.char('"') && uri(c) && c.char('"')
}

/// A scheme and what follows it (RFC 3986).
fn uri(c: &mut Cursor<'_>) -> bool {
    c.one(|c, _| c.is_ascii_alphabetic())
        && {
            c.many(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
            c.char(':')
        }
        && c.many(|c| is_unreserved(c) || "%!$&'()*+,;=:@/?#[]".contains(c)) > 0
}

fn continue_on_error(c: &mut Cursor<'_>) -> bool {
    let found = prefixed(c, "continue-on-error");
    c.maybe(|c| equals(c) && (c.word("true") || c.word("false")));
    found
}

fn annotations(c: &mut Cursor<'_>) -> bool {
    prefixed(c, "include-annotations")
        && equals(c)
        && c.char('"')
        && c.list(',', annotation)
        && c.char('"')
}

fn annotation(c: &mut Cursor<'_>) -> bool {
    c.char('-');
    if !c.char('*') && !(namespace(c) && (c.char('*') || c.name("termName"))) {
        c.maybe(|c| c.name("namespacePart"));
        return false;
    }
    c.maybe(|c| c.char('#') && c.name("odataIdentifier"));
    true
}

fn page_size(c: &mut Cursor<'_>) -> bool {
    prefixed(c, "maxpagesize") && equals(c) && c.one(|c, _| matches!(c, '1'..='9')) && {
        c.digits();
        true
    }
}

pub(super) fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

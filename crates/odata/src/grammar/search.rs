//! `$search` (OData 4.01 ABNF section 3, rule `searchExpr`).

use super::cursor::Cursor;

/// Terms joined by `AND`, `OR` or blanks, or the text of a user who has not finished typing.
pub(super) fn search(c: &mut Cursor<'_>) -> bool {
    c.blanks();
    c.maybe(incomplete) || c.maybe(expression)
}

pub(super) fn expression(c: &mut Cursor<'_>) -> bool {
    if !c.maybe(term) {
        return false;
    }
    while c.maybe(|c| {
        c.blanks() > 0
            && (c.maybe(|c| c.exact("OR") && c.blanks() > 0 && term(c))
                || c.maybe(|c| c.exact("AND") && c.blanks() > 0 && term(c))
                || term(c))
    }) {}
    true
}

fn term(c: &mut Cursor<'_>) -> bool {
    c.maybe_once(parentheses)
        || c.maybe(|c| c.exact("NOT") && c.blanks() > 0 && term(c))
        || c.maybe(phrase)
        || word(c)
}

fn parentheses(c: &mut Cursor<'_>) -> bool {
    if !c.char('(') {
        return false;
    }
    c.blanks();
    let found = expression(c);
    c.blanks();
    found && c.char(')')
}

fn phrase(c: &mut Cursor<'_>) -> bool {
    let is_inner = |c: char, encoded: bool| c != '"' && (encoded || !matches!(c, '&' | '#'));
    if !(c.char('"') && c.one(is_inner)) {
        return false;
    }
    while c.one(is_inner) {}
    c.char('"')
}

fn word(c: &mut Cursor<'_>) -> bool {
    let is_first = |c: char, encoded: bool| {
        c != '"' && (encoded && c != ' ' || c.is_alphanumeric() || "-._~!*+,:@/?$=".contains(c))
    };
    if !c.one(is_first) {
        return false;
    }
    while c.one(|c, encoded| c == '\'' || is_first(c, encoded)) {}
    true
}

fn incomplete(c: &mut Cursor<'_>) -> bool {
    if !c.char('\'') {
        return false;
    }
    while c.exact("''") || c.one(|c, encoded| c != '\'' && (encoded || !matches!(c, '&' | '#'))) {}
    c.char('\'')
}

//! Resource paths and whole URLs (OData 4.01 ABNF sections 1 and 2).

use super::cursor::{Cursor, Words};
use super::expression::expression;
use super::query::{OF_CAST, OF_DOCUMENT, OF_ENTITY, OF_RESOURCE, options};
use super::value::{is_pchar, literal, namespace};

/// The rules for paths; `None` for another rule.
pub(super) fn rule(rule: &str, c: &mut Cursor<'_>) -> Option<bool> {
    Some(match rule {
        "resourcePath" => resource(c),
        "functionParameter" => parameter(c),
        "entitySetName" | "odataIdentifier" | "singletonEntity" => c.name(rule),
        _ => return None,
    })
}

/// `odataUri`: scheme, host and path of the service, then a relative URL. Fails with the characters
/// that are valid.
pub(super) fn absolute(input: &str, words: &Words) -> Result<usize, usize> {
    let mut c = Cursor::plain(input, words);
    if !((c.word("https") || c.word("http")) && c.exact("://")) {
        return Err(c.consumed());
    }
    let host = |c: char| c.is_ascii_alphanumeric() || "-._~!$'()*,;=%".contains(c);
    let in_brackets =
        |c: &mut Cursor<'_>| c.char('[') && c.many(|c| host(c) || c == ':') > 0 && c.char(']');
    if !(c.maybe(in_brackets) || c.many(host) > 0) {
        return Err(c.consumed());
    }
    c.maybe(|c| c.char(':') && c.digits());
    if !c.char('/') {
        return Err(c.consumed());
    }
    // Which segments belong to the service nobody can tell: any number of them may.
    let mut best = c.consumed();
    loop {
        let start = c.consumed();
        let rest: String = input.chars().skip(start).collect();
        match relative(&rest, words) {
            _ if rest.is_empty() => return Ok(start),
            Ok(length) => return Ok(start + length),
            Err(length) => best = best.max(start + length),
        }
        if c.many(|c| host(c) || c == ':' || c == '@') == 0 || !c.char('/') {
            return Err(best);
        }
    }
}

/// `odataRelativeUri`
pub(super) fn relative(input: &str, words: &Words) -> Result<usize, usize> {
    let (path, query) = match input.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (input, None),
    };
    let length = path.chars().count();
    let with_query = |allowed: &[&str]| match query {
        None => Ok(length),
        Some("") => Ok(length + 1),
        Some(query) => options(query, words, allowed)
            .map(|valid| length + 1 + valid)
            .map_err(|valid| length + 1 + valid),
    };
    let mut c = Cursor::url(path, words);
    match path {
        "$batch" | "$metadata" => return with_query(OF_DOCUMENT),
        "$entity" => {
            let end = with_query(OF_ENTITY)?;
            return if has_id(query) { Ok(end) } else { Err(end) };
        }
        _ if path.starts_with("$entity/") => {
            c.skip("$entity/".len());
            return if of_type(&mut c, "entityTypeName") && c.at_end() && has_id(query) {
                with_query(OF_CAST)
            } else {
                Err(c.consumed())
            };
        }
        _ if path.starts_with("$metadata#") => {
            let fragment: String = input.chars().skip("$metadata".len()).collect();
            let mut c = Cursor::plain(&fragment, words);
            let found = super::context::context(&mut c) && c.at_end();
            let end = "$metadata".len() + c.consumed();
            return if found { Ok(end) } else { Err(end) };
        }
        _ => {}
    }
    if resource(&mut c) && c.at_end() { with_query(OF_RESOURCE) } else { Err(c.consumed()) }
}

fn has_id(query: Option<&str>) -> bool {
    let is_id = |option: &str| {
        let name = option.split('=').next().unwrap_or_default();
        name.trim_start_matches('$').eq_ignore_ascii_case("id")
    };
    query.is_some_and(|query| query.split('&').any(is_id))
}

fn resource(c: &mut Cursor<'_>) -> bool {
    if c.exact("$crossjoin(") {
        let sets = c.list(',', |c| c.name("entitySetName")) && c.char(')');
        c.maybe(|c| c.exact("/$query"));
        return sets;
    }
    if c.exact("$all") {
        c.maybe(|c| c.char('/') && of_type(c, "entityTypeName"));
        return true;
    }
    if c.maybe(|c| c.name("entitySetName")) {
        c.maybe(entities);
        return true;
    }
    if c.maybe(|c| c.name("singletonEntity")) {
        c.maybe(entity);
        return true;
    }
    c.maybe(|c| {
        c.words().contains_key("actionImport") && c.name("actionImport") && c.peek() != Some('(')
    }) || call(c, "FunctionImport")
}

/// A rule as a function: whether it matches where the cursor stands.
type Rule = fn(&mut Cursor<'_>) -> bool;

/// What may follow a value of each kind.
const KINDS: [(&str, Rule); 6] = [
    ("entityCol", entities),
    ("entity", entity),
    ("complexCol", complex_values),
    ("complex", complex),
    ("primitiveCol", values),
    ("primitive", primitive),
];

/// A function, with parameters and what follows its value, or without them and `/$query`.
fn call(c: &mut Cursor<'_>, suffix: &str) -> bool {
    for (kind, follow) in KINDS {
        if c.maybe(|c| c.name(&format!("{kind}{suffix}")) && parameters(c)) {
            c.maybe(follow);
            return true;
        }
    }
    KINDS.iter().any(|(kind, _)| {
        c.maybe(|c| {
            let found = c.name(&format!("{kind}{suffix}"));
            c.maybe(|c| c.exact("/$query"));
            found
        })
    })
}

fn parameters(c: &mut Cursor<'_>) -> bool {
    if !c.char('(') {
        return false;
    }
    c.blanks();
    c.maybe(|c| {
        c.list(',', |c| {
            c.blanks();
            let found = parameter(c);
            c.blanks();
            found
        })
    });
    c.blanks();
    c.char(')')
}

fn parameter(c: &mut Cursor<'_>) -> bool {
    c.name("parameterName") && c.char('=') && alias_or_literal(c)
}

fn alias_or_literal(c: &mut Cursor<'_>) -> bool {
    if c.char('@') { c.name("odataIdentifier") } else { literal(c) }
}

fn of_type(c: &mut Cursor<'_>, rule: &str) -> bool {
    c.maybe(|c| namespace(c) && c.name(rule)) || c.maybe(|c| c.name(rule))
}

fn cast_then(c: &mut Cursor<'_>, rule: &str, follow: Rule) -> bool {
    c.maybe(|c| {
        let found = c.char('/') && of_type(c, rule);
        found && {
            c.maybe(follow);
            true
        }
    })
}

fn entities(c: &mut Cursor<'_>) -> bool {
    c.maybe(entities_without_cast) || cast_then(c, "entityTypeName", entities_without_cast)
}

fn entities_without_cast(c: &mut Cursor<'_>) -> bool {
    if c.maybe(key) {
        c.maybe(entity);
        return true;
    }
    if c.maybe(|c| c.exact("/$filter(") && expression(c) && c.char(')')) {
        c.maybe(entities);
        return true;
    }
    if c.maybe(|c| c.exact("/$each")) {
        c.maybe(operation);
        return true;
    }
    c.maybe(operation)
        || c.maybe(|c| ["/$count", "/$ref", "/$query"].iter().any(|end| c.exact(end)))
        || c.maybe(key_segments) && {
            c.maybe(entity);
            true
        }
}

fn key(c: &mut Cursor<'_>) -> bool {
    if !c.char('(') {
        return false;
    }
    let pair = |c: &mut Cursor<'_>| {
        (c.maybe(|c| c.name("primitiveKeyProperty")) || c.name("odataIdentifier"))
            && c.char('=')
            && alias_or_literal(c)
    };
    (c.maybe(|c| c.list(',', pair) && c.char(')'))) || alias_or_literal(c) && c.char(')')
}

/// Keys between slashes; a slash that is encoded belongs to a key, so words are looked for first.
fn key_segments(c: &mut Cursor<'_>) -> bool {
    if !c.maybe(key_segment) {
        return false;
    }
    while c.maybe(key_segment) {}
    true
}

fn key_segment(c: &mut Cursor<'_>) -> bool {
    if !c.char('/') {
        return false;
    }
    let rest = c.rest();
    let Some(words) = c.words().get("keyPathLiteral") else {
        let start = c.mark();
        // The name of a type is one, and no key (URL conventions 4.3.6).
        if c.words().contains_key("entityTypeName") && namespace(c) && c.name("entityTypeName") {
            return false;
        }
        c.back(start);
        while c.one(|c, encoded| encoded || c == '\'' || c != ' ' && is_pchar(c)) {}
        return c.mark() > start && !rest.starts_with('$');
    };
    let segment = rest.split('/').next().unwrap_or_default();
    let is_next = |word: &String| {
        let after = rest.strip_prefix(word.as_str());
        after.is_some_and(|after| after.is_empty() || after.starts_with('/'))
    };
    let found = words.iter().map(|word| Cursor::url(word, c.words()).rest()).find(is_next);
    c.skip(found.as_deref().unwrap_or(segment).chars().count());
    found.is_some()
}

fn entity(c: &mut Cursor<'_>) -> bool {
    c.maybe(entity_without_cast) || cast_then(c, "entityTypeName", entity_without_cast)
}

fn entity_without_cast(c: &mut Cursor<'_>) -> bool {
    c.maybe(|c| c.char('/') && property(c))
        || c.maybe(operation)
        || ["/$ref", "/$value", "/$query"].iter().any(|end| c.exact(end))
}

const PROPERTIES: [(&str, Rule); 8] = [
    ("entityColNavigationProperty", entities),
    ("entityNavigationProperty", entity),
    ("complexColProperty", complex_values),
    ("complexProperty", complex),
    ("primitiveColProperty", values),
    ("primitiveKeyProperty", primitive),
    ("primitiveNonKeyProperty", primitive),
    ("streamProperty", operation),
];

fn property(c: &mut Cursor<'_>) -> bool {
    PROPERTIES.iter().any(|(rule, follow)| {
        c.maybe(|c| c.name(rule)) && {
            c.maybe(follow);
            true
        }
    })
}

fn values(c: &mut Cursor<'_>) -> bool {
    c.exact("/$count")
        || c.maybe(operation)
        || c.exact("/$query")
        || c.maybe(|c| {
            let slash = c.char('/');
            c.char('-');
            slash && c.digits()
        })
}

fn primitive(c: &mut Cursor<'_>) -> bool {
    c.exact("/$value") || c.maybe(operation) || c.exact("/$query")
}

fn complex_values(c: &mut Cursor<'_>) -> bool {
    c.maybe(values) || cast_then(c, "complexTypeName", values)
}

fn complex(c: &mut Cursor<'_>) -> bool {
    c.maybe(complex_without_cast) || cast_then(c, "complexTypeName", complex_without_cast)
}

fn complex_without_cast(c: &mut Cursor<'_>) -> bool {
    c.maybe(|c| c.char('/') && property(c)) || c.maybe(operation) || c.exact("/$query")
}

fn operation(c: &mut Cursor<'_>) -> bool {
    if !c.char('/') {
        return false;
    }
    let after = |c: &mut Cursor<'_>| {
        c.maybe(|c| c.words().contains_key("action") && c.name("action") && c.peek() != Some('('))
            || call(c, "Function")
    };
    c.maybe(|c| namespace(c) && after(c)) || after(c)
}

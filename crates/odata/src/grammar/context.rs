//! Fragments of context URLs (OData 4.01 ABNF section 3, rule `context`).

use super::cursor::Cursor;
use super::value::{literal, namespace};

/// `#` and what the body is.
pub(super) fn context(c: &mut Cursor<'_>) -> bool {
    if !c.char('#') {
        return false;
    }
    let fixed =
        ["Collection($ref)", "$ref", "Collection(Edm.EntityType)", "Collection(Edm.ComplexType)"];
    if fixed.iter().any(|text| c.exact(text)) {
        return true;
    }
    if c.maybe(|c| c.name("singletonEntity")) {
        c.maybe(|c| {
            navigation(c) && {
                while c.maybe(containment) {}
                c.maybe(|c| c.char('/') && of_type(c, "entityTypeName"));
                true
            }
        });
        c.maybe(select_list);
        return true;
    }
    c.maybe(set)
        || c.maybe(type_name) && {
            c.maybe(select_list);
            true
        }
}

fn set(c: &mut Cursor<'_>) -> bool {
    if !c.name("entitySetName") {
        return false;
    }
    while c.maybe(containment) {}
    c.maybe(|c| c.char('/') && of_type(c, "entityTypeName"));
    if ["/$deletedEntity", "/$link", "/$deletedLink"].iter().any(|text| c.exact(text)) {
        return true;
    }
    if c.maybe(|c| key(c) && cast(c) && c.char('/') && property_path(c)) {
        c.maybe(select_list);
        return true;
    }
    c.maybe(select_list);
    let _kind = c.exact("/$entity") || c.exact("/$delta");
    true
}

fn type_name(c: &mut Cursor<'_>) -> bool {
    let single = |c: &mut Cursor<'_>| {
        c.exact("Edm.") && c.name("primitiveTypeName")
            || namespace(c) && c.name("typeDefinitionName")
    };
    c.maybe(|c| c.exact("Collection(") && single(c) && c.char(')')) || single(c)
}

fn of_type(c: &mut Cursor<'_>, rule: &str) -> bool {
    namespace(c) && c.name(rule)
}

fn cast(c: &mut Cursor<'_>) -> bool {
    c.maybe(|c| c.char('/') && of_type(c, "entityTypeName"));
    true
}

fn containment(c: &mut Cursor<'_>) -> bool {
    key(c) && cast(c) && navigation(c)
}

fn navigation(c: &mut Cursor<'_>) -> bool {
    while c.maybe(|c| {
        c.char('/') && c.name("complexProperty") && {
            c.maybe(|c| c.char('/') && of_type(c, "complexTypeName"));
            true
        }
    }) {}
    c.char('/') && navigation_property(c)
}

fn navigation_property(c: &mut Cursor<'_>) -> bool {
    c.maybe(|c| c.name("entityNavigationProperty")) || c.name("entityColNavigationProperty")
}

fn key(c: &mut Cursor<'_>) -> bool {
    let pair = |c: &mut Cursor<'_>| c.name("primitiveKeyProperty") && c.char('=') && literal(c);
    c.char('(') && (c.maybe(|c| c.list(',', pair)) || literal(c)) && c.char(')')
}

fn property_path(c: &mut Cursor<'_>) -> bool {
    [
        "primitiveKeyProperty",
        "primitiveNonKeyProperty",
        "primitiveColProperty",
        "complexColProperty",
    ]
    .iter()
    .any(|rule| c.maybe(|c| c.name(rule)))
        || c.name("complexProperty") && {
            c.maybe(|c| {
                c.maybe(|c| c.char('/') && of_type(c, "complexTypeName"));
                c.char('/') && property_path(c)
            });
            true
        }
}

fn select_list(c: &mut Cursor<'_>) -> bool {
    if !c.char('(') {
        return false;
    }
    c.maybe(|c| c.list(',', item));
    c.char(')')
}

fn item(c: &mut Cursor<'_>) -> bool {
    if c.char('*') || c.maybe(|c| namespace(c) && c.char('*')) {
        return true;
    }
    c.maybe(|c| {
        (c.maybe(|c| of_type(c, "entityTypeName")) || of_type(c, "complexTypeName")) && c.char('/')
    });
    c.maybe(operation) || property(c)
}

fn operation(c: &mut Cursor<'_>) -> bool {
    if !namespace(c) {
        return false;
    }
    let rules = [
        "action",
        "entityFunction",
        "entityColFunction",
        "complexFunction",
        "complexColFunction",
        "primitiveFunction",
        "primitiveColFunction",
    ];
    rules.iter().any(|rule| c.maybe(|c| c.name(rule))) && {
        c.maybe(|c| c.char('(') && c.list(',', |c| c.name("parameterName")) && c.char(')'));
        true
    }
}

fn property(c: &mut Cursor<'_>) -> bool {
    let primitive = ["primitiveKeyProperty", "primitiveNonKeyProperty", "primitiveColProperty"];
    if primitive.iter().any(|rule| c.maybe(|c| c.name(rule))) {
        return true;
    }
    if c.maybe(navigation_property) || c.maybe(|c| annotation(c, "entityAnnotationInFragment")) {
        c.char('+');
        c.maybe(select_list);
        return true;
    }
    let complex = c.maybe(|c| c.name("complexProperty"))
        || c.maybe(|c| c.name("complexColProperty"))
        || annotation(c, "complexAnnotationInFragment");
    if complex {
        c.maybe(|c| c.char('/') && of_type(c, "complexTypeName"));
        c.maybe(|c| c.char('/') && property(c));
    }
    complex
}

fn annotation(c: &mut Cursor<'_>, rule: &str) -> bool {
    let rest = c.rest();
    if let Some(words) = c.words().get(rule) {
        return words.iter().any(|word| rest.starts_with(word.as_str()) && c.exact(word));
    }
    c.char('@')
        && {
            c.maybe(namespace);
            c.name("termName")
        }
        && {
            c.maybe(|c| c.char('#') && c.name("odataIdentifier"));
            true
        }
}

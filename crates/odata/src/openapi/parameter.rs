use serde_json::{Value, json};

use super::capabilities::Capabilities;
use crate::apply;
use crate::edm::{Edm, Property, StructuredType, TypeRef};

/// Parameters that mean the same everywhere.
pub(super) fn shared() -> Value {
    let number = json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX });
    let text = || json!({ "type": "string" });
    let option = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "query", "description": description, "schema": schema });
    let header = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "header", "description": description, "schema": schema });
    let tags = || json!({ "type": "string", "pattern": ENTITY_TAGS });
    let formats = json!({ "type": "string", "enum": FORMATS });
    json!({
        "filter": option("$filter", "A condition on rows, e.g. `id eq 'x' and not contains(name,'y')`.", text()),
        "search": option("$search", "Words to search for, with `AND`, `OR`, `NOT` and phrases in quotation marks.", text()),
        "top": option("$top", "Size of a page.", number.clone()),
        "skip": option("$skip", "Rows to leave out before the first page.", number),
        "count": option("$count", "Whether to count all rows that pass the filter.", json!({ "type": "boolean" })),
        "compute": option("$compute", "Expressions with names, e.g. `length(id) as long`.", text()),
        "apply": option("$apply", "Transformations, e.g. `groupby((state),aggregate($count as rows))`.", text()),
        "format": option("$format", "Goes before `Accept`.", formats),
        "if-match": header("If-Match", "ETags, of which the present one has to be one; `*` for any.", tags()),
        "if-none-match": header("If-None-Match", "ETags, of which the present one must not be one.", tags()),
        "prefer-page": header(
            "Prefer",
            "`odata.maxpagesize=n` for smaller pages, `omit-values=nulls`, `include-unknown-enum-members`.",
            text(),
        ),
        "prefer-one": header("Prefer", "`omit-values=nulls`, `include-unknown-enum-members`.", text()),
        "prefer-write": header("Prefer", "`return=minimal` or `return=representation`.", text()),
    })
}

/// RFC 9110 section 8.8.3 and 13.1.1.
const ENTITY_TAGS: &str = r#"^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$"#;

/// Values of `$format` where the answer is JSON.
const FORMATS: [&str; 5] = [
    "json",
    "application/json",
    "application/json;odata.metadata=none",
    "application/json;odata.metadata=minimal",
    "application/json;odata.metadata=full",
];

/// A reference to a shared parameter.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

/// Query options of a list.
pub(super) fn of_list(
    edm: &Edm,
    ty: &StructuredType,
    capabilities: Capabilities<'_>,
) -> Vec<Value> {
    let mut all: Vec<Value> = [
        ("FilterRestrictions/Filterable", "filter"),
        ("SearchRestrictions/Searchable", "search"),
        ("TopSupported", "top"),
        ("SkipSupported", "skip"),
        ("CountRestrictions/Countable", "count"),
    ]
    .into_iter()
    .filter(|(path, _)| capabilities.allow(path))
    .map(|(_, name)| reference(name))
    .collect();
    if capabilities.allow("SortRestrictions/Sortable") {
        all.push(orderby(edm, ty));
    }
    if apply::is_supported(edm) {
        all.push(reference("apply"));
    }
    all.extend(shape(edm, ty, capabilities));
    all.push(reference("prefer-page"));
    all
}

/// Query options of a count.
pub(super) fn of_count(edm: &Edm, capabilities: Capabilities<'_>) -> Vec<Value> {
    let apply = apply::is_supported(edm).then(|| reference("apply"));
    [("FilterRestrictions/Filterable", "filter"), ("SearchRestrictions/Searchable", "search")]
        .into_iter()
        .filter(|(path, _)| capabilities.allow(path))
        .map(|(_, name)| reference(name))
        .chain(apply)
        .chain(custom(capabilities))
        .collect()
}

/// Query options of one entity that is read.
pub(super) fn of_one(edm: &Edm, ty: &StructuredType, capabilities: Capabilities<'_>) -> Vec<Value> {
    let mut all = shape(edm, ty, capabilities);
    all.push(reference("prefer-one"));
    all
}

/// Query options of one entity that is written.
pub(super) fn of_written(
    edm: &Edm,
    ty: &StructuredType,
    capabilities: Capabilities<'_>,
) -> Vec<Value> {
    let mut all = Vec::new();
    if capabilities.allow("SelectSupport/Supported") {
        all.push(select(edm, ty));
    }
    all.extend([reference("format"), reference("prefer-write")]);
    all
}

/// What decides how rows are shown.
fn shape(edm: &Edm, ty: &StructuredType, capabilities: Capabilities<'_>) -> Vec<Value> {
    let mut all = Vec::new();
    if capabilities.allow("SelectSupport/Supported") {
        all.push(select(edm, ty));
    }
    if capabilities.allow("ComputeSupported") {
        all.push(reference("compute"));
    }
    if capabilities.allow("ExpandRestrictions/Expandable") {
        all.extend(expand(edm, ty));
    }
    all.extend(custom(capabilities));
    all.push(reference("format"));
    all
}

fn custom(capabilities: Capabilities<'_>) -> impl Iterator<Item = Value> {
    capabilities.custom_options().map(|option| {
        json!({
            "name": option.name,
            "in": "query",
            "description": option.description,
            "schema": { "type": "boolean" },
        })
    })
}

fn select(edm: &Edm, ty: &StructuredType) -> Value {
    let names: Vec<_> = edm.properties(ty).map(|property| property.name.to_string()).collect();
    list("$select", "Properties to show; paths are taken too.", &names, false)
}

fn orderby(edm: &Edm, ty: &StructuredType) -> Value {
    let is_sortable = |it: &&Property| matches!(it.ty, TypeRef::Primitive(_) | TypeRef::Enum(_));
    let names = edm.properties(ty).filter(is_sortable);
    let both = names.flat_map(|it| [it.name.to_string(), format!("{} desc", it.name)]);
    list(
        "$orderby",
        "What rows are sorted by; expressions are taken too.",
        &both.collect::<Vec<_>>(),
        false,
    )
}

/// Of what can be expanded, if there is anything.
pub(super) fn expand(edm: &Edm, ty: &StructuredType) -> Option<Value> {
    let names: Vec<_> = edm.navigations(ty).map(|it| it.name.to_string()).collect();
    let text = "Related entities to show, with options of their own in parentheses.";
    (!names.is_empty()).then(|| list("$expand", text, &names, true))
}

/// Several words with commas between.
fn list(name: &str, description: &str, words: &[String], unique: bool) -> Value {
    json!({
        "name": name,
        "in": "query",
        "description": description,
        "explode": false,
        "schema": {
            "type": "array",
            "uniqueItems": unique,
            "minItems": 1,
            "items": { "type": "string", "enum": words },
        },
    })
}

//! What is shown of values that were read: `$compute`, and the options within `$select` (OData 4.01
//! URL conventions 5.1.4). Complex values and collections are part of their row, so that all of it
//! is done in memory.

use std::cmp::Ordering;
use std::{mem, slice};

use odata::edm::Name;
use odata::expr::{EvaluateError, PathStep, compare, compare_items, finds, matches, matches_item};
use odata::query::{QueryOptions, SelectItem};
use odata::value::{Structured, Value};

use super::compute::{Computing, refused};
use crate::error::ApiError;

/// Carries out what the options say of each row itself. Binding has bounded how deep they nest.
pub(crate) fn shape(
    options: &QueryOptions,
    rows: &mut [Structured],
    computing: &mut Computing,
) -> Result<(), ApiError> {
    computing.compute(options, rows)?;
    let items = options.select.iter().flat_map(|select| &select.items);
    for item in items.filter(|item| item.options != QueryOptions::default()) {
        for row in &mut *rows {
            within(item, row, computing)?;
        }
    }
    Ok(())
}

/// The options of one item, carried out on the value that it leads to.
fn within(
    item: &SelectItem,
    row: &mut Structured,
    computing: &mut Computing,
) -> Result<(), ApiError> {
    let (path, cast) = item.split();
    let Some((PathStep::Property(name), before)) = path.split_last() else { return Ok(()) };
    let is_meant = |value: &Structured| cast.is_none_or(|cast| cast.admits(&value.type_name));
    let Some(owner) = owner(row, before)? else { return Ok(()) };
    let Some(place) = owner.properties.iter().position(|(own, _)| own == name) else {
        return Ok(());
    };
    let count = match owner.properties.get_mut(place) {
        Some((_, Value::Structured(value))) => {
            if is_meant(value) {
                shape(&item.options, slice::from_mut(value), computing)?;
            }
            None
        }
        Some((_, Value::Collection(items))) => {
            refuse_picking(item, name)?;
            let count = pick(&item.options, items)?;
            for value in items {
                if let Value::Structured(value) = value
                    && is_meant(value)
                {
                    shape(&item.options, slice::from_mut(value), computing)?;
                }
            }
            Some(count).filter(|_| item.options.count == Some(true))
        }
        _ => None,
    };
    if let Some(count) = count {
        let name = Name::from(format!("{name}@odata.count"));
        owner.properties.insert(place, (name, Value::Int(count)));
    }
    Ok(())
}

/// Options behind a cast speak of some of the items, and what becomes of the others is not said.
fn refuse_picking(item: &SelectItem, name: &Name) -> Result<(), ApiError> {
    let QueryOptions { select, compute, .. } = &item.options;
    let (select, compute) = (select.clone(), compute.clone());
    let shapes = QueryOptions { select, compute, ..QueryOptions::default() };
    if item.split().1.is_none() || shapes == item.options {
        return Ok(());
    }
    Err(ApiError::NotServed(format!(
        "options within $select behind a cast of the collection {name}"
    )))
}

/// Where a path leads; none where there is null, or a value of another type than the path says.
fn owner<'r>(
    row: &'r mut Structured,
    steps: &[PathStep],
) -> Result<Option<&'r mut Structured>, ApiError> {
    let mut owner = row;
    for step in steps {
        match step {
            PathStep::Cast(cast) if !cast.admits(&owner.type_name) => return Ok(None),
            PathStep::Cast(_) => {}
            PathStep::Property(name) => {
                let found = owner.properties.iter_mut().find(|(own, _)| own == name);
                match found.map(|(_, value)| value) {
                    Some(Value::Structured(inner)) => owner = inner,
                    Some(Value::Collection(_)) => {
                        let name = format!("options within $select behind the collection {name}");
                        return Err(ApiError::NotServed(name));
                    }
                    _ => return Ok(None),
                }
            }
        }
    }
    Ok(Some(owner))
}

/// Leaves the items that are asked for, in their order; tells how many passed filter and search.
fn pick(options: &QueryOptions, items: &mut Vec<Value>) -> Result<i64, ApiError> {
    let mut kept = Vec::new();
    for item in mem::take(items) {
        if passes(options, &item)? {
            kept.push(item);
        }
    }
    sort(&mut kept, |left, right| match (left, right) {
        (Value::Structured(left), Value::Structured(right)) => {
            compare(&options.order_by, left, right)
        }
        (left, right) => compare_items(&options.order_by, left, right),
    })?;
    let count = i64::try_from(kept.len()).unwrap_or(i64::MAX);
    *items = page(options, kept);
    Ok(count)
}

/// What `$skip` and `$top` leave.
pub(super) fn page(options: &QueryOptions, items: Vec<Value>) -> Vec<Value> {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let (skip, top) = (options.skip.unwrap_or(0), options.top.unwrap_or(u64::MAX));
    items.into_iter().skip(number(skip)).take(number(top)).collect()
}

fn passes(options: &QueryOptions, item: &Value) -> Result<bool, ApiError> {
    let passes = match (&options.filter, item) {
        (None, _) => true,
        (Some(filter), Value::Structured(item)) => matches(filter, item).map_err(refused)?,
        (Some(filter), item) => matches_item(filter, item).map_err(refused)?,
    };
    if !passes {
        return Ok(false);
    }
    match &options.search {
        Some(search) => finds(search, item).map_err(refused),
        None => Ok(true),
    }
}

/// Sorts, equals as they stand.
pub(super) fn sort(
    items: &mut [Value],
    compare: impl Fn(&Value, &Value) -> Result<Ordering, EvaluateError>,
) -> Result<(), ApiError> {
    // What could fail does so here, so that the order behind is a total one.
    for item in &*items {
        compare(item, item).map_err(refused)?;
    }
    items.sort_by(|left, right| compare(left, right).unwrap_or(Ordering::Equal));
    Ok(())
}

#[cfg(test)]
mod tests {
    use odata::edm::{
        Edm, EntityContainer, Facets, PrimitiveType, Property, Schema, SchemaType, StructuredType,
        TypeName, TypeRef,
    };
    use odata::payload::{ContextUrl, Format, write_entity};
    use odata::query::{Target, bind};
    use odata::value::DateTimeOffset;
    use serde_json::{Value as Json, json};

    use super::*;

    const BOX: TypeName = TypeName::from_static("t", "box");
    const PART: TypeName = TypeName::from_static("t", "part");
    const LEG: TypeName = TypeName::from_static("t", "leg");

    fn structured(name: TypeName, properties: Vec<(&'static str, TypeRef)>) -> StructuredType {
        let property = |(name, ty): (&'static str, TypeRef)| Property {
            name: name.into(),
            ty,
            nullable: true,
            computed: false,
            facets: Facets::default(),
            annotations: vec![],
        };
        StructuredType {
            name,
            base: None,
            is_abstract: false,
            key: vec![],
            properties: properties.into_iter().map(property).collect(),
            navigation: vec![],
            annotations: vec![],
        }
    }

    fn edm() -> Edm {
        let many = |ty| TypeRef::Collection(Box::new(ty));
        let text = || TypeRef::Primitive(PrimitiveType::String);
        let number = TypeRef::Primitive(PrimitiveType::Int32);
        let part = vec![("label", text()), ("size", number), ("notes", many(text()))];
        let tags = ("tags", many(text()));
        let parts = || many(TypeRef::Complex(PART));
        let spare = ("spare", TypeRef::Complex(PART));
        let whole = vec![tags, ("parts", parts()), ("more", parts()), spare];
        let leg = vec![("long", TypeRef::Primitive(PrimitiveType::Int32))];
        let leg = StructuredType { base: Some(PART), ..structured(LEG, leg) };
        let types = vec![structured(BOX, whole), structured(PART, part), leg];
        let types = types.into_iter().map(SchemaType::Complex).collect();
        let container = EntityContainer {
            namespace: "t".into(),
            name: "c".into(),
            entity_sets: vec![],
            singletons: vec![],
            annotations: vec![],
        };
        Edm::new(vec![Schema { namespace: "t".into(), alias: None, types }], container).unwrap()
    }

    fn texts(texts: &[&str]) -> Value {
        Value::Collection(texts.iter().map(|text| Value::String((*text).to_owned())).collect())
    }

    fn row() -> Structured {
        let part = |(label, size, notes): (&str, Option<i64>, &[&str])| {
            Value::Structured(Structured {
                type_name: PART,
                properties: vec![
                    ("label".into(), Value::String(label.to_owned())),
                    ("size".into(), size.map_or(Value::Null, Value::Int)),
                    ("notes".into(), texts(notes)),
                ],
            })
        };
        let leg = |long: i64| {
            let properties = vec![
                ("label".into(), Value::String("l".to_owned())),
                ("long".into(), Value::Int(long)),
            ];
            Value::Structured(Structured { type_name: LEG, properties })
        };
        let more = Value::Collection(vec![part(("pin", None, &[])), leg(7)]);
        let parts = [("leg", Some(3), &["oak"][..]), ("top", None, &[]), ("arm", Some(1), &[])];
        Structured {
            type_name: BOX,
            properties: vec![
                ("tags".into(), texts(&["dark red", "blue", "red"])),
                ("parts".into(), Value::Collection(parts.into_iter().map(part).collect())),
                ("more".into(), more),
                ("spare".into(), leg(5)),
            ],
        }
    }

    fn shaped(select: &str) -> Result<Json, ApiError> {
        let edm = edm();
        let raw = [("$select".to_owned(), select.to_owned())];
        let ty = edm.structured(&BOX).unwrap();
        let options = bind(&edm, ty, &raw, DateTimeOffset::MIN, Target::Entity)?;
        let mut row = row();
        shape(&options, slice::from_mut(&mut row), &mut Computing::default())?;
        let context = ContextUrl::entity("", "x", options.select.as_ref());
        let metadata = odata::payload::MetadataLevel::None;
        let format = Format { metadata, ..Format::default() };
        Ok(serde_json::from_str(&write_entity(&edm, &row, context, format)).unwrap())
    }

    #[test]
    fn collections_within_a_row_are_picked_and_sorted() {
        for (select, expect) in [
            ("tags($top=1)", json!({"tags": ["dark red"]})),
            ("tags($skip=1;$top=1)", json!({"tags": ["blue"]})),
            ("tags($skip=9)", json!({"tags": []})),
            ("tags($filter=contains($this,'red'))", json!({"tags": ["dark red", "red"]})),
            (
                "tags($filter=$this ge @t;@t='c';$orderby=$this desc)",
                json!({"tags": ["red", "dark red"]}),
            ),
            ("tags($orderby=length($this);$top=1)", json!({"tags": ["red"]})),
            ("tags($search=red)", json!({"tags": ["dark red", "red"]})),
            (
                "tags($search=NOT red;$count=true;$top=0)",
                json!({"tags@odata.count": 1, "tags": []}),
            ),
            (
                "parts($filter=size ge 1;$select=label)",
                json!({"parts": [{"label": "leg"}, {"label": "arm"}]}),
            ),
            (
                "parts($orderby=size desc;$count=true;$top=2;$select=label)",
                json!({"parts@odata.count": 3, "parts": [{"label": "leg"}, {"label": "arm"}]}),
            ),
            (
                "parts($orderby=label;$skip=1;$select=label)",
                json!({"parts": [{"label": "leg"}, {"label": "top"}]}),
            ),
            (
                "parts($compute=size mul 2 as twice;$filter=twice gt 2;$select=twice)",
                json!({"parts": [{"twice": 6}]}),
            ),
            ("parts($filter=size ge @s;@s=2;$select=label)", json!({"parts": [{"label": "leg"}]})),
            (
                "parts($filter=notes/$count($search=oak) eq 1;$select=notes($count=true))",
                json!({"parts": [{"notes@odata.count": 1, "notes": ["oak"]}]}),
            ),
            ("more/t.leg", json!({"more": [{}, {"label": "l", "long": 7}]})),
            ("more/t.leg($select=long)", json!({"more": [{}, {"long": 7}]})),
            (
                "more/t.leg/long,more/label",
                json!({"more": [{"label": "pin"}, {"label": "l", "long": 7}]}),
            ),
            (
                "more/t.leg($compute=long mul 2 as twice;$select=twice),spare/t.leg($select=label)",
                json!({"more": [{}, {"twice": 14}], "spare": {"label": "l"}}),
            ),
            ("spare/t.leg", json!({"spare": {"label": "l", "long": 5}})),
            ("spare/t.part/t.leg/long", json!({"spare": {"long": 5}})),
            ("parts/t.leg", json!({"parts": [{}, {}, {}]})),
            (
                "parts($filter=label eq 'top'),tags($top=0)",
                json!({"parts": [{"label": "top", "size": null, "notes": []}], "tags": []}),
            ),
        ] {
            let found = shaped(select).unwrap();
            assert_eq!(found, expect, "{select}");
        }
    }

    #[test]
    fn what_cannot_be_picked_is_refused_by_name() {
        for (select, expect) in [
            ("parts($search=oak)", "'$search of complex values' is not implemented"),
            ("parts/notes($top=1)", "behind the collection parts"),
            ("more/t.leg($filter=long gt 1)", "behind a cast of the collection more"),
            ("more($top=1),more/t.leg", "the same path with other options"),
            ("t.box", "a property behind the type"),
            ("tags/t.leg", "'t.leg'"),
            ("tags($filter=x eq 1)", "'x'"),
            ("tags($orderby=x)", "'x'"),
            ("tags($compute=1 as x)", "$compute of values without properties"),
            ("parts($orderby=size div 0)", "zero"),
            ("parts($filter=size div 0 eq 1)", "zero"),
            ("tags($top=1),tags($top=2)", "the same path with other options"),
            ("tags($levels=1)", "$levels"),
        ] {
            let error = shaped(select).unwrap_err().to_string();
            assert!(error.contains(expect), "{select}: {error}");
        }
    }
}

//! What `/connector/v1` can do, in the terms of OData's capabilities vocabulary.

use odata::apply;
use odata::edm::{Annotation, AnnotationValue as Value};

use super::incidents::INCLUDE_REMOVED;
use crate::graph::capabilities;

/// Of the whole service.
pub(super) fn of_service() -> Vec<Annotation> {
    let mut all = capabilities::of_service();
    all.push(apply::supported());
    all
}

/// Of the incidents.
pub(super) fn of_incidents() -> Vec<Annotation> {
    let option = Value::record([
        ("Name", Value::String(INCLUDE_REMOVED.into())),
        (
            "Description",
            Value::String("Whether rows that the instance shows no longer count.".into()),
        ),
        ("Required", Value::Boolean(false)),
    ]);
    let options = Value::record([("CustomQueryOptions", Value::Collection(vec![option]))]);
    let mut all = of_set(true, false);
    all.push(("ReadRestrictions", options));
    annotations(all)
}

/// Of the connections; their passes can be expanded, and read below them.
pub(super) fn of_connections() -> Vec<Annotation> {
    let name = ("NavigationProperty", Value::NavigationPath("runs".into()));
    let members = [name].into_iter().chain(of_set(false, false));
    let runs = Value::Record(members.map(|(name, value)| (name.into(), value)).collect());
    let restricted = Value::record([("RestrictedProperties", Value::Collection(vec![runs]))]);
    let mut all = of_set(false, true);
    all.push(("NavigationRestrictions", restricted));
    annotations(all)
}

/// Of the audit log.
pub(super) fn of_audit_events() -> Vec<Annotation> {
    annotations(of_set(false, false))
}

fn annotations(capabilities: Vec<(&'static str, Value)>) -> Vec<Annotation> {
    capabilities.into_iter().map(|(term, value)| Annotation::capability(term, value)).collect()
}

/// Of a set of entities that are read only.
fn of_set(searchable: bool, expandable: bool) -> Vec<(&'static str, Value)> {
    let yes = || Value::Boolean(true);
    let no = || Value::Boolean(false);
    let one = |name, value| Value::record([(name, value)]);
    let select = [("Supported", yes()), ("Expandable", no()), ("ComputeSupported", yes())];
    vec![
        ("CountRestrictions", one("Countable", yes())),
        ("FilterRestrictions", one("Filterable", yes())),
        ("SearchRestrictions", one("Searchable", Value::Boolean(searchable))),
        ("SortRestrictions", one("Sortable", yes())),
        ("TopSupported", yes()),
        ("SkipSupported", yes()),
        ("ComputeSupported", yes()),
        ("SelectSupport", Value::record(select)),
        ("ExpandRestrictions", one("Expandable", Value::Boolean(expandable))),
        ("IndexableByKey", yes()),
        ("InsertRestrictions", one("Insertable", no())),
        ("UpdateRestrictions", one("Updatable", no())),
        ("DeleteRestrictions", one("Deletable", no())),
    ]
}

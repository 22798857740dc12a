//! What `/connector/v1` can do, in the terms of OData's capabilities vocabulary.

use odata::apply;
use odata::edm::{Annotation, AnnotationValue as Value};

use crate::graph::capabilities;

/// Of the whole service.
pub(super) fn of_service() -> Vec<Annotation> {
    let mut all = capabilities::of_service();
    all.push(apply::supported());
    all
}

/// Of the incidents.
pub(super) fn of_incidents() -> Vec<Annotation> {
    of_set(true, false)
}

/// Of the connections; their passes can be expanded.
pub(super) fn of_connections() -> Vec<Annotation> {
    of_set(false, true)
}

/// Of the audit log.
pub(super) fn of_audit_events() -> Vec<Annotation> {
    of_set(false, false)
}

/// Of a set of entities that are read only.
fn of_set(searchable: bool, expandable: bool) -> Vec<Annotation> {
    let yes = || Value::Boolean(true);
    let no = || Value::Boolean(false);
    let one = |name, value| Value::record([(name, value)]);
    let select = [("Supported", yes()), ("Expandable", no()), ("ComputeSupported", yes())];
    let capability = Annotation::capability;
    vec![
        capability("CountRestrictions", one("Countable", yes())),
        capability("FilterRestrictions", one("Filterable", yes())),
        capability("SearchRestrictions", one("Searchable", Value::Boolean(searchable))),
        capability("SortRestrictions", one("Sortable", yes())),
        capability("TopSupported", yes()),
        capability("SkipSupported", yes()),
        capability("ComputeSupported", yes()),
        capability("SelectSupport", Value::record(select)),
        capability("ExpandRestrictions", one("Expandable", Value::Boolean(expandable))),
        capability("IndexableByKey", yes()),
        capability("InsertRestrictions", one("Insertable", no())),
        capability("UpdateRestrictions", one("Updatable", no())),
        capability("DeleteRestrictions", one("Deletable", no())),
    ]
}

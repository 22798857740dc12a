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

/// Of a set of entities that are read only and have no relations.
pub(super) fn of_set(searchable: bool) -> Vec<Annotation> {
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
        capability("ExpandRestrictions", one("Expandable", no())),
        capability("IndexableByKey", yes()),
        capability("InsertRestrictions", one("Insertable", no())),
        capability("UpdateRestrictions", one("Updatable", no())),
        capability("DeleteRestrictions", one("Deletable", no())),
    ]
}

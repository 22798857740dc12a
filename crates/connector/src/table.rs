use std::collections::BTreeSet;

use model::IncidentText;
use servicenow::{ApiPath, Field, Filter, Labels, Table};

/// What a sync reads: whole incidents, with the labels of their choices and references.
pub fn table(path: ApiPath, filter: Filter) -> Table {
    let texts = IncidentText::ALL.map(|text| Field::constant(text.source().field));
    let fields: BTreeSet<Field> = texts.into_iter().chain(NO_TEXTS).collect();
    Table { path, filter, fields: fields.into_iter().collect(), labels: Labels::With }
}

const NO_TEXTS: [Field; 5] = [
    Field::constant("active"),
    Field::constant("opened_at"),
    Field::constant("resolved_at"),
    Field::constant("closed_at"),
    Field::constant("sys_mod_count"),
];

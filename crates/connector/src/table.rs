use servicenow::{ApiPath, Filter, Labels, Table};

use crate::incident;

/// What a sync reads: whole incidents, with the labels of their choices and references.
pub fn table(path: ApiPath, filter: Filter) -> Table {
    Table { path, filter, fields: incident::fields(), labels: Labels::With }
}

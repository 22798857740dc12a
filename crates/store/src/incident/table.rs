use crate::query::{Column, ColumnKind, Searched, Table};

/// What `$filter`, `$orderby` and `$search` may ask of incidents. What cannot be read is null.
pub static INCIDENTS: Table = Table {
    name: "incident_listed",
    columns: &[
        Column {
            path: "connectionId",
            sql: "connection_id",
            kind: ColumnKind::Text,
            nullable: false,
        },
        Column { path: "sysId", sql: "sys_id", kind: ColumnKind::Text, nullable: false },
        text("number", "number"),
        text("shortDescription", "short_description"),
        text("state", "state"),
        text("stateLabel", "state_label"),
        text("priority", "priority"),
        text("priorityLabel", "priority_label"),
        text("urgency", "urgency"),
        text("urgencyLabel", "urgency_label"),
        text("impact", "impact"),
        text("impactLabel", "impact_label"),
        text("severity", "severity"),
        text("severityLabel", "severity_label"),
        Column { path: "active", sql: "active", kind: ColumnKind::Boolean, nullable: true },
        text("callerId", "caller_id"),
        text("callerName", "caller_name"),
        text("callerUserPrincipalName", "caller_user_principal_name"),
        text("callerEmail", "caller_email"),
        text("assignmentGroupId", "assignment_group_id"),
        text("assignmentGroupName", "assignment_group_name"),
        text("assignedToId", "assigned_to_id"),
        text("assignedToName", "assigned_to_name"),
        text("category", "category"),
        text("contactType", "contact_type"),
        text("configurationItemId", "configuration_item_id"),
        text("configurationItemName", "configuration_item_name"),
        text("configurationItemSerialNumber", "configuration_item_serial_number"),
        time("openedDateTime", "opened"),
        Column {
            path: "updatedDateTime",
            sql: "updated",
            kind: ColumnKind::Timestamp,
            nullable: false,
        },
        time("resolvedDateTime", "resolved"),
        time("closedDateTime", "closed"),
        text("webUrl", "web_url"),
        time("removedDateTime", "removed"),
    ],
    key: &["connectionId", "sysId"],
    casts: &[],
    types: None,
    relations: &[],
    search: Some(Searched { column: "words", index: Some("incident_words") }),
};

const fn text(path: &'static str, sql: &'static str) -> Column {
    Column { path, sql, kind: ColumnKind::Text, nullable: true }
}

const fn time(path: &'static str, sql: &'static str) -> Column {
    Column { path, sql, kind: ColumnKind::Timestamp, nullable: true }
}

#[cfg(test)]
mod tests {
    use model::IncidentText;

    use super::*;

    #[test]
    fn every_text_has_its_column() {
        for source in IncidentText::ALL.map(IncidentText::source) {
            let described = INCIDENTS.columns.iter().find(|column| column.path == source.property);
            assert_eq!(described.unwrap().sql, source.column);
        }
    }
}

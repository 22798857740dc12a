use crate::query::{Column, ColumnKind, Relation, Table};

/// What may be asked of the audit log.
pub static AUDIT_EVENTS: Table = Table {
    name: "audit_event",
    columns: &[
        text("id", "event_id"),
        column("occurredDateTime", "occurred", ColumnKind::Timestamp),
        text("actor", "actor"),
        text("application", "application"),
        text("activity", "activity"),
        Column { nullable: true, ..text("connectionId", "connection_id") },
        Column { nullable: true, ..text("subject", "subject") },
        Column { nullable: true, ..text("query", "query") },
        Column { nullable: true, ..column("rows", "row_count", ColumnKind::Int64) },
    ],
    key: &["id"],
    casts: &[],
    types: None,
    relations: &[
        Relation {
            path: "changedProperties",
            target: &CHANGED_PROPERTIES,
            on: &[("event_id", "event_id")],
            many: true,
        },
        Relation {
            path: "changes",
            target: &AUDIT_CHANGES,
            on: &[("event_id", "event_id")],
            many: true,
        },
    ],
    search: None,
};

/// Each change with its values.
static AUDIT_CHANGES: Table = Table {
    name: "audit_changed_property",
    columns: &[
        column("place", "place", ColumnKind::Int64),
        text("property", "property"),
        Column { nullable: true, ..text("before", "value_before") },
        Column { nullable: true, ..text("after", "value_after") },
    ],
    key: &["place"],
    casts: &[],
    types: None,
    relations: &[],
    search: None,
};

/// Their names alone.
static CHANGED_PROPERTIES: Table = Table {
    name: "audit_changed_property",
    columns: &[column("place", "place", ColumnKind::Int64), text("", "property")],
    key: &["place"],
    casts: &[],
    types: None,
    relations: &[],
    search: None,
};

const fn text(path: &'static str, sql: &'static str) -> Column {
    column(path, sql, ColumnKind::Text)
}

const fn column(path: &'static str, sql: &'static str, kind: ColumnKind) -> Column {
    Column { path, sql, kind, nullable: false }
}

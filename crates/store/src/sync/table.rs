use crate::query::{Column, ColumnKind, Relation, Table};

/// Connections, as far as their passes go.
pub static SYNCED_CONNECTIONS: Table = Table {
    name: "connection",
    columns: &[
        column("id", "connection_id", ColumnKind::Text, false),
        column("instanceUrl", "instance_url", ColumnKind::Text, true),
        column("lastQueriedDateTime", "last_queried", ColumnKind::Timestamp, true),
    ],
    key: &["id"],
    casts: &[],
    types: None,
    relations: &[Relation {
        path: "runs",
        target: &SYNC_RUNS,
        on: &[("connection_id", "connection_id")],
        many: true,
    }],
    search: None,
};

/// Passes over a connection.
pub static SYNC_RUNS: Table = Table {
    name: "sync_run",
    columns: &[
        column("id", "run_id", ColumnKind::Text, false),
        column("connectionId", "connection_id", ColumnKind::Text, false),
        column("kind", "kind", ColumnKind::Text, false),
        column("status", "status", ColumnKind::Text, false),
        column("queuedDateTime", "queued", ColumnKind::Timestamp, false),
        column("startedDateTime", "started", ColumnKind::Timestamp, true),
        column("finishedDateTime", "finished", ColumnKind::Timestamp, true),
        column("fetched", "fetched", ColumnKind::Int64, false),
        column("stored", "stored", ColumnKind::Int64, false),
        column("removed", "removed", ColumnKind::Int64, false),
        column("matched", "matched", ColumnKind::Int64, true),
        column("readable", "readable", ColumnKind::Int64, true),
        column("errorCode", "failure_code", ColumnKind::Text, true),
        column("errorMessage", "failure_message", ColumnKind::Text, true),
    ],
    key: &["id"],
    casts: &[],
    types: None,
    relations: &[],
    search: None,
};

const fn column(path: &'static str, sql: &'static str, kind: ColumnKind, nullable: bool) -> Column {
    Column { path, sql, kind, nullable }
}

use identity::Access;
use store::{AUDIT_EVENTS, ComplexType, Entities, SYNC_RUNS, SYNCED_CONNECTIONS};

use super::edm::{AUDIT_EVENT, CONNECTION, PROPERTY_CHANGE, SYNC_RUN};
use crate::service::Set;

/// Connections, for their passes; all else of them is Graph's.
pub(super) const CONNECTIONS: Set = Set {
    path: "connections",
    entities: &Entities { table: &SYNCED_CONNECTIONS, ty: CONNECTION, complex: &[] },
    access: Access::ReadConnections,
    order: None,
};

/// Passes over a connection, the newest first.
pub(super) const RUNS: Set = Set {
    path: "",
    entities: &Entities { table: &SYNC_RUNS, ty: SYNC_RUN, complex: &[] },
    access: Access::ReadConnections,
    order: Some("queuedDateTime desc"),
};

/// Who changed what, and who viewed whose incidents; the newest first.
pub(super) const AUDIT: Set = Set {
    path: "auditEvents",
    entities: &Entities {
        table: &AUDIT_EVENTS,
        ty: AUDIT_EVENT,
        complex: &[ComplexType { path: "changes", kind: "", ty: PROPERTY_CHANGE }],
    },
    access: Access::ReadAudit,
    order: Some("occurredDateTime desc"),
};

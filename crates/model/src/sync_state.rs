use crate::{Health, Timestamp};

/// What is kept of a connection between passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// The next incremental pass begins here.
    pub cursor: Option<SyncPosition>,
    /// The newest row that was ever seen, as far as it is not dated in the future.
    pub newest: Option<SyncPosition>,
    /// Rows that were last asked for at once.
    pub page_size: Option<u32>,
    /// When the next pass is due; at once if there is none.
    pub next_pass: Option<Timestamp>,
    /// When all rows are to be compared again; none if that was not decided since the source
    /// changed.
    pub next_reconcile: Option<Timestamp>,
    /// Passes that failed since the last good one.
    pub failures: u32,
    /// Number of the last sweep over all rows.
    pub sweep: i64,
    /// What the last calls told.
    pub health: Health,
}

/// A row as a place in the order of `sys_updated_on`, then `sys_id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SyncPosition {
    /// `sys_updated_on`
    pub updated: Timestamp,
    /// `sys_id`
    pub sys_id: String,
}

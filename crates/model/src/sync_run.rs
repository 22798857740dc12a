use uuid::Uuid;

use crate::{ConnectionId, TenantId, Timestamp};

/// One pass over the incidents of a connection, from the wish for it to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRun {
    /// Tenant that it belongs to.
    pub tenant: TenantId,
    /// The connection.
    pub connection: ConnectionId,
    /// Its key.
    pub id: Uuid,
    /// What it does.
    pub kind: RunKind,
    /// How far it is.
    pub status: RunStatus,
    /// When it was asked for.
    pub queued: Timestamp,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// What it counted.
    pub counts: RunCounts,
    /// Why it failed.
    pub failure: Option<RunFailure>,
}

/// What a pass counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Rows that came.
    pub fetched: i64,
    /// Rows that were new or newer.
    pub stored: i64,
    /// Rows that were found to be gone.
    pub removed: i64,
    /// Rows that the instance says the whole query of the pass has.
    pub matched: Option<i64>,
    /// Rows of that query that could be read.
    pub readable: Option<i64>,
}

/// Why a pass failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFailure {
    /// A word for programs.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

/// What a pass does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// Fetches what changed since the last one.
    Incremental,
    /// Compares all rows, and finds those that are gone.
    Reconcile,
}

/// How far a pass is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunStatus {
    /// It was asked for.
    Queued,
    /// It works.
    Running,
    /// It came to its end.
    Succeeded,
    /// It could not.
    Failed,
    /// Whoever ran it is gone, or the connection was changed or turned off meanwhile.
    Abandoned,
}

impl RunKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Incremental, Self::Reconcile];

    /// The word in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Incremental => "incremental",
            Self::Reconcile => "reconcile",
        }
    }
}

impl RunStatus {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Queued, Self::Running, Self::Succeeded, Self::Failed, Self::Abandoned];

    /// The word in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Abandoned => "abandoned",
        }
    }
}

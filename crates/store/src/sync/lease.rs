use model::{Connection, ConnectionId, ConnectionStatus, SyncRun, SyncState, TenantId, Timestamp};
use uuid::Uuid;

use super::run::key;
use super::state::{self, Kept};
use crate::StoreError;
use crate::connection::lock;
use crate::row::Param;
use crate::transaction::Tx;

/// The right to make a pass over a connection, for a while; nobody else has it then. Each write of
/// a pass shows it, and is refused once the right went to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Tenant of the connection.
    pub tenant: TenantId,
    /// The connection.
    pub connection: ConnectionId,
    /// Higher than that of every lease before.
    pub token: i64,
    /// What is read: cursors belong to it.
    pub source: String,
    /// The pass.
    pub run: SyncRun,
    /// What the passes before left.
    pub state: SyncState,
}

/// A pass may not begin or not go on.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Somebody else makes a pass.
    #[error("another pass is being made")]
    Held {
        /// Until then at least.
        until: Timestamp,
    },
    /// The lease ended, and somebody else has it or had it.
    #[error("the lease was lost")]
    Lost,
    /// The connection was deleted.
    #[error("the connection does not exist")]
    Gone,
    /// The connection is off.
    #[error("the connection is disabled")]
    Disabled,
    /// The instance told somebody else meanwhile that it wants to be left alone.
    #[error("the instance wants to be left alone")]
    LeftAlone {
        /// Until then.
        until: Timestamp,
    },
    /// Incidents are still there that it had before, and have to be deleted first: see
    /// [`Store::clear_some`](crate::Store::clear_some).
    #[error("incidents of before are still to be deleted")]
    Clearing,
    /// The connection leads elsewhere since.
    #[error("the connection leads elsewhere now")]
    Superseded,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What of a lease a write shows.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    tenant: TenantId,
    connection: ConnectionId,
    pub(super) token: i64,
    source: String,
    pub(crate) run: Uuid,
}

/// What a claim was found good for; nobody else changes it until the transaction ends.
pub(crate) struct Held {
    pub(crate) connection: Connection,
    pub(crate) kept: Kept,
}

impl Lease {
    pub(crate) fn claim(&self) -> Claim {
        Claim {
            tenant: self.tenant,
            connection: self.connection,
            token: self.token,
            source: self.source.clone(),
            run: self.run.id,
        }
    }
}

impl Claim {
    /// The values that every key of the connection begins with.
    pub(crate) fn key(&self) -> [Param; 2] {
        key(self.tenant, self.connection)
    }
}

/// No lease is given for longer, however far the clocks of two processes are apart.
const LONGEST: i64 = 600;

/// A lease that seems to last for longer than this was given by a clock that has gone back since.
pub(super) const fn latest_end(now: Timestamp) -> Timestamp {
    now.plus_seconds(LONGEST)
}

/// Finds the lease still held, whatever became of the connection.
pub(crate) async fn hold(tx: &mut Tx<'_>, claim: &Claim) -> Result<Held, LeaseError> {
    let connection = lock(tx, claim.tenant, claim.connection).await?.ok_or(LeaseError::Gone)?;
    let kept = state::load(tx, &connection).await?;
    if kept.token == claim.token { Ok(Held { connection, kept }) } else { Err(LeaseError::Lost) }
}

impl Held {
    /// Only if the pass still does what the connection asks for.
    pub(crate) fn wanted(self, claim: &Claim) -> Result<Self, LeaseError> {
        wanted(self.connection.status, self.kept.source.as_deref(), claim)?;
        Ok(self)
    }

    /// Whether the connection still leads to what the pass reads.
    pub(crate) fn reads(&self, claim: &Claim) -> bool {
        self.kept.source.as_ref() == Some(&claim.source)
    }

    pub(crate) async fn save(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        state::save(tx, &self.connection, &self.kept).await
    }
}

pub(super) fn wanted(
    status: ConnectionStatus,
    source: Option<&str>,
    claim: &Claim,
) -> Result<(), LeaseError> {
    match status {
        ConnectionStatus::Disabled => Err(LeaseError::Disabled),
        ConnectionStatus::Enabled if source == Some(&claim.source) => Ok(()),
        ConnectionStatus::Enabled => Err(LeaseError::Superseded),
    }
}

use model::{Connection, Health, HealthStatus, SyncPosition, SyncState, Timestamp};

use crate::StoreError;
use crate::row::{Param, Row};
use crate::transaction::{Statement, Tx};

/// A row of `sync_state`.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) state: SyncState,
    /// What cursor and newest row belong to.
    pub(crate) source: Option<String>,
    /// Grows by one whenever the lease is taken.
    pub(crate) token: i64,
    pub(crate) holder: Option<String>,
    pub(crate) until: Option<Timestamp>,
}

impl Kept {
    /// Of a connection that no pass was made for.
    fn new(connection: &Connection) -> Self {
        let health = Health {
            status: HealthStatus::NotVerified,
            since: connection.created,
            last_success: None,
            last_attempt: None,
            reason: None,
            not_before: None,
        };
        let state = SyncState {
            cursor: None,
            newest: None,
            page_size: None,
            next_pass: None,
            next_reconcile: None,
            failures: 0,
            sweep: 0,
            health,
        };
        Self { state, source: None, token: 0, holder: None, until: None }
    }

    /// Passes begin anew, and at once.
    pub(crate) fn forget_source(&mut self, now: Timestamp) {
        self.source = None;
        let state = &mut self.state;
        (state.cursor, state.newest, state.next_reconcile) = (None, None, None);
        let health = &mut state.health;
        (health.status, health.since, health.reason) = (HealthStatus::NotVerified, now, None);
        self.hurry();
    }

    /// The next pass is due, whatever failed before.
    pub(crate) fn hurry(&mut self) {
        (self.state.next_pass, self.state.failures) = (None, 0);
    }

    pub(crate) fn end_lease(&mut self) {
        (self.holder, self.until) = (None, None);
    }
}

/// What is kept of a connection, whether or not there is a row of it.
pub(crate) async fn load(tx: &mut Tx<'_>, connection: &Connection) -> Result<Kept, StoreError> {
    let rows = tx.query(&LOAD_STATE, &key(connection)).await?;
    rows.into_iter().next().map_or_else(|| Ok(Kept::new(connection)), read)
}

pub(crate) async fn save(
    tx: &mut Tx<'_>,
    connection: &Connection,
    kept: &Kept,
) -> Result<(), StoreError> {
    tx.execute(&SAVE_STATE, &params(connection, kept)).await.map(drop)
}

fn key(connection: &Connection) -> [Param; 2] {
    [connection.tenant.to_string().into(), connection.id.to_string().into()]
}

fn read(mut row: Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        holder: row.optional_text("sync_state.lease_holder")?,
        token: row.integer("sync_state.lease_token")?,
        until: row.optional_timestamp("sync_state.lease_until")?,
        source: row.optional_text("sync_state.source")?,
        state: SyncState {
            cursor: position(&mut row, "sync_state.cursor_sys_id")?,
            newest: position(&mut row, "sync_state.newest_sys_id")?,
            page_size: row
                .optional_integer("sync_state.page_size")?
                .map(|size| whole(size, "sync_state.page_size"))
                .transpose()?,
            next_pass: row.optional_timestamp("sync_state.next_pass")?,
            next_reconcile: row.optional_timestamp("sync_state.next_reconcile")?,
            failures: whole(row.integer("sync_state.failures")?, "sync_state.failures")?,
            sweep: row.integer("sync_state.sweep")?,
            health: Health {
                status: status(&row.text("sync_state.health_status")?)?,
                since: row.timestamp("sync_state.health_since")?,
                reason: row.optional_text("sync_state.health_reason")?,
                last_success: row.optional_timestamp("sync_state.last_success")?,
                last_attempt: row.optional_timestamp("sync_state.last_attempt")?,
                not_before: row.optional_timestamp("sync_state.not_before")?,
            },
        },
    })
}

fn params(connection: &Connection, kept: &Kept) -> [Param; 21] {
    let [tenant, id] = key(connection);
    let SyncState { health, .. } = &kept.state;
    let updated = |at: &Option<SyncPosition>| at.as_ref().map(|at| at.updated).into();
    let sys_id = |at: &Option<SyncPosition>| at.as_ref().map(|at| at.sys_id.as_str()).into();
    [
        tenant,
        id,
        kept.holder.as_deref().into(),
        kept.token.into(),
        kept.until.into(),
        kept.source.as_deref().into(),
        updated(&kept.state.cursor),
        sys_id(&kept.state.cursor),
        updated(&kept.state.newest),
        sys_id(&kept.state.newest),
        kept.state.page_size.map(i64::from).into(),
        kept.state.next_pass.into(),
        kept.state.next_reconcile.into(),
        i64::from(kept.state.failures).into(),
        kept.state.sweep.into(),
        health.status.name().into(),
        health.since.into(),
        health.reason.as_deref().into(),
        health.last_success.into(),
        health.last_attempt.into(),
        health.not_before.into(),
    ]
}

fn position(row: &mut Row, column: &'static str) -> Result<Option<SyncPosition>, StoreError> {
    let updated = row.optional_timestamp(column)?;
    let sys_id = row.optional_text(column)?;
    Ok(updated.zip(sys_id).map(|(updated, sys_id)| SyncPosition { updated, sys_id }))
}

fn whole(number: i64, column: &'static str) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_range| StoreError::Corrupt { column })
}

fn status(name: &str) -> Result<HealthStatus, StoreError> {
    let status = HealthStatus::ALL.into_iter().find(|status| status.name() == name);
    status.ok_or(StoreError::Corrupt { column: "sync_state.health_status" })
}

pub(crate) const LOAD_STATE: Statement = Statement::new(
    "SELECT lease_holder, lease_token, lease_until, source, cursor_updated, cursor_sys_id,
     newest_updated, newest_sys_id, page_size, next_pass, next_reconcile, failures, sweep,
     health_status, health_since, health_reason, last_success, last_attempt, not_before
     FROM sync_state WHERE tenant_id = $1 AND connection_id = $2",
);

/// Only under the lock of the connection, so that nothing comes between load and save.
pub(crate) const SAVE_STATE: Statement = Statement::new(
    "INSERT INTO sync_state
     (tenant_id, connection_id, lease_holder, lease_token, lease_until, source, cursor_updated,
      cursor_sys_id, newest_updated, newest_sys_id, page_size, next_pass, next_reconcile, failures,
      sweep, health_status, health_since, health_reason, last_success, last_attempt, not_before)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
             $20, $21)
     ON CONFLICT (tenant_id, connection_id) DO UPDATE SET
     lease_holder = excluded.lease_holder, lease_token = excluded.lease_token,
     lease_until = excluded.lease_until, source = excluded.source,
     cursor_updated = excluded.cursor_updated, cursor_sys_id = excluded.cursor_sys_id,
     newest_updated = excluded.newest_updated, newest_sys_id = excluded.newest_sys_id,
     page_size = excluded.page_size, next_pass = excluded.next_pass,
     next_reconcile = excluded.next_reconcile, failures = excluded.failures,
     sweep = excluded.sweep, health_status = excluded.health_status,
     health_since = excluded.health_since, health_reason = excluded.health_reason,
     last_success = excluded.last_success, last_attempt = excluded.last_attempt,
     not_before = excluded.not_before",
);

use model::{ConnectionId, RunCounts, RunFailure, RunKind, RunStatus, SyncRun, TenantId};

use super::Claim;
use crate::StoreError;
use crate::row::{Param, Row};
use crate::transaction::{Statement, Tx};

/// Passes of a connection that are remembered, beside those that are not over.
const REMEMBERED: i64 = 200;

/// The columns of a run in the order of [`read`], and the rest of the statement.
macro_rules! select_run {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, connection_id, run_id, kind, status, queued, started, finished, ",
            "fetched, stored, removed, matched, readable, failure_code, failure_message ",
            "FROM sync_run WHERE tenant_id = $1 AND connection_id = $2 ",
            $rest
        )
    };
}
pub(super) use select_run;

pub(super) fn read(mut row: Row) -> Result<SyncRun, StoreError> {
    Ok(SyncRun {
        tenant: TenantId::from_uuid(row.uuid("sync_run.tenant_id")?),
        connection: ConnectionId::from_uuid(row.uuid("sync_run.connection_id")?),
        id: row.uuid("sync_run.run_id")?,
        kind: kind(&row.text("sync_run.kind")?)?,
        status: status(&row.text("sync_run.status")?)?,
        queued: row.timestamp("sync_run.queued")?,
        started: row.optional_timestamp("sync_run.started")?,
        finished: row.optional_timestamp("sync_run.finished")?,
        counts: RunCounts {
            fetched: row.integer("sync_run.fetched")?,
            stored: row.integer("sync_run.stored")?,
            removed: row.integer("sync_run.removed")?,
            matched: row.optional_integer("sync_run.matched")?,
            readable: row.optional_integer("sync_run.readable")?,
        },
        failure: {
            let code = row.optional_text("sync_run.failure_code")?;
            let message = row.optional_text("sync_run.failure_message")?;
            code.zip(message).map(|(code, message)| RunFailure { code, message })
        },
    })
}

/// Writes a run, new or not; the oldest of very many are forgotten.
pub(super) async fn save(tx: &mut Tx<'_>, run: &SyncRun) -> Result<(), StoreError> {
    let [tenant, connection] = key(run.tenant, run.connection);
    tx.execute(&SAVE_RUN, &params(run)).await?;
    tx.execute(&FORGET_RUNS, &[tenant, connection, REMEMBERED.into()]).await.map(drop)
}

/// What a pass that goes on has counted so far.
pub(crate) async fn write_counts(
    tx: &mut Tx<'_>,
    claim: &Claim,
    counts: RunCounts,
) -> Result<(), StoreError> {
    let [tenant, connection] = claim.key();
    let RunCounts { fetched, stored, removed, matched, readable } = counts;
    let params = [
        tenant,
        connection,
        claim.run.to_string().into(),
        fetched.into(),
        stored.into(),
        removed.into(),
        matched.into(),
        readable.into(),
    ];
    tx.execute(&WRITE_COUNTS, &params).await.map(drop)
}

pub(super) fn key(tenant: TenantId, connection: ConnectionId) -> [Param; 2] {
    [tenant.to_string().into(), connection.to_string().into()]
}

fn params(run: &SyncRun) -> [Param; 15] {
    let [tenant, connection] = key(run.tenant, run.connection);
    let RunCounts { fetched, stored, removed, matched, readable } = run.counts;
    [
        tenant,
        connection,
        run.id.to_string().into(),
        run.kind.name().into(),
        run.status.name().into(),
        run.queued.into(),
        run.started.into(),
        run.finished.into(),
        fetched.into(),
        stored.into(),
        removed.into(),
        matched.into(),
        readable.into(),
        run.failure.as_ref().map(|failure| &failure.code).into(),
        run.failure.as_ref().map(|failure| &failure.message).into(),
    ]
}

fn kind(name: &str) -> Result<RunKind, StoreError> {
    let kind = RunKind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.ok_or(StoreError::Corrupt { column: "sync_run.kind" })
}

fn status(name: &str) -> Result<RunStatus, StoreError> {
    let status = RunStatus::ALL.into_iter().find(|status| status.name() == name);
    status.ok_or(StoreError::Corrupt { column: "sync_run.status" })
}

pub(crate) const SAVE_RUN: Statement = Statement::new(
    "INSERT INTO sync_run
     (tenant_id, connection_id, run_id, kind, status, queued, started, finished, fetched, stored,
      removed, matched, readable, failure_code, failure_message)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     ON CONFLICT (tenant_id, connection_id, run_id) DO UPDATE SET
     status = excluded.status, started = excluded.started, finished = excluded.finished,
     fetched = excluded.fetched, stored = excluded.stored, removed = excluded.removed,
     matched = excluded.matched, readable = excluded.readable,
     failure_code = excluded.failure_code, failure_message = excluded.failure_message",
);

pub(crate) const FORGET_RUNS: Statement = Statement::new(
    "DELETE FROM sync_run WHERE tenant_id = $1 AND connection_id = $2
     AND status NOT IN ('queued', 'running')
     AND (queued, run_id) <= (SELECT queued, run_id FROM sync_run
         WHERE tenant_id = $1 AND connection_id = $2
         ORDER BY queued DESC, run_id DESC LIMIT 1 OFFSET $3)",
);

pub(crate) const WRITE_COUNTS: Statement = Statement::new(
    "UPDATE sync_run SET fetched = $4, stored = $5, removed = $6, matched = $7, readable = $8
     WHERE tenant_id = $1 AND connection_id = $2 AND run_id = $3",
);

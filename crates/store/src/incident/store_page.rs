use std::collections::{BTreeMap, BTreeSet};

use model::{Incident, IncidentVersion, Merge, RunCounts, StoredVersion, SyncPosition, Timestamp};

use super::row::{self, LOAD_INCIDENT, SAVE_INCIDENT};
use crate::connection::queried;
use crate::operation::Operation;
use crate::row::Param;
use crate::sync::{Claim, hold, write_counts};
use crate::transaction::{Statement, Tx};
use crate::{Lease, LeaseError, Store, StoreError, caller, erasure};

/// A page of rows as it came, and how far the pass is with it.
#[derive(Debug, Clone)]
pub struct IncidentPage {
    /// The rows.
    pub rows: Vec<Incident>,
    /// Which of them are taken.
    pub merge: Merge,
    /// Rows that were closed before this are not kept.
    pub closed_since: Option<Timestamp>,
    /// What the pass has counted: `fetched` with this page, `stored` without it.
    pub counts: RunCounts,
    /// See [`SyncState::cursor`](model::SyncState::cursor).
    pub cursor: Option<SyncPosition>,
    /// See [`SyncState::newest`](model::SyncState::newest).
    pub newest: Option<SyncPosition>,
    /// See [`SyncState::page_size`](model::SyncState::page_size).
    pub page_size: Option<u32>,
    /// When the table was asked.
    pub queried: Timestamp,
    /// How long the lease lasts from now on.
    pub until: Timestamp,
}

impl Store {
    /// Writes a page together with how far the pass is, and answers how many rows were new or
    /// newer. To repeat a page does no harm.
    pub async fn store_page(&self, lease: &Lease, page: IncidentPage) -> Result<i64, LeaseError> {
        let IncidentPage { rows, merge, .. } = page;
        let rows = Incident::each_once(rows, merge);
        let page = IncidentPage { rows, ..page };
        self.backend().write(StorePage { claim: lease.claim(), page }).await
    }
}

/// Each row once.
struct StorePage {
    claim: Claim,
    page: IncidentPage,
}

impl Operation for StorePage {
    type Output = i64;
    type Error = LeaseError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, LeaseError> {
        let mut held = hold(tx, &self.claim).await?.wanted(&self.claim)?;
        let connection = self.claim.key();
        let (rows, erased) = erasure::keep_out(tx, &connection, &self.page.rows).await?;
        let erased: Vec<_> = erased.into_iter().map(|id| vec![id.into()]).collect();
        tx.execute_each(&DROP_INCIDENT, &connection, &erased).await?;
        let stored = self.store_rows(tx, &rows).await?;
        let kept = rows.iter().filter(|row| !self.is_too_old(row));
        caller::learn(tx, connection, kept).await?;
        let page = &self.page;
        let counts = RunCounts { stored: page.counts.stored + stored, ..page.counts };
        write_counts(tx, &self.claim, counts).await?;
        queried(tx, &held.connection, page.queried).await?;
        let state = &mut held.kept.state;
        (state.cursor, state.newest) = (page.cursor.clone(), page.newest.clone());
        state.page_size = page.page_size;
        held.kept.until = Some(page.until);
        held.save(tx).await?;
        Ok(stored)
    }
}

impl StorePage {
    async fn store_rows(&self, tx: &mut Tx<'_>, rows: &[Incident]) -> Result<i64, StoreError> {
        let connection = self.claim.key();
        let ids: Vec<_> = rows.iter().map(|row| id(&row.version)).collect();
        let mut stored = BTreeMap::new();
        for row in tx.query_each(&LOAD_VERSION, &connection, &ids).await? {
            let row = row::read_stored(row)?;
            stored.insert(row.version.sys_id.clone(), row);
        }
        let (mut taken, mut dropped) = (Vec::new(), Vec::new());
        for row in rows {
            match stored.get(&row.version.sys_id) {
                Some(stored) if self.is_too_old(row) => {
                    if !stored.version.takes_the_place_of(&row.version, Merge::Newer) {
                        dropped.push(id(&row.version));
                    }
                }
                None if self.is_too_old(row) => {}
                Some(stored) if !self.takes(&row.version, stored) => {}
                Some(_) | None => taken.push(row),
            }
        }
        tx.execute_each(&DROP_INCIDENT, &connection, &dropped).await?;
        let rows = self.completed(tx, &taken, &stored.into_keys().collect()).await?;
        let count = tx.execute_each(&SAVE_INCIDENT, &connection, &rows).await?;
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn is_too_old(&self, row: &Incident) -> bool {
        let closed = row.closed.value();
        closed.zip(self.page.closed_since).is_some_and(|(closed, since)| closed < since)
    }

    fn takes(&self, version: &IncidentVersion, stored: &StoredVersion) -> bool {
        version.takes_the_place_of(&stored.version, self.page.merge)
            || (stored.removed || stored.missed)
                && !stored.version.takes_the_place_of(version, Merge::Newer)
    }

    /// The values of rows to write; what is unknown of one stays as it is stored.
    async fn completed(
        &self,
        tx: &mut Tx<'_>,
        taken: &[&Incident],
        stored: &BTreeSet<String>,
    ) -> Result<Vec<Vec<Param>>, StoreError> {
        let lacking = |row: &&&Incident| !row.is_complete() && stored.contains(&row.version.sys_id);
        let ids: Vec<_> = taken.iter().filter(lacking).map(|row| id(&row.version)).collect();
        let mut earlier = BTreeMap::new();
        for row in tx.query_each(&LOAD_INCIDENT, &self.claim.key(), &ids).await? {
            let incident = row::read(row)?;
            earlier.insert(incident.version.sys_id.clone(), incident);
        }
        let completed = taken.iter().map(|row| match earlier.get(&row.version.sys_id) {
            None => row::params(row),
            Some(earlier) => {
                let mut row = (*row).clone();
                row.fill_from(earlier);
                row::params(&row)
            }
        });
        Ok(completed.collect())
    }
}

fn id(version: &IncidentVersion) -> Vec<Param> {
    vec![(&version.sys_id).into()]
}

pub(crate) const LOAD_VERSION: Statement = Statement::each(
    "SELECT sys_id, updated, revision, removed, missed FROM incident
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = $3",
    "SELECT sys_id, updated, revision, removed, missed FROM incident
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = ANY($3)",
);

pub(crate) const DROP_INCIDENT: Statement = Statement::each(
    "DELETE FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = $3",
    "DELETE FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = ANY($3)",
);

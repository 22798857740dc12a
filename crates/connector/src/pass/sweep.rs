use std::collections::HashSet;

use model::{IncidentVersion, Merge, Timestamp};
use servicenow::{Along, Failure, Labels, Start, Table, Walk};
use store::SweepPage;

use super::{Missing, Pass, Removals, Stopped};
use crate::incident;

/// So many keys go into one query, which mostly fits a URL.
const KEYS: usize = 100;
/// Stored rows that are looked at in one transaction.
const STEP: u32 = 10_000;

impl Pass<'_> {
    /// Compares which rows there are, and in which version; fetches those that differ, and marks
    /// those that are gone.
    ///
    /// Deleted and archived rows, and rows that may not be read any more, show in no page of
    /// changes; neither do rows that were restored from a backup.
    pub(super) async fn sweep(&mut self) -> Result<(), Stopped> {
        self.drop_closed().await?;
        let sweep = self.means.store.begin_sweep(self.lease).await?;
        (self.counts.matched, self.counts.readable) = (None, Some(0));
        let fields = incident::version_fields();
        let table = Table { fields, labels: Labels::Without, ..self.table() };
        let mut walk = Walk::new(table, Along::Ids, Start::Beginning);
        let mut after = None;
        while let Some(page) = self.next_page(&mut walk, incident::version_and_closed).await? {
            if self.counts.matched.is_none() {
                self.counts.matched = page.total.and_then(|total| total.try_into().ok());
            }
            let rows = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
            *self.counts.readable.get_or_insert(0) += rows;
            // A walk that has ended has no next request.
            let last = walk.request(self.size.rows()).is_none();
            let rows = self.kept(page.rows);
            let reached = rows.last().map(|row| row.sys_id.clone());
            if last && reached.is_none() && after.is_none() {
                // Before all that is stored is marked.
                let known = self.means.store.unseen(self.lease, sweep, 0).await?.live;
                self.doubt(Missing { missing: known, known })?;
            }
            if last || reached.is_some() {
                let behind = after.clone();
                self.compare(SweepPage { sweep, after: behind, rows, last }).await?;
            }
            after = reached.or(after);
        }
        self.settle(sweep).await
    }

    /// Drops what was closed too long ago.
    async fn drop_closed(&mut self) -> Result<(), Stopped> {
        let Some(before) = self.closed_since() else { return Ok(()) };
        let mut after = None;
        loop {
            let dropped = self.means.store.drop_closed(self.lease, before, after, STEP).await?;
            after = dropped.reached;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Without rows that are not kept, so that they are not missing. One that is kept all the same
    /// is fetched as if it were gone, and dropped then.
    fn kept(&self, rows: Vec<(IncidentVersion, Option<Timestamp>)>) -> Vec<IncidentVersion> {
        let since = self.closed_since();
        let is_kept = |closed: Option<Timestamp>| closed.is_none_or(|at| Some(at) >= since);
        rows.into_iter().filter(|(_, closed)| is_kept(*closed)).map(|(row, _)| row).collect()
    }

    async fn compare(&mut self, page: SweepPage) -> Result<(), Stopped> {
        let differ = self.means.store.compare_page(self.lease, page).await?;
        for ids in differ.chunks(KEYS) {
            self.fetch(ids).await?;
        }
        Ok(())
    }

    /// Fetches rows by their keys, and says which came.
    async fn fetch(&mut self, ids: &[String]) -> Result<HashSet<String>, Stopped> {
        let (mut came, mut rest, mut most) = (HashSet::new(), ids, ids.len());
        while !rest.is_empty() {
            let (some, behind) = rest.split_at(most.min(rest.len()));
            match self.fetch_at_once(some).await {
                Ok(found) => {
                    came.extend(found);
                    rest = behind;
                }
                // A long filter leaves room for fewer keys, and each of its groups has all of them.
                Err(Stopped::Instance(Failure::QueryTooLong)) if some.len() > 1 => {
                    most = some.len() / 2;
                }
                Err(stopped) => return Err(stopped),
            }
        }
        Ok(came)
    }

    async fn fetch_at_once(&mut self, ids: &[String]) -> Result<HashSet<String>, Stopped> {
        let keys = ids.iter().filter_map(|id| id.parse().ok()).collect();
        let mut walk = Walk::new(self.table(), Along::Among(keys), Start::Beginning);
        let mut came = HashSet::new();
        while let Some(page) = self.next_page(&mut walk, incident::read).await? {
            came.extend(page.rows.iter().map(|row| row.version.sys_id.clone()));
            self.counts.fetched += i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
            self.store_page(page.rows, Merge::Replace).await?;
        }
        Ok(came)
    }

    /// Marks rows that did not come, once they have been asked for by their keys: a walk may have
    /// ended too early, where an instance does not count.
    async fn settle(&mut self, sweep: i64) -> Result<(), Stopped> {
        let mut unseen = self.means.store.unseen(self.lease, sweep, KEYS).await?;
        self.doubt(Missing { missing: unseen.unseen, known: unseen.live })?;
        while !unseen.ids.is_empty() {
            let came = self.fetch(&unseen.ids).await?;
            let gone = unseen.ids.into_iter().filter(|id| !came.contains(id)).collect();
            let now = self.now();
            self.counts.removed += self.means.store.bury(self.lease, sweep, gone, now).await?;
            unseen = self.means.store.unseen(self.lease, sweep, KEYS).await?;
        }
        Ok(())
    }

    /// Ends the pass where it is not likely that so many are gone.
    fn doubt(&self, missing: Missing) -> Result<(), Stopped> {
        match self.removals {
            Removals::Doubted if missing.is_doubtful() => Err(Stopped::Doubtful(missing)),
            Removals::Doubted | Removals::Accepted => Ok(()),
        }
    }
}

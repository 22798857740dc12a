use model::{Incident, Merge, Timestamp};
use servicenow::{Along, Walk};
use store::IncidentPage;

use super::page::Came;
use super::{Pass, Stopped, Verdict};
use crate::{incident, time};

impl Pass<'_> {
    /// Fetches what changed since the last pass.
    pub(super) async fn follow(&mut self) -> Result<Verdict, Stopped> {
        let table = self.table();
        let along = Along::Updates { from: None, until: None };
        let mut walk = Walk::new(table, along, self.progress.start());
        while let Some(page) = self.next_page(&mut walk, incident::read).await? {
            let now = self.clock_of_instance(&page);
            let bound = self.progress.answered(now, self.scope.overlap);
            if let Some(bound) = time::stamp(bound) {
                walk.bound(bound);
            }
            self.progress.came(page.rows.iter().map(|incident| &incident.version));
            self.count(&page);
            for incident in &page.rows {
                self.readable.saw(incident);
            }
            self.store_page(page.rows, Merge::Newer).await?;
        }
        let verdict = self.progress.end();
        if verdict != Verdict::Continued {
            self.store_page(Vec::new(), Merge::Newer).await?;
        }
        Ok(verdict)
    }

    pub(super) async fn store_page(
        &mut self,
        rows: Vec<Incident>,
        merge: Merge,
    ) -> Result<(), Stopped> {
        let page = IncidentPage {
            rows,
            merge,
            closed_since: self.closed_since(),
            counts: self.counts,
            cursor: self.progress.cursor().cloned(),
            newest: self.progress.newest().cloned(),
            page_size: Some(self.size.rows()),
            queried: self.queried.unwrap_or_else(|| self.now()),
            until: self.lease_until(),
        };
        self.counts.stored += self.means.store.store_page(self.lease, page).await?;
        Ok(())
    }

    /// What the instance calls now. One that does not say is believed to have our time.
    fn clock_of_instance<T>(&self, page: &Came<T>) -> Timestamp {
        page.date.map_or_else(|| self.now(), time::timestamp)
    }

    fn count(&mut self, page: &Came<Incident>) {
        let rows = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
        self.counts.fetched += rows;
        *self.counts.readable.get_or_insert(0) += rows;
        // That of the first page: later ones ask for the rest only.
        if self.counts.matched.is_none() {
            self.counts.matched = page.total.and_then(|total| total.try_into().ok());
        }
    }
}

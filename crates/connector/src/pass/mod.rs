//! One pass over the incidents of a connection.
//!
//! [`Progress`] and [`Missing`] decide, [`Patience`] says what follows a failure; the rest asks the
//! instance, a page at a time, and stores each page before it asks for the next.

mod follow;
mod guard;
mod page;
mod patience;
mod progress;
mod stopped;
mod sweep;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use model::{Clock, Rng, RunCounts, RunKind, Timestamp};
use servicenow::{ApiPath, Filter, PageSize, Session, Table};
use store::{Lease, Store};

use crate::incident::Readable;
use crate::time;
use patience::Patience;
use progress::Progress;

pub(crate) use guard::Missing;
pub(crate) use progress::Verdict;
pub(crate) use stopped::Stopped;

/// Waits. The program lets time pass, tests move their clock.
pub trait Pause: fmt::Debug + Send + Sync {
    /// Until this time by the clock of the program.
    fn until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// What a pass works with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Means<'a> {
    pub(crate) store: &'a Store,
    pub(crate) session: &'a Session,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) rng: &'a dyn Rng,
    pub(crate) pause: &'a dyn Pause,
}

/// What is read.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// The path of the table.
    pub(crate) path: ApiPath,
    /// Which of its rows.
    pub(crate) filter: Filter,
    /// How long it takes at most until others see a row that has been stamped.
    pub(crate) overlap: Duration,
    /// As many rows are asked for at most.
    pub(crate) page_size: u32,
    /// Incidents that were closed longer ago are not kept.
    pub(crate) retention: Option<Duration>,
}

/// What is made of many rows that are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Removals {
    /// None is marked: it is more likely that the account may not read them any more.
    #[default]
    Doubted,
    /// Somebody says that it is right so.
    Accepted,
}

/// A lease lasts so long unless it is renewed, which every page does.
pub(crate) const LEASE: Duration = Duration::from_mins(2);

/// A pass that is being made.
#[derive(Debug)]
pub(crate) struct Pass<'a> {
    means: Means<'a>,
    scope: &'a Scope,
    lease: &'a Lease,
    removals: Removals,
    progress: Progress,
    /// What it counted so far.
    pub(crate) counts: RunCounts,
    /// How many rows it asks for.
    pub(crate) size: PageSize,
    /// When the table last answered.
    pub(crate) queried: Option<Timestamp>,
    /// Whether the instance did not count although it was asked to.
    pub(crate) count_unknown: bool,
    /// Whether fewer rows came than the instance has.
    pub(crate) hiding: bool,
    /// Which fields came.
    pub(crate) readable: Readable,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(
        means: Means<'a>,
        scope: &'a Scope,
        lease: &'a Lease,
        removals: Removals,
    ) -> Self {
        let size = PageSize::new(scope.page_size);
        let size = lease.state.page_size.map_or(size, |rows| size.resumed_at(rows));
        let counts = lease.run.counts;
        Self {
            means,
            scope,
            lease,
            removals,
            progress: Progress::resume(lease.state.cursor.clone(), lease.state.newest.clone()),
            counts,
            size,
            queried: None,
            count_unknown: false,
            hiding: false,
            readable: Readable::default(),
        }
    }

    /// Makes it. What it counted stays to be read, however it ends.
    pub(crate) async fn make(&mut self) -> Result<Verdict, Stopped> {
        match self.lease.run.kind {
            RunKind::Incremental => self.follow().await,
            RunKind::Reconcile => {
                // What is new comes cheapest by the pages of changes; the comparison answers
                // whatever seems to be amiss.
                self.follow().await?;
                self.sweep().await?;
                Ok(Verdict::Continued)
            }
        }
    }

    /// Whole incidents.
    fn table(&self) -> Table {
        crate::table(self.scope.path.clone(), self.scope.filter.clone())
    }

    /// Incidents that were closed before this are not kept. Of the two clocks the one counts that
    /// is behind: one that is ahead would have too much dropped.
    fn closed_since(&self) -> Option<Timestamp> {
        let now = self.progress.now()?.min(self.now());
        self.scope.retention.map(|retention| time::before(now, retention))
    }

    fn now(&self) -> Timestamp {
        self.means.clock.now()
    }

    /// 16 random bits.
    fn jitter(&self) -> u16 {
        let mut bytes = [0; 2];
        self.means.rng.fill(&mut bytes);
        u16::from_be_bytes(bytes)
    }

    /// The end of the lease, if it is renewed now.
    fn lease_until(&self) -> Timestamp {
        time::after(self.now(), LEASE)
    }
}

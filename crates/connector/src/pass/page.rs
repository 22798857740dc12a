use std::time::SystemTime;

use servicenow::{Decision, Failure, PageRequest, Row, Walk, WalkError};

use super::{Pass, Patience, Stopped};
use crate::time;

/// A page that came whole.
#[derive(Debug)]
pub(super) struct Came<T> {
    pub(super) rows: Vec<T>,
    /// Rows of the query, if it was asked for.
    pub(super) total: Option<u64>,
    /// The clock of the instance.
    pub(super) date: Option<SystemTime>,
}

/// Why there is no page.
enum NoPage {
    Failure(Failure),
    Walk(WalkError),
}

impl Pass<'_> {
    /// The next page of a walk, asked for until it comes or there is no use; `None` at the end.
    /// No request leaves once the connection does not want it any more.
    pub(super) async fn next_page<T>(
        &mut self,
        walk: &mut Walk,
        read: fn(&Row) -> Option<T>,
    ) -> Result<Option<Came<T>>, Stopped> {
        let mut patience = Patience::since(time::system_time(self.now()));
        while let Some(request) = walk.request(self.size.rows()) {
            self.means.store.check_lease(self.lease, self.now()).await?;
            match self.ask(walk, &request, read).await {
                Ok(came) => {
                    walk.page_ended(came.total);
                    self.count_unknown |= walk.is_count_unknown();
                    self.hiding |= walk.is_hiding();
                    self.size = self.size.after_page();
                    self.queried = Some(self.now());
                    return Ok(Some(came));
                }
                Err(NoPage::Walk(error)) => return Err(error.into()),
                Err(NoPage::Failure(failure)) => self.bear(failure, &mut patience).await?,
            }
        }
        Ok(None)
    }

    /// Waits as long as a failure asks for.
    async fn bear(&mut self, failure: Failure, patience: &mut Patience) -> Result<(), Stopped> {
        let now = time::system_time(self.now());
        let (size, decision) = patience.after(&failure, self.size, now, self.jitter());
        self.size = size;
        match decision {
            Decision::Retry { at } => {
                self.means.pause.until(time::timestamp(at)).await;
                Ok(())
            }
            Decision::GiveUp(_reason) => Err(Stopped::Instance(failure)),
        }
    }

    /// Rows are kept until the page is whole: before that they count for nothing.
    async fn ask<T>(
        &self,
        walk: &mut Walk,
        request: &PageRequest,
        read: fn(&Row) -> Option<T>,
    ) -> Result<Came<T>, NoPage> {
        let now = time::system_time(self.now());
        let mut page = self.means.session.page(request, now).await?;
        let mut rows = Vec::new();
        while let Some(row) = page.next().await? {
            walk.saw(&row)?;
            rows.push(read(&row).ok_or(WalkError::NoKey("sys_id"))?);
        }
        Ok(Came { rows, total: page.total(), date: page.date() })
    }
}

impl From<Failure> for NoPage {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<WalkError> for NoPage {
    fn from(error: WalkError) -> Self {
        Self::Walk(error)
    }
}

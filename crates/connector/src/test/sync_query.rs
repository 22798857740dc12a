use std::collections::BTreeSet;

use servicenow::{
    Along, Failure, Field, PageSize, Position, Row, Session, Stamp, Start, Walk, WalkError,
};

use super::course::Found;
use super::role::Seen;
use super::{Trial, probe};
use crate::{Site, Trouble, table};

/// The first page of a sync.
#[derive(Debug, Clone, Default)]
pub(super) struct FirstPage {
    /// Rows that match, by the count of the instance.
    pub(super) total: Option<u64>,
    /// Rows that were asked for.
    pub(super) limit: u32,
    /// Rows that came.
    pub(super) rows: u64,
    /// The first of them.
    pub(super) first: Option<Row>,
    /// Fields that were asked for.
    pub(super) asked: Vec<Field>,
    /// Fields that any row has.
    pub(super) present: BTreeSet<Field>,
    last: Option<Position>,
}

/// Why there is no page.
#[derive(Debug)]
enum NoPage {
    Failed(Failure),
    Lost(WalkError),
}

/// Asks for the first page as a sync does, for what follows it, and whether the instance obeys.
pub(super) async fn ask(
    trial: &Trial<'_>,
    site: &Site,
    session: &Session,
    seen: &Seen,
) -> Result<Found<FirstPage>, Trouble> {
    let until = seen.date.and_then(Stamp::from_system_time);
    let walk = Walk::new(
        table(site.path.clone(), trial.filter.clone()),
        Along::Updates { from: None, until },
        Start::Beginning,
    );
    let trouble = |no_page| match no_page {
        NoPage::Failed(failure) => Trouble::of(&failure, trial.now),
        NoPage::Lost(error) => Trouble::of_walk(&error),
    };
    let page = smaller_until_it_comes(trial, session, walk.clone()).await.map_err(trouble)?;
    if let Some(last) = page.last.clone() {
        let table = table(site.path.clone(), trial.filter.clone());
        let next = Walk::new(table, Along::Updates { from: None, until }, Start::Behind(last));
        read(trial, session, next, 1).await.map_err(trouble)?;
    }
    let any = seen.total != Some(0);
    let ignored = probe::ignored(trial, site, session, any).await;
    let ignored = ignored.map_err(|failure| Trouble::of(&failure, trial.now))?;
    let (asked, limit) = (trial.page_size.max(1), page.limit);
    Ok(if let Some((message, hint)) = ignored {
        Found::doubtful(page, message, hint)
    } else if limit < asked {
        let message = format!("The instance could not give {asked} rows at once, but {limit}.");
        Found::doubtful(
            page,
            message,
            "A sync asks for fewer by itself; a smaller sync.page_size spares the attempts.",
        )
    } else {
        let message = format!("The query of the sync is obeyed; {} rows came.", page.rows);
        Found::good(page, message)
    })
}

/// A sync asks for fewer rows where an instance was overtaxed, and so does this.
async fn smaller_until_it_comes(
    trial: &Trial<'_>,
    session: &Session,
    walk: Walk,
) -> Result<FirstPage, NoPage> {
    let mut size = PageSize::new(trial.page_size);
    loop {
        match read(trial, session, walk.clone(), size.rows()).await {
            Err(NoPage::Failed(failure)) if !matches!(failure, Failure::TimedOut(_)) => {
                let smaller = size.after_failure(&failure);
                if smaller.rows() == size.rows() || smaller.rows() < trial.page_size / 16 {
                    return Err(NoPage::Failed(failure));
                }
                size = smaller;
            }
            answer => return answer,
        }
    }
}

async fn read(
    trial: &Trial<'_>,
    session: &Session,
    mut walk: Walk,
    limit: u32,
) -> Result<FirstPage, NoPage> {
    let mut found = FirstPage { limit, asked: walk.fields(), ..FirstPage::default() };
    let Some(request) = walk.request(limit) else { return Ok(found) };
    let mut page = session.page(&request, trial.now).await.map_err(NoPage::Failed)?;
    while let Some(row) = page.next().await.map_err(NoPage::Failed)? {
        walk.saw(&row).map_err(NoPage::Lost)?;
        found.rows += 1;
        found.present.extend(found.asked.iter().filter(|field| row.cell(field).is_some()).cloned());
        found.first.get_or_insert(row);
    }
    found.total = page.total();
    walk.page_ended(found.total);
    found.last = walk.position().cloned();
    Ok(found)
}

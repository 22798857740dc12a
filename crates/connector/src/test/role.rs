use std::time::SystemTime;

use servicenow::{Failure, ID, PageRequest, Query, Session};

use super::Trial;
use super::course::Found;
use crate::{Site, Trouble};

/// What a look at the table found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// Rows of the table, by the count of the instance.
    pub(super) total: Option<u64>,
    /// The clock of the instance.
    pub(super) date: Option<SystemTime>,
}

/// Rows that are looked at: some of them may be hidden for good reasons.
const ROWS: u32 = 100;

/// The account may read incidents. Whether the table is one is for the next step to say.
pub(super) async fn look(
    trial: &Trial<'_>,
    site: &Site,
    session: &Session,
) -> Result<Found<Result<Seen, Failure>>, Trouble> {
    let (seen, rows) = match first_rows(trial, site, session).await {
        Ok(looked) => looked,
        Err(
            failure @ (Failure::InvalidTable(_)
            | Failure::NoSuchApi(_)
            | Failure::NotFound(_)
            | Failure::BadRequest(_)),
        ) => return Ok(Found::good(Err(failure), "The account may use the REST API.")),
        Err(failure) => return Err(Trouble::of(&failure, trial.now)),
    };
    match seen.total {
        Some(total) if total > 0 && rows == 0 => Err(Trouble::reads_nothing(total)),
        _ => Ok(Found::good(Ok(seen), "The account may use the REST API and read the table.")),
    }
}

async fn first_rows(
    trial: &Trial<'_>,
    site: &Site,
    session: &Session,
) -> Result<(Seen, u32), Failure> {
    let request = PageRequest::new(site.path.clone(), Query::all(), vec![ID], ROWS).counted();
    let mut page = session.page(&request, trial.now).await?;
    let mut rows = 0;
    while page.next().await?.is_some() {
        rows += 1;
    }
    Ok((Seen { total: page.total(), date: page.date() }, rows))
}

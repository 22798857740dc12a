//! The Table API, read page by page.

mod decoder;
mod page;
mod raw;
mod request;
mod row;
mod stats;
pub(crate) mod user;
mod walk;

pub use page::{Page, read_rows};
pub use request::{Labels, PageRequest};
pub use row::{Cell, Row};
pub use stats::{Stats, StatsRequest};
pub use user::{FoundUsers, User};
pub use walk::{Along, ID, Position, Start, Table, UPDATED, Walk, WalkError};

use url::Url;

use crate::{ApiPath, Failure, Instance};

/// Longer request lines are refused by servers on the way.
const MAX_URL: usize = 8000;

fn url(instance: &Instance, path: &ApiPath, parameters: &[(&str, String)]) -> Result<Url, Failure> {
    let mut url = instance.url(path);
    url.query_pairs_mut().extend_pairs(parameters);
    if url.as_str().len() > MAX_URL { Err(Failure::QueryTooLong) } else { Ok(url) }
}

use servicenow::{Field, UPDATED};

use super::course::Found;
use super::sync_query::FirstPage;

/// Rows come, and as many as match.
pub(super) fn count(page: &FirstPage) -> Found<()> {
    let Some(first) = &page.first else {
        return match page.total {
            Some(total) if total > 0 => {
                let message = format!(
                    "{total} incidents match, and none of the first {} can be read.",
                    page.limit
                );
                Found::doubtful((), message, HIDDEN)
            }
            _ => Found::doubtful((), "No incident matches.", NONE),
        };
    };
    let text = |field: &Field| first.value(field).unwrap_or_default();
    let example = format!("The first is {} of {}.", text(&NUMBER), text(&UPDATED));
    let rows = page.rows;
    match page.total {
        Some(total) if rows < total.min(u64::from(page.limit)) => {
            let of = total.min(u64::from(page.limit));
            let message = format!(
                "{total} incidents match; of the first {of}, {rows} can be read. {example}"
            );
            Found::doubtful((), message, HIDDEN)
        }
        Some(total) => {
            Found::good((), format!("{total} incidents match, and {rows} came. {example}"))
        }
        None => Found::doubtful((), format!("{rows} incidents came. {example}"), NOT_COUNTED),
    }
}

const NUMBER: Field = Field::constant("number");
const HIDDEN: &str = "Rules hide rows from the account. If it should see all incidents, give it a \
     role that does, such as itil, and look at row ACLs and domain separation.";
const NONE: &str = "If there are incidents, sync.query leaves all out, or rules hide them before \
     they are counted.";
const NOT_COUNTED: &str = "The instance does not count rows, so that hidden ones cannot be told.";

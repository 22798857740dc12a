use std::time::{Duration, SystemTime};

use servicenow::Failure;

use super::Trial;
use super::course::Found;
use super::role::Seen;
use crate::{Site, Trouble, span};

/// The path leads to a table.
pub(super) fn judge(
    trial: &Trial<'_>,
    site: &Site,
    looked: Result<Seen, Failure>,
) -> Result<Found<Seen>, Trouble> {
    let seen = looked.map_err(|failure| Trouble::of(&failure, trial.now))?;
    let message = match seen.total {
        Some(total) => format!("{} has {total} rows.", site.path),
        None => format!("{} is a table.", site.path),
    };
    Ok(match seen.date.and_then(|date| difference(date, trial.now)) {
        Some(difference) => Found::doubtful(seen, format!("{message} {difference}"), CLOCKS),
        None => Found::good(seen, message),
    })
}

/// How the clocks differ, where it is by more than a delay on the way.
fn difference(there: SystemTime, here: SystemTime) -> Option<String> {
    let (by, which) = match there.duration_since(here) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    let said = || format!("The clock of the instance is {} {which} this machine's.", span(by));
    (by > TOLERATED).then(said)
}

const TOLERATED: Duration = Duration::from_mins(5);
const CLOCKS: &str = "Set the clock of this machine. A sync goes by the instance's own, but \
     tokens and signed assertions need both.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ_are_told() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(difference(at(1000), at(1300)), None);
        let behind = difference(at(1000), at(4600)).unwrap();
        assert_eq!(behind, "The clock of the instance is 1 h behind this machine's.");
        assert!(difference(at(4600), at(1000)).unwrap().contains("1 h ahead of"));
    }
}

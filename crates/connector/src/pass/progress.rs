use std::time::Duration;

use model::{IncidentVersion, SyncPosition, Timestamp};
use servicenow::{Position, Start};

use crate::time;

/// How far the changes of an instance are known: where the next pass begins, and which row has to
/// come then.
///
/// A row is stamped before others can see it, so rows may appear behind one that was read. The
/// cursor therefore stays behind what the instance called now when the pass began, by an overlap;
/// what is read twice changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    cursor: Option<SyncPosition>,
    /// The newest row of earlier passes, until it comes again.
    awaited: Option<SyncPosition>,
    /// The newest row of this pass.
    newest: Option<SyncPosition>,
    bound: Option<Bound>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    /// What the instance called now when it first answered. Rows that are dated later do not count:
    /// a wrong clock dated them.
    now: Timestamp,
    /// Nothing appears any more before this.
    settled: Timestamp,
}

/// What a pass that came to its end says of the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes on from where it was.
    Continued,
    /// The newest row that was known did not come again: it was deleted, or the instance was
    /// restored from a backup. What else is different only a comparison of all rows finds out.
    NewestGone,
    /// Its clock went back by so much, so that rows may have changed without seeming newer.
    ClockWentBack(Duration),
}

impl Progress {
    /// Goes on where earlier passes ended.
    pub(crate) fn resume(cursor: Option<SyncPosition>, newest: Option<SyncPosition>) -> Self {
        Self { cursor, awaited: newest, newest: None, bound: None }
    }

    /// Where this pass begins. It begins with the row at the cursor, so that a quiet instance
    /// shows its newest row again.
    pub(crate) fn start(&self) -> Start {
        self.cursor.as_ref().and_then(position).map_or(Start::Beginning, Start::At)
    }

    /// Takes note of the clock of the instance; the first answer counts. Says where the pass ends
    /// then.
    pub(crate) fn answered(&mut self, now: Timestamp, overlap: Duration) -> Timestamp {
        let settled = time::before(now, overlap);
        self.bound.get_or_insert(Bound { now, settled }).now
    }

    /// What the instance called now when it first answered.
    pub(crate) fn now(&self) -> Option<Timestamp> {
        self.bound.map(|bound| bound.now)
    }

    /// Takes note of the rows of a whole page, in their order.
    pub(crate) fn came<'a>(&mut self, rows: impl IntoIterator<Item = &'a IncidentVersion>) {
        let Some(bound) = self.bound else { return };
        let (mut settled, mut newest) = (None, None);
        for row in rows {
            self.awaited.take_if(|awaited| is_version_of(row, awaited));
            if row.updated <= bound.settled {
                settled = Some(row);
            }
            if row.updated <= bound.now {
                newest = Some(row);
            }
        }
        self.cursor = settled.map(at).or_else(|| self.cursor.take());
        self.newest = newest.map(at).max(self.newest.take());
    }

    /// Judges after the last page.
    pub(crate) fn end(&mut self) -> Verdict {
        let Some(bound) = self.bound else { return Verdict::Continued };
        let missed = self.awaited.take().is_some();
        let ahead = self.cursor.as_ref().map(|cursor| cursor.updated);
        if let Some(ahead) = ahead.filter(|cursor| *cursor > bound.now) {
            self.cursor = Some(SyncPosition { updated: bound.settled, sys_id: FIRST.to_owned() });
            let seconds = ahead.unix_seconds() - bound.now.unix_seconds();
            return Verdict::ClockWentBack(Duration::from_secs(seconds.unsigned_abs()));
        }
        if missed { Verdict::NewestGone } else { Verdict::Continued }
    }

    /// Where a later pass begins.
    pub(crate) fn cursor(&self) -> Option<&SyncPosition> {
        self.cursor.as_ref()
    }

    /// The row that has to come in a later pass. One that was not seen in an unfinished pass is
    /// still waited for.
    pub(crate) fn newest(&self) -> Option<&SyncPosition> {
        self.awaited.as_ref().or(self.newest.as_ref())
    }
}

/// No key is before it.
const FIRST: &str = "0";

/// The same version or a later one.
fn is_version_of(row: &IncidentVersion, known: &SyncPosition) -> bool {
    row.sys_id == known.sys_id && row.updated >= known.updated
}

fn at(row: &IncidentVersion) -> SyncPosition {
    SyncPosition { updated: row.updated, sys_id: row.sys_id.clone() }
}

fn position(at: &SyncPosition) -> Option<Position> {
    Some(Position { updated: time::stamp(at.updated)?, id: at.sys_id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OVERLAP: Duration = Duration::from_mins(2);

    /// At noon of the first of January.
    fn noon() -> Timestamp {
        Timestamp::from_unix(1_767_268_800, 0)
    }

    /// `12:00:00 a`
    fn row(text: &str) -> IncidentVersion {
        let (clock, id) = text.split_once(' ').unwrap();
        let stamp: servicenow::Stamp = format!("2026-01-01 {clock}").parse().unwrap();
        IncidentVersion { sys_id: id.to_owned(), updated: time::of_stamp(stamp), revision: None }
    }

    fn text(position: Option<&SyncPosition>) -> String {
        position.map_or_else(String::new, |at| {
            let stamp = time::stamp(at.updated).unwrap();
            format!("{} {}", stamp.to_string().split_off(11), at.sys_id)
        })
    }

    /// A pass at noon: cursor and newest row, before it and after it.
    fn check(before: [&str; 2], rows: &[&str], after: [&str; 2], expected: Verdict) {
        let known = |text: &str| (!text.is_empty()).then(|| at(&row(text)));
        let mut progress = Progress::resume(known(before[0]), known(before[1]));
        progress.answered(noon(), OVERLAP);
        let came: Vec<IncidentVersion> = rows.iter().map(|text| row(text)).collect();
        let (first, rest) = came.split_at(came.len() / 2);
        progress.came(first);
        progress.came(rest);
        let verdict = progress.end();
        let got = [text(progress.cursor()), text(progress.newest())];
        assert_eq!((got, verdict), (after.map(str::to_owned), expected), "{before:?} {rows:?}");
    }

    #[test]
    fn the_cursor_stays_behind_the_clock_of_the_instance() {
        use Verdict::Continued;
        check(["", ""], &[], ["", ""], Continued);
        check(["", ""], &["09:00:00 a"], ["09:00:00 a", "09:00:00 a"], Continued);
        let rows = ["09:00:00 a", "11:58:00 b", "11:58:01 c", "12:00:00 d"];
        check(["", ""], &rows, ["11:58:00 b", "12:00:00 d"], Continued);
        check(["11:58:00 b", "12:00:00 d"], &rows[1..], ["11:58:00 b", "12:00:00 d"], Continued);
        check(["11:58:00 b", ""], &rows[1..], ["11:58:00 b", "12:00:00 d"], Continued);
    }

    /// Check 52.
    #[test]
    fn rows_of_the_future_move_nothing() {
        use Verdict::Continued;
        check(["", ""], &["09:00:00 a", "23:00:00 b"], ["09:00:00 a", "09:00:00 a"], Continued);
        check(["", ""], &["23:00:00 b"], ["", ""], Continued);
    }

    /// Check 54.
    #[test]
    fn an_instance_that_was_put_back_is_noticed() {
        use Verdict::{ClockWentBack, Continued, NewestGone};
        let known = ["09:00:00 a", "10:00:00 b"];
        check(known, &["09:00:00 a", "11:00:00 b"], ["11:00:00 b", "11:00:00 b"], Continued);
        check(known, &["10:00:00 b"], ["10:00:00 b", "10:00:00 b"], Continued);
        check(known, &[], ["09:00:00 a", ""], NewestGone);
        check(known, &["09:00:00 a", "09:30:00 b"], ["09:30:00 b", "09:30:00 b"], NewestGone);
        check(known, &["09:00:00 a", "11:00:00 c"], ["11:00:00 c", "11:00:00 c"], NewestGone);
        // The clock itself.
        check(
            ["13:00:00 a", "13:00:00 a"],
            &["13:00:00 a"],
            ["11:58:00 0", ""],
            ClockWentBack(Duration::from_hours(1)),
        );
    }

    #[test]
    fn an_unfinished_pass_still_waits_for_the_row() {
        let known = Some(at(&row("10:00:00 b")));
        let mut progress = Progress::resume(known.clone(), known);
        assert_eq!(progress.answered(noon(), OVERLAP), noon());
        // Only the first answer counts.
        assert_eq!(progress.answered(noon().plus_seconds(1800), OVERLAP), noon());
        progress.came(&[row("11:00:00 c")]);
        assert_eq!(text(progress.newest()), "10:00:00 b");
        assert_eq!(text(progress.cursor()), "11:00:00 c");
    }
}

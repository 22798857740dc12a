//! Which rows of a list are shown, in which order.

use connector::UserIncident;
use model::Timestamp;

use super::asked::{Asked, Work};
use super::column::{Column, is_open};

/// How many incidents have some status or priority.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) label: String,
    pub(super) rows: usize,
}

/// The rows that are asked for, in their order.
pub(super) fn rows<'r>(
    all: &'r [UserIncident],
    asked: &Asked,
    now: Timestamp,
) -> Vec<&'r UserIncident> {
    let find = asked.find.to_lowercase();
    let words: Vec<_> = find.split_whitespace().collect();
    let has = |row: &UserIncident| {
        let texts = asked.columns.iter().map(|column| column.text(row, now).to_lowercase());
        let texts: Vec<_> = texts.collect();
        words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    };
    let mut rows: Vec<_> = all
        .iter()
        .filter(|row| match asked.work {
            Work::All => true,
            Work::Open => is_open(row),
            Work::Closed => !is_open(row),
        })
        .filter(|row| asked.picked.iter().all(|(column, value)| column.text(row, now) == *value))
        .filter(|row| has(row))
        .collect();
    // Stable: rows that are alike stay in the order of the list, newest first.
    rows.sort_by_cached_key(|row| asked.sort.sort_key(row, now));
    if asked.is_descending {
        rows.reverse();
    }
    rows
}

/// The values of a column, in order, each with how many rows have it.
pub(super) fn counts(all: &[UserIncident], column: Column, now: Timestamp) -> Vec<Count> {
    let mut sorted: Vec<_> = all.iter().collect();
    sorted.sort_by_cached_key(|row| column.sort_key(row, now));
    let mut counts: Vec<Count> = Vec::new();
    for row in sorted {
        let label = column.text(row, now);
        match counts.iter_mut().find(|count| count.label == label) {
            Some(count) => count.rows += 1,
            None => counts.push(Count { label, rows: 1 }),
        }
    }
    counts.retain(|count| !count.label.is_empty());
    counts
}

#[cfg(test)]
mod tests {
    use model::{ConnectionId, Field, Incident, IncidentText, IncidentTexts, IncidentVersion};

    use super::*;
    use crate::http::Query;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds, 0)
    }

    fn row(number: i64, (state, label): (&str, &str), is_active: bool) -> UserIncident {
        let mut texts = IncidentTexts::default();
        texts.set(IncidentText::Number, format!("INC{number}"));
        texts.set(IncidentText::State, state);
        texts.set(IncidentText::StateLabel, label);
        texts.set(IncidentText::ShortDescription, format!("Printer {number} broken"));
        let version =
            IncidentVersion { sys_id: format!("s{number}"), updated: at(0), revision: None };
        let opened = Field::Set(at(number));
        let none = Field::Null;
        let active = Field::Set(is_active);
        let incident = Incident { version, texts, active, opened, resolved: none, closed: none };
        let connection: ConnectionId = "11111111-1111-1111-1111-111111111111".parse().unwrap();
        UserIncident { connection, page: None, incident }
    }

    fn list() -> Vec<UserIncident> {
        vec![
            row(3, ("1", "New"), true),
            row(2, ("10", "Odd"), true),
            row(1, ("7", "Closed"), false),
        ]
    }

    fn check(query: &str, expect: &[&str]) {
        let (list, now) = (list(), at(100));
        let asked = Asked::of(&Query::of(&format!("/?{query}").parse().unwrap()));
        let rows = rows(&list, &asked, now);
        let got: Vec<_> = rows.iter().map(|row| Column::Incident.text(row, now)).collect();
        assert_eq!(got, expect, "{query}");
    }

    #[test]
    fn rows_are_picked_and_sorted() {
        check("", &["INC3", "INC2", "INC1"]);
        check("sort=opened&order=ascending", &["INC1", "INC2", "INC3"]);
        check("sort=status", &["INC3", "INC1", "INC2"]);
        check("work=open", &["INC3", "INC2"]);
        check("work=closed", &["INC1"]);
        check("status=New", &["INC3"]);
        check("find=BROKEN+2", &["INC2"]);
        check("find=broken+fax", &[]);
        check("find=s2", &[]);
        check("find=s2&column=sysid", &["INC2"]);
    }

    #[test]
    fn rows_of_a_status_are_counted() {
        let counts = counts(&list(), Column::Status, at(100));
        let counts: Vec<_> = counts.iter().map(|c| (c.label.as_str(), c.rows)).collect();
        assert_eq!(counts, [("New", 1), ("Closed", 1), ("Odd", 1)]);
    }
}

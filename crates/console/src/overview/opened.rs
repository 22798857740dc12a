//! Charts of when incidents were opened.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use store::{Labelled, Tally};

use crate::chart::{Chart, Figures, Series, Span, colour};

/// More groups than that share a colour, and the name "Others".
const GROUPS: usize = 7;

/// What bars are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    State,
    Priority,
    Group,
}

/// A series before it is drawn: what it is called, and its number in each span.
type Counted = (String, Vec<u64>);

/// Draws how many incidents were opened in each of the spans.
pub(super) fn chart(tallies: &[Tally], spans: &[String], by: By) -> Option<Chart> {
    let counted = match by {
        By::State => in_order(count(tallies, spans.len(), |tally| tally.state.clone())),
        By::Priority => in_order(count(tallies, spans.len(), |tally| tally.priority.clone())),
        By::Group => largest(count(tallies, spans.len(), |tally| Labelled {
            value: tally.group.clone(),
            label: tally.group.clone(),
        })),
    };
    let series = counted.iter().enumerate();
    let series = series.map(|(place, (label, _))| Series {
        label: if label.is_empty() { "None".to_owned() } else { label.clone() },
        class: colour(place),
    });
    let figures = Figures {
        series: series.collect(),
        spans: spans
            .iter()
            .enumerate()
            .map(|(place, label)| span(&counted, place, label))
            .collect(),
        marked: None,
    };
    Chart::of(&figures, "incidents opened")
}

fn span(counted: &[Counted], place: usize, label: &str) -> Span {
    let count = |(_, counts): &Counted| counts.get(place).copied().unwrap_or_default();
    Span { label: label.to_owned(), counts: counted.iter().map(count).collect(), marks: 0 }
}

/// By value. Where rows of one value have several labels, the greatest is shown.
fn count(
    tallies: &[Tally],
    spans: usize,
    key: impl Fn(&Tally) -> Labelled,
) -> BTreeMap<String, Counted> {
    let mut counted: BTreeMap<String, Counted> = BTreeMap::new();
    for tally in tallies {
        let Labelled { value, label } = key(tally);
        let one = counted.entry(value).or_insert_with(|| (String::new(), vec![0; spans]));
        one.0 = label.max(std::mem::take(&mut one.0));
        let span = usize::try_from(tally.span).ok().and_then(|span| one.1.get_mut(span));
        if let Some(span) = span {
            *span += tally.rows;
        }
    }
    counted
}

/// As ServiceNow orders choices: by number, where they are numbers.
fn in_order(counted: BTreeMap<String, Counted>) -> Vec<Counted> {
    let mut all: Vec<_> = counted.into_iter().collect();
    all.sort_by_key(|(value, _)| value.parse::<i64>().unwrap_or(i64::MAX));
    all.into_iter().map(|(_, counted)| counted).collect()
}

/// The largest first; those that are many more together.
fn largest(counted: BTreeMap<String, Counted>) -> Vec<Counted> {
    let mut all: Vec<_> = counted.into_values().collect();
    all.sort_by_key(|(_, counts)| Reverse(counts.iter().sum::<u64>()));
    if all.len() > GROUPS + 1 {
        let others = all.split_off(GROUPS);
        let sum = others.into_iter().map(|(_, counts)| counts).reduce(|mut sum, counts| {
            for (sum, count) in sum.iter_mut().zip(counts) {
                *sum += count;
            }
            sum
        });
        all.extend(sum.map(|sum| ("Others".to_owned(), sum)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(span: i64, state: (&str, &str), group: &str, rows: u64) -> Tally {
        let state = Labelled { value: state.0.to_owned(), label: state.1.to_owned() };
        Tally { span, priority: state.clone(), state, group: group.to_owned(), rows }
    }

    fn check(tallies: &[Tally], by: By, expect: &[(&str, &str)]) {
        let spans = ["a".to_owned(), "b".to_owned()];
        let chart = chart(tallies, &spans, by).unwrap();
        let entries: Vec<_> =
            chart.legend.iter().map(|e| (e.label.as_str(), e.total.as_str())).collect();
        assert_eq!(entries, expect);
    }

    #[test]
    fn states_are_in_the_order_of_their_numbers() {
        let tallies = [
            tally(0, ("10", "Odd"), "x", 1),
            tally(1, ("2", "Work"), "x", 2),
            tally(1, ("2", "In Progress"), "y", 3),
            tally(0, ("", ""), "", 4),
            tally(9, ("2", "Work"), "", 100),
        ];
        check(&tallies, By::State, &[("Work", "5"), ("Odd", "1"), ("None", "4")]);
        check(&tallies, By::Group, &[("None", "4"), ("x", "3"), ("y", "3")]);
    }

    #[test]
    fn many_groups_end_in_others() {
        let tallies: Vec<_> = (1..=10)
            .map(|number| tally(0, ("1", "New"), &format!("g{number:02}"), number))
            .collect();
        let spans = ["a".to_owned()];
        let chart = chart(&tallies, &spans, By::Group).unwrap();
        assert_eq!(chart.legend.len(), GROUPS + 1);
        let last = chart.legend.last().unwrap();
        assert_eq!((last.label.as_str(), last.total.as_str()), ("Others", "6"));
        assert_eq!(chart.legend[0].label, "g10");
    }
}

//! What there is of a person, as it is shown.

use connector::{IncidentSource, UserIncident, UserIncidentList};
use model::Timestamp;

use super::asked::Asked;
use super::column::{Column, is_open};
use super::{detail, shown};
use crate::moment::Moment;

#[derive(Debug)]
pub(super) struct Found {
    pub(super) total: usize,
    pub(super) open: usize,
    pub(super) statuses: Vec<Pill>,
    pub(super) priorities: Vec<Pill>,
    pub(super) filters: Vec<Filter>,
    pub(super) is_live: bool,
    pub(super) as_of: Option<Moment>,
    pub(super) reason: Option<String>,
    pub(super) tried: Vec<Tried>,
    pub(super) headings: Vec<Heading>,
    pub(super) rows: Vec<Row>,
    /// How many rows the filters leave.
    pub(super) left: usize,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) before: Option<String>,
    pub(super) behind: Option<String>,
    /// The queries of incidents that were opened before all of these, and of those opened last.
    pub(super) older: Option<String>,
    pub(super) newest: Option<String>,
    pub(super) query: String,
    /// The query that nothing is filtered by, where something is.
    pub(super) unfiltered: Option<String>,
}

/// How many rows have a value, and the query of just these.
#[derive(Debug)]
pub(super) struct Pill {
    pub(super) label: String,
    pub(super) rows: usize,
    pub(super) query: String,
}

/// Values of a column, one of which can be picked.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) column: Column,
    pub(super) choices: Vec<Choice>,
}

#[derive(Debug)]
pub(super) struct Choice {
    pub(super) label: String,
    pub(super) is_picked: bool,
}

#[derive(Debug)]
pub(super) struct Tried {
    pub(super) column: String,
    pub(super) value: String,
    pub(super) users: usize,
}

#[derive(Debug)]
pub(super) struct Heading {
    pub(super) title: &'static str,
    pub(super) query: String,
    /// For `aria-sort`.
    pub(super) order: Option<&'static str>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: String,
    pub(super) page: Option<String>,
    pub(super) is_open: bool,
    pub(super) cells: Vec<Cell>,
    pub(super) description: String,
    pub(super) details: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub(super) struct Cell {
    pub(super) text: String,
    /// It may be broken into lines.
    pub(super) is_long: bool,
}

impl Found {
    /// Whether there is neither an answer of ServiceNow nor a stored one.
    pub(super) fn is_hidden(&self) -> bool {
        !self.is_live && self.as_of.is_none() && self.total == 0
    }

    pub(super) fn of(list: UserIncidentList, asked: &Asked, now: Timestamp) -> Self {
        let all = &list.incidents;
        let rows = shown::rows(all, asked, now);
        let left = rows.len();
        let pages = left.div_ceil(asked.size).max(1);
        let number = asked.page.min(pages);
        let first = (number - 1) * asked.size;
        let shown: Vec<_> = rows.into_iter().skip(first).take(asked.size).collect();
        let page = |number: usize| asked.at_page(number).query();
        Self {
            total: all.len(),
            open: all.iter().filter(|row| is_open(row)).count(),
            statuses: pills(all, Column::Status, asked, now),
            priorities: pills(all, Column::Priority, asked, now),
            filters: filters(all, asked, now),
            is_live: list.source == IncidentSource::Live,
            as_of: list.as_of.map(|at| Moment::new(at, now)),
            tried: list.matching.tried.iter().map(Tried::of).collect(),
            headings: asked.columns.iter().map(|column| Heading::of(*column, asked)).collect(),
            left,
            first: if left == 0 { 0 } else { first + 1 },
            last: first + shown.len(),
            rows: shown.into_iter().map(|row| Row::of(row, asked, now)).collect(),
            before: (number > 1).then(|| page(number - 1)),
            behind: (number < pages).then(|| page(number + 1)),
            older: list.next.map(|next| asked.behind(Some(next)).query()),
            newest: asked.behind.is_some().then(|| asked.behind(None).query()),
            query: asked.query(),
            unfiltered: asked.is_filtered().then(|| asked.unfiltered().query()),
            reason: list.reason,
        }
    }
}

fn pills(all: &[UserIncident], column: Column, asked: &Asked, now: Timestamp) -> Vec<Pill> {
    let counts = shown::counts(all, column, now).into_iter();
    let pill = |count: shown::Count| {
        let query = asked.with(column, &count.label).query();
        Pill { label: count.label, rows: count.rows, query }
    };
    counts.map(pill).collect()
}

/// What all rows share is nothing to choose by.
fn filters(all: &[UserIncident], asked: &Asked, now: Timestamp) -> Vec<Filter> {
    let filter = |column: Column| {
        let picked = asked.picked(column);
        let counts = shown::counts(all, column, now).into_iter();
        let choice = |count: shown::Count| {
            let is_picked = count.label == picked;
            Choice { label: count.label, is_picked }
        };
        let mut choices: Vec<_> = counts.map(choice).collect();
        if !picked.is_empty() && !choices.iter().any(|choice| choice.is_picked) {
            choices.push(Choice { label: picked.to_owned(), is_picked: true });
        }
        let is_of_use = choices.len() > 1 || !picked.is_empty();
        is_of_use.then_some(Filter { column, choices })
    };
    Column::PICKED.into_iter().filter_map(filter).collect()
}

impl Tried {
    fn of(tried: &connector::Tried) -> Self {
        let column = match tried.column.as_str() {
            "email" => "E-mail (email)".to_owned(),
            "user_name" => "User ID (user_name)".to_owned(),
            other => other.to_owned(),
        };
        Self { column, value: tried.value.clone(), users: tried.found }
    }
}

impl Heading {
    fn of(column: Column, asked: &Asked) -> Self {
        let order = if asked.is_descending { "descending" } else { "ascending" };
        Self {
            title: column.title(),
            query: asked.sorted_by(column).query(),
            order: (column == asked.sort).then_some(order),
        }
    }
}

impl Row {
    /// The number is apart, since it leads to the record.
    fn of(row: &UserIncident, asked: &Asked, now: Timestamp) -> Self {
        let others = asked.columns.iter().filter(|column| **column != Column::Incident);
        Self {
            number: Column::Incident.text(row, now),
            page: row.page.clone(),
            is_open: is_open(row),
            cells: others.map(|column| Cell::of(*column, row, now)).collect(),
            description: Column::ShortDescription.text(row, now),
            details: detail::fields(row, now),
        }
    }
}

impl Cell {
    fn of(column: Column, row: &UserIncident, now: Timestamp) -> Self {
        Self { text: column.text(row, now), is_long: column == Column::ShortDescription }
    }
}

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use connector::{IncidentSource, UserIncident, UserIncidentList};
use identity::Access;
use model::Timestamp;
use servicenow::Text;

use super::asked::{Asked, Work};
use super::column::{Column, is_open};
use super::people::{self, Person};
use super::shown::{self, Count};
use crate::console::Console;
use crate::error::PageError;
use crate::moment::Moment;
use crate::page::{self, Frame, Place};
use crate::session::Ask;

#[derive(Template)]
#[template(path = "troubleshoot.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    /// What was typed to find somebody, and who that may be.
    search: String,
    people: Vec<Person>,
    error: Option<String>,
    found: Option<Found>,
}

/// What there is of a person.
#[derive(Debug)]
struct Found {
    total: usize,
    open: usize,
    statuses: Vec<Count>,
    priorities: Vec<Count>,
    is_live: bool,
    as_of: Option<Moment>,
    reason: Option<String>,
    tried: Vec<Tried>,
    has_more: bool,
    headings: Vec<Heading>,
    rows: Vec<Row>,
    /// How many rows the filters leave.
    left: usize,
    first: usize,
    last: usize,
    before: Option<String>,
    behind: Option<String>,
    query: String,
}

#[derive(Debug)]
struct Tried {
    column: String,
    value: String,
    users: usize,
}

#[derive(Debug)]
struct Heading {
    title: &'static str,
    query: String,
    /// For `aria-sort`.
    order: Option<&'static str>,
}

#[derive(Debug)]
struct Row {
    number: String,
    page: Option<String>,
    is_open: bool,
    cells: Vec<Cell>,
}

#[derive(Debug)]
struct Cell {
    text: String,
    /// It may be broken into lines.
    is_long: bool,
}

/// `GET /console/troubleshoot?search=…` finds people, `?user=…` shows the incidents of one.
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    check(&console, &ask)?;
    let asked = Asked::of(&ask.query);
    let frame = Frame::of(&ask.who, Place::Troubleshoot, "Troubleshoot");
    let search = ask.query.text("search").trim().to_owned();
    let search = if asked.user.is_empty() { search } else { asked.user.clone() };
    let mut page = Page { frame, asked, search, people: Vec::new(), error: None, found: None };
    if page.search.is_empty() {
        return page::render(&page);
    }
    let person = match Text::parse(&page.search) {
        Ok(person) => person,
        Err(error) => {
            page.error = Some(format!("The name {error}."));
            return page::render_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    if page.asked.user.is_empty() {
        page.people = people::named(&console, &ask, &person).await?;
        let Some(user) = people::sole(&page.people, &person) else { return page::render(&page) };
        page.asked.user = user;
        let to = format!("/console/troubleshoot?{}", page.asked.query());
        return Ok(Redirect::to(&to).into_response());
    }
    let list = list(&console, &ask, &person).await?;
    page.found = Some(Found::of(list, &page.asked, console.clock.now()));
    page::render(&page)
}

/// Whether incidents are shown to the one who asks.
fn check(console: &Console, ask: &Ask) -> Result<(), PageError> {
    ask.may(Access::ReadIncidents)?;
    if console.shows_incidents { Ok(()) } else { Err(PageError::OwnRightsOnly) }
}

/// The incidents of a person; who was shown them is on record before they are.
pub(super) async fn list(
    console: &Console,
    ask: &Ask,
    person: &Text,
) -> Result<UserIncidentList, PageError> {
    check(console, ask)?;
    let tenant = ask.who.principal.tenant;
    let list = console.live.of_tenant(tenant, person, None).await?;
    let rows = u64::try_from(list.incidents.len()).unwrap_or(u64::MAX);
    let author = ask.who.author();
    let event = author.viewed((tenant, None), person.as_str(), rows, console.clock.now());
    console.store.record_event(event).await?;
    Ok(list)
}

impl Found {
    fn of(list: UserIncidentList, asked: &Asked, now: Timestamp) -> Self {
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
            statuses: shown::counts(all, Column::Status, now),
            priorities: shown::counts(all, Column::Priority, now),
            is_live: list.source == IncidentSource::Live,
            as_of: list.as_of.map(|at| Moment::new(at, now)),
            tried: list.matching.tried.iter().map(Tried::of).collect(),
            has_more: list.next.is_some(),
            headings: asked.columns.iter().map(|column| Heading::of(*column, asked)).collect(),
            left,
            first: if left == 0 { 0 } else { first + 1 },
            last: first + shown.len(),
            rows: shown.into_iter().map(|row| Row::of(row, asked, now)).collect(),
            before: (number > 1).then(|| page(number - 1)),
            behind: (number < pages).then(|| page(number + 1)),
            query: asked.query(),
            reason: list.reason,
        }
    }
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
        }
    }
}

impl Cell {
    fn of(column: Column, row: &UserIncident, now: Timestamp) -> Self {
        Self { text: column.text(row, now), is_long: column == Column::ShortDescription }
    }
}

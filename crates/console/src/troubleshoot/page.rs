use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use connector::{Rights, UserIncidentList, UserIncidentPosition};
use identity::Access;
use servicenow::Text;

use super::asked::{Asked, Work};
use super::column::Column;
use super::found::Found;
use super::own_rights::OwnRights;
use super::people::{self, Person};
use crate::console::Console;
use crate::error::PageError;
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
    own: OwnRights,
}

/// `GET /console/troubleshoot?search=…` finds people, `?user=…` shows the incidents of one.
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    let rights = rights(&console, &ask)?;
    let asked = Asked::of(&ask.query);
    let frame = Frame::of(&ask.who, Place::Troubleshoot, "Troubleshoot");
    let search = ask.query.text("search").trim().to_owned();
    let search = if asked.user.is_empty() { search } else { asked.user.clone() };
    let own = OwnRights::load(&console, &ask, &search).await?;
    let mut page = Page { frame, asked, search, people: Vec::new(), error: None, found: None, own };
    if page.search.is_empty() || page.own.show_nothing() {
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
        // Whom passes have seen, they have seen by the rights of the account.
        if rights.may_see_stored() {
            page.people = people::named(&console, &ask, &person).await?;
        }
        let Some(user) = people::sole(&page.people, &person) else { return page::render(&page) };
        page.asked.user = user;
        let to = format!("/console/troubleshoot?{}", page.asked.query());
        return Ok(Redirect::to(&to).into_response());
    }
    let list = list(&console, &ask, &person, page.asked.behind.as_ref()).await?;
    viewed(&console, &ask, &person, list.incidents.len()).await?;
    page.found = Some(Found::of(list, &page.asked, console.clock.now()));
    page::render(&page)
}

/// By whose rights incidents are shown to the one who asks.
pub(super) fn rights(console: &Console, ask: &Ask) -> Result<Rights, PageError> {
    ask.may(Access::ReadIncidents)?;
    Ok(Rights::Agent { account: ask.who.account(), or_service: console.shows_incidents })
}

/// Incidents of a person, as many as are answered at once. They are shown to nobody before
/// [`viewed`].
pub(super) async fn list(
    console: &Console,
    ask: &Ask,
    person: &Text,
    behind: Option<&UserIncidentPosition>,
) -> Result<UserIncidentList, PageError> {
    let rights = rights(console, ask)?;
    if OwnRights::load(console, ask, person.as_str()).await?.show_nothing() {
        return Err(PageError::OwnRightsOnly);
    }
    let tenant = ask.who.principal.tenant;
    Ok(console.live.of_tenant_by(rights, tenant, person, behind).await?)
}

/// Puts on record who is shown how many incidents of whom.
pub(super) async fn viewed(
    console: &Console,
    ask: &Ask,
    person: &Text,
    rows: usize,
) -> Result<(), PageError> {
    let rows = u64::try_from(rows).unwrap_or(u64::MAX);
    let (author, tenant) = (ask.who.author(), ask.who.principal.tenant);
    let event = author.viewed((tenant, None), person.as_str(), rows, console.clock.now());
    Ok(console.store.record_event(event).await?)
}

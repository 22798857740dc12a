use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use connector::UserIncident;
use servicenow::Text;

use super::asked::Asked;
use super::{csv, page, shown};
use crate::console::Console;
use crate::error::PageError;
use crate::session::Ask;

/// How often is asked for a thousand more. Nobody has as many incidents.
const PAGES: usize = 20;

/// `GET /console/troubleshoot/incidents.csv?user=…`: the rows that the filters leave of all
/// incidents of the person.
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    let asked = Asked::of(&ask.query);
    let person = Text::parse(&asked.user).map_err(|_no_name| PageError::NotFound)?;
    let all = all(&console, &ask, &person).await?;
    page::viewed(&console, &ask, &person, all.len()).await?;
    let now = console.clock.now();
    let rows = shown::rows(&all, &asked, now);
    let columns = &asked.columns;
    // By its first character programs for sheets know UTF-8.
    let mut text = "\u{feff}".to_owned();
    text += &csv::line(columns.iter().map(|column| column.title().to_owned()));
    for row in rows {
        text += &csv::line(columns.iter().map(|column| column.text(row, now)));
    }
    let mut answer = text.into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = HeaderValue::from_static("attachment; filename=\"incidents.csv\"");
    headers.insert(CONTENT_DISPOSITION, name);
    Ok(answer)
}

async fn all(console: &Console, ask: &Ask, person: &Text) -> Result<Vec<UserIncident>, PageError> {
    let (mut all, mut behind) = (Vec::new(), None);
    for _page in 0..PAGES {
        let list = page::list(console, ask, person, behind.as_ref()).await?;
        all.extend(list.incidents);
        behind = list.next;
        if behind.is_none() {
            break;
        }
    }
    Ok(all)
}

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use servicenow::Text;

use super::asked::Asked;
use super::{csv, page, shown};
use crate::console::Console;
use crate::error::PageError;
use crate::session::Ask;

/// `GET /console/troubleshoot/incidents.csv?user=…`: the same rows as on the page, all of them.
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    let asked = Asked::of(&ask.query);
    let person = Text::parse(&asked.user).map_err(|_no_name| PageError::NotFound)?;
    let (list, now) = (page::list(&console, &ask, &person).await?, console.clock.now());
    let rows = shown::rows(&list.incidents, &asked, now);
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

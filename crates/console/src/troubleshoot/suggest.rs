use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use servicenow::Text;

use super::{page, people};
use crate::console::Console;
use crate::error::PageError;
use crate::session::Ask;

/// `GET /console/troubleshoot/people?search=…`: who may be meant, for a list below the field while
/// somebody types. What is no name yet finds nobody.
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    // Whom passes have seen, they have seen by the rights of the account.
    if !page::rights(&console, &ask)?.may_see_stored() {
        return Err(PageError::OwnRightsOnly);
    }
    let people = match Text::parse(ask.query.text("search").trim()) {
        Ok(name) => people::named(&console, &ask, &name).await?,
        Err(_no_name) => Vec::new(),
    };
    let people: Vec<_> = people
        .iter()
        .map(|person| json!({ "name": person.name, "user": person.user, "query": person.query }))
        .collect();
    let mut answer = json!(people).to_string().into_response();
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(answer)
}

//! `$batch`: several requests in one, each answered as if it had come alone.

mod answer;
mod execute;
mod multipart;
mod refer;
mod request;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use odata::batch::{read_batch, write_answers};

use super::answer as answers;
use super::ask::{self, Ask};
use super::dispatch::Origin;
use crate::app::App;
use crate::error::ApiError;

/// Most items of a batch, as on Microsoft Graph.
const MAX_ITEMS: usize = 20;

/// `POST /$batch`: 200 with an answer for each item; 400 if the batch itself cannot be read.
pub(crate) async fn handle(
    app: &App,
    ask: &Ask,
    origin: &Origin<'_>,
    body: Body,
) -> Result<Response, ApiError> {
    ask.refuse_conditions()?;
    let option = ask::format_of_document(&ask.query)?;
    if let Some(content_type) = ask.multipart() {
        return multipart::handle(app, ask, origin, (&content_type, option), body).await;
    }
    let format = ask.format(option.as_deref())?;
    let body = ask.json_body(body).await?;
    let batch = read_batch(&body, MAX_ITEMS)?;
    let answered = execute::all(app, ask, origin, batch).await;
    let mut answer = answers::json(StatusCode::OK, format, write_answers(&answered));
    answers::preference_applied(&mut answer, ask.prefer_of_batch().applied());
    Ok(answer)
}

use axum::http::HeaderMap;

use super::frame;
use super::ids::RequestIds;
use crate::app::App;
use crate::error::{ApiError, Place};

/// The answer in Graph's shape to what could not be read as a request, in place of the bare `head`
/// that the HTTP/1 server sends by itself. `None` if `head` is anything else: every answer that
/// the router makes has a `request-id`.
pub fn refusal(app: &App, head: &[u8]) -> Option<String> {
    let head = str::from_utf8(head).ok()?.strip_suffix("\r\n\r\n")?;
    let (status_line, fields) = head.split_once("\r\n")?;
    if fields.split("\r\n").any(|field| field.is_empty() || named(field, "request-id")) {
        return None;
    }
    let error = match status_line.strip_prefix("HTTP/1.")?.get(1..5)? {
        " 400" => ApiError::Malformed,
        " 414" => ApiError::UrlTooLong,
        " 431" => ApiError::HeadersTooLong,
        _ => return None,
    };
    let ids = RequestIds::new(&HeaderMap::new(), app.rng.as_ref());
    let place = Place::outside_graph(ids.clone(), app.clock.now(), "");
    let mut answer = error.into_plain_response(&place);
    frame::complete(answer.headers_mut(), &ids, app.transport);
    tracing::info!(
        http.status = answer.status().as_u16(),
        request.id = %ids.request,
        "unreadable request"
    );
    let date = fields.split("\r\n").find(|field| named(field, "date"));
    let mut lines = vec![status_line.to_owned()];
    lines.extend(date.map(str::to_owned));
    let own = answer.headers().iter();
    lines.extend(own.filter_map(|(name, value)| Some(format!("{name}: {}", value.to_str().ok()?))));
    lines.push("connection: close".to_owned());
    lines.push(format!("content-length: {}", answer.body().len()));
    Some(format!("{}\r\n\r\n{}", lines.join("\r\n"), answer.body()))
}

fn named(field: &str, name: &str) -> bool {
    field.split_once(':').is_some_and(|(found, _)| found.eq_ignore_ascii_case(name))
}

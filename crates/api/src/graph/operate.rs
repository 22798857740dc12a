use axum::body::Body;
use axum::http::Method;
use axum::response::Response;
use odata::url::{ResourcePath, Segment};

use super::ask::Ask;
use super::{GRAPH, connections, device_management, methods};
use crate::app::App;
use crate::error::ApiError;

/// Picks the operation of Graph's resource.
pub(super) async fn operate(
    app: &App,
    method: &Method,
    path: &ResourcePath,
    ask: &Ask,
    body: Body,
) -> Result<Response, ApiError> {
    match (path.segments.as_slice(), method.as_str()) {
        ([_, Segment::Navigation { .. }], "POST") => {
            connections::create::handle(app, ask, body).await
        }
        ([_, _, Segment::Key(key)], "GET" | "HEAD") => {
            connections::get::handle(app, ask, key).await
        }
        ([_, Segment::Navigation { .. }, below @ ..], "GET" | "HEAD") => {
            connections::read(app, ask, below).await
        }
        ([_, _, Segment::Key(key)], "PATCH") => {
            connections::update::handle(app, ask, key, body).await
        }
        ([_, _, Segment::Key(key)], "DELETE") => connections::delete::handle(app, ask, key).await,
        ([Segment::Singleton { .. }, below @ ..], "GET" | "HEAD") => {
            device_management::handle(app, ask, below).await
        }
        _ => Err(methods::refuse_path(&GRAPH, method, path)),
    }
}

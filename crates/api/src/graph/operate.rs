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
        ([Segment::Singleton { .. }], "GET" | "HEAD") => device_management::handle(ask),
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
        ([] | [_] | [_, _] | [_, _, Segment::Count | Segment::Key(_)], _) => {
            Err(methods::refuse_path(&GRAPH, method, path))
        }
        ([_, _, _, beyond, ..], _) => Err(ApiError::NotServed(name(beyond))),
        ([.., last], _) => Err(ApiError::NotServed(name(last))),
    }
}

/// A segment as a message names it.
fn name(segment: &Segment) -> String {
    match segment {
        Segment::EntitySet { name, .. }
        | Segment::Singleton { name, .. }
        | Segment::Navigation { name, .. }
        | Segment::Property { name, .. } => name.to_string(),
        Segment::Key(_) => "key".to_owned(),
        Segment::Cast(name) => name.to_string(),
        Segment::Filter(_) => "$filter".to_owned(),
        Segment::Ref => "$ref".to_owned(),
        Segment::Count => "$count".to_owned(),
        Segment::Value => "$value".to_owned(),
    }
}

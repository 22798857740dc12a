use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH};
use axum::http::request::Parts;
use axum::http::{HeaderName, Method, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt as _;
use odata::header::{check_version, negotiate, negotiate_metadata};
use odata::payload::write_service_document;
use odata::query::{self, Target};
use odata::url::{PathError, Resource, Segment, parse_path};
use odata::value::DateTimeOffset;

use super::ask::Ask;
use super::edm::{connection_type, edm};
use super::{answer, connections, device_management, metadata, methods};
use crate::app::App;
use crate::error::{ApiError, Place};
use crate::http::ids::RequestIds;
use crate::http::service_root::PublicUrl;

/// Longest path and query, in bytes.
pub(crate) const MAX_URL_BYTES: usize = 16 * 1024;

/// Answers everything that no other route takes.
pub(crate) async fn handle(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let now = app.clock.now();
    let ids = parts.extensions.get::<RequestIds>().cloned();
    let ids = ids.unwrap_or_else(|| RequestIds::new(&parts.headers, app.rng.as_ref()));
    let base = PublicUrl::of_request(app.public_url.as_ref(), &parts.uri, &parts.headers);
    let place = Place {
        ids,
        now,
        url: base
            .as_ref()
            .map_or_else(|_| parts.uri.to_string(), |base| format!("{base}{}", parts.uri)),
        authority: app.authority(base.as_ref().ok()),
    };
    let head = parts.method == Method::HEAD;
    let answered = match base {
        Ok(base) => answer_at(&app, &base, parts, body, now).await,
        Err(missing) => Err(missing.into()),
    };
    let answer = answered.unwrap_or_else(|error| error.into_response(&place));
    if head { without_body(answer).await } else { answer }
}

async fn answer_at(
    app: &App,
    base: &PublicUrl,
    parts: Parts,
    body: Body,
    now: model::Timestamp,
) -> Result<Response, ApiError> {
    let target = parts.uri.path_and_query().map_or(0, |target| target.as_str().len());
    if target > MAX_URL_BYTES {
        return Err(ApiError::UrlTooLong);
    }
    let (version, path) = split_version(parts.uri.path());
    let resource = resource(version, path);
    if let (Ok(resource), &Method::OPTIONS) = (&resource, &parts.method) {
        return Ok(methods::options(resource, &parts.headers));
    }
    let root = format!("{base}/beta");
    if let Ok(resource @ (Resource::Metadata | Resource::ServiceDocument)) = &resource {
        return anonymous(&parts, resource, &root);
    }
    let token = parts.headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let principal = app.authenticator.authenticate(token, now).await?;
    app.limiter.check(&principal)?;
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    check_version(text(ODATA_MAX_VERSION), text(ODATA_VERSION))?;
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let ask = Ask { principal, root, query, headers: parts.headers, now };
    dispatch(app, &parts.method, &resource?, &ask, body).await
}

/// Picks the operation.
async fn dispatch(
    app: &App,
    method: &Method,
    resource: &Resource,
    ask: &Ask,
    body: Body,
) -> Result<Response, ApiError> {
    let Resource::Path(path) = resource else {
        return match method {
            &Method::POST => Err(ApiError::NotServed("$batch".to_owned())),
            _ => Err(methods::refuse(method, resource)),
        };
    };
    match (path.segments.as_slice(), method.as_str()) {
        ([Segment::Singleton { .. }], "GET" | "HEAD") => device_management::handle(ask),
        ([_, Segment::Navigation { .. }], "GET" | "HEAD") => {
            connections::list::handle(app, ask).await
        }
        ([_, Segment::Navigation { .. }], "POST") => {
            connections::create::handle(app, ask, body).await
        }
        ([_, _, Segment::Count], "GET" | "HEAD") => connections::count::handle(app, ask).await,
        ([_, _, Segment::Key(key)], "GET" | "HEAD") => {
            connections::get::handle(app, ask, key).await
        }
        ([_, _, Segment::Key(key)], "PATCH") => {
            connections::update::handle(app, ask, key, body).await
        }
        ([_, _, Segment::Key(key)], "DELETE") => connections::delete::handle(app, ask, key).await,
        ([_] | [_, _] | [_, _, Segment::Count | Segment::Key(_)], _) => {
            Err(methods::refuse(method, resource))
        }
        ([_, _, _, beyond, ..], _) => Err(ApiError::NotServed(name(beyond))),
        ([.., last], _) => Err(ApiError::NotServed(name(last))),
        ([], _) => Err(methods::refuse(method, resource)),
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
        Segment::Count => "$count".to_owned(),
        Segment::Value => "$value".to_owned(),
    }
}

/// What is answered without a token, as on Graph.
fn anonymous(parts: &Parts, resource: &Resource, root: &str) -> Result<Response, ApiError> {
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return Err(methods::refuse(&parts.method, resource));
    }
    let accept = parts.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let now = DateTimeOffset::MIN;
    let raw = query::split(parts.uri.query().unwrap_or_default())?;
    let format = query::bind(edm(), connection_type(), &raw, now, Target::Document)?.format;
    if matches!(resource, Resource::Metadata) {
        negotiate_metadata(accept, format.as_deref())?;
        return Ok(metadata::handle());
    }
    let format = negotiate(accept, format.as_deref())?;
    let body = write_service_document(edm(), root, format);
    Ok(answer::json(StatusCode::OK, format, body))
}

/// The first segment, whatever its case, and the rest.
fn split_version(path: &str) -> (&str, &str) {
    let path = path.trim_start_matches('/');
    path.split_once('/').unwrap_or((path, ""))
}

/// The resource exists in `beta` only.
fn resource(version: &str, path: &str) -> Result<Resource, ApiError> {
    if version.eq_ignore_ascii_case("beta") {
        return Ok(parse_path(edm(), path)?);
    }
    if version.eq_ignore_ascii_case("v1.0") {
        let last = path.rsplit('/').find(|segment| !segment.is_empty());
        let last = last.unwrap_or(version).to_owned();
        return Err(PathError::UnknownSegment(last).into());
    }
    Err(ApiError::InvalidVersion(version.to_ascii_lowercase()))
}

/// The headers of GET, its length included.
async fn without_body(answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    if let Ok(body) = body.collect().await {
        let length = body.to_bytes().len();
        parts.headers.insert(CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Body::empty())
}

const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const ODATA_MAX_VERSION: HeaderName = HeaderName::from_static("odata-maxversion");

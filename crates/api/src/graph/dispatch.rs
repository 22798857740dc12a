use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use model::Timestamp;
use odata::header::{negotiate, negotiate_metadata};
use odata::payload::{Format, write_service_document};
use odata::query::{self, Target};
use odata::url::{PathError, Resource, Segment, parse_path};
use odata::value::DateTimeOffset;

use super::ask::{self, Ask};
use super::edm::{connection_type, edm};
use super::{answer, batch, connections, device_management, metadata, methods, version};
use crate::app::App;
use crate::error::{ApiError, Place};
use crate::http::ids::RequestIds;
use crate::http::service_root::{PublicUrl, host_named};
use crate::service;

/// Longest path and query, in bytes.
pub(crate) const MAX_URL_BYTES: usize = 16 * 1024;
/// First segment of every path.
pub(super) const VERSION: &str = "beta";

/// Where a request arrived and how it is called; all items of a batch share it.
#[derive(Debug)]
pub(crate) struct Origin<'a> {
    /// Base of all links.
    pub(super) base: &'a PublicUrl,
    /// The host that the client itself named.
    host: Option<String>,
    pub(super) ids: &'a RequestIds,
    /// Base of the URL where tokens can be had.
    pub(super) authority: String,
}

impl Origin<'_> {
    /// Bases of the URLs that lead to this service: the public one, and the one that was used,
    /// whose scheme a proxy may have changed.
    pub(super) fn own_bases(&self) -> Vec<String> {
        let used = |scheme| self.host.as_ref().map(|host| format!("{scheme}://{host}"));
        let bases = [Some(self.base.to_string()), used("https"), used("http")];
        bases.into_iter().flatten().collect()
    }
}

/// Answers everything that no other route takes.
pub(crate) async fn handle(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let now = app.clock.now();
    let ids = parts.extensions.get::<RequestIds>().cloned();
    let ids = ids.unwrap_or_else(|| RequestIds::new(&parts.headers, app.rng.as_ref()));
    let version = version::negotiated(&parts.headers);
    let base = app.base_of(&parts.uri, &parts.headers);
    let place = Place {
        ids,
        now,
        url: format!("{}{}", base.as_ref().map_or("", PublicUrl::as_str), target(&parts.uri)),
        authority: app.authority(base.as_ref().ok()),
    };
    let answered = match &base {
        Ok(base) => {
            let host = host_named(&parts.uri, &parts.headers);
            let authority = place.authority.clone();
            let origin = Origin { base, host, ids: &place.ids, authority };
            answer_at(&app, &origin, parts, body, now).await
        }
        Err(missing) => Err((*missing).into()),
    };
    let mut answer = answered.unwrap_or_else(|error| error.into_response(&place));
    if let Ok(version) = version {
        version::say(version, &mut answer);
    }
    version::vary(&mut answer);
    answer
}

async fn answer_at(
    app: &App,
    origin: &Origin<'_>,
    parts: Parts,
    body: Body,
    now: Timestamp,
) -> Result<Response, ApiError> {
    if let Some((service, path)) = service::find(app.services, parts.uri.path()) {
        within_length(&parts.uri)?;
        let root = format!("{}/{}", origin.base, service.path);
        let ask = identified(app, &parts, root, now).await?;
        version::agreed(&parts.headers)?;
        return service::handle(app, service, &parts.method, path, &ask).await;
    }
    let resource = resource(&parts.uri)?;
    let root = format!("{}/{VERSION}", origin.base);
    if let Some(answered) = without_token(&parts, &resource, &root) {
        return answered;
    }
    let ask = identified(app, &parts, root, now).await?;
    version::agreed(&parts.headers)?;
    match resource? {
        Resource::Batch if parts.method == Method::POST => {
            batch::handle(app, &ask, origin, body).await
        }
        resource => operate(app, &parts.method, &resource, &ask, body).await,
    }
}

/// The request of a caller who is known and has not asked too often.
async fn identified(
    app: &App,
    parts: &Parts,
    root: String,
    now: Timestamp,
) -> Result<Ask, ApiError> {
    let token = ask::text(&parts.headers, &AUTHORIZATION);
    let principal = app.authenticator.authenticate(token.as_deref(), now).await?;
    app.limiter.check(&principal)?;
    let query = parts.uri.query().unwrap_or_default().to_owned();
    Ok(Ask { principal, root, query, headers: parts.headers.clone(), now })
}

/// Answers an item of a batch, whose caller is known. `paid` is an item that the limit on requests
/// has let through already.
pub(super) async fn answer_item(
    app: &App,
    batch: &Ask,
    request: Request,
    paid: bool,
) -> Result<Response, ApiError> {
    let version = version::negotiated(request.headers());
    let mut answer = operate_item(app, batch, request, paid).await?;
    if let Ok(version) = version {
        version::say(version, &mut answer);
    }
    Ok(answer)
}

async fn operate_item(
    app: &App,
    batch: &Ask,
    request: Request,
    paid: bool,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let resource = resource(&parts.uri)?;
    if !paid {
        app.limiter.check(&batch.principal)?;
    }
    if let Some(answered) = without_token(&parts, &resource, &batch.root) {
        return answered;
    }
    version::agreed(&parts.headers)?;
    let ask = Ask {
        principal: Arc::clone(&batch.principal),
        root: batch.root.clone(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        now: batch.now,
    };
    match resource? {
        Resource::Batch => Err(ApiError::NestedBatch),
        resource => operate(app, &parts.method, &resource, &ask, body).await,
    }
}

/// What is answered to anyone, as on Graph: which methods there are, and the documents.
fn without_token(
    parts: &Parts,
    resource: &Result<Resource, ApiError>,
    root: &str,
) -> Option<Result<Response, ApiError>> {
    match resource {
        Ok(resource) if parts.method == Method::OPTIONS => {
            Some(Ok(methods::options(resource, &parts.headers)))
        }
        Ok(resource @ (Resource::Metadata | Resource::ServiceDocument)) => {
            Some(document(parts, resource, root))
        }
        Ok(Resource::Batch | Resource::Path(_)) | Err(_) => None,
    }
}

/// Picks the operation.
async fn operate(
    app: &App,
    method: &Method,
    resource: &Resource,
    ask: &Ask,
    body: Body,
) -> Result<Response, ApiError> {
    let Resource::Path(path) = resource else { return Err(methods::refuse(method, resource)) };
    match (path.segments.as_slice(), method.as_str()) {
        ([Segment::Singleton { .. }], "GET" | "HEAD") => device_management::handle(ask),
        ([_, Segment::Navigation { .. }], "GET" | "HEAD") => connections::list(app, ask).await,
        ([_, Segment::Navigation { .. }], "POST") => {
            connections::create::handle(app, ask, body).await
        }
        ([_, _, Segment::Count], "GET" | "HEAD") => connections::count(app, ask).await,
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

/// The service document or the metadata.
fn document(parts: &Parts, resource: &Resource, root: &str) -> Result<Response, ApiError> {
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return Err(methods::refuse(&parts.method, resource));
    }
    let version = version::agreed(&parts.headers)?;
    let accept = ask::text(&parts.headers, &ACCEPT);
    let now = DateTimeOffset::MIN;
    let raw = query::split(parts.uri.query().unwrap_or_default())?;
    let format = query::bind(edm(), connection_type(), &raw, now, Target::Document)?.format;
    if matches!(resource, Resource::Metadata) {
        let format = negotiate_metadata(accept.as_deref(), format.as_deref())?;
        return Ok(metadata::handle(format));
    }
    let format = Format { version, ..negotiate(accept.as_deref(), format.as_deref())? };
    let body = write_service_document(edm(), root, format);
    Ok(answer::json(StatusCode::OK, format, body))
}

/// Path and query, also where the request line names the host too.
fn target(uri: &Uri) -> &str {
    uri.path_and_query().map_or_else(|| uri.path(), PathAndQuery::as_str)
}

/// The first segment, whatever its case, and the rest.
fn split_version(path: &str) -> (&str, &str) {
    let path = path.trim_start_matches('/');
    path.split_once('/').unwrap_or((path, ""))
}

/// What a URL leads to; only its length is judged at once, before anybody is asked for a token.
/// The resource exists in `beta` only; `v1.0` ends where Graph's own does.
fn resource(uri: &Uri) -> Result<Result<Resource, ApiError>, ApiError> {
    within_length(uri)?;
    let (version, path) = split_version(uri.path());
    Ok(if version.eq_ignore_ascii_case(VERSION) {
        parse_path(edm(), path).map_err(ApiError::from)
    } else if version.eq_ignore_ascii_case("v1.0") {
        Err(PathError::UnknownSegment(unknown_in_v1(version, path)).into())
    } else {
        Err(ApiError::InvalidVersion(version.to_ascii_lowercase()))
    })
}

fn within_length(uri: &Uri) -> Result<(), ApiError> {
    if target(uri).len() > MAX_URL_BYTES { Err(ApiError::UrlTooLong) } else { Ok(()) }
}

fn unknown_in_v1(version: &str, path: &str) -> String {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let first = segments.next().unwrap_or(version);
    let known = first.eq_ignore_ascii_case("deviceManagement");
    segments.next().filter(|_| known).unwrap_or(first).to_owned()
}

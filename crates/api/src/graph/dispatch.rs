use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{Method, Uri};
use axum::response::Response;
use model::Timestamp;
use odata::url::{PathError, PathScope, Resource, parse_path};

use super::ask::{self, Ask};
use super::conditions::conditional;
use super::{GRAPH, batch, documents, methods, operate, version};
use crate::app::App;
use crate::connector::{self, CONNECTOR, Call};
use crate::date_time::date_time;
use crate::error::{ApiError, Place};
use crate::http::ids::RequestIds;
use crate::http::service_root::{PublicUrl, host_named, names_of};
use crate::service::{self, Service};

/// Longest path and query, in bytes.
pub(crate) const MAX_URL_BYTES: usize = 16 * 1024;

/// Where the connector's OpenAPI document is, from its root on.
const OPENAPI: &str = "openapi.json";

/// The service that a URL lies in, and what it leads to there.
struct Destination {
    service: &'static Service,
    leads_to: Result<LeadsTo, ApiError>,
}

/// What a URL leads to in its service.
#[derive(Debug)]
enum LeadsTo {
    Resource(Resource),
    /// An operation of the connector's own.
    Call(Call),
    /// The connector's OpenAPI document.
    OpenApi,
}

impl LeadsTo {
    /// The value of `Allow`.
    fn allowed(&self, service: &Service) -> &'static str {
        match self {
            Self::Resource(resource) => methods::allowed(service, resource),
            Self::Call(call) => call.allowed(),
            Self::OpenApi => methods::READ,
        }
    }
}

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
        let names = self.host.iter().flat_map(|host| names_of(host));
        let used = names.flat_map(|name| [format!("https://{name}"), format!("http://{name}")]);
        [self.base.to_string()].into_iter().chain(used).collect()
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
    version::say(version.ok(), &mut answer);
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
    let to = destination(app, &parts.uri, now)?;
    let root = format!("{}/{}", origin.base, to.service.path);
    if let Some(answered) = without_token(app, &parts, &to, &root) {
        return answered;
    }
    let ask = identified(app, &parts, (to.service, root), now).await?;
    version::agreed(&parts.headers)?;
    match to.leads_to? {
        LeadsTo::Resource(Resource::Batch) if parts.method == Method::POST => {
            batch::handle(app, &ask, origin, body).await
        }
        leads_to => operate(app, &parts.method, &leads_to, &ask, body).await,
    }
}

/// The request of a caller who is known and has not asked too often.
async fn identified(
    app: &App,
    parts: &Parts,
    (service, root): (&'static Service, String),
    now: Timestamp,
) -> Result<Ask, ApiError> {
    let token = ask::text(&parts.headers, &AUTHORIZATION);
    let principal = app.authenticator.authenticate(token.as_deref(), now).await?;
    app.limiter.check(&principal)?;
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    Ok(Ask { principal, service, root, path, query, headers: parts.headers.clone(), now })
}

/// Answers an item of a batch, whose caller is known. `paid` is an item that the limit on requests
/// has let through already.
pub(super) async fn answer_item(
    app: &App,
    batch: &Ask,
    request: Request,
    paid: bool,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let to = destination(app, &parts.uri, batch.now)?;
    if to.service.path != batch.service.path {
        return Err(ApiError::ForeignUrl);
    }
    if !paid {
        app.limiter.check(&batch.principal)?;
    }
    if let Some(answered) = without_token(app, &parts, &to, &batch.root) {
        return answered;
    }
    version::agreed(&parts.headers)?;
    let ask = Ask {
        principal: Arc::clone(&batch.principal),
        service: to.service,
        root: batch.root.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        now: batch.now,
    };
    match to.leads_to? {
        LeadsTo::Resource(Resource::Batch) => Err(ApiError::NestedBatch),
        leads_to => operate(app, &parts.method, &leads_to, &ask, body).await,
    }
}

/// What is answered to anyone, as on Graph: which methods there are, and the documents.
fn without_token(
    app: &App,
    parts: &Parts,
    to: &Destination,
    root: &str,
) -> Option<Result<Response, ApiError>> {
    match &to.leads_to {
        Ok(leads_to) if parts.method == Method::OPTIONS => {
            Some(Ok(methods::options(leads_to.allowed(to.service), &parts.headers)))
        }
        Ok(LeadsTo::Resource(resource @ (Resource::Metadata | Resource::ServiceDocument))) => {
            let answered = documents::handle(app, to.service, parts, resource, root);
            Some(answered.and_then(|answer| conditional(&parts.headers, answer)))
        }
        Ok(LeadsTo::OpenApi) => Some(documents::openapi_of_connector(app, parts)),
        Ok(LeadsTo::Resource(Resource::Batch | Resource::Path(_)) | LeadsTo::Call(_)) | Err(_) => {
            None
        }
    }
}

/// Carries out the operation. Reads are held against their conditions here, writes where they look
/// at what there is.
async fn operate(
    app: &App,
    method: &Method,
    leads_to: &LeadsTo,
    ask: &Ask,
    body: Body,
) -> Result<Response, ApiError> {
    let answer = picked(app, method, leads_to, ask, body).await?;
    if is_read(method) { conditional(&ask.headers, answer) } else { Ok(answer) }
}

/// Picks the operation: Graph's resource has its own, other models are data.
async fn picked(
    app: &App,
    method: &Method,
    leads_to: &LeadsTo,
    ask: &Ask,
    body: Body,
) -> Result<Response, ApiError> {
    let resource = match leads_to {
        LeadsTo::Call(call) => {
            return connector::carry_out(app, ask, (method, *call), body).await;
        }
        LeadsTo::Resource(resource) => resource,
        LeadsTo::OpenApi => return Err(ApiError::NotFound),
    };
    match resource {
        Resource::Path(path) if ask.service.is_graph() => {
            operate::operate(app, method, path, ask, body).await
        }
        Resource::Path(path) if is_read(method) => {
            if ask.service.path == CONNECTOR.path {
                return connector::read(app, ask, path).await;
            }
            service::handle(app, ask.service, path, ask).await
        }
        _ => Err(methods::refuse(ask.service, method, resource)),
    }
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
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
/// Graph's resource exists in `beta` only; `v1.0` ends where Graph's own does.
fn destination(app: &App, uri: &Uri, now: Timestamp) -> Result<Destination, ApiError> {
    within_length(uri)?;
    let parse = |service: &Service, path: &str| {
        let query = uri.query().unwrap_or_default();
        let scope = PathScope { edm: (service.edm)(), query, now: date_time(now) };
        parse_path(scope, path).map(LeadsTo::Resource).map_err(ApiError::from)
    };
    if let Some((service, path)) = service::find(app.services, uri.path()) {
        let of_connector = service.path == CONNECTOR.path;
        if of_connector && path.trim_matches('/').eq_ignore_ascii_case(OPENAPI) {
            return Ok(Destination { service, leads_to: Ok(LeadsTo::OpenApi) });
        }
        let call = of_connector.then(|| Call::at(path, now)).flatten();
        let leads_to = call.map_or_else(|| parse(service, path), |call| call.map(LeadsTo::Call));
        return Ok(Destination { service, leads_to });
    }
    let (version, path) = split_version(uri.path());
    let leads_to = if version.eq_ignore_ascii_case(GRAPH.path) {
        parse(&GRAPH, path)
    } else if version.eq_ignore_ascii_case("v1.0") {
        Err(PathError::UnknownSegment(unknown_in_v1(version, path)).into())
    } else {
        Err(ApiError::InvalidVersion(version.to_ascii_lowercase()))
    };
    Ok(Destination { service: &GRAPH, leads_to })
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

use axum::http::Method;
use axum::response::Response;
use odata::url::{PathError, Resource, ResourcePath, Segment, parse_path};

use super::{Service, Set, count, get, list, property};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;

/// The service that a path leads to, and what is left of the path then.
pub(crate) fn find<'p>(
    services: &'static [Service],
    path: &'p str,
) -> Option<(&'static Service, &'p str)> {
    let path = path.trim_start_matches('/');
    services.iter().find_map(|service| match path.strip_prefix(service.path)? {
        "" => Some((service, "")),
        rest => Some((service, rest.strip_prefix('/')?)),
    })
}

/// Picks the operation. Everything is read only.
pub(crate) async fn handle(
    app: &App,
    service: &Service,
    method: &Method,
    path: &str,
    ask: &Ask,
) -> Result<Response, ApiError> {
    let edm = (service.edm)();
    let path = match parse_path(edm, path)? {
        Resource::Path(path) => path,
        Resource::ServiceDocument => return not_served("the service document"),
        Resource::Metadata => return not_served("$metadata"),
        Resource::Batch => return not_served("$batch"),
    };
    if method != Method::GET && method != Method::HEAD {
        return Err(ApiError::MethodNotAllowed { method: method.to_string(), allow: "GET, HEAD" });
    }
    let (set, rest) = set(service, &path)?;
    match rest {
        [] => list(app, ask, edm, set).await,
        [Segment::Count] => count(app, ask, edm, set).await,
        [Segment::Key(key)] => get::get(app, ask, (edm, set), key).await,
        [Segment::Key(key), rest @ ..] => property::property(app, ask, (edm, set), key, rest).await,
        [Segment::Cast(ty), ..] => not_served(&ty.to_string()),
        _ => not_served("the path"),
    }
}

/// The collection that a path begins with.
fn set<'s, 'p>(
    service: &'s Service,
    path: &'p ResourcePath,
) -> Result<(&'s Set, &'p [Segment]), ApiError> {
    let Some((first, rest)) = path.segments.split_first() else {
        return Err(PathError::UnknownSegment(String::new()).into());
    };
    let (Segment::EntitySet { name, .. } | Segment::Singleton { name, .. }) = first else {
        return Err(PathError::UnknownSegment(String::new()).into());
    };
    match service.sets.iter().find(|set| set.path == name) {
        Some(set) => Ok((set, rest)),
        None => Err(ApiError::NotServed(name.to_string())),
    }
}

fn not_served(name: &str) -> Result<Response, ApiError> {
    Err(ApiError::NotServed(name.to_owned()))
}

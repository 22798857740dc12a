use axum::http::{Method, StatusCode};
use axum::response::Response;
use odata::query::Target;
use odata::url::{Resource, Segment, parse_path};

use super::walk::{Place, walk};
use super::{Service, count, get, list, property};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
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
    match walk(app, ask, service, &path.segments).await? {
        (Place::Many(all), []) => {
            let options = ask.options_of(edm, all.ty(edm)?, Target::Collection)?;
            list(app, ask, service, (&all, &options)).await
        }
        (Place::Many(all), [Segment::Count]) => {
            let options = ask.options_of(edm, all.ty(edm)?, Target::Count)?;
            count(app, ask, &all, &options).await
        }
        (Place::One(all, entity), []) => get::get(app, ask, service, (&all, entity)).await,
        (Place::One(all, entity), rest) => property::property(ask, edm, (&all, &entity), rest),
        (Place::Nothing, []) => Ok(answer::empty(StatusCode::NO_CONTENT)),
        (Place::Nothing, _) => Err(ApiError::NotFound),
        (Place::Many(_), [Segment::Cast(ty), ..]) => not_served(&ty.to_string()),
        (Place::Many(_), _) => not_served("the path"),
    }
}

fn not_served(name: &str) -> Result<Response, ApiError> {
    Err(ApiError::NotServed(name.to_owned()))
}

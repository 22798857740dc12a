use axum::http::StatusCode;
use axum::response::Response;
use odata::edm::Edm;
use odata::query::Target;
use odata::url::{ResourcePath, Segment};

use super::walk::{Place, follow, walk};
use super::{Collection, Owner, Service, Shown, count, get, list, property};
use crate::app::App;
use crate::connector::CONNECTOR;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;

/// The service that a path leads to, in any case, and what is left of the path then.
pub(crate) fn find<'p>(
    services: &'static [Service],
    path: &'p str,
) -> Option<(&'static Service, &'p str)> {
    let path = path.trim_start_matches('/');
    services.iter().chain([&CONNECTOR]).find_map(|service| {
        let (root, rest) = path.split_at_checked(service.path.len())?;
        let is_whole = rest.is_empty() || rest.starts_with('/');
        (root.eq_ignore_ascii_case(service.path) && is_whole).then_some((service, rest))
    })
}

/// Answers a request. Everything is read only.
pub(crate) async fn handle(
    app: &App,
    service: &Service,
    path: &ResourcePath,
    ask: &Ask,
) -> Result<Response, ApiError> {
    let (place, rest) = walk(app, ask, service, &path.segments).await?;
    operate(app, ask, service, place, rest).await
}

/// Answers `GET` of what a path names from a collection on.
pub(crate) async fn read(
    app: &App,
    ask: &Ask,
    service: &Service,
    all: Collection,
    below: &[Segment],
) -> Result<Response, ApiError> {
    let (place, rest) = follow(app, ask, service, Place::Many(all), below).await?;
    operate(app, ask, service, place, rest).await
}

/// Picks the operation.
async fn operate(
    app: &App,
    ask: &Ask,
    service: &Service,
    place: Place,
    rest: &[Segment],
) -> Result<Response, ApiError> {
    let edm = (service.edm)();
    let is_of_one = matches!(place, Place::One(..));
    let mut answer = answered(app, ask, (service, edm), place, rest).await?;
    if is_of_one {
        answer.extensions_mut().insert(Shown(1));
    }
    Ok(answer)
}

async fn answered(
    app: &App,
    ask: &Ask,
    (service, edm): (&Service, &Edm),
    place: Place,
    rest: &[Segment],
) -> Result<Response, ApiError> {
    match (place, rest) {
        (Place::Many(all), []) => {
            let options = ask.options_of(edm, all.ty(edm)?, Target::Collection)?;
            list(app, ask, service, (&all, &options)).await
        }
        (Place::Many(all), [Segment::Count]) => {
            let options = ask.options_of(edm, all.ty(edm)?, Target::Count)?;
            count(app, ask, &all, &options).await
        }
        (Place::Many(all), [Segment::Ref]) => {
            let options = ask.options_of(edm, all.ty(edm)?, Target::ReferenceCollection)?;
            list(app, ask, service, (&all.references(), &options)).await
        }
        (Place::One(all, entity), [Segment::Ref]) => {
            get::get(app, ask, service, (&all.references(), entity)).await
        }
        (Place::One(all, entity), []) => get::get(app, ask, service, (&all, entity)).await,
        (Place::One(all, entity), rest) => {
            let owner = Owner { path: &all.path, ty: all.ty(edm)?, entity: &entity };
            property(ask, edm, &owner, rest)
        }
        (Place::Nothing, [] | [Segment::Ref]) => Ok(answer::empty(StatusCode::NO_CONTENT)),
        (Place::Nothing, _) => Err(ApiError::NotFound),
        (Place::Many(_), _) => not_served("the path"),
    }
}

fn not_served(name: &str) -> Result<Response, ApiError> {
    Err(ApiError::NotServed(name.to_owned()))
}

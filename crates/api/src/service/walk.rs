use identity::authorize;
use odata::url::{PathError, Segment};
use odata::value::Structured;
use store::ListQuery;

use super::collection::Collection;
use super::get::load;
use super::{Service, Set};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;

/// Where a path leads, as far as entities go.
#[derive(Debug)]
pub(super) enum Place {
    Many(Collection),
    One(Collection, Structured),
    /// A navigation property that has no entity here.
    Nothing,
}

/// Navigation properties on a path, each of which is a query.
const NAVIGATIONS: usize = 8;

/// Follows a path over keys and navigation properties. Every entity on the way has to be there,
/// and the caller allowed to read it. What the path says about the last one is left.
pub(super) async fn walk<'p>(
    app: &App,
    ask: &Ask,
    service: &Service,
    segments: &'p [Segment],
) -> Result<(Place, &'p [Segment]), ApiError> {
    let navigations = segments.iter().filter(|it| matches!(it, Segment::Navigation { .. }));
    if navigations.count() > NAVIGATIONS {
        return Err(ApiError::NotServed(format!("more than {NAVIGATIONS} navigation properties")));
    }
    let Some((first, rest)) = segments.split_first() else {
        return Err(PathError::UnknownSegment(String::new()).into());
    };
    let place = start(app, ask, service, first).await?;
    follow(app, ask, service, place, rest).await
}

/// The same from a place on.
pub(super) async fn follow<'p>(
    app: &App,
    ask: &Ask,
    service: &Service,
    mut place: Place,
    mut rest: &'p [Segment],
) -> Result<(Place, &'p [Segment]), ApiError> {
    while let Some((segment, behind)) = rest.split_first() {
        place = match (place, segment) {
            (Place::Many(all), Segment::Key(key)) => {
                let entity = load(app, ask, ((service.edm)(), &all), key).await?;
                Place::One(all.at(key), entity)
            }
            (Place::Many(all), Segment::Filter(filter)) => Place::Many(all.filtered(filter)),
            (Place::One(from, entity), Segment::Navigation { name, collection, .. }) => {
                let all = navigate(ask, service, (&from, &entity), name)?;
                if *collection { Place::Many(all) } else { first_of(app, ask, all).await? }
            }
            (Place::Many(all), Segment::Cast(ty)) => Place::Many(all.cast((service.edm)(), ty)),
            (Place::One(from, entity), Segment::Cast(ty)) => {
                let edm = (service.edm)();
                let found = edm.structured(&entity.type_name);
                if !found.is_some_and(|found| edm.is_assignable(found, ty)) {
                    return Err(ApiError::NotFound);
                }
                Place::One(from.cast(edm, ty), entity)
            }
            (Place::Nothing, Segment::Navigation { .. }) => return Err(ApiError::NotFound),
            (place, _) => return Ok((place, rest)),
        };
        rest = behind;
    }
    Ok((place, rest))
}

async fn start(
    app: &App,
    ask: &Ask,
    service: &Service,
    first: &Segment,
) -> Result<Place, ApiError> {
    let set = |name: &str| -> Result<&Set, ApiError> {
        let set = service.sets.iter().find(|set| set.path == name);
        let set = set.ok_or_else(|| ApiError::NotServed(name.to_owned()))?;
        authorize(&ask.principal, set.access)?;
        Ok(set)
    };
    match first {
        Segment::EntitySet { name, .. } => Ok(Place::Many(set(name)?.collection())),
        Segment::Singleton { name, .. } => {
            first_of(app, ask, set(name)?.collection().single()).await
        }
        _ => Err(PathError::UnknownSegment(String::new()).into()),
    }
}

fn navigate(
    ask: &Ask,
    service: &Service,
    (from, entity): (&Collection, &Structured),
    name: &str,
) -> Result<Collection, ApiError> {
    let relation = from.entities.table.relations.iter().find(|relation| relation.path == name);
    let leads = relation.and_then(|relation| Some((relation, service.set_of(relation.target)?)));
    let (relation, set) = leads.ok_or_else(|| ApiError::NotServed(name.to_owned()))?;
    authorize(&ask.principal, set.0.access)?;
    Ok(from.related(entity, relation, set))
}

/// The only entity.
async fn first_of(app: &App, ask: &Ask, all: Collection) -> Result<Place, ApiError> {
    let query = ListQuery { within: all.within(), limit: 1, ..ListQuery::default() };
    let listed = app.store.list_entities(ask.principal.tenant, all.entities, &query).await?;
    Ok(match listed.items.into_iter().next() {
        Some(entity) => Place::One(all, entity),
        None => Place::Nothing,
    })
}

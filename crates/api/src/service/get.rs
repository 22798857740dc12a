use std::slice;

use axum::http::StatusCode;
use axum::response::Response;
use odata::edm::{Edm, Name, StructuredType};
use odata::expr::{Comparison, Expr};
use odata::payload::write_entity;
use odata::query::{ExpandItem, Target};
use odata::value::{Structured, Value};
use store::ListQuery;

use super::collection::Collection;
use super::expand::{self, Additions};
use super::levels::unrolled;
use super::list::property_path;
use super::shape::shape;
use super::{Computing, Service};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;

/// `GET` of one entity that was found, or of its `$ref`: 200.
pub(super) async fn get(
    app: &App,
    ask: &Ask,
    service: &Service,
    (all, entity): (&Collection, Structured),
) -> Result<Response, ApiError> {
    let edm = (service.edm)();
    let target = if all.is_referred { Target::Document } else { Target::Entity };
    let options = ask.options_of(edm, all.ty(edm)?, target)?;
    let items = unrolled(&options.expand)?;
    let prefer = ask.prefer_of_one();
    let format = ask.format_of_read(options.format.as_deref(), prefer)?;
    let (mut entity, related) = if items.is_empty() {
        (entity, Additions::default())
    } else {
        load_expanded(app, ask, service, (all, &entity), &items).await?
    };
    let mut computing = Computing::default();
    let rows = slice::from_mut(&mut entity);
    shape(&options, rows, &mut computing)?;
    related.add_to(rows, &mut computing)?;
    let context =
        all.context_of_one(&ask.root, &options).expanding(&items).with_computed(&options.compute);
    let body = write_entity(edm, &entity, context, format);
    let mut answer = answer::json(StatusCode::OK, format, body);
    answer::preference_applied(&mut answer, prefer.applied());
    Ok(answer)
}

/// The entity once more, together with what is related to it at that moment.
async fn load_expanded<'q>(
    app: &App,
    ask: &Ask,
    service: &Service,
    (all, entity): (&Collection, &Structured),
    items: &'q [ExpandItem],
) -> Result<(Structured, Additions<'q>), ApiError> {
    let edm = (service.edm)();
    let ty = all.ty(edm)?;
    let part = |name: &Name| Some((name.clone(), entity.property(name)?.clone()));
    let key: Vec<_> = edm.key(ty).iter().filter_map(part).collect();
    // A singleton may have none.
    let has_key = (!key.is_empty()).then(|| has_key(edm, ty, &key));
    let filter = all.filter(has_key.as_ref());
    let query = ListQuery {
        within: all.within(),
        filter: filter.as_deref(),
        limit: 1,
        ..ListQuery::default()
    };
    let (listed, related) = expand::list(app, ask, service, (all.entities, items), &query).await?;
    let entity = listed.items.into_iter().next().ok_or(ApiError::NotFound)?;
    Ok((entity, related))
}

/// The entity with this key.
pub(super) async fn load(
    app: &App,
    ask: &Ask,
    (edm, all): (&Edm, &Collection),
    key: &[(Name, Value)],
) -> Result<Structured, ApiError> {
    let filter = has_key(edm, all.ty(edm)?, key);
    let filter = all.filter(Some(&filter));
    let filter = filter.as_deref();
    let query = ListQuery { within: all.within(), filter, limit: 1, ..ListQuery::default() };
    let listed = app.store.list_entities(ask.principal.tenant, all.entities, &query).await?;
    listed.items.into_iter().next().ok_or(ApiError::NotFound)
}

fn has_key(edm: &Edm, ty: &StructuredType, key: &[(Name, Value)]) -> Expr {
    let parts = key.iter().filter_map(|(name, value)| {
        let property = edm.property(ty, name)?;
        Some(Expr::Compare {
            op: Comparison::Eq,
            left: Box::new(property_path(property.name.clone(), property.ty.clone())),
            right: Box::new(Expr::Literal(value.clone())),
        })
    });
    let mut parts: Vec<_> = parts.collect();
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            parts.push(last);
            Expr::And(parts)
        }
        (None, _) => Expr::Literal(Value::Boolean(false)),
    }
}

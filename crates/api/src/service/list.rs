use axum::http::StatusCode;
use axum::response::Response;
use odata::edm::{Edm, Name, StructuredType};
use odata::expr::{Expr, OrderBy, PathStep, PropertyPath, Root};
use odata::payload::{Page, write_collection};
use odata::query::QueryOptions;
use store::ListQuery;

use super::apply::apply;
use super::collection::Collection;
use super::expand::{self, MOST_ROWS};
use super::levels::unrolled;
use super::shape::shape;
use super::{Computing, Service, Shown};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;
use crate::graph::paging::{self, Paging, Seal};

/// `GET` of a collection, or of its `$ref`: 200 with a page, `@odata.nextLink` while there are more.
pub(crate) async fn list(
    app: &App,
    ask: &Ask,
    service: &Service,
    (all, options): (&Collection, &QueryOptions),
) -> Result<Response, ApiError> {
    let edm = (service.edm)();
    if options.apply.is_some() && all.is_referred {
        return Err(ApiError::NotServed("$apply of references".to_owned()));
    }
    if let Some(plan) = &options.apply {
        return apply(app, ask, (edm, all), (options, plan)).await;
    }
    let items = unrolled(&options.expand)?;
    let ty = all.ty(edm)?;
    let prefer = ask.prefer_of_page();
    let format = ask.format_of_read(options.format.as_deref(), prefer)?;
    let tenant = ask.principal.tenant;
    let sort = match options.order_by.as_slice() {
        [] => by_default(edm, ty, all),
        sort => sort.to_vec(),
    };
    let order = all.entities.table.complete_order(&sort);
    let scope = paging::scope(tenant, &all.path, &ask.query)?;
    let seal = Seal { key: &app.skip_token_key, scope };
    let preferred = prefer.max_page_size.map(|size| size.items);
    let paging = Paging::new(options.top, preferred, options.skip_token.as_deref(), &seal)?;
    let most = if options.expand.is_empty() { u64::MAX } else { MOST_ROWS };
    let limit = paging.page_size.min(most);
    let filter = all.filter(options.filter.as_ref());
    let query = ListQuery {
        within: all.within(),
        filter: filter.as_deref(),
        search: options.search.as_ref(),
        order: &order,
        after: paging.after.as_deref(),
        // The position of a later page is behind what was skipped.
        skip: if paging.after.is_some() { 0 } else { options.skip.unwrap_or(0) },
        limit,
        count: options.count.unwrap_or(false),
    };
    let (mut listed, related) =
        expand::list(app, ask, service, (all.entities, &items), &query).await?;
    let next = match listed.items.last() {
        Some(last) if listed.more => {
            let token = paging.token_behind(last, &order, &seal)?;
            Some(paging::next_link(&ask.root, &all.path, &ask.query, &token))
        }
        _ => None,
    };
    let mut computing = Computing::default();
    shape(options, &mut listed.items, &mut computing)?;
    related.add_to(&mut listed.items, &mut computing)?;
    let page = Page { items: &listed.items, count: listed.count, next_link: next.as_deref() };
    let context =
        all.context_of_many(&ask.root, options).expanding(&items).with_computed(&options.compute);
    let body = write_collection(edm, page, context, format);
    let mut answer = answer::json(StatusCode::OK, format, body);
    answer::preference_applied(&mut answer, prefer.applied());
    answer.extensions_mut().insert(Shown(listed.items.len()));
    Ok(answer)
}

/// How it is sorted where the client does not say.
pub(crate) fn by_default(edm: &Edm, ty: &StructuredType, all: &Collection) -> Vec<OrderBy> {
    let order = all.order.map(|order| match order.strip_suffix(" desc") {
        Some(name) => (name, true),
        None => (order, false),
    });
    let sort = order.and_then(|(name, descending)| {
        let property = edm.property(ty, name)?;
        let expr = property_path(property.name.clone(), property.ty.clone());
        Some(OrderBy { expr, descending })
    });
    sort.into_iter().collect()
}

/// A property of the entity as an expression.
pub(super) fn property_path(name: Name, ty: odata::edm::TypeRef) -> Expr {
    Expr::Property(PropertyPath { root: Root::It, steps: vec![PathStep::Property(name)], ty })
}

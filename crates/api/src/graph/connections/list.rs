use axum::http::StatusCode;
use axum::response::Response;
use identity::{Access, authorize};
use odata::edm::{Name, PrimitiveType, TypeRef};
use odata::expr::{Expr, OrderBy, PathStep, PropertyPath, Root};
use odata::header::Preferences;
use odata::payload::{ContextUrl, Page, write_collection};
use odata::value::Structured;
use store::{CONNECTIONS, ListQuery};

use super::{PATH, entity};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;
use crate::graph::edm::{connection_type, edm};
use crate::graph::paging::{self, Paging, Seal};

/// `GET /deviceManagement/serviceNowConnections`: 200 with a page, `@odata.nextLink` while there
/// are more.
pub(crate) async fn handle(app: &App, ask: &Ask) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::ReadConnections)?;
    let options = ask.options(connection_type(), odata::query::Target::Collection)?;
    let format = ask.format(options.format.as_deref())?;
    let prefer = Preferences { representation: None, ..ask.prefer() };
    let tenant = ask.principal.tenant;
    let sort = if options.order_by.is_empty() { vec![by_creation()] } else { options.order_by };
    let order = CONNECTIONS.complete_order(&sort);
    let seal = Seal { key: &app.skip_token_key, scope: paging::scope(tenant, PATH, &ask.query)? };
    let preferred = prefer.max_page_size.map(|size| size.items);
    let paging = Paging::new(options.top, preferred, options.skip_token.as_deref(), &seal)?;
    let query = ListQuery {
        filter: options.filter.as_ref(),
        order: &order,
        after: paging.after.as_deref(),
        // The position of a later page is behind what was skipped.
        skip: if paging.after.is_some() { 0 } else { options.skip.unwrap_or(0) },
        limit: paging.page_size,
        count: options.count.unwrap_or(false),
    };
    let listed = app.store.list_connections(tenant, &query).await?;
    let items: Vec<Structured> = listed.items.into_iter().map(entity::entity).collect();
    let next = match items.last() {
        Some(last) if listed.more => {
            let token = paging.token_behind(last, &order, &seal)?;
            Some(paging::next_link(&ask.root, PATH, &ask.query, &token))
        }
        _ => None,
    };
    let page = Page { items: &items, count: listed.count, next_link: next.as_deref() };
    let context = ContextUrl::collection(&ask.root, PATH, options.select.as_ref());
    let body = write_collection(edm(), page, context, format);
    let mut answer = answer::json(StatusCode::OK, format, body);
    answer::preference_applied(&mut answer, prefer.applied());
    Ok(answer)
}

/// New connections come last, so that nobody who reads page by page misses one.
fn by_creation() -> OrderBy {
    let path = PropertyPath {
        root: Root::It,
        steps: vec![PathStep::Property(Name::Borrowed("createdDateTime"))],
        ty: TypeRef::Primitive(PrimitiveType::DateTimeOffset),
    };
    OrderBy { expr: Expr::Property(path), descending: false }
}

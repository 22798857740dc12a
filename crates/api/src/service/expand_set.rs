use identity::authorize;
use odata::edm::Name;
use odata::expr::PathStep;
use odata::query::{ExpandItem, ExpandKind, Levels};
use odata::value::{Structured, Value};
use store::ListQuery;

use super::expand::{MOST_RELATED, refuse_item, refuse_more};
use super::list::by_default;
use super::shape::shape;
use super::{Computing, Service, Set};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;

/// What `$expand` adds to an entity that no table has and that all of a set is related to.
pub(crate) async fn expand_set(
    app: &App,
    ask: &Ask,
    (service, set): (&Service, &'static Set),
    item: &ExpandItem,
    computing: &mut Computing,
) -> Result<Vec<(Name, Value)>, ApiError> {
    refuse_item(item)?;
    if matches!(item.levels, Some(Levels::Number(2..))) {
        return Err(ApiError::NotServed("$levels of more than 1".to_owned()));
    }
    let Some(PathStep::Property(name)) = item.path.last() else {
        return Err(ApiError::NotServed("a cast in $expand".to_owned()));
    };
    authorize(&ask.principal, set.access)?;
    let options = &item.options;
    let (edm, all) = ((service.edm)(), set.collection());
    let sort = match options.order_by.as_slice() {
        [] => by_default(edm, all.ty(edm)?, &all),
        sort => sort.to_vec(),
    };
    let is_shown = item.kind != ExpandKind::Count;
    let limit = options.top.unwrap_or(u64::MAX).min(MOST_RELATED + 1);
    let query = ListQuery {
        filter: options.filter.as_ref(),
        search: options.search.as_ref(),
        order: &set.entities.table.complete_order(&sort),
        skip: options.skip.unwrap_or(0),
        limit: if is_shown { limit } else { 0 },
        count: !is_shown || options.count == Some(true),
        ..ListQuery::default()
    };
    let tenant = ask.principal.tenant;
    let mut listed = app.store.list_entities(tenant, set.entities, &query).await?;
    let mut added = Vec::new();
    if let Some(count) = listed.count {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        added.push((Name::from(format!("{name}@odata.count")), Value::Int(count)));
    }
    if is_shown {
        refuse_more(name, listed.items.len(), options.top)?;
        shape(options, &mut listed.items, computing)?;
        added.push((name.clone(), collection(listed.items)));
    }
    Ok(added)
}

fn collection(entities: Vec<Structured>) -> Value {
    Value::Collection(entities.into_iter().map(Value::Structured).collect())
}

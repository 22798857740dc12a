use std::collections::HashMap;

use identity::authorize;
use odata::edm::Name;
use odata::expr::{Expr, PathStep, TypeCast};
use odata::query::{ExpandItem, ExpandKind, QueryOptions};
use odata::value::{Structured, Value};
use store::{Entities, RelatedQuery, Relation};

use super::collection::{is_of, key_of};
use super::shape::shape;
use super::{Computing, Service, Set};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;

/// Entities of a page that others are expanded in.
pub(super) const MOST_ROWS: u64 = 100;
/// Related entities of one entity.
const MOST_RELATED: u64 = 200;
/// Levels of `$expand` within `$expand`.
pub(super) const DEEPEST: usize = 4;
/// Navigation properties of all levels together, each of which is a query.
const MOST_ITEMS: usize = 16;

/// Adds related entities to rows: a query for each navigation property, whatever the number of
/// rows.
pub(super) async fn expand(
    app: &App,
    ask: &Ask,
    service: &Service,
    (entities, items): (&'static Entities, &[ExpandItem]),
    (rows, computing): (&mut [Structured], &mut Computing),
) -> Result<(), ApiError> {
    let steps = plan(ask, service, (entities, items))?;
    let mut found: Vec<Found> = Vec::with_capacity(steps.len());
    for step in &steps {
        let owners = match step.parent {
            None => &*rows,
            Some(parent) => found.get(parent).map_or(&[][..], |found| &found.rows),
        };
        let owners = owners.iter().filter(|row| step.begins_at(row));
        let keys: Vec<_> = owners.map(|row| key_of(step.owner.table, row)).collect();
        let mut related = fetch(app, ask, step, &keys).await?;
        shape(&step.item.options, &mut related.rows, computing)?;
        found.push(related);
    }
    for step in steps.iter().rev() {
        let Some(related) = found.pop() else { break };
        let owners = match step.parent {
            None => &mut *rows,
            Some(parent) => found.get_mut(parent).map_or(&mut [][..], |found| &mut found.rows),
        };
        attach(step, related, owners)?;
    }
    Ok(())
}

/// One navigation property to expand.
struct Step<'q> {
    /// The step whose entities it begins at; without one, the rows themselves.
    parent: Option<usize>,
    owner: &'static Entities,
    relation: &'static Relation,
    set: &'static Set,
    item: &'q ExpandItem,
    /// Only rows of these types have it.
    casts: Vec<&'q TypeCast>,
    filter: Option<Expr>,
}

/// What it leads to.
#[derive(Default)]
struct Found {
    /// For each row the key of its owner, as text.
    from: Vec<String>,
    rows: Vec<Structured>,
    counts: HashMap<String, i64>,
}

/// All steps, level by level.
fn plan<'q>(
    ask: &Ask,
    service: &Service,
    (entities, items): (&'static Entities, &'q [ExpandItem]),
) -> Result<Vec<Step<'q>>, ApiError> {
    let mut steps: Vec<Step<'q>> = Vec::new();
    let mut level = vec![(None, entities, items)];
    for _ in 0..DEEPEST {
        for (parent, owner, items) in std::mem::take(&mut level) {
            for item in items {
                refuse_item(item)?;
                let step = begin(service, (parent, owner), item)?;
                authorize(&ask.principal, step.set.access)?;
                let nested = item.options.expand.as_slice();
                level.push((Some(steps.len()), step.set.entities, nested));
                steps.push(step);
                if steps.len() > MOST_ITEMS {
                    let name = format!("$expand of more than {MOST_ITEMS} properties");
                    return Err(ApiError::NotServed(name));
                }
            }
        }
    }
    if level.iter().all(|(_, _, items)| items.is_empty()) {
        Ok(steps)
    } else {
        Err(ApiError::NotServed(format!("$expand of more than {DEEPEST} levels")))
    }
}

/// What an item names: casts of the rows, a navigation property, casts of what it leads to.
fn begin<'q>(
    service: &Service,
    (parent, owner): (Option<usize>, &'static Entities),
    item: &'q ExpandItem,
) -> Result<Step<'q>, ApiError> {
    let (mut casts, mut named, mut types) = (Vec::new(), None, Vec::new());
    for step in &item.path {
        match (step, named) {
            (PathStep::Cast(cast), None) => casts.push(cast),
            (PathStep::Cast(cast), Some(_)) => types.push(is_of(cast)),
            (PathStep::Property(name), None) => named = Some(name),
            (PathStep::Property(_), Some(_)) => {
                return Err(ApiError::NotServed("a longer path in $expand".to_owned()));
            }
        }
    }
    let Some(name) = named else {
        return Err(ApiError::NotServed("a cast in $expand".to_owned()));
    };
    let Some(relation) = owner.table.relations.iter().find(|relation| relation.path == name) else {
        let (name, ty) = (name.to_string(), owner.ty.to_string());
        return Err(ApiError::NothingToExpand { name, ty });
    };
    let Some((set, contained)) = service.set_of(relation.target) else {
        return Err(ApiError::NotServed(name.to_string()));
    };
    // A reference is an id, and that begins with the set.
    let has_id = contained || (service.edm)().entity_set_of(&set.entities.ty).is_some();
    if item.kind == ExpandKind::Ref && !has_id {
        return Err(ApiError::NotServed(format!("{name}/$ref")));
    }
    let conditions: Vec<_> = types.into_iter().chain(item.options.filter.clone()).collect();
    let filter = match conditions.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        _ => Some(Expr::And(conditions)),
    };
    Ok(Step { parent, owner, relation, set, item, casts, filter })
}

async fn fetch(
    app: &App,
    ask: &Ask,
    step: &Step<'_>,
    keys: &[Vec<Value>],
) -> Result<Found, ApiError> {
    if keys.is_empty() {
        return Ok(Found::default());
    }
    let tenant = ask.principal.tenant;
    let query = query(step, keys);
    let mut found = Found::default();
    if step.is_counted() {
        let counts = app.store.count_related(tenant, &query).await?;
        found.counts = counts.into_iter().map(|it| (text(&it.from), it.found)).collect();
    }
    if step.item.kind != ExpandKind::Count {
        let rows = app.store.related_entities(tenant, step.set.entities, &query).await?;
        (found.from, found.rows) = rows.into_iter().map(|it| (text(&it.from), it.found)).unzip();
    }
    Ok(found)
}

/// Puts what was found into the rows where it begins.
fn attach(step: &Step<'_>, found: Found, owners: &mut [Structured]) -> Result<(), ApiError> {
    let Step { relation, item, .. } = step;
    let mut groups: HashMap<String, Vec<Value>> = HashMap::new();
    for (from, entity) in found.from.into_iter().zip(found.rows) {
        groups.entry(from).or_default().push(Value::Structured(entity));
    }
    for row in owners.iter_mut().filter(|row| step.begins_at(row)) {
        let key = text(&key_of(step.owner.table, row));
        let mut added = Vec::new();
        if step.is_counted() {
            let count = found.counts.get(&key).copied().unwrap_or(0);
            added.push((format!("{}@odata.count", relation.path).into(), Value::Int(count)));
        }
        if item.kind != ExpandKind::Count {
            let related = groups.remove(&key).unwrap_or_default();
            added.push((Name::Borrowed(relation.path), one_or_many(relation, item, related)?));
        }
        // The last item comes first here.
        let is_relation = |name: &Name| {
            let name = name.split('@').next().unwrap_or_default();
            step.owner.table.relations.iter().any(|relation| relation.path == name)
        };
        let properties = &mut row.properties;
        let place = properties.iter().position(|(name, _)| is_relation(name));
        let place = place.unwrap_or(properties.len());
        properties.splice(place..place, added);
    }
    Ok(())
}

impl Step<'_> {
    fn begins_at(&self, row: &Structured) -> bool {
        self.casts.iter().all(|cast| cast.admits(&row.type_name))
    }

    fn is_counted(&self) -> bool {
        let asked = self.item.options.count == Some(true) || self.item.kind == ExpandKind::Count;
        asked && self.relation.many
    }
}

fn query<'q>(step: &'q Step<'q>, keys: &'q [Vec<Value>]) -> RelatedQuery<'q> {
    let options = &step.item.options;
    RelatedQuery {
        owner: step.owner.table,
        relation: step.relation,
        keys,
        filter: step.filter.as_ref(),
        search: options.search.as_ref(),
        order: &options.order_by,
        skip: options.skip.unwrap_or(0),
        limit: options.top.unwrap_or(u64::MAX).min(MOST_RELATED + 1),
    }
}

/// One entity or null, or a collection; one that is too long is not cut off silently.
fn one_or_many(
    relation: &Relation,
    item: &ExpandItem,
    mut related: Vec<Value>,
) -> Result<Value, ApiError> {
    if !relation.many {
        return Ok(related.pop().unwrap_or(Value::Null));
    }
    let most = usize::try_from(MOST_RELATED).unwrap_or(usize::MAX);
    if related.len() > most && item.options.top.is_none_or(|top| top > MOST_RELATED) {
        let name = relation.path;
        return Err(ApiError::NotServed(format!("$expand of more than {most} {name} of one")));
    }
    Ok(Value::Collection(related))
}

/// What an item can ask and is not served.
fn refuse_item(item: &ExpandItem) -> Result<(), ApiError> {
    let QueryOptions { skip_token, .. } = &item.options;
    if skip_token.is_some() {
        return Err(ApiError::NotServed("$skiptoken in $expand".to_owned()));
    }
    Ok(())
}

/// A key as something to look for.
fn text(key: &[Value]) -> String {
    format!("{key:?}")
}

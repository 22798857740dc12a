use std::collections::HashMap;

use identity::authorize;
use odata::edm::Name;
use odata::expr::{Expr, PathStep};
use odata::query::{ExpandItem, ExpandKind, QueryOptions};
use odata::value::{Structured, Value};
use store::{Entities, Expanded, Expansion, Found, ListQuery, Listed, Related, Relation};

use super::collection::is_of;
use super::shape::shape;
use super::{Computing, Service, Set};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;

/// Entities of a page that others are expanded in.
pub(super) const MOST_ROWS: u64 = 100;
/// Related entities of one entity.
pub(super) const MOST_RELATED: u64 = 200;
/// Levels of `$expand` within `$expand`.
pub(super) const DEEPEST: usize = 4;
/// Navigation properties of all levels together, each of which is a query.
const MOST_ITEMS: usize = 16;

/// Finds entities and what `$expand` adds to them, all of one moment.
pub(super) async fn list<'q>(
    app: &App,
    ask: &Ask,
    service: &Service,
    (entities, items): (&'static Entities, &'q [ExpandItem]),
    query: &ListQuery<'_>,
) -> Result<(Listed<Structured>, Additions<'q>), ApiError> {
    let tenant = ask.principal.tenant;
    if items.is_empty() {
        let listed = app.store.list_entities(tenant, entities, query).await?;
        return Ok((listed, Additions::default()));
    }
    let steps = plan(ask, service, (entities, items))?;
    let expansions = steps.iter().map(|step| step.expansion.clone()).collect();
    let Expanded { listed, found } =
        app.store.list_expanded(tenant, entities, query, expansions).await?;
    Ok((listed, Additions { steps, found }))
}

/// What is to be added to entities.
#[derive(Default)]
pub(super) struct Additions<'q> {
    steps: Vec<Step<'q>>,
    found: Vec<Found>,
}

impl Additions<'_> {
    /// Adds it to those that it was found for, shaped as each item asks.
    pub(super) fn add_to(
        mut self,
        rows: &mut [Structured],
        computing: &mut Computing,
    ) -> Result<(), ApiError> {
        for (step, found) in self.steps.iter().zip(&mut self.found) {
            let related = std::mem::take(&mut found.entities).into_iter();
            let (keys, mut entities): (Vec<_>, Vec<_>) =
                related.map(|related| (related.from, related.found)).unzip();
            shape(&step.item.options, &mut entities, computing)?;
            let related = keys.into_iter().zip(entities);
            found.entities = related.map(|(from, found)| Related { from, found }).collect();
        }
        for step in self.steps.iter().rev() {
            let Some(related) = self.found.pop() else { break };
            match step.expansion.parent.and_then(|parent| self.found.get_mut(parent)) {
                None => attach(step, related, rows.iter_mut())?,
                Some(parent) => {
                    let owners = parent.entities.iter_mut().map(|related| &mut related.found);
                    attach(step, related, owners)?;
                }
            }
        }
        Ok(())
    }
}

/// One navigation property to expand.
struct Step<'q> {
    item: &'q ExpandItem,
    set: &'static Set,
    expansion: Expansion,
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
            (PathStep::Cast(cast), None) => casts.push(cast.clone()),
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
    let options = &item.options;
    let counted = options.count == Some(true) || item.kind == ExpandKind::Count;
    let limit = options.top.unwrap_or(u64::MAX).min(MOST_RELATED + 1);
    let expansion = Expansion {
        parent,
        owner: owner.table,
        casts,
        relation,
        entities: set.entities,
        filter,
        search: options.search.clone(),
        order: options.order_by.clone(),
        skip: options.skip.unwrap_or(0),
        limit: (item.kind != ExpandKind::Count).then_some(limit),
        count: counted && relation.many,
    };
    Ok(Step { item, set, expansion })
}

/// Puts what was found into the rows where it begins.
fn attach<'r>(
    step: &Step<'_>,
    found: Found,
    owners: impl Iterator<Item = &'r mut Structured>,
) -> Result<(), ApiError> {
    let Step { item, expansion, .. } = step;
    let Expansion { relation, owner, .. } = expansion;
    let counts: HashMap<_, _> =
        found.counts.into_iter().map(|related| (text(&related.from), related.found)).collect();
    let mut groups: HashMap<String, Vec<Value>> = HashMap::new();
    for related in found.entities {
        groups.entry(text(&related.from)).or_default().push(Value::Structured(related.found));
    }
    for row in owners.filter(|row| expansion.begins_at(row)) {
        let key = text(&owner.key_of(row));
        let mut added = Vec::new();
        if expansion.count {
            let count = counts.get(&key).copied().unwrap_or(0);
            added.push((format!("{}@odata.count", relation.path).into(), Value::Int(count)));
        }
        if expansion.limit.is_some() {
            let related = groups.remove(&key).unwrap_or_default();
            added.push((Name::Borrowed(relation.path), one_or_many(relation, item, related)?));
        }
        // The last item comes first here.
        let is_relation = |name: &Name| {
            let name = name.split('@').next().unwrap_or_default();
            owner.relations.iter().any(|relation| relation.path == name)
        };
        let properties = &mut row.properties;
        let place = properties.iter().position(|(name, _)| is_relation(name));
        let place = place.unwrap_or(properties.len());
        properties.splice(place..place, added);
    }
    Ok(())
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
    refuse_more(relation.path, related.len(), item.options.top)?;
    Ok(Value::Collection(related))
}

/// Refuses more related entities than are shown; one more than that tells that there are.
pub(super) fn refuse_more(name: &str, found: usize, top: Option<u64>) -> Result<(), ApiError> {
    let most = usize::try_from(MOST_RELATED).unwrap_or(usize::MAX);
    if found > most && top.is_none_or(|top| top > MOST_RELATED) {
        return Err(ApiError::NotServed(format!("$expand of more than {most} {name} of one")));
    }
    Ok(())
}

/// What an item can ask and is not served.
pub(super) fn refuse_item(item: &ExpandItem) -> Result<(), ApiError> {
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

use model::TenantId;
use odata::value::Value;

use super::Entities;
use super::shown::Showing;
use crate::operation::Operation;
use crate::query::{Applied, ApplyQuery, Applying, ListError, Parts, Text};
use crate::transaction::Tx;
use crate::{Store, StoreError};

impl Store {
    /// Finds what a plan makes of the entities of a tenant; results and count are of one moment.
    pub async fn apply_entities(
        &self,
        tenant: TenantId,
        entities: &'static Entities,
        query: &ApplyQuery<'_>,
    ) -> Result<Applied, ListError> {
        let tenant = tenant.to_string();
        let dialect = self.backend().dialect();
        let is_concat = !query.plan.concat.is_empty();
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let apply = |shown| -> Result<Apply, ListError> {
            let parts = query.parts(dialect, &tenant, entities, shown)?;
            Ok(Apply { parts, is_concat, limit, entities, tenant: tenant.clone() })
        };
        let apply = Showing::of(entities.table, dialect, &tenant, apply)?;
        self.backend().scan(apply).await
    }

    /// Counts what a plan makes of the entities of a tenant.
    pub async fn count_applied(
        &self,
        tenant: TenantId,
        entities: &'static Entities,
        query: &ApplyQuery<'_>,
    ) -> Result<u64, ListError> {
        let (dialect, tenant) = (self.backend().dialect(), tenant.to_string());
        let count = |shown| query.counting(dialect, &tenant, entities, shown).map(Count);
        let count = Showing::of(entities.table, dialect, &tenant, count)?;
        Ok(self.backend().scan(count).await?)
    }
}

struct Apply {
    parts: Parts,
    is_concat: bool,
    /// How many results are wanted; of every part one more is asked for.
    limit: usize,
    entities: &'static Entities,
    tenant: String,
}

impl Operation for Apply {
    type Output = Applied;
    type Error = ListError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Applied, ListError> {
        let mut applied =
            Applied { items: Vec::new(), position: Vec::new(), more: false, count: None };
        for (number, part) in self.parts.each.iter().enumerate() {
            if let Some(count) = &part.count {
                let before = applied.count.unwrap_or_default();
                applied.count = Some(before.saturating_add(tx.count(count).await?));
            }
            if number >= self.parts.first && !applied.more {
                self.part(tx, (number, part), &mut applied).await?;
            }
        }
        Ok(applied)
    }
}

impl Apply {
    async fn part(
        &self,
        tx: &mut Tx<'_>,
        (number, part): (usize, &Applying),
        applied: &mut Applied,
    ) -> Result<(), ListError> {
        let room = self.limit.saturating_sub(applied.items.len());
        let mut found = tx.query_text(&part.rows.sql, &part.rows.params).await?;
        applied.more = found.len() > room;
        found.truncate(room);
        let (mut items, mut position) = (Vec::with_capacity(found.len()), None);
        for mut row in found {
            let (item, at) = part.output.read(&mut row)?;
            items.push(item);
            position = Some(at);
        }
        if let Some(position) = position {
            applied.position = if self.is_concat { within(number, position) } else { position };
        }
        if part.output.is_of_entities() {
            self.entities.add_items(tx, &self.tenant, items.iter_mut().collect()).await?;
        }
        applied.items.append(&mut items);
        Ok(())
    }
}

/// A position in a part of `concat`. Behind the one result that has none comes the next part.
fn within(part: usize, position: Vec<Value>) -> Vec<Value> {
    let part = i64::try_from(part).unwrap_or(i64::MAX);
    let part = if position.is_empty() { part.saturating_add(1) } else { part };
    let mut within = vec![Value::Int(part)];
    within.extend(position);
    within
}

struct Count(Vec<Text>);

impl Operation for Count {
    type Output = u64;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        let mut all = 0_u64;
        for text in &self.0 {
            all = all.saturating_add(tx.count(text).await?);
        }
        Ok(all)
    }
}

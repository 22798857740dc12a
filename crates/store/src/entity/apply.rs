use model::TenantId;

use super::Entities;
use crate::operation::Operation;
use crate::query::{Applied, ApplyQuery, Applying, ListError, Text};
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
        let applying = query.applying(self.backend().dialect(), &tenant, entities)?;
        self.backend().scan(Apply { applying, entities, tenant }).await
    }

    /// Counts what a plan makes of the entities of a tenant.
    pub async fn count_applied(
        &self,
        tenant: TenantId,
        entities: &'static Entities,
        query: &ApplyQuery<'_>,
    ) -> Result<u64, ListError> {
        let text = query.counting(self.backend().dialect(), &tenant.to_string(), entities)?;
        Ok(self.backend().scan(Count(text)).await?)
    }
}

struct Apply {
    applying: Applying,
    entities: &'static Entities,
    tenant: String,
}

impl Operation for Apply {
    type Output = Applied;
    type Error = ListError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Applied, ListError> {
        let Applying { rows, count, output, limit } = &self.applying;
        let count = match count {
            Some(count) => Some(tx.count(count).await?),
            None => None,
        };
        let mut found = tx.query_text(&rows.sql, &rows.params).await?;
        let more = found.len() > *limit;
        found.truncate(*limit);
        let (mut items, mut position) = (Vec::with_capacity(found.len()), Vec::new());
        for mut row in found {
            let (item, at) = output.read(&mut row)?;
            items.push(item);
            position = at;
        }
        if output.is_of_entities() {
            self.entities.add_items(tx, &self.tenant, items.iter_mut().collect()).await?;
        }
        Ok(Applied { items, position, more, count })
    }
}

struct Count(Text);

impl Operation for Count {
    type Output = u64;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        tx.count(&self.0).await
    }
}

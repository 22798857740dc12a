use model::TenantId;
use odata::value::{Structured, Value};

use super::Entities;
use super::row::value;
use crate::operation::Operation;
use crate::query::{Column, ListError, RelatedQuery, Text, key_columns};
use crate::row::Row;
use crate::transaction::Tx;
use crate::{Store, StoreError};

/// What a relation leads to, and the key of the row where it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Related<T> {
    /// The key.
    pub from: Vec<Value>,
    /// An entity, or the number of them.
    pub found: T,
}

impl Store {
    /// Finds what a relation leads to from each of many rows, each in its order. The entities are
    /// those of the table at its end.
    pub async fn related_entities(
        &self,
        tenant: TenantId,
        entities: &'static Entities,
        query: &RelatedQuery<'_>,
    ) -> Result<Vec<Related<Structured>>, ListError> {
        let columns = entities.columns();
        let tenant = tenant.to_string();
        let text = query.rows(self.backend().dialect(), &tenant, &columns)?;
        let key = key_columns(query.owner)?;
        self.backend().scan(Find { text, key, entities, tenant }).await
    }

    /// Counts what a relation leads to from each of many rows; those without any are left out.
    pub async fn count_related(
        &self,
        tenant: TenantId,
        query: &RelatedQuery<'_>,
    ) -> Result<Vec<Related<i64>>, ListError> {
        let text = query.counts(self.backend().dialect(), &tenant.to_string())?;
        let key = key_columns(query.owner)?;
        Ok(self.backend().scan(Count { text, key }).await?)
    }
}

const COUNT: &str = "COUNT(*)";

struct Find {
    text: Text,
    key: Vec<&'static Column>,
    entities: &'static Entities,
    tenant: String,
}

impl Operation for Find {
    type Output = Vec<Related<Structured>>;
    type Error = ListError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Related<Structured>>, ListError> {
        let mut found = Vec::new();
        for mut row in tx.query_text(&self.text.sql, &self.text.params).await? {
            let from = read_key(&self.key, &mut row)?;
            found.push(Related { from, found: self.entities.read(&mut row)? });
        }
        let rows = found.iter_mut().map(|related| &mut related.found).collect();
        self.entities.add_items(tx, &self.tenant, rows).await?;
        Ok(found)
    }
}

struct Count {
    text: Text,
    key: Vec<&'static Column>,
}

impl Operation for Count {
    type Output = Vec<Related<i64>>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Related<i64>>, StoreError> {
        let mut found = Vec::new();
        for mut row in tx.query_text(&self.text.sql, &self.text.params).await? {
            let from = read_key(&self.key, &mut row)?;
            found.push(Related { from, found: row.integer(COUNT)? });
        }
        Ok(found)
    }
}

pub(super) fn read_key(key: &[&Column], row: &mut Row) -> Result<Vec<Value>, StoreError> {
    let mut values = Vec::with_capacity(key.len());
    for column in key {
        values.push(value(column, row)?.unwrap_or(Value::Null));
    }
    Ok(values)
}

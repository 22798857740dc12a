use odata::value::{Structured, Value};

use super::Entities;
use super::row::value;
use crate::StoreError;
use crate::operation::Operation;
use crate::query::{Column, Dialect, ListError, RelatedQuery, Text, key_columns};
use crate::row::Row;
use crate::transaction::Tx;

/// What a relation leads to, and the key of the row where it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Related<T> {
    /// The key.
    pub from: Vec<Value>,
    /// An entity, or the number of them.
    pub found: T,
}

const COUNT: &str = "COUNT(*)";

/// Finds what a relation leads to from each of many rows, each in its order. The entities are
/// those of the table at its end.
pub(super) struct Find {
    text: Text,
    key: Vec<&'static Column>,
    entities: &'static Entities,
    tenant: String,
}

impl Find {
    pub(super) fn new(
        dialect: Dialect<'_>,
        tenant: &str,
        entities: &'static Entities,
        query: &RelatedQuery<'_>,
    ) -> Result<Self, ListError> {
        let text = query.rows(dialect, tenant, &entities.columns())?;
        let key = key_columns(query.owner)?;
        Ok(Self { text, key, entities, tenant: tenant.to_owned() })
    }
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

/// Counts what a relation leads to from each of many rows; those without any are left out.
pub(super) struct Count {
    text: Text,
    key: Vec<&'static Column>,
}

impl Count {
    pub(super) fn new(
        dialect: Dialect<'_>,
        tenant: &str,
        query: &RelatedQuery<'_>,
    ) -> Result<Self, ListError> {
        let text = query.counts(dialect, tenant)?;
        Ok(Self { text, key: key_columns(query.owner)? })
    }
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

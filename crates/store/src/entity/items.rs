//! Properties that are collections of values: their items are rows of another table.

use std::collections::HashMap;

use odata::edm::{Name, TypeName};
use odata::value::{Structured, Value};

use super::Entities;
use super::related::read_key;
use super::row::{put, value};
use crate::StoreError;
use crate::query::{Column, ListError, RelatedQuery, Relation, Table, key_columns};
use crate::row::Row;
use crate::transaction::Tx;

/// Items of one property of one row.
const MOST_ITEMS: usize = 1000;

/// Rows whose items are found by one statement.
const ROWS: usize = 1000;

impl Entities {
    /// Reads the items of all collections of these rows: a statement for each property.
    pub(super) async fn add_items(
        &'static self,
        tx: &mut Tx<'_>,
        tenant: &str,
        mut rows: Vec<&mut Structured>,
    ) -> Result<(), ListError> {
        for relation in self.table.relations {
            let Some(items) = self.items(relation) else { continue };
            for rows in rows.chunks_mut(ROWS) {
                items.add(tx, tenant, rows).await?;
            }
        }
        Ok(())
    }

    /// What a relation leads to, if that is the items of a property.
    fn items(&'static self, relation: &'static Relation) -> Option<Items> {
        let table = relation.target;
        let ty = self.complex.iter().find(|ty| ty.path == relation.path).map(|found| &found.ty);
        let is_value = table.columns.iter().any(|column| column.path.is_empty());
        let columns = table.columns.iter().filter(|column| !table.key.contains(&column.path));
        let items = Items { owner: self.table, relation, ty, columns: columns.collect() };
        (relation.many && (ty.is_some() || is_value)).then_some(items)
    }
}

/// A property that is a collection.
struct Items {
    owner: &'static Table,
    relation: &'static Relation,
    /// The type of complex items.
    ty: Option<&'static TypeName>,
    /// Without the key, which is the place of an item.
    columns: Vec<&'static Column>,
}

impl Items {
    async fn add(
        &self,
        tx: &mut Tx<'_>,
        tenant: &str,
        rows: &mut [&mut Structured],
    ) -> Result<(), ListError> {
        let owners = rows.iter().filter(|row| self.belong_to(row));
        let keys: Vec<_> = owners.map(|row| self.owner.key_of(row)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let query = RelatedQuery {
            owner: self.owner,
            relation: self.relation,
            keys: &keys,
            filter: None,
            search: None,
            order: &[],
            skip: 0,
            limit: u64::MAX,
        };
        let columns: Vec<_> = self.columns.iter().map(|column| column.sql).collect();
        let text = query.rows(tx.dialect(), tenant, &columns)?;
        let key = key_columns(self.owner)?;
        let mut found: HashMap<String, Vec<Value>> = HashMap::new();
        for mut row in tx.query_text(&text.sql, &text.params).await? {
            let owner = format!("{:?}", read_key(&key, &mut row)?);
            found.entry(owner).or_default().push(self.read(&mut row)?);
        }
        for row in rows.iter_mut().filter(|row| self.belong_to(row)) {
            let owner = format!("{:?}", self.owner.key_of(row));
            let items = found.remove(&owner).unwrap_or_default();
            if items.len() > MOST_ITEMS {
                let name = format!("{} of more than {MOST_ITEMS} values", self.relation.path);
                return Err(ListError::NotServed { name });
            }
            put(row, self.relation.path, Value::Collection(items));
        }
        Ok(())
    }

    /// Whether entities of the type of this one have the property.
    fn belong_to(&self, row: &Structured) -> bool {
        let Some(types) = &self.owner.types else { return true };
        let told = types.each.iter().find(|told| told.ty == row.type_name);
        told.is_some_and(|told| types.has(told, self.relation.path))
    }

    fn read(&self, row: &mut Row) -> Result<Value, StoreError> {
        let mut properties = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let value = value(column, row)?.unwrap_or(Value::Null);
            properties.push((Name::Borrowed(column.path), value));
        }
        let Some(ty) = self.ty else {
            return Ok(properties.pop().map_or(Value::Null, |(_, value)| value));
        };
        Ok(Value::Structured(Structured { type_name: ty.clone(), properties }))
    }
}

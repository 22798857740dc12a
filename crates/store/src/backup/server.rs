//! The PostgreSQL side of a copy.

use std::pin::pin;

use deadpool_postgres::Transaction;
use futures_util::TryStreamExt as _;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::ToSql;

use super::BackupError;
use super::batch::{Batch, From, Gathered, To, gone};
use super::table::Table;
use crate::StoreError;
use crate::postgres::{bound, error, row};

/// A copy takes as long as it takes.
pub(super) const NO_LIMITS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";

/// The table of connections whose incidents a file still has to delete. A server deletes such at
/// once, and would show them.
pub(super) const DISCARDED: &str = "discarded";
pub(super) const CLEAR: &str = "
    DELETE FROM incident USING discarded WHERE incident.tenant_id = discarded.tenant_id
        AND incident.connection_id = discarded.connection_id;
    DELETE FROM discarded";

/// Sends what the transaction sees.
pub(super) async fn read(
    transaction: &Transaction<'_>,
    tables: &[Table],
    to: To,
) -> Result<(), StoreError> {
    for (index, table) in tables.iter().enumerate() {
        let mut gathered = Gathered::of(index);
        let none: [&(dyn ToSql + Sync); 0] = [];
        let rows = transaction.query_raw(&table.select(), none).await.map_err(error)?;
        let mut rows = pin!(rows);
        while let Some(found) = rows.try_next().await.map_err(error)? {
            if let Some(full) = gathered.add(row(&found)?) {
                to.send(full).await.map_err(gone)?;
            }
        }
        to.send(gathered.take()).await.map_err(gone)?;
    }
    Ok(())
}

/// Writes what arrives, one table after the other.
pub(super) async fn write(
    transaction: &Transaction<'_>,
    tables: &[Table],
    mut batches: From,
) -> Result<(), StoreError> {
    let mut next = batches.recv().await;
    while let Some(first) = next {
        let index = first.table;
        let table = tables.get(index).ok_or(StoreError::Interrupted)?;
        let copy = transaction.copy_in(&table.copy()).await.map_err(error)?;
        let mut writer = pin!(BinaryCopyInWriter::new(copy, &table.types()));
        let mut batch = first;
        next = loop {
            let Batch { rows, .. } = batch;
            for row in &rows {
                writer.as_mut().write(&bound(row)?).await.map_err(error)?;
            }
            match batches.recv().await {
                Some(more) if more.table == index => batch = more,
                other => break other,
            }
        };
        writer.finish().await.map_err(error)?;
    }
    Ok(())
}

/// Whether there is nothing in any table.
pub(super) async fn check_empty(
    transaction: &Transaction<'_>,
    tables: &[Table],
) -> Result<(), BackupError> {
    for table in tables {
        if transaction.query_opt(&table.some(), &[]).await.map_err(error)?.is_some() {
            return Err(BackupError::NotEmpty { table: table.name.clone() });
        }
    }
    Ok(())
}

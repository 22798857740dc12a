use deadpool_postgres::StatementCache;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

use super::limit::answer;
use super::statement::{bound, row};
use crate::StoreError;
use crate::row::{Param, Row};

/// One statement for many rows, whose values it takes column by column.
pub(crate) async fn query_each(
    client: &Client,
    cache: &StatementCache,
    text: &'static str,
    shared: &[Param],
    each: &[Vec<Param>],
) -> Result<Vec<Row>, StoreError> {
    let columns = columns(each)?;
    let statement = answer(cache.prepare(client, text)).await?;
    let rows = answer(client.query(&statement, &with(shared, &columns)?)).await?;
    rows.iter().map(row).collect()
}

/// The same for statements that answer no rows.
pub(crate) async fn execute_each(
    client: &Client,
    cache: &StatementCache,
    text: &'static str,
    shared: &[Param],
    each: &[Vec<Param>],
) -> Result<u64, StoreError> {
    let columns = columns(each)?;
    let statement = answer(cache.prepare(client, text)).await?;
    answer(client.execute(&statement, &with(shared, &columns)?)).await
}

/// What an array is made of.
type Array<'p> = Vec<&'p Param>;

fn columns(each: &[Vec<Param>]) -> Result<Vec<Array<'_>>, StoreError> {
    let width = each.first().map_or(0, Vec::len);
    let mut columns = vec![Array::with_capacity(each.len()); width];
    for row in each {
        bound(row)?;
        for (column, param) in columns.iter_mut().zip(row) {
            column.push(param);
        }
    }
    Ok(columns)
}

fn with<'p>(
    shared: &'p [Param],
    columns: &'p [Array<'_>],
) -> Result<Vec<&'p (dyn ToSql + Sync)>, StoreError> {
    let mut params = bound(shared)?;
    params.extend(columns.iter().map(|column| column as &(dyn ToSql + Sync)));
    Ok(params)
}

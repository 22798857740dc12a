use std::error::Error;
use std::sync::Arc;

use bytes::BytesMut;
use deadpool_postgres::StatementCache;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Column};

use super::limit::{answer, too_long};
use crate::StoreError;
use crate::row::{Cell, Param, Row};

pub(crate) async fn query(
    client: &Client,
    cache: &StatementCache,
    text: &'static str,
    params: &[Param],
) -> Result<Vec<Row>, StoreError> {
    let params = bound(params)?;
    let statement = answer(cache.prepare(client, text)).await?;
    let rows = answer(client.query(&statement, &params)).await?;
    rows.iter().map(row).collect()
}

/// Sends text and types at once; the server forgets the statement again. That it takes too long is
/// for whoever wrote the query.
pub(crate) async fn query_once(
    client: &Client,
    text: &str,
    params: &[Param],
) -> Result<Vec<Row>, StoreError> {
    let types = params.iter().map(Param::ty);
    let params: Vec<_> = bound(params)?.into_iter().zip(types).collect();
    let rows = answer(client.query_typed(text, &params)).await.map_err(too_long)?;
    rows.iter().map(row).collect()
}

pub(crate) async fn execute(
    client: &Client,
    cache: &StatementCache,
    text: &'static str,
    params: &[Param],
) -> Result<u64, StoreError> {
    let params = bound(params)?;
    let statement = answer(cache.prepare(client, text)).await?;
    answer(client.execute(&statement, &params)).await
}

pub(crate) async fn prepare(
    client: &Client,
    cache: &StatementCache,
    text: &'static str,
) -> Result<(), StoreError> {
    answer(cache.prepare(client, text)).await.map(drop)
}

/// What may be bound.
pub(crate) fn bound<'p>(params: &'p [Param]) -> Result<Vec<&'p (dyn ToSql + Sync)>, StoreError> {
    let bind = |param: &'p Param| match param {
        Param::Text(text) if text.contains('\0') => Err(StoreError::NulCharacter),
        param => Ok(param as &(dyn ToSql + Sync)),
    };
    params.iter().map(bind).collect()
}

pub(crate) fn row(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let cells = row.columns().iter().enumerate().map(|(index, column)| cell(row, index, column));
    cells.collect::<Result<_, _>>().map(Row::new)
}

fn cell(row: &tokio_postgres::Row, index: usize, column: &Column) -> Result<Cell, StoreError> {
    let cell = match *column.type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map(|value| value.map(Cell::Integer)),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index).map(|value| value.map(Cell::Blob)),
        _ => row.try_get::<_, Option<String>>(index).map(|value| value.map(Cell::Text)),
    };
    cell.map(|cell| cell.unwrap_or(Cell::Null))
        .map_err(|source| StoreError::Database(Arc::new(source)))
}

impl Param {
    fn ty(&self) -> Type {
        match self {
            Self::Integer(_) => Type::INT8,
            Self::Text(_) | Self::Null => Type::TEXT,
            Self::Blob(_) => Type::BYTEA,
        }
    }
}

impl ToSql for Param {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(integer) => integer.to_sql_checked(ty, out),
            Self::Text(text) => text.to_sql_checked(ty, out),
            Self::Blob(bytes) => bytes.to_sql_checked(ty, out),
        }
    }

    /// Each value checks the type itself.
    fn accepts(_ty: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

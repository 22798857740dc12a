use std::sync::Arc;

use deadpool_postgres::{Object, Pool, PoolError};

use super::error;
use crate::StoreError;

/// A connection outside of any operation, for the time before there are operations.
pub(crate) async fn connection(pool: &Pool) -> Result<Object, StoreError> {
    pool.get().await.map_err(|failure| match failure {
        PoolError::Backend(failure) => error(failure),
        other => StoreError::Unavailable(Arc::new(other)),
    })
}

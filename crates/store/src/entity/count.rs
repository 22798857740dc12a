use model::TenantId;

use super::shown::Showing;
use crate::operation::Operation;
use crate::query::{ListError, ListQuery, Selection, Table, Text};
use crate::transaction::Tx;
use crate::{Store, StoreError};

impl Store {
    /// Counts the rows of a tenant that pass filter and search, whatever else the query asks.
    pub async fn count_entities(
        &self,
        tenant: TenantId,
        table: &'static Table,
        query: &ListQuery<'_>,
    ) -> Result<u64, ListError> {
        let (dialect, tenant) = (self.backend().dialect(), tenant.to_string());
        let count = |shown| {
            let selection = Selection { table, select: "", shown };
            selection.count(dialect, &tenant, query).map(Count)
        };
        let count = Showing::of(table, dialect, &tenant, count)?;
        Ok(self.backend().scan(count).await?)
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

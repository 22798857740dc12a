use model::{Connection, TenantId};

use super::row::{SELECT, read};
use crate::operation::Operation;
use crate::query::{ListError, ListQuery, Listed, Listing};
use crate::transaction::Tx;
use crate::{Store, StoreError};

impl Store {
    /// Finds connections of a tenant; rows and count are of one moment.
    pub async fn list_connections(
        &self,
        tenant: TenantId,
        query: &ListQuery<'_>,
    ) -> Result<Listed<Connection>, ListError> {
        let listing = SELECT.listing(self.backend().dialect(), &tenant.to_string(), query)?;
        Ok(self.backend().scan(List(listing)).await?)
    }
}

struct List(Listing);

impl Operation for List {
    type Output = Listed<Connection>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Listed<Connection>, StoreError> {
        self.0.run(tx, read).await
    }
}

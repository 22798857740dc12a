use model::TenantId;
use odata::value::Structured;

use super::Entities;
use crate::operation::Operation;
use crate::query::{ListError, ListQuery, Listed, Listing, Selection};
use crate::transaction::Tx;
use crate::{Store, StoreError};

impl Store {
    /// Finds entities of a tenant; rows and count are of one moment.
    pub async fn list_entities(
        &self,
        tenant: TenantId,
        entities: &'static Entities,
        query: &ListQuery<'_>,
    ) -> Result<Listed<Structured>, ListError> {
        let select = entities.select();
        let selection = Selection { table: entities.table, select: &select };
        let listing = selection.listing(self.backend().dialect(), &tenant.to_string(), query)?;
        Ok(self.backend().scan(List { listing, entities }).await?)
    }
}

struct List {
    listing: Listing,
    entities: &'static Entities,
}

impl Operation for List {
    type Output = Listed<Structured>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Listed<Structured>, StoreError> {
        self.listing.run(tx, |mut row| self.entities.read(&mut row)).await
    }
}

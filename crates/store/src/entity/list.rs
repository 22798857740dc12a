use model::TenantId;
use odata::value::Structured;

use super::Entities;
use crate::Store;
use crate::operation::Operation;
use crate::query::{ListError, ListQuery, Listed, Listing, Selection};
use crate::transaction::Tx;

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
        let tenant = tenant.to_string();
        let listing = selection.listing(self.backend().dialect(), &tenant, query)?;
        self.backend().scan(List { listing, entities, tenant }).await
    }
}

struct List {
    listing: Listing,
    entities: &'static Entities,
    tenant: String,
}

impl Operation for List {
    type Output = Listed<Structured>;
    type Error = ListError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Listed<Structured>, ListError> {
        let mut listed = self.listing.run(tx, |mut row| self.entities.read(&mut row)).await?;
        let rows = listed.items.iter_mut().collect();
        self.entities.add_items(tx, &self.tenant, rows).await?;
        Ok(listed)
    }
}

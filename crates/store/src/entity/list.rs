use model::TenantId;
use odata::value::Structured;

use super::Entities;
use super::shown::Showing;
use crate::Store;
use crate::operation::Operation;
use crate::query::{Dialect, ListError, ListQuery, Listed, Listing, Selection, Shown};
use crate::transaction::Tx;

impl Store {
    /// Finds entities of a tenant; rows and count are of one moment.
    pub async fn list_entities(
        &self,
        tenant: TenantId,
        entities: &'static Entities,
        query: &ListQuery<'_>,
    ) -> Result<Listed<Structured>, ListError> {
        let (dialect, tenant) = (self.backend().dialect(), tenant.to_string());
        let list = |shown| List::showing(dialect, &tenant, (entities, shown), query);
        let list = Showing::of(entities.table, dialect, &tenant, list)?;
        self.backend().scan(list).await
    }
}

pub(super) struct List {
    listing: Listing,
    entities: &'static Entities,
    tenant: String,
}

impl List {
    pub(super) fn new(
        dialect: Dialect<'_>,
        tenant: &str,
        entities: &'static Entities,
        query: &ListQuery<'_>,
    ) -> Result<Self, ListError> {
        Self::showing(dialect, tenant, (entities, Shown::All), query)
    }

    fn showing(
        dialect: Dialect<'_>,
        tenant: &str,
        (entities, shown): (&'static Entities, Shown),
        query: &ListQuery<'_>,
    ) -> Result<Self, ListError> {
        let select = entities.select();
        let selection = Selection { table: entities.table, select: &select, shown };
        let listing = selection.listing(dialect, tenant, query)?;
        Ok(Self { listing, entities, tenant: tenant.to_owned() })
    }
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

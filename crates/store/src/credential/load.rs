use model::{ConnectionId, TenantId};

use super::row::{SealedCredential, StoredCredential, TABLE, key, select_credential};
use crate::operation::Operation;
use crate::row::Param;
use crate::seal::{Place, Sealer};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Reads the credential of a connection with its secrets.
    pub async fn load_credential(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Option<StoredCredential>, StoreError> {
        let load = move |sealer: Sealer| async move {
            let sealed = self.backend().point(Load { tenant, id }).await?;
            let [tenant, id] = key(tenant, id);
            let place = Place { table: TABLE, row: &[&tenant, &id] };
            sealed.map(|sealed| sealed.open(&sealer, &place)).transpose()
        };
        self.with_sealer(load).await
    }
}

struct Load {
    tenant: TenantId,
    id: ConnectionId,
}

impl Operation for Load {
    type Output = Option<SealedCredential>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<SealedCredential>, StoreError> {
        let params = key(self.tenant, self.id).map(Param::from);
        let rows = tx.query(&LOAD_CREDENTIAL, &params).await?;
        rows.into_iter().next().map(SealedCredential::try_from).transpose()
    }
}

pub(crate) const LOAD_CREDENTIAL: Statement = Statement::new(select_credential!(""));

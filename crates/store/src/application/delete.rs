use model::TenantId;
use uuid::Uuid;

use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Deletes an application and its secrets; tells whether it was there.
    pub async fn delete_application(
        &self,
        tenant: TenantId,
        app_id: Uuid,
    ) -> Result<bool, StoreError> {
        self.backend().write(Delete { tenant, app_id }).await
    }
}

struct Delete {
    tenant: TenantId,
    app_id: Uuid,
}

impl Operation for Delete {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let params = [self.tenant.to_string().into(), self.app_id.to_string().into()];
        Ok(tx.execute(&DELETE_APPLICATION, &params).await? > 0)
    }
}

/// Takes the secrets along.
pub(crate) const DELETE_APPLICATION: Statement =
    Statement::new("DELETE FROM application WHERE tenant_id = $1 AND app_id = $2");

use model::TenantId;
use uuid::Uuid;

use super::row::{Application, read, read_secret};
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Reads one application with its secrets.
    pub async fn load_application(
        &self,
        tenant: TenantId,
        app_id: Uuid,
    ) -> Result<Option<Application>, StoreError> {
        self.backend().scan(Load { tenant, app_id }).await
    }
}

struct Load {
    tenant: TenantId,
    app_id: Uuid,
}

impl Operation for Load {
    type Output = Option<Application>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Application>, StoreError> {
        let params = [self.tenant.to_string().into(), self.app_id.to_string().into()];
        let Some(row) = tx.query(&LOAD_APPLICATION, &params).await?.into_iter().next() else {
            return Ok(None);
        };
        let mut application = read(row)?;
        for row in tx.query(&LOAD_SECRETS, &params).await? {
            application.secrets.push(read_secret(row)?.1);
        }
        Ok(Some(application))
    }
}

pub(crate) const LOAD_APPLICATION: Statement = Statement::new(
    "SELECT tenant_id, app_id, name, permissions, created FROM application
     WHERE tenant_id = $1 AND app_id = $2",
);

pub(crate) const LOAD_SECRETS: Statement = Statement::new(
    "SELECT app_id, secret_id, hash, hint, created, expires FROM application_secret
     WHERE tenant_id = $1 AND app_id = $2 ORDER BY created, secret_id",
);

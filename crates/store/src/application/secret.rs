use model::TenantId;
use uuid::Uuid;

use super::row::ApplicationSecret;
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Adds a secret to an application; `false` if there is no such application.
    pub async fn add_application_secret(
        &self,
        tenant: TenantId,
        app_id: Uuid,
        secret: ApplicationSecret,
    ) -> Result<bool, StoreError> {
        self.backend().write(Add { tenant, app_id, secret }).await
    }

    /// Removes a secret; tells whether it was there.
    pub async fn remove_application_secret(
        &self,
        tenant: TenantId,
        app_id: Uuid,
        secret: Uuid,
    ) -> Result<bool, StoreError> {
        self.backend().write(Remove { tenant, app_id, secret }).await
    }
}

struct Add {
    tenant: TenantId,
    app_id: Uuid,
    secret: ApplicationSecret,
}

impl Operation for Add {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        Ok(insert_secret(tx, self.tenant, self.app_id, &self.secret).await? > 0)
    }
}

struct Remove {
    tenant: TenantId,
    app_id: Uuid,
    secret: Uuid,
}

impl Operation for Remove {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let params = [
            self.tenant.to_string().into(),
            self.app_id.to_string().into(),
            self.secret.to_string().into(),
        ];
        Ok(tx.execute(&DELETE_SECRET, &params).await? > 0)
    }
}

/// Writes nothing if there is no such application.
pub(super) async fn insert_secret(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    app_id: Uuid,
    secret: &ApplicationSecret,
) -> Result<u64, StoreError> {
    let params = [
        tenant.to_string().into(),
        app_id.to_string().into(),
        secret.id.to_string().into(),
        secret.hash.as_slice().into(),
        (&secret.hint).into(),
        secret.created.into(),
        secret.expires.into(),
    ];
    tx.execute(&INSERT_SECRET, &params).await
}

pub(crate) const INSERT_SECRET: Statement = Statement::new(
    "INSERT INTO application_secret
     (tenant_id, app_id, secret_id, hash, hint, created, expires)
     SELECT tenant_id, app_id, $3, $4, $5, $6, $7 FROM application
     WHERE tenant_id = $1 AND app_id = $2",
);

pub(crate) const DELETE_SECRET: Statement = Statement::new(
    "DELETE FROM application_secret WHERE tenant_id = $1 AND app_id = $2 AND secret_id = $3",
);

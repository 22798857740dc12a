use model::TenantId;

use super::row::{Application, read, read_secret};
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// All applications of a tenant with their secrets, by name.
    pub async fn list_applications(
        &self,
        tenant: TenantId,
    ) -> Result<Vec<Application>, StoreError> {
        self.backend().scan(List(tenant)).await
    }
}

struct List(TenantId);

impl Operation for List {
    type Output = Vec<Application>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Application>, StoreError> {
        let tenant = [self.0.to_string().into()];
        let rows = tx.query(&LIST_APPLICATIONS, &tenant).await?;
        let mut applications: Vec<_> = rows.into_iter().map(read).collect::<Result<_, _>>()?;
        for row in tx.query(&LIST_SECRETS, &tenant).await? {
            let (app_id, secret) = read_secret(row)?;
            let owner = applications.iter_mut().find(|application| application.app_id == app_id);
            if let Some(owner) = owner {
                owner.secrets.push(secret);
            }
        }
        Ok(applications)
    }
}

pub(crate) const LIST_APPLICATIONS: Statement = Statement::new(
    "SELECT tenant_id, app_id, name, permissions, created FROM application
     WHERE tenant_id = $1 ORDER BY name, app_id",
);

pub(crate) const LIST_SECRETS: Statement = Statement::new(
    "SELECT app_id, secret_id, hash, hint, created, expires FROM application_secret
     WHERE tenant_id = $1 ORDER BY created, secret_id",
);

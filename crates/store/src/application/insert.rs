use super::row::{Application, permissions};
use super::secret::insert_secret;
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Registers an application with its secrets. [`StoreError::AlreadyExists`] if its id is
    /// taken.
    pub async fn insert_application(&self, application: Application) -> Result<(), StoreError> {
        self.backend().write(Insert(application)).await
    }
}

struct Insert(Application);

impl Operation for Insert {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let Application { tenant, app_id, name, created, secrets, .. } = &self.0;
        let params = [
            tenant.to_string().into(),
            app_id.to_string().into(),
            name.into(),
            permissions(&self.0).into(),
            (*created).into(),
        ];
        tx.execute(&INSERT_APPLICATION, &params).await?;
        for secret in secrets {
            insert_secret(tx, *tenant, *app_id, secret).await?;
        }
        Ok(())
    }
}

pub(crate) const INSERT_APPLICATION: Statement = Statement::new(
    "INSERT INTO application (tenant_id, app_id, name, permissions, created)
     VALUES ($1, $2, $3, $4, $5)",
);

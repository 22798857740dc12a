use model::{Permission, TenantId, Timestamp};
use uuid::Uuid;

use crate::StoreError;
use crate::row::Row;

/// An application of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Tenant that it belongs to.
    pub tenant: TenantId,
    /// Its client id.
    pub app_id: Uuid,
    /// For people.
    pub name: String,
    /// What it may ask for.
    pub permissions: Vec<Permission>,
    /// When it was registered.
    pub created: Timestamp,
    /// Its secrets, oldest first.
    pub secrets: Vec<ApplicationSecret>,
}

/// A secret of an application, of which only a hash is known.
#[derive(Clone, PartialEq, Eq)]
pub struct ApplicationSecret {
    /// Its key.
    pub id: Uuid,
    /// Made by the caller.
    pub hash: Vec<u8>,
    /// Its first characters, for people to tell secrets apart.
    pub hint: String,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is worthless.
    pub expires: Option<Timestamp>,
}

impl std::fmt::Debug for ApplicationSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApplicationSecret").field("id", &self.id).finish_non_exhaustive()
    }
}

pub(super) fn read(mut row: Row) -> Result<Application, StoreError> {
    Ok(Application {
        tenant: TenantId::from_uuid(row.uuid("application.tenant_id")?),
        app_id: row.uuid("application.app_id")?,
        name: row.text("application.name")?,
        permissions: read_permissions(&row.text("application.permissions")?)?,
        created: row.timestamp("application.created")?,
        secrets: Vec::new(),
    })
}

/// Gives the application, too, that the secret belongs to.
pub(super) fn read_secret(mut row: Row) -> Result<(Uuid, ApplicationSecret), StoreError> {
    let app_id = row.uuid("application_secret.app_id")?;
    let secret = ApplicationSecret {
        id: row.uuid("application_secret.secret_id")?,
        hash: row.blob("application_secret.hash")?,
        hint: row.text("application_secret.hint")?,
        created: row.timestamp("application_secret.created")?,
        expires: row.optional_timestamp("application_secret.expires")?,
    };
    Ok((app_id, secret))
}

pub(super) fn permissions(application: &Application) -> String {
    let names: Vec<_> =
        application.permissions.iter().map(|permission| permission.name()).collect();
    names.join(" ")
}

fn read_permissions(text: &str) -> Result<Vec<Permission>, StoreError> {
    let permission = |name: &str| {
        name.parse().map_err(|_unknown| StoreError::Corrupt { column: "application.permissions" })
    };
    text.split_whitespace().map(permission).collect()
}

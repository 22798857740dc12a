use model::{Permission, Rng, TenantId, Timestamp};
use store::{Application, Store, StoreError};

/// An application that cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Blank, too long, or with control characters in it.
    #[error("the name must have 1 to 120 characters, none of them a control character")]
    Name,
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const MAX_NAME_CHARS: usize = 120;

/// Registers an application at the built-in issuer. It can sign in once it has a secret; its
/// tokens carry the permissions that it is given here.
pub async fn register_application(
    store: &Store,
    tenant: TenantId,
    name: &str,
    permissions: Vec<Permission>,
    now: Timestamp,
    rng: &dyn Rng,
) -> Result<Application, RegisterError> {
    let name = name.trim();
    let fits = (1..=MAX_NAME_CHARS).contains(&name.chars().count());
    if !fits || name.chars().any(char::is_control) {
        return Err(RegisterError::Name);
    }
    let app_id = rng.uuid();
    let name = name.to_owned();
    let secrets = Vec::new();
    let application = Application { tenant, app_id, name, permissions, created: now, secrets };
    store.insert_application(application.clone()).await?;
    Ok(application)
}

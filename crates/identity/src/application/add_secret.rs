use model::{Rng, TenantId, Timestamp};
use secrecy::SecretString;
use store::{ApplicationSecret, Store, StoreError};
use uuid::Uuid;

use super::ClientSecret;

/// A secret that was just made. The text is nowhere else: it is shown now or never.
#[derive(Debug)]
pub struct NewSecret {
    /// By which it is removed.
    pub id: Uuid,
    /// What the application presents.
    pub text: SecretString,
    /// When it ends.
    pub expires: Option<Timestamp>,
}

/// Gives an application a further secret, so that one can be exchanged without a gap. `None` when
/// there is no such application.
pub async fn add_application_secret(
    store: &Store,
    tenant: TenantId,
    application: Uuid,
    expires: Option<Timestamp>,
    now: Timestamp,
    rng: &dyn Rng,
) -> Result<Option<NewSecret>, StoreError> {
    let secret = ClientSecret::random(rng);
    let id = rng.uuid();
    let stored = ApplicationSecret {
        id,
        hash: secret.hash().to_vec(),
        hint: secret.hint(),
        created: now,
        expires,
    };
    let added = store.add_application_secret(tenant, application, stored).await?;
    Ok(added.then(|| NewSecret { id, text: secret.reveal(), expires }))
}

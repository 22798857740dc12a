use std::sync::{Arc, Mutex, PoisonError};

use model::{ConnectionId, TenantId};
use secrecy::SecretString;
use servicenow::StoreRefreshToken;
use store::{CredentialVersion, Renewal, Store, StoreError};

/// Where the refresh tokens go that an instance gives for the credential of one connection.
#[derive(Debug)]
pub struct RefreshTokens {
    store: Store,
    tenant: TenantId,
    connection: ConnectionId,
    version: Mutex<CredentialVersion>,
}

/// A refresh token that was not stored.
#[derive(Debug, thiserror::Error)]
pub enum RefreshTokenError {
    /// Another credential is stored by now, which is to be used.
    #[error("the credential has been replaced meanwhile")]
    Superseded,
    /// The database failed; the same may be tried again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RefreshTokens {
    /// For the credential that was loaded with that version.
    pub fn new(
        store: Store,
        (tenant, connection): (TenantId, ConnectionId),
        version: CredentialVersion,
    ) -> Arc<Self> {
        Arc::new(Self { store, tenant, connection, version: Mutex::new(version) })
    }

    /// The version that was stored last from here. While it is that of the database, whoever keeps
    /// tokens has the credential of now.
    pub fn version(&self) -> CredentialVersion {
        *self.version.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a keeper of tokens stores them with.
    pub fn sink(self: &Arc<Self>) -> StoreRefreshToken {
        let tokens = Arc::clone(self);
        Arc::new(move |token| {
            let tokens = Arc::clone(&tokens);
            Box::pin(async move { Ok(tokens.put(&token).await?) })
        })
    }

    async fn put(&self, token: &SecretString) -> Result<(), RefreshTokenError> {
        let seen = self.version();
        let renewal = self.store.renew_refresh_token(self.tenant, self.connection, seen, token);
        let Renewal::Stored(version) = renewal.await? else {
            return Err(RefreshTokenError::Superseded);
        };
        *self.version.lock().unwrap_or_else(PoisonError::into_inner) = version;
        Ok(())
    }
}

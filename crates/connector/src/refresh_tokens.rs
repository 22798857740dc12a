use std::sync::{Arc, Mutex, PoisonError};

use model::{ConnectionId, TenantId};
use secrecy::SecretString;
use servicenow::StoreRefreshToken;
use store::{Agent, CredentialVersion, Renewal, Store, StoreError};

/// Where the refresh tokens go that an instance gives for the credential of one connection, or for
/// what an agent signed in with.
#[derive(Debug)]
pub struct RefreshTokens {
    store: Store,
    owner: Owner,
    version: Mutex<CredentialVersion>,
}

#[derive(Debug)]
enum Owner {
    Connection(TenantId, ConnectionId),
    Agent(Agent),
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
        let owner = Owner::Connection(tenant, connection);
        Arc::new(Self { store, owner, version: Mutex::new(version) })
    }

    /// For what an agent signed in with, which was loaded with that version.
    pub fn of_agent(store: Store, agent: Agent, version: CredentialVersion) -> Arc<Self> {
        Arc::new(Self { store, owner: Owner::Agent(agent), version: Mutex::new(version) })
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
        let renewal = match self.owner {
            Owner::Connection(tenant, connection) => {
                self.store.renew_refresh_token(tenant, connection, seen, token).await?
            }
            Owner::Agent(agent) => self.store.renew_agent_token(agent, seen, token).await?,
        };
        let Renewal::Stored(version) = renewal else {
            return Err(RefreshTokenError::Superseded);
        };
        *self.version.lock().unwrap_or_else(PoisonError::into_inner) = version;
        Ok(())
    }
}

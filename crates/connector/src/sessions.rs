use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{AuthenticationMethod, Connection, ConnectionId, TenantId};
use servicenow::Session;
use store::{Store, StoreError, StoredCredential};

use crate::live::Learned;
use crate::{CredentialPolicy, Door, RefreshTokens, Site, Trouble};

/// Calls of instances as the accounts of their connections. Tokens are shared by all who call for
/// one connection, and go once its credential or where it leads is another.
#[derive(Debug)]
pub struct Sessions {
    store: Store,
    door: Door,
    policy: CredentialPolicy,
    kept: Mutex<HashMap<(TenantId, ConnectionId), Kept>>,
}

/// Where a connection leads, and calls of it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Where it leads.
    pub site: Site,
    /// Calls as its account.
    pub session: Session,
    pub(crate) learned: Arc<Learned>,
}

/// Why an instance cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum OpenSessionError {
    /// Somebody has to do something about it.
    #[error("{}", .0.message)]
    Trouble(Trouble),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug)]
struct Kept {
    opened: Opened,
    leads_to: LeadsTo,
    tokens: Arc<RefreshTokens>,
}

/// What of a connection a session is good for.
#[derive(Debug, PartialEq, Eq)]
struct LeadsTo {
    url: String,
    method: Option<AuthenticationMethod>,
}

impl Sessions {
    /// With credentials of the store, through this door.
    pub fn new(store: Store, door: Door, policy: CredentialPolicy) -> Self {
        Self { store, door, policy, kept: Mutex::default() }
    }

    /// Calls for a connection, as it is now.
    pub async fn open(&self, connection: &Connection) -> Result<Opened, OpenSessionError> {
        let site = Site::of(connection, &self.door.policy().private)
            .map_err(|error| OpenSessionError::Trouble(Trouble::of_site(error)))?;
        let key = (connection.tenant, connection.id);
        let Some(stored) = self.store.load_credential(connection.tenant, connection.id).await?
        else {
            self.lock().remove(&key);
            return Err(OpenSessionError::Trouble(Trouble::no_credential()));
        };
        let leads_to = LeadsTo::of(connection, &site);
        // Held while one is made: all who come at the same time share its tokens.
        let mut all = self.lock();
        if let Some(kept) = all.get(&key)
            && kept.leads_to == leads_to
            && kept.tokens.version() == stored.version
        {
            return Ok(kept.opened.clone());
        }
        let kept = self.make(connection, site, &stored)?;
        let opened = kept.opened.clone();
        all.insert(key, kept);
        drop(all);
        Ok(opened)
    }

    fn make(
        &self,
        connection: &Connection,
        site: Site,
        stored: &StoredCredential,
    ) -> Result<Kept, OpenSessionError> {
        let set_for = stored.description.origin.as_ref();
        let credential = self
            .policy
            .sign_in(connection, &stored.credential, set_for)
            .map_err(|refusal| OpenSessionError::Trouble(Trouble::of_credential(&refusal)))?;
        let key = (connection.tenant, connection.id);
        let tokens = RefreshTokens::new(self.store.clone(), key, stored.version);
        let session = self
            .door
            .session(&site, credential, tokens.sink())
            .map_err(|error| OpenSessionError::Trouble(Trouble::of_client(&error)))?;
        let leads_to = LeadsTo::of(connection, &site);
        Ok(Kept { opened: Opened { site, session, learned: Arc::default() }, leads_to, tokens })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(TenantId, ConnectionId), Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LeadsTo {
    fn of(connection: &Connection, site: &Site) -> Self {
        let method = connection.authentication_method.clone();
        Self { url: format!("{}{}", site.instance, site.path), method }
    }
}

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{AuthenticationMethod, Connection, ConnectionId, TenantId};
use servicenow::Session;
use store::{CredentialVersion, Store, StoreError};
use uuid::Uuid;

use crate::live::Learned;
use crate::{CredentialPolicy, Door, RefreshTokens, Site, Trouble};

/// Calls of instances, as the accounts of their connections or as agents. Tokens are shared by all who call for
/// one connection, and go once its credential or where it leads is another.
#[derive(Debug)]
pub struct Sessions {
    store: Store,
    door: Door,
    policy: CredentialPolicy,
    kept: Mutex<HashMap<Key, Kept>>,
}

/// A connection, and the account of an agent who calls for it.
pub(crate) type Key = (TenantId, ConnectionId, Option<Uuid>);

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
    /// Of the credential that has the secret of the client, where that is another.
    of_client: Option<CredentialVersion>,
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
        let site = self.site(connection)?;
        let key = (connection.tenant, connection.id, None);
        let Some(stored) = self.store.load_credential(connection.tenant, connection.id).await?
        else {
            self.forget(&key);
            return Err(Trouble::no_credential().into());
        };
        let make = |site: &Site| {
            let set_for = stored.description.origin.as_ref();
            let credential = self.policy.sign_in(connection, &stored.credential, set_for);
            let credential = credential.map_err(|refusal| Trouble::of_credential(&refusal))?;
            let key = (connection.tenant, connection.id);
            let tokens = RefreshTokens::new(self.store.clone(), key, stored.version);
            let session = self.door.session(site, credential, tokens.sink());
            Ok((session.map_err(|error| Trouble::of_client(&error))?, tokens))
        };
        self.kept(key, (connection, site), (stored.version, None), make)
    }

    /// What is kept under a key while it is good for these versions, or else what is made.
    pub(crate) fn kept(
        &self,
        key: Key,
        (connection, site): (&Connection, Site),
        (version, of_client): (CredentialVersion, Option<CredentialVersion>),
        make: impl FnOnce(&Site) -> Result<(Session, Arc<RefreshTokens>), Trouble>,
    ) -> Result<Opened, OpenSessionError> {
        let leads_to = LeadsTo::of(connection, &site);
        // Held while one is made: all who come at the same time share its tokens.
        let mut all = self.lock();
        if let Some(kept) = all.get(&key)
            && kept.leads_to == leads_to
            && kept.tokens.version() == version
            && kept.of_client == of_client
        {
            return Ok(kept.opened.clone());
        }
        let (session, tokens) = make(&site)?;
        let opened = Opened { site, session, learned: Arc::default() };
        all.insert(key, Kept { opened: opened.clone(), leads_to, tokens, of_client });
        drop(all);
        Ok(opened)
    }

    pub(crate) fn site(&self, connection: &Connection) -> Result<Site, Trouble> {
        Site::of(connection, &self.door.policy().private).map_err(Trouble::of_site)
    }

    pub(crate) fn forget(&self, key: &Key) {
        self.lock().remove(key);
    }

    /// Forgets the tokens of an agent.
    pub(crate) fn forget_account(&self, tenant: TenantId, account: Uuid) {
        self.lock().retain(|(of, _, agent), _| (*of, *agent) != (tenant, Some(account)));
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn door(&self) -> &Door {
        &self.door
    }

    pub(crate) fn policy(&self) -> CredentialPolicy {
        self.policy
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Trouble> for OpenSessionError {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl LeadsTo {
    fn of(connection: &Connection, site: &Site) -> Self {
        let method = connection.authentication_method.clone();
        Self { url: format!("{}{}", site.instance, site.path), method }
    }
}

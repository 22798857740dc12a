use std::fmt;
use std::sync::Arc;

use reqwest::dns::Resolve;
use servicenow::{
    Client, ClientError, Credential, Outgoing, Session, StoreRefreshToken, Timeouts, TokenKeeper,
};

use crate::{EgressPolicy, Gate, Site};

/// The way out: every call of an instance goes through here, and no further than the policy
/// lets it.
#[derive(Clone)]
pub struct Door {
    policy: Arc<EgressPolicy>,
    names: Arc<dyn Resolve>,
    timeouts: Timeouts,
}

impl Door {
    /// A way out; `names` finds the addresses of hosts.
    pub fn new(policy: EgressPolicy, names: Arc<dyn Resolve>, timeouts: Timeouts) -> Self {
        Self { policy: Arc::new(policy), names, timeouts }
    }

    /// What may be called.
    pub fn policy(&self) -> &EgressPolicy {
        &self.policy
    }

    /// Calls of an instance.
    pub fn client(&self, site: &Site) -> Result<Client, ClientError> {
        let outgoing = Outgoing {
            resolver: Arc::new(self.gate(site)),
            timeouts: self.timeouts,
            private_ca: None,
            client_certificate: None,
            proxy: None,
        };
        Client::new(site.instance.clone(), &outgoing)
    }

    /// Calls of an instance as one account; `store` gets new refresh tokens.
    pub fn session(
        &self,
        site: &Site,
        credential: Credential,
        store: StoreRefreshToken,
    ) -> Result<Session, ClientError> {
        let client = self.client(site)?;
        Ok(Session::new(client.clone(), TokenKeeper::new(client, credential, store)))
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    pub(crate) fn gate(&self, site: &Site) -> Gate {
        Gate::new(Arc::clone(&self.policy), site.instance.port(), Arc::clone(&self.names))
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door")
            .field("policy", &self.policy)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

use std::fmt;
use std::sync::Arc;

use reqwest::dns::Resolve;
use servicenow::{
    Client, ClientError, Credential, Outgoing, Proxy, Session, StoreRefreshToken, ThroughProxy,
    Timeouts, TokenKeeper,
};

use crate::egress::Unresolved;
use crate::{EgressPolicy, Gate, Network, Site};

/// The way out: every call of an instance goes through here, and no further than the policy
/// lets it.
#[derive(Clone)]
pub struct Door {
    policy: Arc<EgressPolicy>,
    names: Arc<dyn Resolve>,
    network: Network,
}

/// Where a call is connected to.
pub(crate) struct Hop<'d> {
    pub(crate) host: &'d str,
    pub(crate) port: u16,
    /// Finds its addresses.
    pub(crate) gate: Gate,
}

impl Door {
    /// A way out; `names` finds the addresses of hosts.
    pub fn new(policy: EgressPolicy, names: Arc<dyn Resolve>, network: Network) -> Self {
        Self { policy: Arc::new(policy), names, network }
    }

    /// What may be called.
    pub fn policy(&self) -> &EgressPolicy {
        &self.policy
    }

    /// Calls of an instance.
    pub fn client(&self, site: &Site) -> Result<Client, ClientError> {
        let Network { timeouts, private_ca, client_certificate, proxy } = self.network.clone();
        let port = site.instance.port();
        let resolver: Arc<dyn Resolve> = if proxy.is_some() {
            Arc::new(Unresolved::new(Arc::clone(&self.policy), port))
        } else {
            Arc::new(self.gate(port))
        };
        let proxy =
            proxy.map(|proxy| ThroughProxy { resolver: Arc::new(self.gate(proxy.port())), proxy });
        let outgoing = Outgoing { resolver, timeouts, private_ca, client_certificate, proxy };
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

    /// What the network asks for.
    pub fn network(&self) -> &Network {
        &self.network
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.network.timeouts
    }

    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        self.network.proxy.as_ref()
    }

    /// The proxy if there is one, else the instance.
    pub(crate) fn hop<'d>(&'d self, site: &'d Site) -> Hop<'d> {
        let (host, port) = match self.proxy() {
            Some(proxy) => (proxy.host(), proxy.port()),
            None => (site.instance.host(), site.instance.port()),
        };
        Hop { host, port, gate: self.gate(port) }
    }

    /// Finds the addresses of hosts that are called at this port, and judges them.
    pub fn gate(&self, port: u16) -> Gate {
        Gate::new(Arc::clone(&self.policy), port, Arc::clone(&self.names))
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door")
            .field("policy", &self.policy)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

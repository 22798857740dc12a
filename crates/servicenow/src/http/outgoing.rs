use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::Resolve;

use super::{ClientCertificate, PrivateCa, Proxy};

/// How calls leave: who resolves names, and how long anything may take.
#[derive(Clone)]
pub struct Outgoing {
    /// Says which addresses a host has, and so which may be called: the address that it gives is
    /// the one that is connected to. A host that is an address already is shown to it, too. To
    /// refuse, it answers [`NotAdmitted`].
    pub resolver: Arc<dyn Resolve>,
    /// How long anything may take.
    pub timeouts: Timeouts,
    /// Authorities that are trusted beside those of the system.
    pub private_ca: Option<PrivateCa>,
    /// What is shown to instances that want a certificate.
    pub client_certificate: Option<ClientCertificate>,
    /// The proxy, if calls go through one. No variable of the environment counts.
    pub proxy: Option<ThroughProxy>,
}

/// A proxy, which then resolves the names of instances: `Outgoing::resolver` is still shown the
/// instance before every call, and may refuse it, but the addresses that it gives to a name are of
/// no matter.
#[derive(Clone)]
pub struct ThroughProxy {
    /// Where it is.
    pub proxy: Proxy,
    /// Says which addresses the proxy has.
    pub resolver: Arc<dyn Resolve>,
}

/// How long anything may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the last byte of the answer.
    pub total: Duration,
}

/// A host must not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotAdmitted {
    /// The host.
    pub host: String,
    /// What the administrator is told.
    pub reason: String,
}

impl Default for Timeouts {
    /// An instance cancels requests of its own accord after 60 seconds.
    ///
    /// Source: ServiceNow, "Default transaction quotas".
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), total: Duration::from_secs(80) }
    }
}

impl fmt::Debug for ThroughProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.proxy.fmt(f)
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("timeouts", &self.timeouts)
            .field("private_ca", &self.private_ca)
            .field("client_certificate", &self.client_certificate)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

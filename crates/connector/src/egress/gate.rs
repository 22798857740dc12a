use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use servicenow::NotAdmitted;
use tokio::net::lookup_host;

use super::EgressPolicy;

/// Finds the addresses of hosts for the calls of one instance, and gives those that the policy
/// admits.
#[derive(Clone)]
pub struct Gate {
    policy: Arc<EgressPolicy>,
    /// Who asks for an address does not say for which port, so it is the instance's.
    port: u16,
    names: Arc<dyn Resolve>,
}

/// The resolver of the system.
#[derive(Debug, Clone, Copy)]
pub struct SystemNames;

impl Gate {
    /// For calls to this port. `names` finds addresses.
    pub fn new(policy: Arc<EgressPolicy>, port: u16, names: Arc<dyn Resolve>) -> Self {
        Self { policy, port, names }
    }

    async fn addresses(&self, name: Name) -> Result<Vec<IpAddr>, BoxError> {
        let host = as_in_a_url(&name);
        let refused = |refusal: super::Refusal| NotAdmitted {
            host: host.clone(),
            reason: refusal.to_string(),
        };
        self.policy.listed(&host, self.port).map_err(refused)?;
        let found: Vec<IpAddr> = self.names.resolve(name).await?.map(|found| found.ip()).collect();
        let admitted = self.policy.admit(&host, self.port, &found).map_err(refused)?;
        if admitted.is_empty() {
            return Err(no_address(&host).into());
        }
        Ok(admitted)
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Resolve for Gate {
    fn resolve(&self, name: Name) -> Resolving {
        let gate = self.clone();
        Box::pin(async move { gate.addresses(name).await.map(without_port) })
    }
}

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("policy", &self.policy)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// An IPv6 address has brackets there.
pub(super) fn as_in_a_url(name: &Name) -> String {
    match name.as_str().parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        Ok(IpAddr::V4(_)) | Err(_) => name.as_str().to_owned(),
    }
}

/// The port is that of the URL then.
fn without_port(addresses: Vec<IpAddr>) -> Addrs {
    Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)))
}

fn no_address(host: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("{host} has no address"))
}

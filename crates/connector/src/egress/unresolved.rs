use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use servicenow::NotAdmitted;

use super::EgressPolicy;
use super::gate::as_in_a_url;

/// Judges the host of one instance where a proxy looks up its name. It finds no addresses but that
/// of a host which is one.
#[derive(Debug)]
pub(crate) struct Unresolved {
    policy: Arc<EgressPolicy>,
    port: u16,
}

impl Unresolved {
    /// For calls to this port.
    pub(crate) fn new(policy: Arc<EgressPolicy>, port: u16) -> Self {
        Self { policy, port }
    }
}

impl Resolve for Unresolved {
    fn resolve(&self, name: Name) -> Resolving {
        let host = as_in_a_url(&name);
        let judged = self.policy.admit_unresolved(&host, self.port);
        let address: Option<IpAddr> = name.as_str().parse().ok();
        Box::pin(async move {
            match judged {
                Ok(_listed) => {
                    let found = address.map(|address| SocketAddr::new(address, 0));
                    Ok(Box::new(found.into_iter()) as Addrs)
                }
                Err(refusal) => Err(NotAdmitted { host, reason: refusal.to_string() }.into()),
            }
        })
    }
}

use std::net::IpAddr;
use std::sync::Arc;

use reqwest::dns::{Name, Resolve};
use url::Host;

use super::{NotAdmitted, Outgoing};
use crate::Instance;

/// Addresses instead of names, and, where a proxy looks up its name, the instance.
pub(super) fn shown(instance: &Instance, outgoing: &Outgoing) -> Vec<Shown> {
    let at = |address: IpAddr, resolver: &Arc<dyn Resolve>| Shown {
        host: address.to_string(),
        address: Some(address),
        resolver: Arc::clone(resolver),
    };
    let named = || Shown {
        host: instance.host().to_owned(),
        address: None,
        resolver: Arc::clone(&outgoing.resolver),
    };
    let of_instance = match address(instance.parsed_host()) {
        Some(address) => Some(at(address, &outgoing.resolver)),
        None => outgoing.proxy.as_ref().map(|_| named()),
    };
    let of_proxy = outgoing.proxy.as_ref().and_then(|through| {
        let address = address(through.proxy.parsed_host())?;
        Some(at(address, &through.resolver))
    });
    of_instance.into_iter().chain(of_proxy).collect()
}

/// A host that the HTTP library does not show to the resolver.
#[derive(Clone)]
pub(super) struct Shown {
    host: String,
    /// Which it has to be given; a name for the proxy to look up is not.
    address: Option<IpAddr>,
    resolver: Arc<dyn Resolve>,
}

impl Shown {
    pub(super) async fn admit(&self) -> Result<(), NotAdmitted> {
        let refused =
            |reason: &str| NotAdmitted { host: self.host.clone(), reason: reason.to_owned() };
        let name: Name = self.host.parse().map_err(|_not_a_name| refused("it is no host"))?;
        let mut found = self.resolver.resolve(name).await.map_err(|error| {
            let known = error.downcast_ref::<NotAdmitted>().cloned();
            known.unwrap_or_else(|| refused(&error.to_string()))
        })?;
        match self.address {
            Some(address) if !found.any(|found| found.ip() == address) => {
                Err(refused("it was given another address"))
            }
            Some(_) | None => Ok(()),
        }
    }
}

fn address(host: Option<Host<&str>>) -> Option<IpAddr> {
    match host? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(_) => None,
    }
}

use std::fmt;
use std::sync::Arc;

use reqwest::dns::Resolve;
use reqwest::{Certificate, Proxy};

/// What the network between here and issuers asks for.
#[derive(Debug, Clone, Default)]
pub struct IssuerNetwork {
    /// Authorities that are trusted beside those of the system (`egress.ca_file`).
    pub authorities: Vec<Certificate>,
    /// What every issuer is asked through (`egress.proxy`).
    pub proxy: Option<IssuerProxy>,
}

/// A proxy, which looks up the names of issuers.
#[derive(Clone)]
pub struct IssuerProxy {
    /// The proxy.
    pub proxy: Proxy,
    /// Finds the address of the proxy itself.
    pub resolver: Arc<dyn Resolve>,
}

/// There may be a password in it.
impl fmt::Debug for IssuerProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuerProxy")
    }
}

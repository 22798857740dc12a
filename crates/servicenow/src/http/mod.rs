//! Calls over HTTP: one door, through which nothing goes that may not.

mod authorization;
mod body;
mod client;
mod outgoing;
mod proxy;
mod shown;
mod tls;

pub use authorization::Authorization;
pub(crate) use body::Body;
pub(crate) use client::SMALL;
pub use client::{Client, ClientError};
pub use outgoing::{NotAdmitted, Outgoing, ThroughProxy, Timeouts};
pub use proxy::{Proxy, ProxyError, ProxyPassword, ProxyPasswordError};
pub use tls::{ClientCertificate, PemError, PrivateCa, TlsFault};

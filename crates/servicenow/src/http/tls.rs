use std::fmt;

use reqwest::{Certificate, Identity};
use secrecy::{ExposeSecret as _, SecretString};

/// Certificates of authorities that are trusted beside those of the system.
///
/// Source: ServiceNow, "Mutual authentication"; instances of one's own may have a private one.
#[derive(Debug, Clone)]
pub struct PrivateCa(Vec<Certificate>);

/// What this side shows of itself in the handshake: certificates and their key.
///
/// Source: ServiceNow, "Certificate-based authentication".
#[derive(Clone)]
pub struct ClientCertificate(Identity);

/// The text has no such thing in it.
#[derive(Debug, thiserror::Error)]
pub enum PemError {
    /// No certificate.
    #[error("no certificate in PEM form")]
    NoCertificate,
    /// Something that cannot be read.
    #[error("not readable as PEM")]
    Unreadable(#[source] reqwest::Error),
}

impl PrivateCa {
    /// Reads one or more certificates.
    pub fn from_pem(pem: &str) -> Result<Self, PemError> {
        let found = Certificate::from_pem_bundle(pem.as_bytes()).map_err(PemError::Unreadable)?;
        if found.is_empty() { Err(PemError::NoCertificate) } else { Ok(Self(found)) }
    }

    pub(super) fn certificates(&self) -> Vec<Certificate> {
        self.0.clone()
    }
}

impl ClientCertificate {
    /// Reads certificates, the own one first, and their private key.
    pub fn from_pem(pem: &SecretString) -> Result<Self, PemError> {
        let identity = Identity::from_pem(pem.expose_secret().as_bytes());
        identity.map(Self).map_err(PemError::Unreadable)
    }

    pub(super) fn identity(&self) -> Identity {
        self.0.clone()
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_texts_are_refused() {
        for pem in ["", "hello", "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----"] {
            assert!(PrivateCa::from_pem(pem).is_err(), "{pem}");
            assert!(ClientCertificate::from_pem(&pem.into()).is_err(), "{pem}");
        }
    }
}

use std::fmt;

use reqwest::{Certificate, Identity};
use rustls::{AlertDescription, CertificateError, Error};
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

/// What is wrong with a handshake, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFault {
    /// No authority that is trusted here vouches for the certificate.
    UnknownAuthority,
    /// The certificate is for another host.
    OtherHost,
    /// The certificate is not valid yet, or not any more.
    OutOfDate,
    /// The other side wants a certificate, or another one.
    CertificateWanted,
    /// Something else.
    Other,
}

/// The text has no such thing in it.
#[derive(Debug, thiserror::Error)]
pub enum PemError {
    /// No certificate.
    #[error("no certificate in PEM form")]
    NoCertificate,
    /// Something that cannot be read.
    #[error("not readable as PEM")]
    Unreadable(#[source] reqwest::Error),
    /// What it says is of no use.
    #[error("not usable")]
    Unusable(#[source] reqwest::Error),
}

impl TlsFault {
    /// Source: RFC 8446 section 6.2 for the alerts; TLS 1.2 has none for a missing certificate.
    pub(super) fn of(error: &Error) -> Self {
        use CertificateError as Bad;
        match error {
            Error::InvalidCertificate(Bad::UnknownIssuer) => Self::UnknownAuthority,
            Error::InvalidCertificate(
                Bad::NotValidForName | Bad::NotValidForNameContext { .. },
            ) => Self::OtherHost,
            Error::InvalidCertificate(
                Bad::Expired
                | Bad::ExpiredContext { .. }
                | Bad::NotValidYet
                | Bad::NotValidYetContext { .. },
            ) => Self::OutOfDate,
            Error::AlertReceived(
                AlertDescription::CertificateRequired
                | AlertDescription::NoCertificate
                | AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::HandshakeFailure,
            ) => Self::CertificateWanted,
            _ => Self::Other,
        }
    }
}

impl PrivateCa {
    /// Reads one or more certificates.
    pub fn from_pem(pem: &str) -> Result<Self, PemError> {
        let found = Certificate::from_pem_bundle(pem.as_bytes()).map_err(PemError::Unreadable)?;
        if found.is_empty() {
            return Err(PemError::NoCertificate);
        }
        // A certificate is looked into only when a client is made.
        let tried = reqwest::Client::builder().tls_certs_only(found.clone()).build();
        tried.map(|_usable| Self(found)).map_err(PemError::Unusable)
    }

    /// The certificates, for another client of the same network.
    pub fn certificates(&self) -> Vec<Certificate> {
        self.0.clone()
    }
}

impl ClientCertificate {
    /// Reads certificates, the own one first, and their private key.
    pub fn from_pem(pem: &SecretString) -> Result<Self, PemError> {
        let identity = Identity::from_pem(pem.expose_secret().as_bytes());
        let identity = identity.map_err(PemError::Unreadable)?;
        let builder = reqwest::Client::builder().tls_certs_only([]).identity(identity.clone());
        builder.build().map(|_usable| Self(identity)).map_err(PemError::Unusable)
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
        let no_certificate = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----";
        let no_pem = "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----";
        for pem in ["", "hello", no_pem, no_certificate] {
            assert!(PrivateCa::from_pem(pem).is_err(), "{pem}");
            assert!(ClientCertificate::from_pem(&pem.into()).is_err(), "{pem}");
        }
    }
}

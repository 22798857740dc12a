use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, Error, RootCertStore, ServerConfig};

/// Where a certificate with its chain and its private key are; both may be in one file.
#[derive(Debug, Clone)]
pub(crate) struct PairFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// What the files hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PairContents {
    files: (PathBuf, PathBuf),
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// Why there is no TLS with these files.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PairError {
    #[error("cannot read {file}")]
    Unreadable { file: String, source: io::Error },
    #[error("there is no certificate in {0}; it has to be PEM text")]
    NoCertificate(String),
    #[error("there is no private key in {0}; it has to be PEM text, not encrypted")]
    NoKey(String),
    #[error("the private key in {key} is not that of the certificate in {certificate}")]
    Mismatch { certificate: String, key: String },
    #[error("the certificate in {certificate} or the key in {key} cannot be used")]
    Unusable { certificate: String, key: String, source: Error },
}

impl PairFiles {
    pub(crate) fn read(&self) -> Result<PairContents, PairError> {
        let read = |path: &PathBuf| {
            let unreadable =
                |source| PairError::Unreadable { file: path.display().to_string(), source };
            std::fs::read(path).map_err(unreadable)
        };
        Ok(PairContents {
            files: (self.certificate.clone(), self.key.clone()),
            certificate: read(&self.certificate)?,
            key: read(&self.key)?,
        })
    }
}

impl PairContents {
    /// TLS 1.2 and 1.3, HTTP/2 preferred.
    pub(crate) fn server_config(&self) -> Result<Arc<ServerConfig>, PairError> {
        let (certificate, key) = &self.files;
        let (certificate, key) = (certificate.display().to_string(), key.display().to_string());
        let Some(chain) = self.chain() else { return Err(PairError::NoCertificate(certificate)) };
        let Ok(private) = PrivateKeyDer::from_pem_slice(&self.key) else {
            return Err(PairError::NoKey(key));
        };
        let builder = ServerConfig::builder().with_no_client_auth();
        let mut config =
            builder.with_single_cert(chain, private).map_err(|source| match source {
                Error::InconsistentKeys(_) => PairError::Mismatch { certificate, key },
                source => PairError::Unusable { certificate, key, source },
            })?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// Whether clients will refuse the certificate for its age. Who issued it is theirs to judge,
    /// so it is looked at with no authority but itself.
    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        let Some(chain) = self.chain() else { return false };
        let Some((leaf, rest)) = chain.split_first() else { return false };
        let verdict = verdict(leaf, rest, leaf, ("localhost", now));
        matches!(
            verdict,
            Err(Error::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. }
            ))
        )
    }

    /// Whether an authority vouches for all these names at that moment.
    pub(crate) fn is_good(
        &self,
        authority: &CertificateDer<'_>,
        names: &[String],
        at: Timestamp,
    ) -> bool {
        let Some(chain) = self.chain() else { return false };
        let Some((leaf, rest)) = chain.split_first() else { return false };
        self.server_config().is_ok()
            && names.iter().all(|name| verdict(leaf, rest, authority, (name, at)).is_ok())
    }

    /// `None` without a certificate.
    fn chain(&self) -> Option<Vec<CertificateDer<'static>>> {
        let chain: Result<Vec<_>, pem::Error> =
            CertificateDer::pem_slice_iter(&self.certificate).collect();
        chain.ok().filter(|chain| !chain.is_empty())
    }
}

fn verdict(
    leaf: &CertificateDer<'_>,
    rest: &[CertificateDer<'_>],
    authority: &CertificateDer<'_>,
    (name, at): (&str, Timestamp),
) -> Result<(), Error> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone().into_owned())?;
    let verifier = WebPkiServerVerifier::builder(Arc::new(roots)).build();
    let verifier = verifier.map_err(|error| Error::General(error.to_string()))?;
    let name = ServerName::try_from(name).map_err(|error| Error::General(error.to_string()))?;
    let seconds = u64::try_from(at.unix_seconds()).unwrap_or_default();
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    verifier.verify_server_cert(leaf, rest, &name, &[], at).map(|_verified| ())
}

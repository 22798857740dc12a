//! TLS: certificates from files or of the local authority, followed as they change.

mod follow;
pub(crate) mod local_ca;
mod pair;
mod renew;

use std::path::{Path, PathBuf};

use axum_server::tls_rustls::RustlsConfig;
use model::Clock as _;

use crate::clock::SystemClock;
use crate::config::{Config, ConfigError, TlsMode};
pub(crate) use follow::Follower;
pub(crate) use pair::PairFiles;
use renew::Renewal;

/// What a server that speaks TLS needs.
#[derive(Debug)]
pub(crate) struct Tls {
    /// What new connections are accepted with.
    pub(crate) config: RustlsConfig,
    /// Keeps it current.
    pub(crate) follower: Follower,
    /// Makes a certificate of the local authority anew in time.
    pub(crate) renewal: Option<Renewal>,
}

/// Loads the certificate that the configuration names, makes that of `--tls-dev`, or nothing for
/// plain http.
pub(crate) fn open(config: &Config) -> anyhow::Result<Option<Tls>> {
    let (files, renewal) = match &config.tls {
        TlsMode::Off => return Ok(None),
        TlsMode::Files { certificate, key } => {
            (PairFiles { certificate: certificate.clone(), key: key.clone() }, None)
        }
        TlsMode::Dev => {
            let renewal = Renewal::new(ca_folder(config)?, names(config));
            let pair = renewal.current(SystemClock.now())?;
            (PairFiles { certificate: pair.clone(), key: pair }, Some(renewal))
        }
    };
    let contents = files.read().and_then(|contents| Ok((contents.server_config()?, contents)));
    let (loaded, contents) = contents.map_err(|error| {
        let problem = format!("{:#}", anyhow::Error::from(error));
        config.wrong("tls.certificate_file", &problem)
    })?;
    if contents.has_expired(SystemClock.now()) {
        tracing::warn!(file = %files.certificate.display(), "the certificate has expired");
    }
    let config = RustlsConfig::from_config(loaded);
    let follower = Follower::new(files, contents, config.clone());
    Ok(Some(Tls { config, follower, renewal }))
}

/// Where the local authority is kept: beside the database, or where that is elsewhere, beside
/// the master key.
pub(crate) fn ca_folder(config: &Config) -> Result<PathBuf, ConfigError> {
    let neighbour = config.database.sqlite_path().or(config.master_key_file.as_deref());
    let folder = neighbour.map(|path| path.parent().unwrap_or(Path::new("")).join("tls"));
    folder.ok_or(ConfigError::Missing {
        key: "master_key_file",
        reason: "beside it the local certificate authority is kept",
    })
}

/// Every name that the server may be called by.
pub(crate) fn names(config: &Config) -> Vec<String> {
    let mut names: Vec<_> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    let listen = config.listen.ip();
    let public = config.public_url.as_ref().map(api::PublicUrl::host);
    for name in [Some(listen.to_string()).filter(|_| !listen.is_unspecified()), public] {
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{BuildError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::limit::set_limits;

/// Connections of one process; the server's own limit is 100 unless it is raised.
const CONNECTIONS: usize = 16;
const WAIT: Duration = Duration::from_secs(5);
/// Until a peer that vanished is given up.
const SILENCE: Duration = Duration::from_secs(15);

/// No pool of connections can be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// `sslmode=require`, but nothing to verify the server's certificate by.
    #[error("the system has no root certificates to verify the database server by")]
    NoRoots,
    /// TLS cannot be set up.
    #[error("TLS to the database server cannot be set up")]
    Tls(#[from] rustls::Error),
    /// The pool refuses.
    #[error("the pool of database connections cannot be made")]
    Pool(#[from] BuildError),
}

/// Makes the pool; connections are made when they are needed.
///
/// `sslmode=require` means TLS with a verified certificate and name. `prefer` and `disable` mean
/// no TLS, because a TLS that gives way to whoever asks for it protects nothing.
pub(crate) fn connect(config: &Config) -> Result<Pool, ConnectError> {
    let mut config = config.clone();
    if config.get_application_name().is_none() {
        config.application_name("nowgraph");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(WAIT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    set_limits(&mut config);
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = if config.get_ssl_mode() == SslMode::Require {
        Manager::from_config(config, tls()?, recycling)
    } else {
        config.ssl_mode(SslMode::Disable);
        Manager::from_config(config, NoTls, recycling)
    };
    Ok(Pool::builder(manager)
        .max_size(CONNECTIONS)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(WAIT))
        .recycle_timeout(Some(WAIT))
        .build()?)
}

fn tls() -> Result<MakeRustlsConnect, ConnectError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(ConnectError::NoRoots);
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

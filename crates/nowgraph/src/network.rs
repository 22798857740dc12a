//! What the network between here and instances asks for, read from files once, at the start.

use std::path::Path;

use anyhow::Context as _;
use connector::{EgressPolicy, Network};
use secrecy::{ExposeSecret as _, SecretString};
use servicenow::{ClientCertificate, PrivateCa, Proxy, ProxyPassword};

use crate::config::{Config, ConfigError};
use crate::tls::PairFiles;

/// Reads and judges it all. The proxy has to be a host that may be called.
pub(crate) fn open(config: &Config, policy: &EgressPolicy) -> Result<Network, ConfigError> {
    let egress = &config.egress;
    let private_ca = match &egress.ca_file {
        Some(path) => {
            Some(authority(path).map_err(|error| wrong(config, "egress.ca_file", &error))?)
        }
        None => None,
    };
    let pair = egress.client_certificate_file.as_ref().zip(egress.client_key_file.as_ref());
    let client_certificate = match pair {
        Some((certificate, key)) => Some(
            shown(certificate, key)
                .map_err(|error| wrong(config, "egress.client_certificate_file", &error))?,
        ),
        None => None,
    };
    let proxy = match &egress.proxy {
        Some(proxy) => Some(judged(config, policy, proxy)?),
        None => None,
    };
    Ok(Network { private_ca, client_certificate, proxy, ..Network::default() })
}

fn authority(path: &Path) -> anyhow::Result<PrivateCa> {
    let pem = read(path)?;
    let context = || format!("{} cannot be used", path.display());
    PrivateCa::from_pem(pem.expose_secret()).with_context(context)
}

/// The same files, and the same complaints, as for a server.
fn shown(certificate: &Path, key: &Path) -> anyhow::Result<ClientCertificate> {
    PairFiles { certificate: certificate.into(), key: key.into() }.read()?.server_config()?;
    let pem = format!("{}\n{}", read(certificate)?.expose_secret(), read(key)?.expose_secret());
    let context = || format!("{} with {} cannot be used", certificate.display(), key.display());
    ClientCertificate::from_pem(&pem.into()).with_context(context)
}

fn judged(config: &Config, policy: &EgressPolicy, proxy: &Proxy) -> Result<Proxy, ConfigError> {
    policy
        .admit_unresolved(proxy.host(), proxy.port())
        .map_err(|refusal| wrong(config, "egress.proxy", &refusal.into()))?;
    let Some(path) = &config.egress.proxy_password_file else { return Ok(proxy.clone()) };
    let who =
        password(path).map_err(|error| wrong(config, "egress.proxy_password_file", &error))?;
    Ok(proxy.clone().with_password(&who))
}

fn password(path: &Path) -> anyhow::Result<ProxyPassword> {
    let context = || format!("{} cannot be used", path.display());
    read(path)?.expose_secret().parse().with_context(context)
}

fn read(path: &Path) -> anyhow::Result<SecretString> {
    let text = std::fs::read_to_string(path);
    Ok(text.with_context(|| format!("cannot read {}", path.display()))?.into())
}

fn wrong(config: &Config, key: &str, error: &anyhow::Error) -> ConfigError {
    config.wrong(key, &format!("{key}: {error:#}"))
}

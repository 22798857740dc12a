use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use model::{PlainHttpHosts, is_public};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, StatusCode, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::lookup_host;
use url::{Host, Url};

use super::{IssuerNetwork, IssuerProxy};

/// Calls issuers: over https from public addresses, or from hosts that the
/// configuration lists. Never follows a redirect, since the address that is checked must be the one
/// that is connected to. Behind a proxy, which finds the address, the URL alone is checked.
#[derive(Debug)]
pub(crate) struct Fetcher {
    public: Client,
    listed: Client,
    private: PlainHttpHosts,
}

/// Why a document did not come.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// The URL is not to be asked.
    #[error("{0} must use https and a public address, or its host:port be in egress.private")]
    NotAllowed(Url),
    /// The connection failed, or took too long.
    #[error("no answer from {0}")]
    Transport(Url, #[source] reqwest::Error),
    /// Another status than 200.
    #[error("{0} answered with status {1}")]
    Status(Url, u16),
    /// More bytes than any such document has.
    #[error("{0} answered with more than {MAX_BYTES} bytes")]
    TooLarge(Url),
}

const MAX_BYTES: usize = 256 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TIMEOUT: Duration = Duration::from_secs(5);

impl Fetcher {
    pub(crate) fn new(
        private: PlainHttpHosts,
        network: &IssuerNetwork,
    ) -> Result<Self, reqwest::Error> {
        let client = || {
            let builder = Client::builder()
                .redirect(redirect::Policy::none())
                .no_proxy()
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TIMEOUT);
            if network.authorities.is_empty() {
                builder
            } else {
                builder.tls_certs_merge(network.authorities.clone())
            }
        };
        if let Some(IssuerProxy { proxy, resolver }) = &network.proxy {
            let client = client().proxy(proxy.clone()).dns_resolver(Arc::clone(resolver));
            let client = client.build()?;
            return Ok(Self { public: client.clone(), listed: client, private });
        }
        let public = client().dns_resolver(Arc::new(PublicOnly)).build()?;
        Ok(Self { public, listed: client().build()?, private })
    }

    pub(crate) async fn get(&self, url: &Url) -> Result<Vec<u8>, FetchError> {
        let request = self.client_for(url)?.get(url.clone());
        match self.send(url, request).await? {
            (StatusCode::OK, body) => Ok(body),
            (status, _) => Err(FetchError::Status(url.clone(), status.as_u16())),
        }
    }

    /// Sends a form, with name and password in the header where they are given, and answers
    /// whatever came back.
    pub(crate) async fn post(
        &self,
        url: &Url,
        form: String,
        basic: Option<(String, SecretString)>,
    ) -> Result<(StatusCode, Vec<u8>), FetchError> {
        let request = self.client_for(url)?.post(url.clone());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.header(ACCEPT, "application/json").body(form);
        let request = match basic {
            Some((name, secret)) => request.basic_auth(name, Some(secret.expose_secret())),
            None => request,
        };
        self.send(url, request).await
    }

    async fn send(
        &self,
        url: &Url,
        request: RequestBuilder,
    ) -> Result<(StatusCode, Vec<u8>), FetchError> {
        let failed =
            |error: reqwest::Error| FetchError::Transport(url.clone(), error.without_url());
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(FetchError::TooLarge(url.clone()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((status, body))
    }

    fn client_for(&self, url: &Url) -> Result<&Client, FetchError> {
        self.client(url).ok_or_else(|| FetchError::NotAllowed(url.clone()))
    }

    /// Whether the URL may be asked, as far as can be told without resolving names.
    pub(crate) fn allows(&self, url: &Url) -> bool {
        self.client(url).is_some()
    }

    fn client(&self, url: &Url) -> Option<&Client> {
        if !matches!(url.scheme(), "http" | "https") {
            None
        } else if self.private.allows(url) {
            Some(&self.listed)
        } else {
            // Names are judged by the resolver, which does not see addresses.
            let address = match url.host()? {
                Host::Ipv4(address) => Some(IpAddr::V4(address)),
                Host::Ipv6(address) => Some(IpAddr::V6(address)),
                Host::Domain(_) => None,
            };
            let public = url.scheme() == "https" && address.is_none_or(is_public);
            public.then_some(&self.public)
        }
    }
}

/// Resolves to public addresses alone.
#[derive(Debug)]
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let public: Vec<_> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                let text = format!("{} has no public address", name.as_str());
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, text).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_to_the_public_and_listed_hosts_are_asked() {
        crate::install_crypto();
        let private = ["127.0.0.1:8181", "keycloak.internal:443"].map(|pair| pair.parse().unwrap());
        let fetcher =
            Fetcher::new(PlainHttpHosts::new(private), &IssuerNetwork::default()).unwrap();
        let cases = [
            ("https://login.microsoftonline.com/x", true),
            ("http://login.microsoftonline.com/x", false),
            ("https://127.0.0.1/x", false),
            ("https://[::1]/x", false),
            ("https://0x7f.1/x", false),
            ("https://169.254.169.254/x", false),
            ("http://127.0.0.1:8181/x", true),
            ("http://127.0.0.1:8182/x", false),
            ("https://keycloak.internal/x", true),
            ("file:///etc/passwd", false),
        ];
        for (url, allowed) in cases {
            assert_eq!(fetcher.allows(&Url::parse(url).unwrap()), allowed, "{url}");
        }
    }

    #[tokio::test]
    async fn names_of_private_addresses_are_not_resolved() {
        let error = PublicOnly.resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert!(error.to_string().contains("no public address"), "{error}");
    }
}

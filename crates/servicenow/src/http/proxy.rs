use std::fmt;

use url::{Host, Url};

/// A proxy that all calls go through.
///
/// Source: RFC 9110 section 9.3.6 for `CONNECT`. It is the proxy that resolves the names of
/// instances then.
#[derive(Clone)]
pub struct Proxy {
    url: Url,
    proxy: reqwest::Proxy,
}

/// The text names no proxy.
#[derive(Debug, thiserror::Error)]
#[error("a proxy is written http://host:port or http://user:password@host:port")]
pub struct ProxyError;

impl Proxy {
    /// Reads `http://user:password@host:port`; https is possible, too.
    pub fn parse(text: &str) -> Result<Self, ProxyError> {
        let url = Url::parse(text).map_err(|_syntax| ProxyError)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ProxyError);
        }
        let proxy = reqwest::Proxy::all(url.clone()).map_err(|_unusable| ProxyError)?;
        Ok(Self { url, proxy })
    }

    pub(super) fn host(&self) -> Option<Host<&str>> {
        self.url.host()
    }

    pub(super) fn proxy(&self) -> reqwest::Proxy {
        self.proxy.clone()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy").field(&self.url.host_str().unwrap_or_default()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_does_not_print_its_password() {
        let proxy = Proxy::parse("http://ann:hunter2@proxy.example:3128").unwrap();
        assert_eq!(format!("{proxy:?}"), "Proxy(\"proxy.example\")");
        for text in ["", "proxy.example:3128", "socks5://proxy.example", "http://"] {
            assert!(Proxy::parse(text).is_err(), "{text}");
        }
    }
}

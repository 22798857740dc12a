use std::fmt;
use std::str::FromStr;

use secrecy::{ExposeSecret as _, SecretString};
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

/// Who calls through a proxy, where the URL does not say.
///
/// Source: RFC 7617 section 2: no colon in the name, no control characters.
#[derive(Clone)]
pub struct ProxyPassword {
    user_name: String,
    password: SecretString,
}

/// The text names no proxy.
#[derive(Debug, thiserror::Error)]
#[error("a proxy is written http://host:port or http://user:password@host:port")]
pub struct ProxyError;

/// The text is no name with a password.
#[derive(Debug, thiserror::Error)]
#[error("name and password for a proxy are written user:password, on one line")]
pub struct ProxyPasswordError;

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

    /// The same, called as somebody.
    #[must_use]
    pub fn with_password(self, who: &ProxyPassword) -> Self {
        let proxy = self.proxy.basic_auth(&who.user_name, who.password.expose_secret());
        Self { proxy, ..self }
    }

    /// Whether the URL says who calls.
    pub fn names_somebody(&self) -> bool {
        !self.url.username().is_empty() || self.url.password().is_some()
    }

    /// The host, as it is looked up and shown.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The port that is called.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    pub(super) fn parsed_host(&self) -> Option<Host<&str>> {
        self.url.host()
    }

    /// The proxy, for another client of the same network.
    pub fn proxy(&self) -> reqwest::Proxy {
        self.proxy.clone()
    }
}

impl FromStr for ProxyPassword {
    type Err = ProxyPasswordError;

    fn from_str(text: &str) -> Result<Self, ProxyPasswordError> {
        let line = text.trim_end_matches(['\r', '\n']);
        match line.split_once(':') {
            Some((name, password)) if !name.is_empty() && !line.contains(char::is_control) => {
                Ok(Self { user_name: name.to_owned(), password: password.into() })
            }
            _ => Err(ProxyPasswordError),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy").field(&self.host()).finish()
    }
}

impl fmt::Debug for ProxyPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyPassword")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_does_not_print_its_password() {
        let proxy = Proxy::parse("http://ann:hunter2@proxy.example:3128").unwrap();
        assert_eq!(format!("{proxy:?}"), "Proxy(\"proxy.example\")");
        assert!(proxy.names_somebody());
        for text in ["", "proxy.example:3128", "socks5://proxy.example", "http://"] {
            assert!(Proxy::parse(text).is_err(), "{text}");
        }
        let who: ProxyPassword = "ann:hunter2".parse().unwrap();
        assert_eq!(format!("{who:?}"), "ProxyPassword");
    }

    #[test]
    fn a_proxy_has_a_host_and_a_port() {
        let check = |text: &str, expected: (&str, u16)| {
            let proxy = Proxy::parse(text).unwrap();
            assert_eq!((proxy.host(), proxy.port()), expected, "{text}");
            assert!(!proxy.names_somebody(), "{text}");
        };
        check("http://proxy.example:3128", ("proxy.example", 3128));
        check("http://Proxy.Example/", ("proxy.example", 80));
        check("https://[::1]", ("[::1]", 443));
    }

    #[test]
    fn name_and_password_are_one_line() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let got = text.parse::<ProxyPassword>().ok();
            let got = got.as_ref().map(|who| (&*who.user_name, who.password.expose_secret()));
            assert_eq!(got, expected, "{text:?}");
        };
        check("ann:hunter2\n", Some(("ann", "hunter2")));
        check("ann:a:b@c%d \r\n", Some(("ann", "a:b@c%d ")));
        check("ann:", Some(("ann", "")));
        for text in ["", "ann", ":x", "ann:x\ny", "ann:\u{7}"] {
            check(text, None);
        }
    }
}

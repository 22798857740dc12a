use std::fmt;
use std::str::FromStr;

use url::Host;

/// A host and a port, such as `127.0.0.1:8181`, `snow.contoso.example:443` or `[::1]:8181`.
///
/// Source: WHATWG URL Standard, host parsing: however a host is spelt, it is kept as a URL has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostPort {
    host: String,
    port: u16,
}

/// The text is no host with a port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not HOST:PORT, e.g. 127.0.0.1:8181")]
pub struct HostPortError(String);

impl HostPort {
    /// Whether these are the same. A dot at the end of a name is of no matter.
    pub fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host == host.trim_end_matches('.')
    }
}

impl FromStr for HostPort {
    type Err = HostPortError;

    fn from_str(text: &str) -> Result<Self, HostPortError> {
        let wrong = || HostPortError(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        // Without brackets the last part of an IPv6 address would pass for a port.
        if host.contains(':') && !host.starts_with('[') {
            return Err(wrong());
        }
        let host = Host::parse(host.trim_end_matches('.')).map_err(|_syntax| wrong())?;
        let port = port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?;
        Ok(Self { host: host.to_string(), port })
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_a_port_and_one_spelling() {
        let check = |text: &str, expected: Option<&str>| {
            let got = text.parse::<HostPort>().ok().map(|pair| pair.to_string());
            assert_eq!(got.as_deref(), expected, "{text}");
        };
        check("127.0.0.1:8181", Some("127.0.0.1:8181"));
        check("0x7f.1:8181", Some("127.0.0.1:8181"));
        check("Snow.Contoso.Example.:443", Some("snow.contoso.example:443"));
        check("[0:0::1]:8181", Some("[::1]:8181"));
        check("bücher.example:80", Some("xn--bcher-kva.example:80"));
        for text in ["", "127.0.0.1", ":80", "a:0", "a:65536", "::1:80", "http://a:80", "a:b"] {
            check(text, None);
        }
    }
}

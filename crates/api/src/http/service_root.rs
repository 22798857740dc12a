use std::fmt;
use std::str::FromStr;

use axum::http::header::HOST;
use axum::http::{HeaderMap, Uri};

/// The address that the world knows this service by, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// What requests come through to this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Plain http, perhaps from a proxy that speaks TLS.
    Plain,
    /// TLS, in this process.
    Tls,
}

/// A text that is no usable `public_url`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an absolute http or https URL without query and fragment")]
pub struct InvalidPublicUrl;

/// Neither an authority in the request line nor one `Host` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The request names no valid host.")]
pub(crate) struct MissingHost;

impl PublicUrl {
    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host without its port.
    pub fn host(&self) -> String {
        let uri: Option<Uri> = self.0.parse().ok();
        let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
        host.trim_matches(['[', ']']).to_owned()
    }

    /// The public URL for one request: the configured one, or what the client itself used.
    pub(crate) fn of_request(
        configured: Option<&Self>,
        transport: Transport,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Self, MissingHost> {
        if let Some(configured) = configured {
            return Ok(configured.clone());
        }
        // What the request line says goes before `Host` (RFC 9112 section 3.2.2).
        let authority = match uri.authority() {
            Some(authority) => authority.clone(),
            None => the_host(headers).and_then(|host| host.parse().ok()).ok_or(MissingHost)?,
        };
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(MissingHost);
        }
        match uri.scheme_str() {
            Some("http" | "https") | None if transport == Transport::Tls => {
                Ok(Self(format!("https://{authority}")))
            }
            Some(scheme @ ("http" | "https")) => Ok(Self(format!("{scheme}://{authority}"))),
            Some(_) => Err(MissingHost),
            None => Ok(Self(format!("http://{authority}"))),
        }
    }
}

/// The host that a request names, in its line (as HTTP/2 does) or in `Host`.
pub(crate) fn host_named(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let in_line = uri.authority().map(ToString::to_string);
    in_line.or_else(|| the_host(headers).map(str::to_owned))
}

/// What else a host with its port is called: on loopback the process that is asked is the one that
/// all its names lead to.
pub(crate) fn names_of(host: &str) -> Vec<String> {
    let (name, port) = match host.rfind(':') {
        Some(index) if !host.ends_with(']') => host.split_at_checked(index).unwrap_or((host, "")),
        _ => (host, ""),
    };
    if LOOPBACK.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        LOOPBACK.iter().map(|own| format!("{own}{port}")).collect()
    } else {
        vec![host.to_owned()]
    }
}

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Two of them are none, since proxies disagree about which one counts.
fn the_host(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(HOST).iter();
    match (lines.next(), lines.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_syntax| InvalidPublicUrl)?;
        let known_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
        let host = uri.authority().filter(|host| !host.as_str().contains('@'));
        if !known_scheme || host.is_none() || uri.query().is_some() || text.contains('#') {
            return Err(InvalidPublicUrl);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of_host(host: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        let uri = Uri::from_static("/beta");
        PublicUrl::of_request(None, Transport::Plain, &uri, &headers).ok().map(|url| url.0)
    }

    #[test]
    fn without_configuration_the_host_of_the_request_is_used() {
        assert_eq!(of_host("127.0.0.1:8080").as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(of_host("[::1]:8080").as_deref(), Some("http://[::1]:8080"));
        for wrong in ["", "a b", "user@host", "host/path"] {
            assert_eq!(of_host(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_request_line_goes_before_the_host() {
        let of = |target: &'static str, hosts: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(HOST, HeaderValue::from_static(host));
            }
            let uri = Uri::from_static(target);
            PublicUrl::of_request(None, Transport::Plain, &uri, &headers).ok().map(|url| url.0)
        };
        assert_eq!(of("http://a:1/beta", &["b"]).as_deref(), Some("http://a:1"));
        assert_eq!(of("https://a/beta", &[]).as_deref(), Some("https://a"));
        assert_eq!(of("ftp://a/beta", &["b"]), None);
        assert_eq!(of("/beta", &["a", "b"]), None);
        assert_eq!(of("/beta", &[]), None);
    }

    #[test]
    fn what_came_by_tls_is_https() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("localhost:8443"));
        for target in ["/beta", "http://localhost:8443/beta", "https://localhost:8443/beta"] {
            let uri = Uri::from_static(target);
            let url = PublicUrl::of_request(None, Transport::Tls, &uri, &headers).unwrap();
            assert_eq!(url.as_str(), "https://localhost:8443", "{target}");
        }
    }

    #[test]
    fn loopback_has_three_names() {
        for (host, expect) in [
            ("localhost:80", "localhost:80 127.0.0.1:80 [::1]:80"),
            ("127.0.0.1", "localhost 127.0.0.1 [::1]"),
            ("[::1]", "localhost 127.0.0.1 [::1]"),
            ("[::1]:8443", "localhost:8443 127.0.0.1:8443 [::1]:8443"),
            ("localhost.example:80", "localhost.example:80"),
            ("[fe80::1]", "[fe80::1]"),
        ] {
            assert_eq!(names_of(host).join(" "), expect, "{host}");
        }
    }

    #[test]
    fn the_host_is_without_port_and_brackets() {
        for (url, host) in [
            ("https://graph.contoso.example:8443/x", "graph.contoso.example"),
            ("http://[::1]:80", "::1"),
            ("http://127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(url.parse::<PublicUrl>().unwrap().host(), host);
        }
    }

    #[test]
    fn a_configured_url_wins_and_keeps_its_path() {
        let configured: PublicUrl = "https://graph.contoso.example/nowgraph/".parse().unwrap();
        let uri = Uri::from_static("/beta");
        let url = PublicUrl::of_request(Some(&configured), Transport::Tls, &uri, &HeaderMap::new())
            .unwrap();
        assert_eq!(url.as_str(), "https://graph.contoso.example/nowgraph");
        for wrong in
            ["graph.contoso.example", "ftp://x", "https://x?y", "https://x#y", "https://u@x"]
        {
            assert_eq!(wrong.parse::<PublicUrl>(), Err(InvalidPublicUrl), "{wrong}");
        }
    }
}

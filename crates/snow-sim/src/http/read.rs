use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{HOST, HeaderValue};
use hyper::{Uri, Version};

use super::{Answer, Request};

/// The longest body that is read.
const LONGEST: usize = 10 << 20;

/// Why a request is not carried out, whatever it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Host,
    BodyTooLong,
    BodyBroken,
}

impl Refused {
    pub(super) fn answer(self) -> Answer {
        let (status, detail) = match self {
            Self::Host => (400, "The header Host is missing, there twice or no name of a host"),
            Self::BodyTooLong => (413, "The body is longer than 10 MB"),
            Self::BodyBroken => (400, "The body cannot be read to its end"),
        };
        Answer::error(status, "Exception while reading request", Some(detail))
    }
}

/// Reads a request whole.
pub(super) async fn read(
    request: hyper::Request<Incoming>,
    scheme: &str,
) -> Result<Request, Refused> {
    let (head, body) = request.into_parts();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: Vec<(String, String)> =
        head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let hosts: Vec<String> = head.headers.get_all(HOST).iter().map(text).collect();
    let host = host(&hosts, &head.uri, head.version).ok_or(Refused::Host)?;
    let body = Limited::new(body, LONGEST).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { Refused::BodyTooLong } else { Refused::BodyBroken }
    })?;
    Ok(Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or("").to_owned(),
        headers,
        body: body.to_bytes().into(),
        origin: format!("{scheme}://{host}"),
    })
}

/// Who is meant: RFC 9112, 3.2. What is no name of a host does not get into links.
fn host<'a>(hosts: &'a [String], uri: &'a Uri, version: Version) -> Option<&'a str> {
    let named = match hosts {
        [] if version == Version::HTTP_10 => "localhost",
        [host] if is_host(host) => host,
        _ => return None,
    };
    match uri.authority() {
        Some(authority) => Some(authority.as_str()).filter(|host| is_host(host)),
        None => Some(named),
    }
}

/// A name or an address, maybe with a port.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let Some((address, port)) = rest.split_once(']') else { return false };
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            ("v6", port)
        }
        None => text.find(':').map_or((text, ""), |at| text.split_at(at)),
    };
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let port = port.is_empty() || port.strip_prefix(':').is_some_and(|p| p.parse::<u16>().is_ok());
    !name.is_empty() && name.bytes().all(sound) && port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_and_addresses() {
        let check = |text: &str, expected: bool| assert_eq!(is_host(text), expected, "{text}");
        for text in ["dev1.service-now.com", "localhost:8090", "127.0.0.1:1", "[::1]:80", "[::1]"] {
            check(text, true);
        }
        for text in
            ["", ":80", "a:b", "a:99999", "a/b", "a>b", "a\"b", "a b", "u@a", "a,b", "[::1", "[x]"]
        {
            check(text, false);
        }
    }

    #[test]
    fn one_host_is_meant() {
        let check = |hosts: &[&str], uri: &str, version: Version, expected: Option<&str>| {
            let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
            assert_eq!(host(&hosts, &uri.parse().unwrap(), version), expected, "{hosts:?} {uri}");
        };
        check(&["a"], "/x", Version::HTTP_11, Some("a"));
        check(&["a"], "http://b:1/x", Version::HTTP_11, Some("b:1"));
        check(&["a", "a"], "/x", Version::HTTP_11, None);
        check(&[], "/x", Version::HTTP_11, None);
        check(&[], "/x", Version::HTTP_10, Some("localhost"));
        check(&["a<b"], "/x", Version::HTTP_10, None);
    }
}

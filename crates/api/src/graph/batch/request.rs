//! From an item of a batch to the request that it stands for.

use std::borrow::Cow;
use std::fmt::Write as _;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use odata::batch::ItemRequest;

use crate::error::ApiError;
use crate::graph::version::{ODATA_MAX_VERSION, ODATA_VERSION};

/// Headers that belong to the batch or speak of bytes that are not there.
const NOT_OF_ITEMS: [&str; 6] =
    ["authorization", "host", "content-length", "transfer-encoding", "connection", "expect"];

/// Headers that an item without them has from the batch (OData 4.01 protocol sections 8.1.5, 8.2.1
/// and 8.2.7).
const INHERITED: [HeaderName; 3] = [ACCEPT, ODATA_VERSION, ODATA_MAX_VERSION];

/// Builds the request; `service` is the path of the service, below addresses any of which a URL may
/// name, and `batch` has the headers of the batch.
pub(super) fn request(
    item: ItemRequest,
    service: (&str, &[String]),
    batch: &HeaderMap,
) -> Result<Request, ApiError> {
    let malformed = |_| ApiError::Malformed;
    let target = match item.header("host") {
        Some(host) if item.url.starts_with('/') => on_host(host, &item.url, service)?,
        Some(_) | None => target(&item.url, service)?,
    };
    let uri: Uri = encoded(&target).parse().map_err(|_syntax| ApiError::Malformed)?;
    let mut request = Request::new(Body::from(item.body));
    *request.method_mut() =
        Method::from_bytes(item.method.as_bytes()).map_err(|_syntax| ApiError::Malformed)?;
    *request.uri_mut() = uri;
    for (name, value) in item.headers {
        let name: HeaderName = name.parse().map_err(malformed)?;
        if !NOT_OF_ITEMS.contains(&name.as_str()) {
            let value = HeaderValue::from_str(&value).map_err(|_syntax| ApiError::Malformed)?;
            request.headers_mut().append(name, value);
        }
    }
    for name in INHERITED {
        if let (None, Some(value)) = (request.headers().get(&name), batch.get(&name)) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    Ok(request)
}

/// Path and query from the root of this host on. Clients send the whole URL, the path with that of
/// the service, or the path behind it, with a slash before it or not.
fn target(url: &str, (service, bases): (&str, &[String])) -> Result<String, ApiError> {
    let url = url.trim_matches(' ');
    let whole = without_default_port(url);
    for base in bases {
        if let Some(rest) = behind(&whole, &without_default_port(base)) {
            return Ok(rest.to_owned());
        }
    }
    let path = url.split(['?', '#']).next().unwrap_or_default();
    if path.contains("://") {
        return Err(ApiError::ForeignUrl);
    }
    let relative = url.trim_start_matches('/');
    let is_whole = |root| relative.eq_ignore_ascii_case(root) || behind(relative, root).is_some();
    if is_whole(service) || is_whole("v1.0") {
        return Ok(format!("/{relative}"));
    }
    Ok(format!("/{service}/{relative}"))
}

/// A URL without the port that its scheme has anyway (RFC 3986 section 6.2.3).
fn without_default_port(url: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = url.split_once("://") else { return Cow::Borrowed(url) };
    let port = match scheme {
        _ if scheme.eq_ignore_ascii_case("https") => ":443",
        _ if scheme.eq_ignore_ascii_case("http") => ":80",
        _ => return Cow::Borrowed(url),
    };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    match host.strip_suffix(port).or_else(|| host.strip_suffix(':')) {
        Some(host) => Cow::Owned(format!("{scheme}://{host}{path}")),
        None => Cow::Borrowed(url),
    }
}

/// The same of a path with the host beside it, which is that of either scheme (OData 4.01 protocol
/// section 11.7.7.1).
fn on_host(host: &str, path: &str, service: (&str, &[String])) -> Result<String, ApiError> {
    let secure = target(&format!("https://{host}{path}"), service);
    secure.or_else(|_foreign| target(&format!("http://{host}{path}"), service))
}

/// What follows `start`, from the slash or the question mark on.
fn behind<'u>(url: &'u str, start: &str) -> Option<&'u str> {
    let (own, rest) = url.split_at_checked(start.len())?;
    (own.eq_ignore_ascii_case(start) && rest.starts_with(['/', '?'])).then_some(rest)
}

/// Percent-encodes what a URL cannot hold as it is: people write the URLs of a batch by hand.
fn encoded(target: &str) -> String {
    let mut encoded = String::with_capacity(target.len());
    for byte in target.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte) {
            encoded.push(byte.into());
        } else {
            write!(encoded, "%{byte:02X}").expect("memory takes any text");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_a_url_lead_to_one_path() {
        let bases = ["https://graph.example/x", "http://127.0.0.1:8080"].map(str::to_owned);
        let check = |url: &str, expect: Option<&str>| {
            let got = target(url, ("beta", &bases)).ok().map(|target| encoded(&target));
            assert_eq!(got.as_deref(), expect, "{url}");
        };
        for form in [
            "/deviceManagement/a?b=/c://d",
            "deviceManagement/a?b=/c://d",
            "/beta/deviceManagement/a?b=/c://d",
            "beta/deviceManagement/a?b=/c://d",
            "https://graph.example/x/beta/deviceManagement/a?b=/c://d",
            "HTTP://127.0.0.1:8080/beta/deviceManagement/a?b=/c://d",
        ] {
            check(form, Some("/beta/deviceManagement/a?b=/c://d"));
        }
        check("/BETA/a", Some("/BETA/a"));
        check(" a ", Some("/beta/a"));
        for own in ["https://graph.example:443/x/a", "HTTPS://Graph.Example:/x/a"] {
            check(own, Some("/a"));
        }
        check("/beta?$format=json", Some("/beta?$format=json"));
        check("beta", Some("/beta"));
        check("betas/a", Some("/beta/betas/a"));
        check("/v1.0/a", Some("/v1.0/a"));
        check("http://127.0.0.1:8080/v2/a", Some("/v2/a"));
        check("", Some("/beta/"));
        check("a?$filter=x eq 'ü#'", Some("/beta/a?$filter=x%20eq%20'%C3%BC%23'"));
        for foreign in [
            "https://other.example/beta/a",
            "http://127.0.0.1:80801/beta/a",
            "http://127.0.0.1:8080@other/beta",
            "file:///etc",
            "https://graph.example:80/x/a",
            "https://graph.example:4430/x/a",
            "http://graph.example:443/x/a",
            "https://graph.example:443@other/x/a",
        ] {
            check(foreign, None);
        }
    }

    #[test]
    fn the_port_of_a_scheme_need_not_be_written() {
        let bases = ["http://[::1]:80", "https://[::1]:80"].map(str::to_owned);
        for (url, expect) in [
            ("http://[::1]/a", Some("/a")),
            ("http://[::1]:80/a", Some("/a")),
            ("http://[::1]:/a", Some("/a")),
            ("https://[::1]:80/a", Some("/a")),
            ("https://[::1]/a", None),
            ("https://[::1]:443/a", None),
        ] {
            assert_eq!(target(url, ("beta", &bases)).ok().as_deref(), expect, "{url}");
        }
    }
}

use std::fmt;

use url::{Host, Url};

use crate::Field;

/// Where an instance answers: scheme, host and port, and nothing behind them.
///
/// Source: ServiceNow, "Navigate directly to a table by URL"; every API of an instance begins at
/// its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance(Url);

/// Why a text names no instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InstanceError {
    /// Blank, control character or backslash.
    #[error("must not contain blanks, control characters or backslashes")]
    BadCharacter,
    /// Neither https nor permitted plain http.
    #[error("must use https; plain http is for permitted hosts only")]
    Scheme,
    /// `https://user:password@host`.
    #[error("must not contain credentials")]
    Credentials,
    /// Not readable as a URL.
    #[error("is not a valid URL")]
    Malformed,
}

impl Instance {
    /// Reads `dev12345`, `contoso.service-now.com`, a URL, or the address of any page of the
    /// instance, and keeps the origin. Plain http is taken only where `plain_http` says so:
    /// [`is_loopback`], or what a configuration lists.
    pub fn parse(text: &str, plain_http: impl Fn(&Url) -> bool) -> Result<Self, InstanceError> {
        let text = text.trim();
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(InstanceError::BadCharacter);
        }
        let mut url = Url::parse(&with_scheme(text)).map_err(|_syntax| InstanceError::Malformed)?;
        let allowed = url.scheme() == "https" || (url.scheme() == "http" && plain_http(&url));
        if !allowed {
            return Err(InstanceError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InstanceError::Credentials);
        }
        if url.host_str().is_none_or(|host| host.trim_matches('.').is_empty()) {
            return Err(InstanceError::Malformed);
        }
        url.set_path("/");
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// The URL of a path of the instance, without a query.
    pub fn url(&self, path: &ApiPath) -> Url {
        let mut url = self.0.clone();
        url.set_path(&path.0);
        url
    }

    /// Whether the URL has the same scheme, host and port.
    pub fn is_origin_of(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }

    pub(crate) fn origin(&self) -> Url {
        self.0.clone()
    }

    pub(crate) fn parsed_host(&self) -> Option<Host<&str>> {
        self.0.host()
    }

    /// Whether it speaks TLS.
    pub fn is_tls(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The port that is called.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// The host, as it is looked up and shown.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Whether the host is `localhost` or a loopback address.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The path of an API on an instance, such as `/api/now/table/incident`.
///
/// Source: ServiceNow, "Table API"; the version in it is optional.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiPath(String);

/// Why a text is no path of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApiPathError {
    /// Blank, control character or backslash.
    #[error("must not contain blanks, control characters or backslashes")]
    BadCharacter,
    /// `?…` or `#…`.
    #[error("must not contain a query or a fragment")]
    QueryOrFragment,
    /// A URL, or something that would join to the host.
    #[error("must be a path, without scheme and host")]
    NotAPath,
    /// `.`, `..` or an empty segment, in any spelling.
    #[error("must not contain an empty, '.' or '..' segment")]
    Segment,
}

impl ApiPath {
    /// Reads a path with or without the slash at its beginning.
    pub fn parse(text: &str) -> Result<Self, ApiPathError> {
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(ApiPathError::BadCharacter);
        }
        if text.contains(['?', '#']) {
            return Err(ApiPathError::QueryOrFragment);
        }
        let path = text.strip_prefix('/').unwrap_or(text);
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.starts_with(['/', ':', '@']) || path.contains("://") {
            return Err(ApiPathError::NotAPath);
        }
        let plain = path.to_ascii_lowercase().replace("%2e", ".");
        let plain = plain.replace("%2f", "/").replace("%5c", "/");
        if plain.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
            return Err(ApiPathError::Segment);
        }
        Ok(Self(format!("/{path}")))
    }

    /// The Table API of a table, in the newest version.
    pub fn table(name: &Field) -> Self {
        Self(format!("/api/now/table/{}", name.as_str()))
    }

    /// Where tokens are asked for.
    ///
    /// Source: ServiceNow, "OAuth API request parameters".
    pub(crate) fn token() -> Self {
        Self("/oauth_token.do".to_owned())
    }

    /// Where people allow an application.
    ///
    /// Source: ServiceNow, "OAuth authorization code grant flow".
    pub(crate) fn authorize() -> Self {
        Self("/oauth_auth.do".to_owned())
    }

    /// The Aggregate API of the table that this path leads to.
    ///
    /// Source: ServiceNow, "Aggregate API".
    #[must_use]
    pub fn stats(&self) -> Option<Self> {
        let (before, table) = self.0.rsplit_once("/table/")?;
        (!table.contains('/')).then(|| Self(format!("{before}/stats/{table}")))
    }

    /// Version 1 says 404 where others give an empty list.
    ///
    /// Source: ServiceNow, "Table API", parameter `api_version`.
    pub fn is_first_version(&self) -> bool {
        self.0.split('/').any(|segment| segment.eq_ignore_ascii_case("v1"))
    }
}

impl fmt::Display for ApiPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What people paste has no scheme, or is the name of an instance alone.
fn with_scheme(text: &str) -> String {
    if text.contains("://") {
        return text.to_owned();
    }
    let host = text.split('/').next().unwrap_or_default();
    let bare = !host.is_empty() && !host.contains(['.', ':', '[', '@']) && host != "localhost";
    if bare { format!("https://{host}.service-now.com") } else { format!("https://{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_kept() {
        let check = |text: &str, expected: Result<&str, InstanceError>| {
            let got = Instance::parse(text, is_loopback).map(|instance| instance.to_string());
            assert_eq!(got.as_deref().map_err(|error| *error), expected, "{text}");
        };
        let contoso = Ok("https://contoso.service-now.com");
        check("contoso", contoso);
        check("contoso.service-now.com", contoso);
        check(" HTTPS://Contoso.Service-Now.com/ ", contoso);
        check("https://contoso.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D1#x", contoso);
        check("https://help.contoso.example:8443", Ok("https://help.contoso.example:8443"));
        check("http://127.0.0.1:8090/", Ok("http://127.0.0.1:8090"));
        check("http://[::1]:8090", Ok("http://[::1]:8090"));
        check("http://localhost:8090", Ok("http://localhost:8090"));
        check("localhost:8090", Ok("https://localhost:8090"));
        check("http://0x7f.1", Ok("http://127.0.0.1"));
        check("http://contoso.service-now.com", Err(InstanceError::Scheme));
        check("http://10.0.0.1", Err(InstanceError::Scheme));
        check("ftp://contoso.service-now.com", Err(InstanceError::Scheme));
        check("javascript://x", Err(InstanceError::Scheme));
        check("https://a:b@contoso.service-now.com", Err(InstanceError::Credentials));
        check("contoso@evil.example", Err(InstanceError::Credentials));
        check("https://con toso", Err(InstanceError::BadCharacter));
        check("https://contoso\\@evil.example", Err(InstanceError::BadCharacter));
        check("https://...", Err(InstanceError::Malformed));
        check("https://", Err(InstanceError::Malformed));
        check("", Err(InstanceError::Malformed));
    }

    #[test]
    fn a_configuration_may_allow_plain_http() {
        let text = "http://10.0.0.1:8080";
        assert!(Instance::parse(text, |url| url.port() == Some(8080)).is_ok());
    }

    #[test]
    fn paths_stay_on_the_instance() {
        let check = |text: &str, expected: Result<&str, ApiPathError>| {
            let got = ApiPath::parse(text).map(|path| path.to_string());
            assert_eq!(got.as_deref().map_err(|error| *error), expected, "{text}");
        };
        check("api/now/table/incident", Ok("/api/now/table/incident"));
        check("/api/now/v1/table/incident/", Ok("/api/now/v1/table/incident"));
        check("//evil.example/x", Err(ApiPathError::NotAPath));
        check("https://evil.example/x", Err(ApiPathError::NotAPath));
        check("@evil.example", Err(ApiPathError::NotAPath));
        check(":8443/x", Err(ApiPathError::NotAPath));
        check("api/../../x", Err(ApiPathError::Segment));
        check("api/%2E%2e/x", Err(ApiPathError::Segment));
        check("api/now%2f..%2fx", Err(ApiPathError::Segment));
        check("api//x", Err(ApiPathError::Segment));
        check("", Err(ApiPathError::Segment));
        check("x?sysparm_query=a", Err(ApiPathError::QueryOrFragment));
        check("x\\y", Err(ApiPathError::BadCharacter));
        let instance = Instance::parse("contoso", is_loopback).unwrap();
        let path = ApiPath::parse("api/now/v1/table/incident").unwrap();
        let expected = "https://contoso.service-now.com/api/now/v1/table/incident";
        assert_eq!(instance.url(&path).as_str(), expected);
        assert!(path.is_first_version());
        assert_eq!(path.stats().unwrap().to_string(), "/api/now/v1/stats/incident");
        assert_eq!(ApiPath::parse("/x/incident").unwrap().stats(), None);
    }
}

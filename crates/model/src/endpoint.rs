use std::collections::BTreeSet;

use url::Url;

use crate::HostPort;

/// Where incidents are asked for: origin of `instanceUrl` + path of `incidentApiUrl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

/// What `egress.private` lists: hosts that may be private, and that plain http may be spoken with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlainHttpHosts(BTreeSet<HostPort>);

/// Which of the two properties is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointProperty {
    /// `instanceUrl`
    InstanceUrl,
    /// `incidentApiUrl`
    IncidentApiUrl,
}

/// A rule that a URL breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointRule {
    /// Longer than [`MAX_CHARS`].
    #[error("must not be longer than 2048 characters")]
    TooLong,
    /// Blank, control character or backslash.
    #[error("must not contain blanks, control characters or backslashes")]
    BadCharacter,
    /// `instance.service-now.com` without `https://`, or `//host`.
    #[error("must be an absolute URL that begins with https://")]
    NoScheme,
    /// Neither https nor permitted plain http.
    #[error("must use https; plain http is only allowed for a host:port listed in egress.private")]
    Scheme,
    /// `https://user:password@host`.
    #[error("must not contain credentials")]
    Credentials,
    /// `?…` or `#…`.
    #[error("must not contain a query or a fragment")]
    QueryOrFragment,
    /// A `..` segment in any spelling.
    #[error("must not contain a '..' path segment")]
    ParentSegment,
    /// Not readable as a URL at all.
    #[error("is not a valid URL")]
    Malformed,
    /// A relative path that would join to the authority.
    #[error(
        "must be a path, or a URL of the same origin as instanceUrl; it must not begin with ':', '@' or '//'"
    )]
    AmbiguousPath,
    /// An absolute incidentApiUrl on another host.
    #[error("must have the same scheme, host and port as instanceUrl")]
    OtherOrigin,
}

/// A refused URL: which property, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} {rule}", property.name())]
pub struct EndpointError {
    /// The property.
    pub property: EndpointProperty,
    /// The rule it breaks.
    pub rule: EndpointRule,
}

/// Longest URL that is stored, in characters.
const MAX_CHARS: usize = 2048;

impl Endpoint {
    /// Judges the two properties together, as they stand after a write. `Ok(None)` while one of
    /// them is missing.
    pub fn of(
        instance_url: Option<&str>,
        incident_api_url: Option<&str>,
        plain_http: &PlainHttpHosts,
    ) -> Result<Option<Self>, EndpointError> {
        let at = |property| move |rule| EndpointError { property, rule };
        let instance = instance_url
            .map(|text| absolute(text, plain_http))
            .transpose()
            .map_err(at(EndpointProperty::InstanceUrl))?;
        let path = incident_api_url
            .map(|text| api_path(text, instance.as_ref(), plain_http))
            .transpose()
            .map_err(at(EndpointProperty::IncidentApiUrl))?;
        let (Some(mut url), Some(path)) = (instance, path) else { return Ok(None) };
        url.set_path(&path);
        Ok(Some(Self(url)))
    }

    /// The URL that is called.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl PlainHttpHosts {
    /// Collects pairs.
    pub fn new(pairs: impl IntoIterator<Item = HostPort>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// Whether host and port of the URL are one of the pairs.
    pub fn allows(&self, url: &Url) -> bool {
        self.contains(
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or_default(),
        )
    }

    /// Whether host, as a URL has it, and port are one of the pairs.
    pub fn contains(&self, host: &str, port: u16) -> bool {
        self.0.iter().any(|pair| pair.is(host, port))
    }
}

impl EndpointProperty {
    /// The name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InstanceUrl => "instanceUrl",
            Self::IncidentApiUrl => "incidentApiUrl",
        }
    }
}

fn absolute(text: &str, plain_http: &PlainHttpHosts) -> Result<Url, EndpointRule> {
    check_text(text)?;
    let (scheme, rest) = text.split_once("://").ok_or(EndpointRule::NoScheme)?;
    let known = ["https", "http"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    if scheme.is_empty() || scheme.contains('/') {
        return Err(EndpointRule::NoScheme);
    }
    if !known {
        return Err(EndpointRule::Scheme);
    }
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Err(EndpointRule::Credentials);
    }
    if authority.is_empty() {
        return Err(EndpointRule::Malformed);
    }
    let url = Url::parse(text).map_err(|_syntax| EndpointRule::Malformed)?;
    if url.scheme() == "https" || plain_http.allows(&url) {
        Ok(url)
    } else {
        Err(EndpointRule::Scheme)
    }
}

fn api_path(
    text: &str,
    instance: Option<&Url>,
    plain_http: &PlainHttpHosts,
) -> Result<String, EndpointRule> {
    check_text(text)?;
    if has_scheme(text) {
        let url = absolute(text, plain_http)?;
        if instance.is_some_and(|instance| instance.origin() != url.origin()) {
            return Err(EndpointRule::OtherOrigin);
        }
        return Ok(url.path().to_owned());
    }
    if text.starts_with([':', '@']) || text.starts_with("//") {
        return Err(EndpointRule::AmbiguousPath);
    }
    Ok(format!("/{}", text.trim_start_matches('/')))
}

/// RFC 3986 section 3.1: a letter, then letters, digits, `+`, `-`, `.`, up to a colon.
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

fn check_text(text: &str) -> Result<(), EndpointRule> {
    if text.chars().count() > MAX_CHARS {
        return Err(EndpointRule::TooLong);
    }
    if text.is_empty() {
        return Err(EndpointRule::Malformed);
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(EndpointRule::BadCharacter);
    }
    if text.contains(['?', '#']) {
        return Err(EndpointRule::QueryOrFragment);
    }
    let parent = |segment: &str| segment.to_ascii_lowercase().replace("%2e", ".") == "..";
    let slashed = text.replace("%2f", "/").replace("%2F", "/");
    let slashed = slashed.replace("%5c", "/").replace("%5C", "/");
    if slashed.split('/').any(parent) {
        return Err(EndpointRule::ParentSegment);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(instance: &str, api: &str, expect: Result<&str, EndpointRule>) {
        let hosts = PlainHttpHosts::new(["127.0.0.1:8181".parse().unwrap()]);
        let got = Endpoint::of(Some(instance), Some(api), &hosts);
        let got = got.map(|endpoint| endpoint.unwrap().0.to_string()).map_err(|error| error.rule);
        assert_eq!(got.as_deref().map_err(|rule| *rule), expect, "{instance} + {api}");
    }

    #[test]
    fn documented_forms_are_accepted() {
        let snow = "https://contoso.service-now.com";
        let full = Ok("https://contoso.service-now.com/api/now/table/incident");
        check(snow, "/api/now/table/incident", full);
        check(snow, "api/now/table/incident", full);
        check("HTTPS://Contoso.Service-Now.com/", "/api/now/table/incident", full);
        let seed = "https://example.com/incidentApiUrl/";
        check("https://example.com/instanceUrl/", seed, Ok(seed));
        check("https://example.com:443", "HTTPS://EXAMPLE.com/x", Ok("https://example.com/x"));
        check("http://127.0.0.1:8181", "/x", Ok("http://127.0.0.1:8181/x"));
        check("https://example.com", "/a:b/c@d", Ok("https://example.com/a:b/c@d"));
    }

    #[test]
    fn everything_else_is_refused_with_its_rule() {
        use EndpointRule as Rule;
        let cases = [
            ("contoso.service-now.com", "/x", Rule::NoScheme),
            ("//contoso.service-now.com", "/x", Rule::NoScheme),
            ("ftp://contoso.service-now.com", "/x", Rule::Scheme),
            ("http://contoso.service-now.com", "/x", Rule::Scheme),
            ("http://127.0.0.1:8182", "/x", Rule::Scheme),
            ("https://user:pw@example.com", "/x", Rule::Credentials),
            ("https://@example.com", "/x", Rule::Credentials),
            ("https://example.com?x", "/x", Rule::QueryOrFragment),
            ("https://example.com#x", "/x", Rule::QueryOrFragment),
            ("https://example.com\\x", "/x", Rule::BadCharacter),
            ("https://exa mple.com", "/x", Rule::BadCharacter),
            ("https://example.com/\u{1}", "/x", Rule::BadCharacter),
            ("https://", "/x", Rule::Malformed),
            ("https:///x", "/x", Rule::Malformed),
            ("", "/x", Rule::Malformed),
            ("https://[::1", "/x", Rule::Malformed),
            ("https://example.com/a/..", "/x", Rule::ParentSegment),
            ("https://example.com", "/a/%2E%2e/b", Rule::ParentSegment),
            ("https://example.com", "/a%2f..%2fb", Rule::ParentSegment),
            ("https://example.com", "//evil.example/x", Rule::AmbiguousPath),
            ("https://example.com", ":8443/x", Rule::AmbiguousPath),
            ("https://example.com", "@evil.example/x", Rule::AmbiguousPath),
            ("https://example.com", "https://evil.example/x", Rule::OtherOrigin),
            ("https://example.com", "https://example.com:8443/x", Rule::OtherOrigin),
            ("https://example.com", "javascript:alert", Rule::NoScheme),
            ("https://example.com", "/x?y=z", Rule::QueryOrFragment),
        ];
        for (instance, api, rule) in cases {
            check(instance, api, Err(rule));
        }
    }

    #[test]
    fn half_an_endpoint_is_none() {
        let none = PlainHttpHosts::default();
        assert_eq!(Endpoint::of(None, Some("/x"), &none), Ok(None));
        assert_eq!(Endpoint::of(Some("https://example.com"), None, &none), Ok(None));
        assert_eq!(Endpoint::of(None, None, &none), Ok(None));
    }
}

use std::fmt;

use url::Url;

/// Scheme, host and port of an instance: what a credential was set for is sent nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The origin of a URL; `None` where it has none.
    pub fn of(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        // A dot at the end of a name changes nothing about whose it is.
        let host = url.host_str()?.trim_end_matches('.');
        let port = url.port_or_known_default()?;
        Some(Self(format!("{}://{host}:{port}", url.scheme())))
    }

    /// One that was written down.
    pub fn from_text(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_makes_no_other_origin() {
        let check = |url: &str, expect: Option<&str>| {
            assert_eq!(
                Origin::of(url).map(|origin| origin.to_string()).as_deref(),
                expect,
                "{url}"
            );
        };
        let contoso = Some("https://contoso.service-now.com:443");
        check("https://contoso.service-now.com", contoso);
        check("HTTPS://Contoso.Service-Now.com:443/path/", contoso);
        check("https://contoso.service-now.com./", contoso);
        check("https://contoso.service-now.com:8443", Some("https://contoso.service-now.com:8443"));
        check("http://127.0.0.1:8181", Some("http://127.0.0.1:8181"));
        check("http://0x7f.1:8181", Some("http://127.0.0.1:8181"));
        check("https://[::1]/", Some("https://[::1]:443"));
        for none in ["", "contoso.service-now.com", "/x", "mailto:a@b"] {
            check(none, None);
        }
    }
}

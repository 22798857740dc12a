use std::fmt;
use std::str::FromStr;

use url::Host;

/// A host, or all below a domain: `snow.contoso.example`, `*.service-now.com`.
///
/// Source: WHATWG URL Standard, host parsing: however a host is spelt, it is kept as a URL has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern(Pattern);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Host(String),
    /// What the names end with, the dot before it included.
    Below(String),
}

/// The text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a host, such as snow.contoso.example, nor like *.contoso.example")]
pub struct HostPatternError(String);

impl HostPattern {
    /// Where ServiceNow runs the instances of its customers.
    pub fn instances() -> Vec<Self> {
        ["service-now.com", "servicenowservices.com"]
            .map(|domain| Self(Pattern::Below(format!(".{domain}"))))
            .to_vec()
    }

    /// Whether the host, as a URL has it, is meant. A dot at its end is of no matter.
    pub fn matches(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        match &self.0 {
            Pattern::Host(same) => host == same,
            Pattern::Below(end) => host.strip_suffix(end).is_some_and(|name| !name.is_empty()),
        }
    }
}

impl FromStr for HostPattern {
    type Err = HostPatternError;

    fn from_str(text: &str) -> Result<Self, HostPatternError> {
        let wrong = || HostPatternError(text.to_owned());
        let (name, below) = text.strip_prefix("*.").map_or((text, false), |name| (name, true));
        // A port would be ignored, and a further asterisk is taken for a letter.
        if name.contains(['*', '/', '@']) || (name.contains(':') && !name.starts_with('[')) {
            return Err(wrong());
        }
        let host = Host::parse(name.trim_end_matches('.')).map_err(|_syntax| wrong())?;
        match (host, below) {
            (Host::Domain(name), true) => Ok(Self(Pattern::Below(format!(".{name}")))),
            (Host::Ipv4(_) | Host::Ipv6(_), true) => Err(wrong()),
            (host, false) => Ok(Self(Pattern::Host(host.to_string()))),
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Pattern::Host(host) => f.write_str(host),
            Pattern::Below(end) => write!(f, "*{end}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_host_or_all_below_a_domain() {
        let check = |pattern: &str, host: &str, expected: bool| {
            let pattern: HostPattern = pattern.parse().unwrap();
            assert_eq!(pattern.matches(host), expected, "{pattern} {host}");
        };
        check("*.service-now.com", "contoso.service-now.com", true);
        check("*.service-now.com", "contoso.service-now.com.", true);
        check("*.service-now.com", "a.b.service-now.com", true);
        check("*.service-now.com", "service-now.com", false);
        check("*.service-now.com", ".service-now.com", false);
        check("*.service-now.com", "evil-service-now.com", false);
        check("*.service-now.com", "contoso.service-now.com.evil.example", false);
        check("Snow.Contoso.Example.", "snow.contoso.example", true);
        check("snow.contoso.example", "x.snow.contoso.example", false);
        check("*.bücher.example", "a.xn--bcher-kva.example", true);
        check("0x7f.1", "127.0.0.1", true);
        check("[::1]", "[::1]", true);
    }

    #[test]
    fn what_is_no_pattern_is_named() {
        for text in [
            "",
            "*",
            "*.",
            "*.*.example",
            "a*.example",
            "contoso.example:443",
            "https://contoso.example",
            "a@b.example",
            "*.127.0.0.1",
            "*.[::1]",
            "con toso.example",
        ] {
            let error = text.parse::<HostPattern>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("{text:?} is neither")), "{error}");
        }
    }

    #[test]
    fn instances_of_customers_are_patterns_too() {
        let written = HostPattern::instances().into_iter().map(|pattern| pattern.to_string());
        let written: Vec<String> = written.collect();
        assert_eq!(written, ["*.service-now.com", "*.servicenowservices.com"]);
        let read: Vec<HostPattern> = written.iter().map(|text| text.parse().unwrap()).collect();
        assert_eq!(read, HostPattern::instances());
    }
}

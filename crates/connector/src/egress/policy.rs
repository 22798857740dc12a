use std::net::IpAddr;

use model::{PlainHttpHosts, is_public};

use super::HostPattern;

/// Which hosts may be called: those of `egress.allow` at public addresses, and those of
/// `egress.private` at any.
#[derive(Debug, Clone, Default)]
pub struct EgressPolicy {
    /// Hosts that may be called where they are public.
    pub allow: Vec<HostPattern>,
    /// Hosts and ports that may be called wherever they are; they need not be in `allow`.
    pub private: PlainHttpHosts,
}

/// Why a host must not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody listed it.
    #[error(
        "the host {host} is not among the hosts of egress.allow, nor {host}:{port} in egress.private"
    )]
    NotListed {
        /// The host.
        host: String,
        /// The port that was to be called.
        port: u16,
    },
    /// Its addresses belong to the machine, to its network or to nobody.
    #[error("the host {host} has no public address, and {host}:{port} is not in egress.private")]
    NotPublic {
        /// The host.
        host: String,
        /// The port that was to be called.
        port: u16,
    },
}

/// What is known of a host before its addresses are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// In `egress.private`: it may be called wherever it is.
    Private,
    /// In `egress.allow`: it may be called where it is public.
    Public,
}

impl EgressPolicy {
    /// Which of the addresses that the host was found to have may be called.
    ///
    /// A name may have public and other addresses, as where a network answers differently inside
    /// than outside: then the public ones are used, and the others are not.
    pub fn admit(&self, host: &str, port: u16, found: &[IpAddr]) -> Result<Vec<IpAddr>, Refusal> {
        let admitted: Vec<IpAddr> = match self.listed(host, port)? {
            Listed::Private => found.to_vec(),
            Listed::Public => found.iter().copied().filter(|address| is_public(*address)).collect(),
        };
        if admitted.is_empty() && !found.is_empty() {
            return Err(Refusal::NotPublic { host: host.to_owned(), port });
        }
        Ok(admitted)
    }

    /// Whether the host may be called where somebody else looks up its name. If it is an address,
    /// that is judged.
    pub fn admit_unresolved(&self, host: &str, port: u16) -> Result<Listed, Refusal> {
        let listed = self.listed(host, port)?;
        if let Ok(address) = host.trim_matches(['[', ']']).parse() {
            self.admit(host, port, &[address])?;
        }
        Ok(listed)
    }

    /// How the host, as a URL has it, is listed. Names that are not are not even looked up.
    pub(crate) fn listed(&self, host: &str, port: u16) -> Result<Listed, Refusal> {
        if self.private.contains(host, port) {
            Ok(Listed::Private)
        } else if self.allow.iter().any(|pattern| pattern.matches(host)) {
            Ok(Listed::Public)
        } else {
            Err(Refusal::NotListed { host: host.to_owned(), port })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> EgressPolicy {
        let private = ["127.0.0.1:8181", "snow.intern.example:8443", "[::1]:8181"];
        EgressPolicy {
            allow: ["*.service-now.com", "snow.contoso.example", "8.8.8.8", "10.0.0.1"]
                .map(|pattern| pattern.parse().unwrap())
                .to_vec(),
            private: PlainHttpHosts::new(private.map(|pair| pair.parse().unwrap())),
        }
    }

    /// Host, port and what it resolves to; what may be called, or the beginning of why not.
    #[test]
    fn the_address_decides() {
        let check = |host: &str, port, found: &[&str], expected: Result<&[&str], &str>| {
            let addresses = |texts: &[&str]| -> Vec<IpAddr> {
                texts.iter().map(|text| text.parse().unwrap()).collect()
            };
            let got = policy().admit(host, port, &addresses(found));
            match (got, expected) {
                (Ok(got), Ok(expected)) => assert_eq!(got, addresses(expected), "{host}:{port}"),
                (Err(refusal), Err(expected)) => {
                    assert!(refusal.to_string().contains(expected), "{host}:{port}: {refusal}");
                }
                (got, _) => panic!("{host}:{port} {found:?}: {got:?}"),
            }
        };
        let not_listed = Err("is not among the hosts of egress.allow");
        let not_public = Err("has no public address");
        let snow = "contoso.service-now.com";
        check(snow, 443, &["1.1.1.1", "2606:4700::1"], Ok(&["1.1.1.1", "2606:4700::1"]));
        check("contoso.service-now.com.", 443, &["1.1.1.1"], Ok(&["1.1.1.1"]));
        check(snow, 8443, &["1.1.1.1"], Ok(&["1.1.1.1"]));
        check(snow, 443, &[], Ok(&[]));
        check(snow, 443, &["10.0.0.1", "1.1.1.1"], Ok(&["1.1.1.1"]));
        for inside in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "169.254.169.254",
            "100.64.0.1",
            "::1",
            "::ffff:127.0.0.1",
            "fd00:ec2::254",
            "fe80::1",
            "64:ff9b::7f00:1",
            "224.0.0.1",
        ] {
            check(snow, 443, &[inside], not_public);
        }
        check("evil.example", 443, &["1.1.1.1"], not_listed);
        check("localhost", 8181, &["127.0.0.1"], not_listed);
        check("127.0.0.1", 8181, &["127.0.0.1"], Ok(&["127.0.0.1"]));
        check("127.0.0.1", 8182, &["127.0.0.1"], not_listed);
        check("[::1]", 8181, &["::1"], Ok(&["::1"]));
        check("snow.intern.example", 8443, &["10.0.0.7"], Ok(&["10.0.0.7"]));
        check("snow.intern.example", 443, &["10.0.0.7"], not_listed);
        check("8.8.8.8", 443, &["8.8.8.8"], Ok(&["8.8.8.8"]));
        check("10.0.0.1", 443, &["10.0.0.1"], not_public);
    }

    #[test]
    fn of_what_is_not_looked_up_the_name_decides() {
        let check = |host: &str, port, expected: Result<Listed, &str>| {
            let got = policy().admit_unresolved(host, port).map_err(|error| error.to_string());
            match (&got, expected) {
                (Ok(got), Ok(expected)) => assert_eq!(*got, expected, "{host}:{port}"),
                (Err(got), Err(expected)) => assert!(got.contains(expected), "{got}"),
                (got, _) => panic!("{host}:{port}: {got:?}"),
            }
        };
        check("contoso.service-now.com", 443, Ok(Listed::Public));
        check("snow.intern.example", 8443, Ok(Listed::Private));
        check("snow.intern.example", 443, Err("is not among the hosts of egress.allow"));
        check("8.8.8.8", 443, Ok(Listed::Public));
        check("10.0.0.1", 443, Err("has no public address"));
        check("[::1]", 8181, Ok(Listed::Private));
        check("[::1]", 443, Err("is not among"));
    }
}

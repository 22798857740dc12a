/// Why a protocol version is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsupportedVersion {
    /// `OData-MaxVersion` is below 4.0 or no version.
    #[error("The OData-MaxVersion header must be 4.0 or higher.")]
    MaxVersion,
    /// `OData-Version` is none of 4.0 and 4.01.
    #[error("The OData-Version header must be 4.0 or 4.01.")]
    Version,
}

/// A version of the protocol, which an answer is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 4.0, the one of Microsoft Graph.
    #[default]
    V4_0,
    /// 4.01: control information has no prefix `odata.`.
    V4_01,
}

impl Version {
    /// The value of the header `OData-Version`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V4_0 => "4.0",
            Self::V4_01 => "4.01",
        }
    }
}

/// Agrees on the version of the answer by `OData-MaxVersion`, the highest one that the client
/// takes, and checks `OData-Version`, the one of its body (OData 4.01 protocol sections 8.1.5 and
/// 8.2.7). A client that names no highest version gets 4.0, as from Graph.
pub fn negotiate_version(
    max: Option<&str>,
    version: Option<&str>,
) -> Result<Version, UnsupportedVersion> {
    let agreed = match max.map(|max| number(max.trim())) {
        None => Version::V4_0,
        Some(Some(max)) if max >= (4, 1) => Version::V4_01,
        Some(Some(max)) if max >= (4, 0) => Version::V4_0,
        Some(_) => return Err(UnsupportedVersion::MaxVersion),
    };
    match version.map(str::trim) {
        None | Some("4.0" | "4.01") => Ok(agreed),
        Some(_) => Err(UnsupportedVersion::Version),
    }
}

/// The two numbers of `1*DIGIT "." 1*DIGIT`.
fn number(version: &str) -> Option<(u64, u64)> {
    let (major, minor) = version.split_once('.')?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    Some((number(major)?, number(minor)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::grammar::{self, Words};

    #[test]
    fn highest_common_version_is_agreed() {
        let check = |max, version, expect| {
            assert_eq!(negotiate_version(max, version), expect, "{max:?} {version:?}");
        };
        check(None, None, Ok(Version::V4_0));
        check(None, Some("4.01"), Ok(Version::V4_0));
        check(Some("4.0"), Some("4.0"), Ok(Version::V4_0));
        check(Some("4.01"), Some("4.01"), Ok(Version::V4_01));
        check(Some("4.1"), None, Ok(Version::V4_01));
        check(Some(" 5.0 "), None, Ok(Version::V4_01));
        for bad in ["3.0", "", "4", "4.", ".0", "x", "4.0;x", "-4.0", "99999999999999999999.0"] {
            check(Some(bad), None, Err(UnsupportedVersion::MaxVersion));
        }
        for bad in ["3.0", "", "4", "4.02", "5.0", "x"] {
            check(None, Some(bad), Err(UnsupportedVersion::Version));
        }
    }

    proptest! {
        #[test]
        fn the_grammar_tells_what_is_a_version(version in "[0-9]{0,3}\\.?[0-9]{0,3}[ x;]?") {
            let strict = |name: &str| {
                let line = format!("{name}: {}", version.trim());
                grammar::check("header", &line, &Words::default()).unwrap().ok
            };
            let max = negotiate_version(Some(&version), None);
            let is_older = number(version.trim()).is_some_and(|version| version < (4, 0));
            prop_assert_eq!(max.is_ok(), strict("OData-MaxVersion") && !is_older);
            if negotiate_version(None, Some(&version)).is_ok() {
                prop_assert!(strict("OData-Version"));
            }
        }
    }
}

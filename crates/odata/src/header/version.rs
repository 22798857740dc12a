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

/// Checks `OData-MaxVersion`, the highest version that the client takes, and `OData-Version`, the
/// one of its body (OData 4.01 protocol sections 8.1.5 and 8.2.7). Answers are of version 4.0.
pub fn check_version(max: Option<&str>, version: Option<&str>) -> Result<(), UnsupportedVersion> {
    if max.is_some_and(|max| major(max.trim()).is_none_or(|major| major < 4)) {
        return Err(UnsupportedVersion::MaxVersion);
    }
    match version.map(str::trim) {
        None | Some("4.0" | "4.01") => Ok(()),
        Some(_) => Err(UnsupportedVersion::Version),
    }
}

/// The number before the dot of `1*DIGIT "." 1*DIGIT`.
fn major(version: &str) -> Option<u64> {
    let (major, minor) = version.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(major) && digits(minor) { major.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_four_is_served() {
        let check = |max, version, expect| {
            assert_eq!(check_version(max, version), expect, "{max:?} {version:?}");
        };
        check(None, None, Ok(()));
        check(Some("4.0"), Some("4.0"), Ok(()));
        check(Some("4.01"), Some("4.01"), Ok(()));
        check(Some(" 5.0 "), None, Ok(()));
        for bad in ["3.0", "", "4", "4.", ".0", "x", "4.0;x", "-4.0", "99999999999999999999.0"] {
            check(Some(bad), None, Err(UnsupportedVersion::MaxVersion));
        }
        for bad in ["3.0", "", "4", "4.02", "5.0", "x"] {
            check(None, Some(bad), Err(UnsupportedVersion::Version));
        }
    }
}

use std::fmt;
use std::str::FromStr;

/// The key of a row: mostly 32 hexadecimal digits, but rows that came with the instance have words
/// such as `global`.
///
/// Source: ServiceNow, "Unique record identifier", and the samples of "Table API". Its letters are
/// lower case, so that it cannot go on with the operator before it (`IN` and `STANCEOF`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SysId(String);

/// The text is no key of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sys_id has 1 to 32 lower-case letters, digits, '_', '-' and '.'")]
pub struct SysIdError;

impl SysId {
    /// The key as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SysId {
    type Err = SysIdError;

    fn from_str(text: &str) -> Result<Self, SysIdError> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let sound = (1..=32).contains(&text.len())
            && text.bytes().next().is_some_and(plain)
            && text.bytes().all(|b| plain(b) || matches!(b, b'_' | b'-' | b'.'));
        sound.then(|| Self(text.to_owned())).ok_or(SysIdError)
    }
}

impl fmt::Display for SysId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_keys_are_taken() {
        for (text, sound) in [
            ("62826bf03710200044e0bfc8bcbe5df1", true),
            ("glide.maint", true),
            ("", false),
            ("62826bf03710200044e0bfc8bcbe5df1a", false),
            ("STANCEOFx", false),
            ("a,b", false),
            ("a^b", false),
            ("=a", false),
            ("javascript:x", false),
        ] {
            assert_eq!(text.parse::<SysId>().is_ok(), sound, "{text}");
        }
    }
}

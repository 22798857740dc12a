use std::borrow::Cow;
use std::str::FromStr;

/// The name of a field, of one behind references (`caller_id.email`), or of a table.
///
/// Source: ServiceNow, "Table API", parameter `sysparm_fields`, and "REST API dot-walking". Names
/// are lower case, so no operator can begin inside of one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Field(Cow<'static, str>);

/// The text is no name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a field has lower-case letters, digits and underscores, and dots between them")]
pub struct FieldError;

const MAX_CHARS: usize = 160;

impl Field {
    /// A name that stands in the program. A wrong one does not compile, where this is a constant.
    pub const fn constant(name: &'static str) -> Self {
        assert!(is_sound(name.as_bytes()), "no name of a field");
        Self(Cow::Borrowed(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `caller_id` and `email` make `caller_id.email`.
    #[must_use]
    pub fn dot(&self, further: &Self) -> Self {
        Self(format!("{}.{}", self.0, further.0).into())
    }
}

impl FromStr for Field {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        is_sound(text.as_bytes()).then(|| Self(text.to_owned().into())).ok_or(FieldError)
    }
}

const fn is_sound(name: &[u8]) -> bool {
    let mut rest = name;
    let mut at_start = true;
    while let [byte, after @ ..] = rest {
        let sound = match byte {
            b'a'..=b'z' | b'_' => true,
            b'0'..=b'9' | b'.' => !at_start,
            _ => false,
        };
        if !sound {
            return false;
        }
        at_start = *byte == b'.';
        rest = after;
    }
    !at_start && name.len() <= MAX_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_with_dots_between() {
        for (text, sound) in [
            ("number", true),
            ("caller_id.manager.email", true),
            ("u_custom2", true),
            ("", false),
            ("a..b", false),
            (".a", false),
            ("a.", false),
            ("1a", false),
            ("aIN", false),
            ("a=b^c", false),
            ("a b", false),
            ("ä", false),
        ] {
            assert_eq!(text.parse::<Field>().is_ok(), sound, "{text}");
        }
        assert!("a".repeat(161).parse::<Field>().is_err());
    }
}

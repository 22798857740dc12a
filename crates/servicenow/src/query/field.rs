use std::str::FromStr;

/// The name of a field, of one behind references (`caller_id.email`), or of a table.
///
/// Source: ServiceNow, "Table API", parameter `sysparm_fields`, and "REST API dot-walking". Names
/// are lower case, so no operator can begin inside of one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Field(String);

/// The text is no name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a field has lower-case letters, digits and underscores, and dots between them")]
pub struct FieldError;

const MAX_CHARS: usize = 160;

impl Field {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `caller_id` and `email` make `caller_id.email`.
    #[must_use]
    pub fn dot(&self, further: &Self) -> Self {
        Self(format!("{}.{}", self.0, further.0))
    }
}

impl FromStr for Field {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let step = |step: &str| {
            step.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                && step.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let sound = text.len() <= MAX_CHARS && text.split('.').all(step);
        sound.then(|| Self(text.to_owned())).ok_or(FieldError)
    }
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

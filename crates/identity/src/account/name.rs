use std::fmt;
use std::str::FromStr;

/// What somebody signs in with, such as `ada@contoso.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserName(String);

/// No user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserNameError {
    /// Nothing was given.
    #[error("Enter a user name.")]
    Empty,
    /// Longer than [`MAX_CHARS`].
    #[error("A user name has at most {MAX_CHARS} characters.")]
    TooLong,
    /// Something that nobody sees, or that looks like something else.
    #[error("A user name has no blanks and no invisible characters.")]
    Invisible,
}

const MAX_CHARS: usize = 254;

impl UserName {
    /// As it was written, without blanks around it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = UserNameError;

    fn from_str(text: &str) -> Result<Self, UserNameError> {
        let text = text.trim();
        if text.is_empty() {
            Err(UserNameError::Empty)
        } else if text.chars().count() > MAX_CHARS {
            Err(UserNameError::TooLong)
        } else if text.chars().any(|c| c.is_whitespace() || c.is_control() || is_format(c)) {
            Err(UserNameError::Invisible)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Marks of direction and of zero width, by which two names could look alike.
const fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_can_be_seen() {
        for (text, expect) in [
            (" ada@contoso.example ", Ok("ada@contoso.example")),
            ("Größe", Ok("Größe")),
            ("", Err(UserNameError::Empty)),
            ("a b", Err(UserNameError::Invisible)),
            ("a\0", Err(UserNameError::Invisible)),
            ("a\u{202e}b", Err(UserNameError::Invisible)),
            ("a\u{200b}", Err(UserNameError::Invisible)),
            (&"a".repeat(255), Err(UserNameError::TooLong)),
        ] {
            let got = text.parse::<UserName>();
            assert_eq!(got.as_ref().map(UserName::as_str).map_err(|e| *e), expect, "{text:?}");
        }
    }
}

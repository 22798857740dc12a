/// A text that a field is compared with. Whatever it holds, it stays one value.
///
/// Source: ServiceNow, "`GlideStringUtil`", `escapeQueryTermSeparator`; "Table API", parameter
/// `sysparm_query`, for scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(String);

/// Why a text is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing; `ISEMPTY` says that.
    #[error("must not be empty")]
    Empty,
    /// Longer than any field that is asked for by value.
    #[error("must not be longer than {MAX_CHARS} characters")]
    TooLong,
    /// A line break, or another character that is none.
    #[error("must not contain control characters")]
    Control,
    /// The instance would run it.
    #[error("must not begin with 'javascript:'")]
    Script,
    /// Before the next separator, the caret could be read in two ways.
    #[error("must not end with '^'")]
    EndsWithCaret,
}

/// As long as an e-mail address can be.
const MAX_CHARS: usize = 254;

impl Text {
    /// Takes any text that can be sent as one value.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.chars().count() > MAX_CHARS {
            return Err(TextError::TooLong);
        }
        if text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(TextError::Control);
        }
        if is_script(text) {
            return Err(TextError::Script);
        }
        if text.ends_with('^') {
            return Err(TextError::EndsWithCaret);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it stands in a query.
    pub(super) fn escaped(&self) -> String {
        self.0.replace('^', "^^")
    }
}

/// Blanks and letter case may be forgiven by the instance, so they are here too.
fn is_script(text: &str) -> bool {
    let letters = text.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c));
    let start: String = letters.take(SCRIPT.len()).collect();
    start.eq_ignore_ascii_case(SCRIPT)
}

const SCRIPT: &str = "javascript:";

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dangerous_texts_are_refused_and_others_escaped() {
        let check = |text: &str, expected: Result<&str, TextError>| {
            let got = Text::parse(text).map(|text| text.escaped());
            assert_eq!(got.as_deref().map_err(|error| *error), expected, "{text:?}");
        };
        check("a@contoso.example", Ok("a@contoso.example"));
        check("a^NQactive=true", Ok("a^^NQactive=true"));
        check("^a^^b", Ok("^^a^^^^b"));
        check("o'neil+x&y#z ä 😀", Ok("o'neil+x&y#z ä 😀"));
        check("see javascript:", Ok("see javascript:"));
        check("", Err(TextError::Empty));
        check("a^", Err(TextError::EndsWithCaret));
        check("a\nb", Err(TextError::Control));
        check("a\u{0}b", Err(TextError::Control));
        check("a\u{2028}b", Err(TextError::Control));
        for script in ["javascript:gs.getUserID()", " JavaScript:x", "java\u{200b}script :x"] {
            check(script, Err(TextError::Script));
        }
        let longest = "ä".repeat(254);
        check(&longest, Ok(&longest));
        check(&"ä".repeat(255), Err(TextError::TooLong));
    }
}

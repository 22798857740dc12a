use std::fmt::{self, Write as _};

/// Why a text cannot be percent-decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A `%` without two hexadecimal digits after it; the place in characters from 0.
    #[error("the '%' at position {0} is not followed by two hexadecimal digits")]
    Percent(usize),
    /// The decoded bytes are not UTF-8.
    #[error("the percent-encoded text is not UTF-8")]
    Utf8,
    /// U+0000 is nothing that databases agree on.
    #[error("the text contains the character U+0000")]
    Nul,
}

/// Decodes one segment or one part of a query; there a `+` is a blank.
pub(crate) fn decode(text: &str, plus_is_blank: bool) -> Result<String, DecodeError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'%' => {
                let (value, after) = hexadecimal(after)
                    .ok_or_else(|| DecodeError::Percent(position(text, after.len() + 1)))?;
                bytes.push(value);
                rest = after;
            }
            b'+' if plus_is_blank => bytes.push(b' '),
            0 => return Err(DecodeError::Nul),
            _ => bytes.push(byte),
        }
    }
    if bytes.contains(&0) {
        return Err(DecodeError::Nul);
    }
    match String::from_utf8(bytes) {
        Ok(decoded) => Ok(decoded),
        Err(_) => Err(DecodeError::Utf8),
    }
}

/// The first byte of a text that may be percent-encoded; what is no encoding stands for itself.
pub(super) fn next_byte(rest: &mut &[u8]) -> Option<u8> {
    let (&byte, after) = rest.split_first()?;
    let (byte, after) = match hexadecimal(after) {
        Some(decoded) if byte == b'%' => decoded,
        _ => (byte, after),
    };
    *rest = after;
    Some(byte)
}

/// A text as it stands in a path: all but unreserved characters and those that no rule of a path
/// gives another meaning (RFC 3986 section 3.3) is percent-encoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encoded<'t>(pub(super) &'t str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => f.write_char(char::from(byte))?,
                _ if b"-._~!$'()*,;=:@".contains(&byte) => f.write_char(char::from(byte))?,
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

/// Characters before the last `left` bytes.
fn position(text: &str, left: usize) -> usize {
    text.get(..text.len() - left).map_or(0, |before| before.chars().count())
}

fn hexadecimal(rest: &[u8]) -> Option<(u8, &[u8])> {
    let (&[high, low], rest) = rest.split_first_chunk()?;
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some((digit(high)? * 16 + digit(low)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_decoded_or_refused() {
        for (text, expect) in [
            ("a%20b%2Fc%27d", Ok("a b/c'd")),
            ("%C3%a9+é", Ok("é+é")),
            ("", Ok("")),
            ("100%", Err(DecodeError::Percent(3))),
            ("é%2", Err(DecodeError::Percent(1))),
            ("%zz", Err(DecodeError::Percent(0))),
            ("%+1", Err(DecodeError::Percent(0))),
            ("%C3", Err(DecodeError::Utf8)),
            ("%C0%80", Err(DecodeError::Utf8)),
            ("a%00", Err(DecodeError::Nul)),
        ] {
            assert_eq!(decode(text, false).as_deref(), expect.as_deref(), "{text}");
        }
        assert_eq!(decode("a+b%2B", true).as_deref(), Ok("a b+"));
    }
}

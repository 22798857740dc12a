use super::error::MultipartError;
use crate::header::parameter;

/// The boundary that a `Content-Type` names (RFC 2046 section 5.1.1).
pub(super) fn boundary(content_type: &str) -> Result<String, MultipartError> {
    let boundary = parameter(content_type, "boundary").ok_or(MultipartError::Boundary)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let is_one = (1..=70).contains(&boundary.len())
        && boundary.bytes().all(allowed)
        && !boundary.ends_with(' ');
    if is_one { Ok(boundary) } else { Err(MultipartError::Boundary) }
}

/// The parts between lines with the boundary, without preamble and epilogue. Lines may end without
/// the carriage return, as they do in files that people write. The end of the line before a boundary
/// belongs to the boundary.
pub(super) fn parts<'b>(body: &'b [u8], boundary: &str) -> Result<Vec<&'b [u8]>, MultipartError> {
    let mut parts = Vec::new();
    let (mut begin, mut at) = (None, 0);
    while at < body.len() {
        let end = line_end(body, at);
        let line = body.get(at..end).unwrap_or_default();
        if let Some(is_last) = delimits(line, boundary) {
            if let Some(begin) = begin {
                let part = body.get(begin..at).unwrap_or_default();
                parts.push(without_line_end(part));
            }
            if is_last {
                return Ok(parts);
            }
            begin = Some(end);
        }
        at = end;
    }
    Err(MultipartError::Unterminated)
}

/// Splits a message into the lines of its head and what follows the empty line behind; without such a
/// line all is head.
pub(super) fn head_and_body(message: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let (mut lines, mut at) = (Vec::new(), 0);
    while at < message.len() {
        let end = line_end(message, at);
        let line = without_line_end(message.get(at..end).unwrap_or_default());
        at = end;
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    (lines, message.get(at..).unwrap_or_default())
}

/// Names and values; `None` for a line that is no header, a folded one too.
pub(super) fn headers(lines: &[&[u8]]) -> Option<Vec<(String, String)>> {
    let header = |line: &&[u8]| {
        let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
        crate::header::is_token(name)
            .then(|| (name.to_owned(), value.trim_matches(BLANK).to_owned()))
    };
    lines.iter().map(header).collect()
}

/// Whether a line is the boundary, and the last one.
fn delimits(line: &[u8], boundary: &str) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary.as_bytes())?;
    let rest = rest.trim_ascii_end();
    match rest {
        b"" => Some(false),
        b"--" => Some(true),
        _ => None,
    }
}

/// Where the next line begins.
fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().position(|byte| *byte == b'\n').map_or(text.len(), |found| at + found + 1)
}

fn without_line_end(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.strip_suffix(b"\r").unwrap_or(text)
}

const BLANK: [char; 2] = [' ', '\t'];

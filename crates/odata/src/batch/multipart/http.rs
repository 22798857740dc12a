use super::mime::{head_and_body, headers};
use crate::batch::{ItemError, ItemRequest};

/// A request as `application/http` (RFC 9112 section 3); the version may be missing, as it is in the
/// examples of the protocol, and blanks in the URL need not be encoded.
pub(super) fn request(message: &[u8]) -> Result<ItemRequest, ItemError> {
    let (lines, body) = head_and_body(without_empty_lines(message));
    let (line, rest) = lines.split_first().ok_or(ItemError::Http)?;
    let line = std::str::from_utf8(line).map_err(|_encoding| ItemError::Http)?;
    let (method, target) = line.split_once(' ').ok_or(ItemError::Http)?;
    let target = VERSIONS.iter().find_map(|version| target.strip_suffix(version)).unwrap_or(target);
    if target.trim_matches(' ').is_empty() {
        return Err(ItemError::Http);
    }
    let headers = headers(rest).ok_or(ItemError::Http)?;
    let request = ItemRequest {
        method: method.to_owned(),
        url: target.to_owned(),
        headers,
        body: Vec::new(),
    };
    let body = content(&request, body)?.to_vec();
    ItemRequest { body, ..request }.checked()
}

/// As much as `Content-Length` says, else all; line ends alone are no content.
fn content<'m>(request: &ItemRequest, body: &'m [u8]) -> Result<&'m [u8], ItemError> {
    let coding = request.header("transfer-encoding");
    if coding.is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(ItemError::Http);
    }
    let Some(length) = request.header("content-length") else {
        return Ok(if without_empty_lines(body).is_empty() { b"" } else { body });
    };
    let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    let length: usize = length.parse().ok().filter(|_| is_number).ok_or(ItemError::Length)?;
    match body.split_at_checked(length) {
        Some((content, rest)) if without_empty_lines(rest).is_empty() => Ok(content),
        _ => Err(ItemError::Length),
    }
}

fn without_empty_lines(text: &[u8]) -> &[u8] {
    let begin = text.iter().position(|byte| !b"\r\n".contains(byte)).unwrap_or(text.len());
    text.get(begin..).unwrap_or_default()
}

const VERSIONS: [&str; 2] = [" HTTP/1.1", " HTTP/1.0"];

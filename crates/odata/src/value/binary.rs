use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Not base64url (rule `binaryValue` of the OData 4.01 ABNF).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not base64url")]
pub struct InvalidBinary;

/// The bytes that a text stands for; padding at its end may be there or not.
pub fn parse_binary(text: &str) -> Result<Vec<u8>, InvalidBinary> {
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    let bare = text.get(..text.len() - padding).unwrap_or_default();
    if padding > 0 && (padding > 2 || !text.len().is_multiple_of(4)) {
        return Err(InvalidBinary);
    }
    URL_SAFE_NO_PAD.decode(bare).map_err(|_syntax| InvalidBinary)
}

/// The text of bytes, without padding.
pub fn binary_text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::MemberRule;

/// Whether the text is one unencrypted RSA private key in PEM form, as far as can be told without
/// looking at its numbers.
///
/// Source: RFC 7468; RFC 8017 appendix A.1.2 (PKCS #1); RFC 5958 (PKCS #8).
pub(super) fn check(text: &str) -> Result<(), MemberRule> {
    let block = text.trim().strip_prefix("-----BEGIN ").and_then(|rest| rest.split_once("-----"));
    let (label, rest) = block.ok_or(MemberRule::Pem)?;
    let body = rest.strip_suffix(&format!("-----END {label}-----")).ok_or(MemberRule::Pem)?;
    if label.starts_with("ENCRYPTED") || body.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(MemberRule::EncryptedKey);
    }
    let start = start(body).ok_or(MemberRule::Pem)?;
    let is_rsa = match label {
        "RSA PRIVATE KEY" => true,
        "PRIVATE KEY" => start.windows(RSA.len()).any(|bytes| bytes == RSA),
        _ => false,
    };
    if is_rsa { Ok(()) } else { Err(MemberRule::OtherKey) }
}

/// 1.2.840.113549.1.1.1 in DER.
const RSA: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
/// Version and algorithm are within it, nothing private is.
const START: usize = 36;

/// The first bytes of a body that is base64 of a DER sequence.
fn start(body: &str) -> Option<Vec<u8>> {
    let is_digit = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let digits = || body.chars().filter(|c| !c.is_ascii_whitespace());
    if !digits().all(|c| is_digit(&c)) || digits().count() % 4 != 0 {
        return None;
    }
    let start: String = digits().take(START / 3 * 4).collect();
    let bytes = STANDARD.decode(start).ok()?;
    (bytes.len() == START && bytes.first() == Some(&0x30)).then_some(bytes)
}

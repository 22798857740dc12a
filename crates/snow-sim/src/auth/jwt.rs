use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// The subject of an assertion that the shared key signs (HS256), if it is for this client and
/// has begun and not ended.
pub(super) fn subject(assertion: &str, client: &str, key: &str, now: i64) -> Option<String> {
    let (signed, signature) = assertion.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let read = |part: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    let (header, claims) = (read(header)?, read(claims)?);
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(signed.as_bytes());
    mac.verify_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let sound = header.get("alg").and_then(Value::as_str) == Some("HS256")
        && text("aud") == Some(client)
        && text("iss") == Some(client)
        && claims.get("exp").and_then(Value::as_i64).is_some_and(|end| now < end)
        && claims.get("nbf").is_none_or(|begin| begin.as_i64().is_some_and(|begin| begin <= now));
    text("sub").filter(|_| sound).map(str::to_owned)
}

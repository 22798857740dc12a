//! Keys and tokens for the tests of this crate.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Timestamp;
use serde_json::{Value, json};

use crate::builtin::SigningKey;

pub(crate) const TENANT: &str = "84841066-274d-4ec0-a5c1-276be684bdd3";
/// Present moment of the tests.
pub(crate) const NOW: i64 = 1_800_000_000;

/// Making a key takes a while, so all tests share two.
pub(crate) static KEY: LazyLock<SigningKey> = LazyLock::new(new_key);
pub(crate) static OTHER_KEY: LazyLock<SigningKey> = LazyLock::new(new_key);

fn new_key() -> SigningKey {
    let key = SigningKey::generate().unwrap();
    SigningKey::read(&key.id, &key.private).unwrap()
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds).unwrap()
}

pub(crate) fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A token of any header and claims, signed with the key.
pub(crate) fn sign(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signature = key.signature(message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub(crate) fn header(key: &SigningKey) -> Value {
    json!({ "typ": "JWT", "alg": "RS256", "kid": key.id() })
}

//! Keys and tokens for the tests of this crate.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, LazyLock};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Clock, Rng, Timestamp};
use serde_json::{Value, json};
use store::{MasterKey, Store};

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

/// The first value with the members of the second; `null` removes one.
pub(crate) fn with(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            base.as_object_mut().unwrap().remove(name);
        } else {
            base[name] = value.clone();
        }
    }
    base
}

/// Counts up, so that two values differ.
#[derive(Debug, Default)]
pub(crate) struct CountingRng(AtomicU8);

impl Rng for CountingRng {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

/// A database that vanishes with the test; opened twice, it stands for two processes.
pub(crate) struct Database {
    folder: tempfile::TempDir,
}

#[derive(Debug)]
struct SetClock;

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        at(NOW)
    }
}

/// Nonces must differ, so that only this one is random.
#[derive(Debug)]
struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, buffer: &mut [u8]) {
        SystemRandom::new().fill(buffer).unwrap();
    }
}

impl Database {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) async fn open(&self) -> Store {
        let path = self.folder.path().join("identity.db");
        let master = MasterKey::beside(&path, &SystemRng).unwrap();
        let url = format!("sqlite://{}", path.display()).parse().unwrap();
        Store::open(&url, master, Arc::new(SystemRng), Arc::new(SetClock)).await.unwrap()
    }
}

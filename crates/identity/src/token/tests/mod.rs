mod claims;
mod keys;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PSS_SHA256, RsaKeyPair,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Caller, DirectoryRole, Permission};
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::with;

use super::mapping::ClaimGrant;
use super::verify::Verified;
use super::*;
use crate::testing::{KEY, NOW, OTHER_KEY, TENANT, at, header, part, sign};
use crate::{Access, Denied, authorize};

const READ_WRITE: &str = "DeviceManagementConfiguration.ReadWrite.All";
const READ: &str = "DeviceManagementConfiguration.Read.All";
const INTUNE_ADMINISTRATOR: &str = "3a2c62db-5318-420d-8d74-23affee5d9d5";

fn policy() -> Policy {
    Policy {
        issuer: IssuerPattern::new("https://login.example/{tid}/v2.0"),
        audiences: vec!["api://nowgraph".to_owned()],
        tenants: Vec::new(),
        leeway: Leeway::FOREIGN,
        mapping: ClaimMapping::default(),
    }
}

fn claims() -> Value {
    json!({
        "aud": "api://nowgraph",
        "iss": format!("https://login.example/{TENANT}/v2.0"),
        "tid": TENANT,
        "oid": "5d3a9d2c-0000-4000-8000-000000000001",
        "sub": "pairwise",
        "azp": "client",
        "idtyp": "app",
        "roles": [READ_WRITE],
        "iat": NOW,
        "nbf": NOW,
        "exp": NOW + 3600,
    })
}

fn keys() -> KeySet {
    KeySet::new([KEY.verification_key()])
}

fn token(changes: &Value) -> String {
    sign(&KEY, &header(&KEY), &with(claims(), changes))
}

fn judge(token: &str) -> Result<Verified, TokenRejection> {
    verify(token, &keys(), at(NOW), &policy())
}

#[track_caller]
fn refused(token: &str, expect: &TokenRejection) {
    assert_eq!(judge(token).as_ref(), Err(expect));
}

fn header_change(changes: &Value) -> String {
    sign(&KEY, &with(header(&KEY), changes), &claims())
}

#[test]
fn a_sound_token_names_its_caller() {
    let verified = judge(&token(&json!({}))).unwrap();
    assert_eq!(verified.expires, at(NOW + 3600 + 300));
    let principal = verified.principal;
    assert_eq!(principal.tenant.to_string(), TENANT);
    assert_eq!(principal.application, "client");
    assert_eq!(principal.permissions, [READ_WRITE.parse().unwrap()]);
    let object_id = "5d3a9d2c-0000-4000-8000-000000000001".to_owned();
    assert_eq!(principal.caller, Caller::Application { object_id });
}

#[test]
fn text_that_is_no_token_is_refused() {
    refused("", &TokenRejection::Empty);
    let sound = token(&json!({}));
    let (signed, _) = sound.rsplit_once('.').unwrap();
    for wrong in ["a", "a.b", "..", signed, &format!("{sound}.x"), &format!("{sound}="), "%.%.%"] {
        let rejection = judge(wrong).unwrap_err();
        assert!(matches!(rejection, TokenRejection::Malformed(_)), "{wrong}: {rejection}");
    }
    let array = format!("{}.{}.", part(&json!([])), part(&claims()));
    refused(&array, &TokenRejection::Malformed("header"));
    let huge = token(&json!({ "groups": "g".repeat(MAX_TOKEN_BYTES) }));
    refused(&huge, &TokenRejection::TooLarge(huge.len()));
}

#[test]
fn known_cases_speak_graphs_words() {
    let text = |rejection: TokenRejection| rejection.message();
    assert_eq!(text(judge("").unwrap_err()), "Access token is empty.");
    assert_eq!(
        text(judge(&token(&json!({ "exp": NOW - 3600 }))).unwrap_err()),
        "Lifetime validation failed, the token is expired."
    );
    assert_eq!(
        text(judge(&token(&json!({ "aud": "x" }))).unwrap_err()),
        "Access token validation failure. Invalid audience."
    );
    let rejection = judge(&token(&json!({ "iss": "https://secret.internal" }))).unwrap_err();
    assert!(!rejection.message().contains("secret"), "{}", rejection.message());
}

proptest! {
    #[test]
    fn one_changed_byte_is_one_too_many(at_byte in 0..10_000_usize, to in any::<u8>()) {
        let mut bytes = token(&json!({})).into_bytes();
        let at_byte = at_byte % bytes.len();
        prop_assume!(bytes[at_byte] != to);
        bytes[at_byte] = to;
        if let Ok(changed) = String::from_utf8(bytes) {
            prop_assert!(judge(&changed).is_err());
        }
    }

    #[test]
    fn junk_is_refused_without_panic(text in "\\PC{0,200}", parts in "[A-Za-z0-9_.-]{0,200}") {
        prop_assert!(judge(&text).is_err());
        prop_assert!(judge(&parts).is_err());
    }
}

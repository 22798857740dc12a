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
fn only_listed_algorithms_that_fit_the_key_are_believed() {
    let unsigned = format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims()));
    refused(&unsigned, &TokenRejection::Algorithm("none".to_owned()));
    for algorithm in ["none", "None", "HS256", "RS384", "RS512", "ES384", "EdDSA", "rs256", ""] {
        let token = header_change(&json!({ "alg": algorithm }));
        refused(&token, &TokenRejection::Algorithm(algorithm.to_owned()));
    }
    // A key that is published for RS256 alone; and an EC algorithm with an RSA key.
    for algorithm in ["PS256", "ES256"] {
        let mismatch = TokenRejection::KeyMismatch {
            algorithm: algorithm.to_owned(),
            key: KEY.id().to_owned(),
        };
        refused(&header_change(&json!({ "alg": algorithm })), &mismatch);
    }
}

#[test]
fn a_public_key_is_no_hmac_secret() {
    let jwk = serde_json::to_value(KEY.public_jwk()).unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    let message =
        format!("{}.{}", part(&with(header(&KEY), &json!({ "alg": "HS256" }))), part(&claims()));
    for secret in
        [modulus.as_slice(), jwk["n"].as_str().unwrap().as_bytes(), jwk.to_string().as_bytes()]
    {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
        refused(&token, &TokenRejection::Algorithm("HS256".to_owned()));
    }
}

#[test]
fn the_header_must_name_a_known_key_and_ask_for_nothing_else() {
    refused(&header_change(&json!({ "kid": null })), &TokenRejection::NoKeyId);
    let unknown = header_change(&json!({ "kid": "other" }));
    refused(&unknown, &TokenRejection::UnknownKey("other".to_owned()));
    for critical in [json!(["b64"]), json!([]), json!("exp")] {
        refused(&header_change(&json!({ "crit": critical })), &TokenRejection::CriticalHeader);
    }
    let doubled = sign(&KEY, &header(&KEY), &claims());
    let (_, rest) = doubled.split_once('.').unwrap();
    let twice = format!(r#"{{"alg":"RS256","alg":"none","kid":"{}"}}"#, KEY.id());
    refused(
        &format!("{}.{rest}", URL_SAFE_NO_PAD.encode(twice)),
        &TokenRejection::Malformed("header"),
    );
}

#[test]
fn a_foreign_or_missing_signature_is_refused() {
    let foreign = sign(&OTHER_KEY, &header(&KEY), &claims());
    refused(&foreign, &TokenRejection::Signature);
    let sound = token(&json!({}));
    let (signed, signature) = sound.rsplit_once('.').unwrap();
    refused(&format!("{signed}."), &TokenRejection::Signature);
    let (head, _) = signed.split_once('.').unwrap();
    let more = with(claims(), &json!({ "tid": "00000000-0000-4000-8000-000000000001" }));
    refused(&format!("{head}.{}.{signature}", part(&more)), &TokenRejection::Signature);
}

#[test]
fn claims_are_judged_one_by_one() {
    let other = "00000000-0000-4000-8000-000000000001";
    let personal = "9188040d-6c67-4c5b-b112-36a304b66dad";
    let issuer = |iss: &str| TokenRejection::Issuer(iss.to_owned());
    let audience = |aud: &[&str]| {
        TokenRejection::Audience(aud.iter().map(|each| (*each).to_owned()).collect())
    };
    let cases = [
        (
            json!({ "iss": "https://login.example/common/v2.0" }),
            issuer("https://login.example/common/v2.0"),
        ),
        (
            json!({ "iss": format!("https://evil.example/{TENANT}/v2.0") }),
            issuer(&format!("https://evil.example/{TENANT}/v2.0")),
        ),
        (
            json!({ "iss": format!("https://login.example/{TENANT}/v2.0/") }),
            issuer(&format!("https://login.example/{TENANT}/v2.0/")),
        ),
        (json!({ "tid": other }), issuer(&format!("https://login.example/{TENANT}/v2.0"))),
        (json!({ "tid": null }), TokenRejection::Tenant(None)),
        (json!({ "tid": "contoso" }), TokenRejection::Tenant(Some("contoso".to_owned()))),
        (
            json!({ "tid": personal, "iss": format!("https://login.example/{personal}/v2.0") }),
            TokenRejection::PersonalAccount,
        ),
        (
            json!({ "aud": "https://graph.microsoft.com" }),
            audience(&["https://graph.microsoft.com"]),
        ),
        (json!({ "aud": "api://nowgraph//" }), audience(&["api://nowgraph//"])),
        (json!({ "aud": [] }), audience(&[])),
        (json!({ "exp": NOW - 300 }), TokenRejection::Expired(at(NOW - 300))),
        (json!({ "nbf": NOW + 301 }), TokenRejection::NotYetValid(at(NOW + 301))),
        (json!({ "typ": "ID" }), TokenRejection::NotAccessToken("ID".to_owned())),
        (json!({ "typ": "Refresh" }), TokenRejection::NotAccessToken("Refresh".to_owned())),
    ];
    for (changes, expect) in cases {
        refused(&token(&changes), &expect);
    }
}

#[test]
fn of_several_faults_the_first_is_told() {
    let faults = json!({ "exp": NOW - 3600, "aud": "x", "iss": "https://evil.example" });
    refused(&token(&faults), &TokenRejection::Expired(at(NOW - 3600)));
    let faults = json!({ "aud": "x", "iss": "https://evil.example" });
    refused(&token(&faults), &TokenRejection::Audience(vec!["x".to_owned()]));
}

#[test]
fn tolerated_variants_are_accepted() {
    for changes in [
        json!({ "aud": "api://nowgraph/" }),
        json!({ "aud": ["other", "api://nowgraph"] }),
        json!({ "exp": NOW - 299 }),
        json!({ "nbf": NOW + 300 }),
        json!({ "nbf": null, "iat": null }),
        json!({ "exp": 1_800_000_100.5 }),
        json!({ "typ": "Bearer" }),
    ] {
        assert!(judge(&token(&changes)).is_ok(), "{changes}");
    }
}

#[test]
fn unusable_claims_are_refused() {
    for changes in [
        json!({ "exp": null }),
        json!({ "exp": "1900000000" }),
        json!({ "exp": 1e300 }),
        json!({ "exp": i64::MAX }),
        json!({ "nbf": "now" }),
        json!({ "aud": null }),
        json!({ "aud": 5 }),
        json!({ "iss": null }),
        json!({ "iss": ["https://login.example"] }),
        json!({ "scp": ["a"] }),
        json!({ "roles": { "a": 1 } }),
    ] {
        let rejection = judge(&token(&changes)).unwrap_err();
        assert!(matches!(rejection, TokenRejection::Claims(_)), "{changes}: {rejection}");
    }
    let doubled = claims().to_string().replacen('{', r#"{"tid":"x","#, 1);
    let message = format!("{}.{}", part(&header(&KEY)), URL_SAFE_NO_PAD.encode(doubled));
    let signature = KEY.signature(message.as_bytes()).unwrap();
    let rejection = judge(&format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))).unwrap_err();
    assert!(matches!(rejection, TokenRejection::Claims(_)), "{rejection}");
}

#[test]
fn our_own_tokens_expire_to_the_second() {
    let own = Policy { leeway: Leeway::OWN, ..policy() };
    let token = token(&json!({ "exp": NOW + 10 }));
    assert!(verify(&token, &keys(), at(NOW + 9), &own).is_ok());
    let expired = TokenRejection::Expired(at(NOW + 10));
    assert_eq!(verify(&token, &keys(), at(NOW + 10), &own), Err(expired));
}

#[test]
fn issuers_of_one_tenant_accept_no_other() {
    let v1 = format!("https://sts.windows.example/{TENANT}/");
    let policy = Policy { issuer: IssuerPattern::new(&v1), ..policy() };
    let judge = |changes: Value| verify(&token(&changes), &keys(), at(NOW), &policy);
    assert!(judge(json!({ "iss": v1 })).is_ok());
    let bare = v1.trim_end_matches('/');
    assert_eq!(judge(json!({ "iss": bare })), Err(TokenRejection::Issuer(bare.to_owned())));
    let other = "00000000-0000-4000-8000-000000000001".to_owned();
    assert_eq!(judge(json!({ "iss": v1, "tid": other })), Err(TokenRejection::Tenant(Some(other))));
}

#[test]
fn only_listed_tenants_are_accepted() {
    let tenant: model::TenantId = TENANT.parse().unwrap();
    let other = model::TenantId::from_uuid(uuid::Uuid::from_u128(1));
    let judge =
        |tenants| verify(&token(&json!({})), &keys(), at(NOW), &Policy { tenants, ..policy() });
    assert!(judge(vec![other, tenant]).is_ok());
    assert_eq!(judge(vec![other]), Err(TokenRejection::TenantNotAllowed(tenant)));
}

#[test]
fn a_key_pinned_to_an_issuer_signs_for_no_other() {
    let jwks = |issuer: &str| {
        let jwk = serde_json::to_value(KEY.public_jwk()).unwrap();
        let document = json!({ "keys": [with(jwk, &json!({ "issuer": issuer }))] });
        KeySet::from_jwks(document.to_string().as_bytes()).unwrap()
    };
    let judge = |keys: &KeySet| verify(&token(&json!({})), keys, at(NOW), &policy());
    assert!(judge(&jwks("https://login.example/{tenantid}/v2.0")).is_ok());
    assert!(judge(&jwks(&format!("https://login.example/{TENANT}/v2.0"))).is_ok());
    let consumers = "https://login.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";
    assert!(matches!(judge(&jwks(consumers)), Err(TokenRejection::KeyIssuer { .. })));
}

/// The middle column: what the token makes of the caller; then reading and writing.
#[test]
fn the_kind_of_access_is_told_in_the_safe_order() {
    let admin = json!([INTUNE_ADMINISTRATOR, "b79fbf4d-3ef9-4689-8143-76b194e85509", "junk"]);
    let none = json!(null);
    let cases = [
        // Tokens without any right are sound; 403 comes later.
        (json!({ "roles": none }), "app", false, false),
        (json!({ "roles": none, "idtyp": none }), "user", false, false),
        (json!({ "roles": [READ] }), "app", true, false),
        (json!({ "idtyp": none }), "app", true, true),
        // A user's app roles do not stand in for scopes.
        (json!({ "idtyp": none, "scp": READ, "wids": admin }), "user", true, false),
        (json!({ "idtyp": "user", "scp": READ, "wids": admin }), "user", true, false),
        (json!({ "idtyp": "user", "wids": admin }), "user", false, false),
        (json!({ "idtyp": "device" }), "user", false, false),
        // An ID token: `roles` without a client.
        (json!({ "idtyp": none, "azp": none }), "user", false, false),
        (json!({ "idtyp": none, "azp": none, "appid": "v1" }), "app", true, true),
        (json!({ "idtyp": none, "scp": READ_WRITE, "wids": none }), "user", true, false),
        (
            json!({ "idtyp": none, "scp": READ_WRITE, "wids": ["IntuneAdministrator"] }),
            "user",
            true,
            false,
        ),
        (
            json!({ "idtyp": none, "scp": format!("openid {READ_WRITE}"), "wids": admin }),
            "user",
            true,
            true,
        ),
        // An application's token is not widened by scopes.
        (json!({ "idtyp": "app", "roles": none, "scp": READ_WRITE }), "app", false, false),
    ];
    for (changes, kind, read, write) in cases {
        let principal = judge(&token(&changes)).unwrap().principal;
        let found = match &principal.caller {
            Caller::Application { .. } => "app",
            Caller::User { .. } => "user",
        };
        let allowed = |access| authorize(&principal, access).is_ok();
        let rights = (allowed(Access::ReadConnections), allowed(Access::WriteConnections));
        assert_eq!((found, rights), (kind, (read, write)), "{changes}");
    }
}

#[test]
fn names_never_authorize() {
    let user = judge(&token(&json!({
        "idtyp": "user",
        "scp": READ_WRITE,
        "upn": "GlobalAdministrator",
        "email": "admin@contoso.example",
    })));
    let principal = user.unwrap().principal;
    assert!(matches!(
        authorize(&principal, Access::WriteConnections),
        Err(Denied::MissingRole { .. })
    ));
    let Caller::User { name, roles, .. } = principal.caller else { panic!("not a user") };
    assert_eq!((name.as_deref(), roles), (Some("GlobalAdministrator"), Vec::new()));
}

#[test]
fn claims_of_other_issuers_are_mapped() {
    let tenant = TENANT.parse().unwrap();
    let mapping = ClaimMapping {
        tenant: Some(tenant),
        permissions: vec![ClaimGrant::new(
            "scope",
            "connections",
            READ_WRITE.parse::<Permission>().unwrap(),
        )],
        roles: vec![ClaimGrant::new(
            "realm_access.roles",
            "connector-admin",
            DirectoryRole::IntuneAdministrator,
        )],
    };
    let issuer = "https://keycloak.example/realms/contoso";
    let policy = Policy { issuer: IssuerPattern::new(issuer), mapping, ..policy() };
    let keycloak = json!({
        "iss": issuer, "tid": null, "oid": null, "idtyp": null, "roles": null,
        "scope": "openid connections",
        "realm_access": { "roles": ["connector-admin"] },
        "preferred_username": "ada",
    });
    let principal = verify(&token(&keycloak), &keys(), at(NOW), &policy).unwrap().principal;
    assert_eq!(principal.tenant, tenant);
    assert_eq!(authorize(&principal, Access::WriteConnections), Ok(()));
    let expect = Caller::User {
        object_id: "pairwise".to_owned(),
        name: Some("ada".to_owned()),
        roles: vec![DirectoryRole::IntuneAdministrator],
    };
    assert_eq!(principal.caller, expect);
    let foreign = with(keycloak, &json!({ "tid": "00000000-0000-4000-8000-000000000001" }));
    let rejection = verify(&token(&foreign), &keys(), at(NOW), &policy).unwrap_err();
    assert!(matches!(rejection, TokenRejection::Tenant(_)), "{rejection}");
}

#[test]
fn elliptic_and_pss_signatures_are_checked() {
    let rng = SystemRandom::new();
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = ec.public_key().as_ref();
    let ec_jwk = json!({
        "kty": "EC", "kid": "ec", "crv": "P-256",
        "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]),
    });
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let public: aws_lc_rs::signature::RsaPublicKeyComponents<Vec<u8>> = rsa.public_key().into();
    let rsa_jwk = json!({
        "kty": "RSA", "kid": "rsa", "use": "sig",
        "n": URL_SAFE_NO_PAD.encode(public.n), "e": URL_SAFE_NO_PAD.encode(public.e),
    });
    let keys =
        KeySet::from_jwks(json!({ "keys": [ec_jwk, rsa_jwk] }).to_string().as_bytes()).unwrap();
    let sign = |algorithm: &str, kid: &str| {
        let header = json!({ "alg": algorithm, "kid": kid });
        let message = format!("{}.{}", part(&header), part(&claims()));
        let signature = if kid == "ec" {
            ec.sign(&rng, message.as_bytes()).unwrap().as_ref().to_vec()
        } else {
            let mut signature = vec![0; rsa.public_modulus_len()];
            rsa.sign(&RSA_PSS_SHA256, &rng, message.as_bytes(), &mut signature).unwrap();
            signature
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    };
    let judge = |token: String| verify(&token, &keys, at(NOW), &policy()).map(drop);
    assert_eq!(judge(sign("ES256", "ec")), Ok(()));
    assert_eq!(judge(sign("PS256", "rsa")), Ok(()));
    assert_eq!(judge(sign("RS256", "rsa")), Err(TokenRejection::Signature));
    for (algorithm, kid) in [("ES256", "rsa"), ("RS256", "ec"), ("PS256", "ec")] {
        let rejection = judge(sign(algorithm, kid)).unwrap_err();
        assert!(matches!(rejection, TokenRejection::KeyMismatch { .. }), "{algorithm} {kid}");
    }
}

#[test]
fn unusable_keys_are_skipped() {
    let good = serde_json::to_value(KEY.public_jwk()).unwrap();
    let change = |changes: Value| with(good.clone(), &changes);
    let short = URL_SAFE_NO_PAD.encode([0xff; 128]);
    let document = json!({ "keys": [
        change(json!({ "use": "enc" })),
        change(json!({ "alg": "HS256" })),
        change(json!({ "kid": null })),
        change(json!({ "n": "!" })),
        change(json!({ "n": short })),
        json!({ "kty": "oct", "kid": "k", "k": "AAAA" }),
        json!({ "kty": "OKP", "kid": "k", "crv": "Ed25519", "x": "AAAA" }),
        json!({ "kty": "EC", "kid": "k", "crv": "P-256", "x": "AAAA", "y": "AAAA" }),
        json!("junk"),
        good,
    ]});
    assert_eq!(KeySet::from_jwks(document.to_string().as_bytes()).unwrap(), keys());
    for (useless, malformed) in
        [("{\"keys\":[]}", false), ("[]", true), ("{}", true), ("<html>", true)]
    {
        let error = KeySet::from_jwks(useless.as_bytes()).unwrap_err();
        assert_eq!(matches!(error, JwksError::Malformed(_)), malformed, "{useless}");
    }
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

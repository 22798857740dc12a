use super::*;

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

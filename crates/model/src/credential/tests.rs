use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::*;

/// A PKCS #8 head of RSA, and zeros.
fn pem() -> String {
    pem_of("PRIVATE KEY", "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC0")
}

fn pem_of(label: &str, body: &str) -> String {
    format!("-----BEGIN {label}-----\n{body}\n{}\n-----END {label}-----\n", "A".repeat(64))
}

fn samples() -> [Value; 6] {
    [
        json!({"kind": "clientCredentials", "clientSecret": "hush1"}),
        json!({"kind": "password", "clientSecret": "hush1", "userName": "robot",
               "password": "hush2 \"ü\\"}),
        json!({"kind": "refreshToken", "clientSecret": "hush1", "refreshToken": "hush3"}),
        json!({"kind": "jwtBearer", "clientSecret": "hush1", "privateKey": pem(), "keyId": "k1",
               "subject": "robot"}),
        json!({"kind": "apiKey", "apiKey": "hush4"}),
        json!({"kind": "basic", "userName": "robot", "password": "hush2:"}),
    ]
}

fn read(json: &Value) -> Result<Credential, CredentialError> {
    Credential::from_json(json.to_string().as_bytes())
}

#[test]
fn every_kind_is_read_and_written() {
    for (sample, kind) in samples().into_iter().zip(CredentialKind::ALL) {
        let credential = read(&sample).unwrap();
        assert_eq!(credential.kind(), kind);
        let written: Value = serde_json::from_str(credential.to_json().expose_secret()).unwrap();
        assert_eq!(written, sample);
        let shown = matches!(
            kind,
            CredentialKind::Password | CredentialKind::JwtBearer | CredentialKind::Basic
        );
        assert_eq!(credential.user_name(), shown.then_some("robot"));
        let members: Vec<_> = kind.members().iter().map(|member| member.name()).collect();
        assert_eq!(members.len() + 1, sample.as_object().unwrap().len());
        assert!(members.iter().all(|member| sample.get(member).is_some()));
    }
}

#[test]
fn no_credential_prints_a_secret() {
    for sample in samples() {
        let printed = format!("{:?}", read(&sample).unwrap());
        assert!(!printed.contains("hush") && !printed.contains("MIIE"), "{printed}");
    }
}

#[test]
fn every_member_has_to_be_there_once_as_text_with_something_in_it() {
    for sample in samples() {
        for name in sample.as_object().unwrap().keys() {
            let with = |value: Option<Value>| {
                let mut changed = sample.clone();
                match value {
                    Some(value) => changed[name] = value,
                    None => drop(changed.as_object_mut().unwrap().remove(name)),
                }
                read(&changed).unwrap_err().to_string()
            };
            assert_eq!(with(None), format!("{name} is missing"));
            for value in [json!(null), json!(7), json!(true), json!([["hush"]]), json!({"a": 0.5})]
            {
                assert_eq!(with(Some(value)), format!("{name} must be a text"));
            }
            let empty = with(Some(json!("")));
            assert!(empty.starts_with(&format!("{name} must ")), "{empty}");
            let long = with(Some(json!("hush".repeat(5000))));
            assert!(long.starts_with(&format!("{name} must ")) && !long.contains("hush"), "{long}");
        }
    }
}

#[track_caller]
fn check(json: &str, expect: &str) {
    assert_eq!(Credential::from_json(json.as_bytes()).unwrap_err().to_string(), expect, "{json}");
}

#[test]
fn mistakes_name_the_member_and_show_no_value() {
    check("", "the credential is not JSON (line 1, column 0)");
    check("{\"kind\":\n hush}", "the credential is not JSON (line 2, column 2)");
    check(
        "{\"kind\":\"apiKey\",\"apiKey\":\"a\"} x",
        "the credential is not JSON (line 1, column 32)",
    );
    check("\"hush\"", "the credential must be a JSON object");
    check("[]", "the credential must be a JSON object");
    check("{}", "kind is missing");
    let kinds = "kind must be one of clientCredentials, password, refreshToken, jwtBearer, apiKey \
                 and basic";
    check(r#"{"kind":"hush"}"#, kinds);
    check(r#"{"kind":"APIKEY","apiKey":"a"}"#, kinds);
    check(
        r#"{"kind":"apiKey","apiKey":"a","password":"hush"}"#,
        "password is not a member of kind apiKey",
    );
    check(
        r#"{"kind":"apiKey","apiKey":"a","secret":"hush"}"#,
        "secret is not a member of a credential",
    );
    check(
        r#"{"kind":"apiKey","apiKey":"a","hush hush":""}"#,
        "something is not a member of a credential",
    );
    check(r#"{"kind":"apiKey","apiKey":"hush","ApiKey":"hush"}"#, "apiKey must not be given twice");
    check(
        r#"{"kind":"apiKey","apiKey":"hu sh"}"#,
        "apiKey must consist of ASCII characters without blanks",
    );
    check(
        r#"{"kind":"clientCredentials","clientSecret":"hush\n"}"#,
        "clientSecret must not contain control characters",
    );
    check(
        r#"{"kind":"basic","userName":"a:b","password":"hush"}"#,
        "userName must not contain a colon",
    );
}

#[test]
fn names_ignore_case() {
    let read = Credential::from_json(br#"{"Kind":"apiKey","APIKEY":"a"}"#).unwrap();
    assert_eq!(read.kind(), CredentialKind::ApiKey);
}

#[test]
fn private_keys_are_rsa_in_pem_form() {
    let check = |key: String, rule: Option<MemberRule>| {
        let json = json!({"kind": "jwtBearer", "clientSecret": "s", "privateKey": key, "keyId": "k",
                          "subject": "u"});
        let member = "privateKey".to_owned();
        let expect = rule.map(|rule| CredentialError::Member { member, rule });
        assert_eq!(read(&json).err(), expect, "{key}");
    };
    let rsa = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC0";
    check(pem(), None);
    check(pem().replace('\n', "\r\n"), None);
    check(pem_of("RSA PRIVATE KEY", rsa), None);
    check("hush".into(), Some(MemberRule::Pem));
    check(pem().replace("-----END", "----END"), Some(MemberRule::Pem));
    check(pem().replace("MIIE", "MII!"), Some(MemberRule::Pem));
    check(pem().replace("MIIE", "MIIEA"), Some(MemberRule::Pem));
    check(format!("{}{}", pem(), pem()), Some(MemberRule::Pem));
    check(pem_of("ENCRYPTED PRIVATE KEY", rsa), Some(MemberRule::EncryptedKey));
    check(
        pem_of("RSA PRIVATE KEY", &format!("Proc-Type: 4,ENCRYPTED\n\n{rsa}")),
        Some(MemberRule::EncryptedKey),
    );
    let elliptic = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAAAA";
    check(pem_of("PRIVATE KEY", elliptic), Some(MemberRule::OtherKey));
    check(pem_of("CERTIFICATE", rsa), Some(MemberRule::OtherKey));
}

#[test]
fn only_a_refresh_token_is_replaced() {
    for sample in samples() {
        let replaced = read(&sample).unwrap().with_refresh_token("new".into());
        let token = replaced.as_ref().and_then(Credential::refresh_token);
        let expect = (sample["kind"] == "refreshToken").then_some("new");
        assert_eq!(token.map(ExposeSecret::expose_secret), expect);
    }
}

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use model::{Permission, TenantId};
use serde_json::{Value, json};
use testkit::{Answer, CONNECTIONS, Server, TENANT, with};
use uuid::Uuid;

use crate::given;

const CHALLENGE: &str = "Bearer realm=\"\", \
     authorization_uri=\"http://127.0.0.1:8080/common/oauth2/authorize\", \
     client_id=\"00000003-0000-0000-c000-000000000000\"";
const NOW: i64 = 1_767_323_045;

#[track_caller]
fn refused(answer: Answer, message: &str) {
    assert_eq!(answer.header("www-authenticate"), CHALLENGE);
    assert_eq!(answer.error(401, "InvalidAuthenticationToken"), message);
}

async fn list(server: &Server, token: &str) -> Answer {
    server.call("GET", CONNECTIONS).token(token).send().await
}

#[tokio::test]
async fn nobody_is_answered_without_a_token() {
    let server = Server::sqlite().await;
    let one = format!("{CONNECTIONS}/{}", Uuid::nil());
    let paths = [CONNECTIONS, &one, "/", "/beta/nope", "/v1.0/me", "/foo/bar", "/favicon.ico"];
    for method in ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "TRACE", "FOO"] {
        for path in paths {
            let answer = server.call(method, path).bytes("{").send().await;
            if method == "HEAD" {
                assert_eq!((answer.status, answer.body.len()), (401, 0));
            } else {
                refused(answer, "Access token is empty.");
            }
        }
    }
}

#[tokio::test]
async fn a_token_counts_only_in_one_authorization_header() {
    let server = Server::sqlite().await;
    let token = server.admin().await;
    for value in ["", "Bearer", "Bearer ", "Basic YTpi", "Negotiate x", &token] {
        let answer = server.call("GET", CONNECTIONS).header("authorization", value).send().await;
        refused(answer, "Access token is empty.");
    }
    let in_query = format!("{CONNECTIONS}?access_token={token}");
    refused(server.call("GET", &in_query).send().await, "Access token is empty.");
    let twice = server.call("GET", CONNECTIONS).token(&token).token(&token).send().await;
    refused(twice, "Access token validation failure. The token is not a well-formed JWT.");
    for value in [format!("bearer {token}"), format!("BEARER   {token} ")] {
        let call = server.call("GET", CONNECTIONS).header("authorization", &value);
        call.send().await.expect(200);
    }
}

#[tokio::test]
async fn claims_that_do_not_hold_are_told_apart() {
    let server = Server::sqlite().await;
    let good = given::claims(&server.admin().await);
    let personal = "9188040d-6c67-4c5b-b112-36a304b66dad";
    let other = Uuid::from_u128(2);
    let cases = [
        (json!({ "exp": NOW }), "Lifetime validation failed, the token is expired."),
        (json!({ "exp": 0 }), "Lifetime validation failed, the token is expired."),
        (json!({ "nbf": NOW + 301 }), "Lifetime validation failed, the token is not yet valid."),
        (
            json!({ "aud": "https://graph.microsoft.com" }),
            "Access token validation failure. Invalid audience.",
        ),
        (json!({ "aud": [] }), "Access token validation failure. Invalid audience."),
        (
            json!({ "iss": format!("https://login.example/{TENANT}/v2.0") }),
            "Access token validation failure. Invalid issuer.",
        ),
        (
            json!({ "iss": format!("urn:nowgraph:{other}") }),
            "Access token validation failure. Invalid issuer.",
        ),
        (json!({ "tid": other.to_string() }), "Access token validation failure. Invalid issuer."),
        (json!({ "tid": null }), "Access token validation failure. The tenant is not accepted."),
        (
            json!({ "tid": personal, "iss": format!("urn:nowgraph:{personal}") }),
            "Access token validation failure. Personal accounts are not supported.",
        ),
        (
            json!({ "typ": "ID" }),
            "Access token validation failure. The token is not an access token.",
        ),
        (
            json!({ "exp": null }),
            "Access token validation failure. The token is not a well-formed JWT.",
        ),
        (
            json!({ "exp": "tomorrow" }),
            "Access token validation failure. The token is not a well-formed JWT.",
        ),
    ];
    list(&server, &server.sign(&good).await).await.expect(200);
    for (changes, message) in cases {
        let token = server.sign(&with(good.clone(), &changes)).await;
        refused(list(&server, &token).await, message);
    }
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// The same claims, "signed" with the public key as if it were a shared secret.
async fn confused(server: &Server, claims: &Value) -> Vec<String> {
    let path = format!("/{TENANT}/discovery/v2.0/keys");
    let keys = server.call("GET", &path).send().await.expect(200).json();
    let key = &keys["keys"][0];
    let modulus = key["n"].as_str().unwrap();
    let secrets =
        [modulus.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(modulus).unwrap(), Vec::new()];
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(key["kid"].as_str().unwrap().to_owned());
    let sign = |secret: &Vec<u8>| encode(&header, claims, &EncodingKey::from_secret(secret));
    secrets.iter().map(|secret| sign(secret).unwrap()).collect()
}

#[tokio::test]
async fn only_the_issuers_signature_is_believed() {
    let server = Server::sqlite().await;
    let token = server.admin().await;
    let claims = given::claims(&token);
    let algorithm = "Access token validation failure. The signature algorithm is not accepted.";
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    for alg in ["none", "None", "NONE", "HS512", "RS1", ""] {
        let unsigned = part(&json!({ "alg": alg, "typ": "JWT" }));
        for signature in ["", signature] {
            let token = format!("{unsigned}.{payload}.{signature}");
            refused(list(&server, &token).await, algorithm);
        }
    }
    for token in confused(&server, &claims).await {
        refused(list(&server, &token).await, algorithm);
    }
    let promoted = part(&with(claims, &json!({ "oid": "someone else" })));
    let invalid = "Access token validation failure. Invalid signature.";
    refused(list(&server, &format!("{header}.{promoted}.{signature}")).await, invalid);
    let flipped = signature.replacen(signature.get(..1).unwrap(), "-", 1);
    refused(list(&server, &format!("{header}.{payload}.{flipped}")).await, invalid);
    refused(list(&server, &format!("{header}.{payload}.")).await, invalid);
    let stranger = part(&json!({ "alg": "RS256", "kid": "stranger" }));
    let unknown = "Access token validation failure. The signing key is not known.";
    refused(list(&server, &format!("{stranger}.{payload}.{signature}")).await, unknown);
    let malformed = "Access token validation failure. The token is not a well-formed JWT.";
    let long = "a".repeat(17 * 1024);
    for garbage in
        ["a", "a.b.c", "..", &format!("{header}.{payload}"), &format!("{token}.x"), &long]
    {
        refused(list(&server, garbage).await, malformed);
    }
}

#[tokio::test]
async fn a_token_ends_with_its_second() {
    let server = Server::sqlite().await;
    let token = server.admin().await;
    list(&server, &token).await.expect(200);
    server.clock.advance_seconds(3599);
    list(&server, &token).await.expect(200);
    server.clock.advance_seconds(1);
    refused(list(&server, &token).await, "Lifetime validation failed, the token is expired.");
}

#[tokio::test]
async fn a_token_may_come_from_a_clock_that_is_five_minutes_ahead() {
    let server = Server::sqlite().await;
    let token = server.admin().await;
    server.clock.advance_seconds(-301);
    refused(list(&server, &token).await, "Lifetime validation failed, the token is not yet valid.");
    server.clock.advance_seconds(1);
    list(&server, &token).await.expect(200);
}

#[tokio::test]
async fn tokens_name_the_public_url_where_it_is_set() {
    let setup = testkit::Setup {
        public_url: Some("https://graph.contoso.example/".to_owned()),
        ..Default::default()
    };
    let server = Server::start(testkit::TestDatabase::sqlite(), setup).await;
    let claims = given::claims(&server.admin().await);
    assert_eq!(claims["aud"], "https://graph.contoso.example");
    assert_eq!(claims["iss"], format!("https://graph.contoso.example/{TENANT}/v2.0"));
    let elsewhere = server.call("GET", CONNECTIONS).header("x-forwarded-host", "evil.example");
    let answer = elsewhere.token(&server.admin().await).send().await.expect(200);
    let context = answer.json()["@odata.context"].as_str().unwrap().to_owned();
    assert!(context.starts_with("https://graph.contoso.example/beta/$metadata#"), "{context}");
    let challenge = server.call("GET", CONNECTIONS).send().await.expect(401);
    let challenge = challenge.header("www-authenticate").to_owned();
    assert!(
        challenge.contains("\"https://graph.contoso.example/common/oauth2/authorize\""),
        "{challenge}"
    );
}

#[tokio::test]
async fn only_listed_tenants_come_in() {
    let other = TenantId::from_uuid(Uuid::from_u128(2));
    let setup = testkit::Setup { tenants: vec![TENANT], ..Default::default() };
    let server = Server::start(testkit::TestDatabase::sqlite(), setup).await;
    let read = [Permission::DeviceManagementConfigurationReadAll];
    list(&server, &server.app_token(TENANT, &read).await).await.expect(200);
    let token = server.app_token(other, &read).await;
    refused(
        list(&server, &token).await,
        "Access token validation failure. The tenant is not accepted.",
    );
}

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use snow_sim::Simulator;

use crate::site::{Said, Site, send};

const KNOWN: snow_sim::Credentials = Simulator::CREDENTIALS;
const BACK: &str = "http://127.0.0.1/callback";

async fn token(site: &Site, fields: &[(&str, &str)]) -> Said {
    let mut form = vec![("client_id", KNOWN.client_id), ("client_secret", KNOWN.client_secret)];
    form.extend_from_slice(fields);
    send(site.bare("POST", "/oauth_token.do").form(&form)).await
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// Checks 3, 31 and 32.
#[tokio::test]
async fn tokens_are_given_repeated_ended_and_revoked() {
    let site = Site::with(1).await;
    let password =
        [("grant_type", "password"), ("username", KNOWN.user), ("password", KNOWN.password)];
    let first = token(&site, &password).await.json();
    assert_eq!(
        (first["expires_in"].as_i64(), text(&first, "access_token").len()),
        (Some(1799), 86)
    );
    let again = token(&site, &password).await.json();
    assert_eq!(again["access_token"], first["access_token"]);
    let refresh = text(&first, "refresh_token");
    let refreshing = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(token(&site, &refreshing).await.json()["refresh_token"], refresh);
    let status = async |token: &str| {
        send(site.bare("GET", "/api/now/table/incident").bearer_auth(token)).await.status
    };
    assert_eq!(status(&text(&first, "access_token")).await, 200);
    site.sim.jump(1801);
    assert_eq!(status(&text(&first, "access_token")).await, 401);
    let newer = text(&token(&site, &refreshing).await.json(), "access_token");
    assert_eq!(status(&newer).await, 200);
    send(site.bare("GET", &format!("/oauth_revoke_token.do?token={newer}"))).await;
    assert_eq!(status(&newer).await, 401);
    let wrong =
        token(&site, &[("grant_type", "password"), ("username", KNOWN.user), ("password", "no")])
            .await;
    assert_eq!(
        (wrong.status, wrong.text.as_str()),
        (401, "{\"error\":\"server_error\",\"error_description\":\"access_denied\"}")
    );
    let own = token(&site, &[("grant_type", "client_credentials")]).await.json();
    assert!(own.get("refresh_token").is_none() && own.get("access_token").is_some());
    site.sim.settings(|settings| settings.grants.retain(|grant| grant != "client_credentials"));
    assert_eq!(token(&site, &[("grant_type", "client_credentials")]).await.status, 401);
    let basic =
        site.bare("POST", "/oauth_token.do").basic_auth(KNOWN.client_id, Some(KNOWN.client_secret));
    assert_eq!(send(basic.form(&password)).await.status, 200);
    let json =
        site.bare("POST", "/oauth_token.do").json(&serde_json::json!({"grant_type": "password"}));
    assert_eq!(send(json).await.status, 401);
}

/// Check 31, with a browser.
#[tokio::test]
async fn a_person_allows_and_the_code_is_good_once() {
    let site = Site::with(1).await;
    let verifier = "a-verifier-that-is-long-enough-for-anybody-0123456789";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let mut asked = vec![
        ("response_type", "code"),
        ("client_id", KNOWN.client_id),
        ("redirect_uri", BACK),
        ("state", "abc"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let page = async |fields: &[(&str, &str)]| {
        send(site.bare("GET", "/oauth_auth.do").query(fields)).await
    };
    assert!(page(&asked).await.text.contains("name=\"user_password\""));
    let without: Vec<_> = asked.iter().copied().filter(|(name, _)| *name != "state").collect();
    assert!(page(&without).await.text.contains("Missing State parameter in request."));
    let elsewhere: Vec<_> = asked
        .iter()
        .map(|(name, value)| {
            (*name, if *name == "redirect_uri" { "http://127.0.0.1/other" } else { *value })
        })
        .collect();
    assert!(page(&elsewhere).await.text.contains("Invalid redirect_uri"));
    let code = async |asked: &[(&str, &str)]| {
        let mut form = asked.to_vec();
        form.extend([("user_name", KNOWN.user), ("user_password", KNOWN.password)]);
        let consent = send(site.bare("POST", "/oauth_auth.do").form(&form)).await.text;
        let (_, rest) = consent.split_once("name=\"ticket\" value=\"").unwrap();
        let ticket = rest.split('"').next().unwrap();
        let mut form = asked.to_vec();
        form.extend([("ticket", ticket), ("decision", "allow")]);
        let said = send(site.bare("POST", "/oauth_auth.do").form(&form)).await;
        let at = said.header("location").unwrap().to_owned();
        assert!(said.status == 302 && at.starts_with(BACK) && at.ends_with("&state=abc"), "{at}");
        at.split(['=', '&']).nth(1).unwrap().to_owned()
    };
    let exchange = async |code: &str, verifier: &str| {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", KNOWN.client_id),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", verifier),
        ];
        send(site.bare("POST", "/oauth_token.do").form(&form)).await.status
    };
    let first = code(&asked).await;
    assert_eq!(exchange(&first, verifier).await, 200);
    assert_eq!(exchange(&first, verifier).await, 401);
    assert_eq!(exchange(&code(&asked).await, "wrong").await, 401);
    let late = code(&asked).await;
    site.sim.jump(61);
    assert_eq!(exchange(&late, verifier).await, 401);
    asked.truncate(4);
    let private = code(&asked).await;
    let form =
        [("grant_type", "authorization_code"), ("code", private.as_str()), ("redirect_uri", BACK)];
    assert_eq!(token(&site, &form).await.status, 200);
}

/// Check 31: what goes wrong at the token endpoint has one name.
#[tokio::test]
async fn almost_every_fault_of_a_token_request_has_one_name() {
    let site = Site::with(1).await;
    site.user("gone", &[("active", "false")], &[]);
    site.user("locked", &[("locked_out", "true")], &[]);
    site.user("robot", &[("web_service_access_only", "true")], &[]);
    let password = |user: &'static str| {
        vec![("grant_type", "password"), ("username", user), ("password", KNOWN.password)]
    };
    for user in ["gone", "locked", "robot", "nobody"] {
        assert_eq!(denied(&token(&site, &password(user)).await), None, "{user}");
    }
    let body =
        [("grant_type", "password"), ("client_id", KNOWN.client_id), ("client_secret", "no")];
    assert_eq!(denied(&send(site.bare("POST", "/oauth_token.do").form(&body)).await), None);
    let in_url = format!(
        "/oauth_token.do?grant_type=client_credentials&client_id={}&client_secret={}",
        KNOWN.client_id, KNOWN.client_secret
    );
    assert_eq!(denied(&send(site.bare("POST", &in_url)).await), None);
    let nothing: [(&str, &str); 0] = [];
    assert_eq!(denied(&send(site.bare("POST", &in_url).form(&nothing)).await), None);
    let unknown = token(&site, &[("grant_type", "magic")]).await;
    assert_eq!((unknown.status, &unknown.json()["error"]), (400, &"unsupported_grant_type".into()));

    let given = token(&site, &password(KNOWN.user)).await.json();
    let refresh = text(&given, "refresh_token");
    let refreshing = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(token(&site, &refreshing).await.status, 200);
    site.sim.jump(8_640_001);
    assert_eq!(denied(&token(&site, &refreshing).await), None);

    let own = [("grant_type", "client_credentials")];
    assert_eq!(token(&site, &own).await.status, 200);
    let property = "name=glide.oauth.inbound.client.credential.grant_type.enabled";
    let edit = serde_json::json!({"table": "sys_properties", "query": property, "set": {"value": "false"}});
    site.sim.edit(edit).unwrap();
    assert_eq!(denied(&token(&site, &own).await), None);
}

/// What is not as it should be of a denial.
fn denied(said: &Said) -> Option<&str> {
    let expected = "{\"error\":\"server_error\",\"error_description\":\"access_denied\"}";
    (said.status != 401 || said.text != expected).then_some(said.text.as_str())
}

#[tokio::test]
async fn an_assertion_signed_with_the_secret_is_a_grant() {
    let site = Site::with(1).await;
    site.user("agent", &[], &["itil"]);
    let sign = |claims: Value, secret: &str| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&serde_json::json!({"alg": "HS256"})), part(&claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    };
    let claims = |aud: &str, end: i64| serde_json::json!({"iss": KNOWN.client_id, "aud": aud, "sub": "agent", "exp": end});
    let later = 1_900_000_000;
    // The clock stands at 2026-06-01 12:00:00.
    let from = |begin: i64| {
        let mut claims = claims(KNOWN.client_id, later);
        claims["nbf"] = begin.into();
        claims
    };
    for (assertion, status) in [
        (sign(claims(KNOWN.client_id, later), KNOWN.client_secret), 200),
        (sign(claims("others", later), KNOWN.client_secret), 401),
        (sign(claims(KNOWN.client_id, 1_700_000_000), KNOWN.client_secret), 401),
        (sign(claims(KNOWN.client_id, later), "another"), 401),
        (sign(from(1_780_315_200), KNOWN.client_secret), 200),
        (sign(from(1_780_315_201), KNOWN.client_secret), 401),
        ("no.assertion".to_owned(), 401),
    ] {
        let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        let said = token(&site, &[("grant_type", grant), ("assertion", &assertion)]).await;
        assert_eq!(said.status, status, "{assertion}");
        assert!(status != 200 || said.json().get("refresh_token").is_none());
    }
}

/// Checks 3 and 32.
#[tokio::test]
async fn a_public_client_may_get_no_refresh_token_and_a_person_may_say_no() {
    let site = Site::with(1).await;
    let verifier = "another-verifier-that-is-long-enough-0123456789";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let asked = [
        ("response_type", "code"),
        ("client_id", KNOWN.client_id),
        ("redirect_uri", BACK),
        ("state", "abc"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let post = async |more: &[(&str, &str)]| {
        let form = [&asked[..], more].concat();
        send(site.bare("POST", "/oauth_auth.do").form(&form)).await
    };
    let wrong = post(&[("user_name", KNOWN.user), ("user_password", "no")]).await;
    assert!(wrong.text.contains("User name or password invalid"), "{}", wrong.text);
    let decide = async |decision: &str| {
        let consent =
            post(&[("user_name", KNOWN.user), ("user_password", KNOWN.password)]).await.text;
        let (_, rest) = consent.split_once("name=\"ticket\" value=\"").unwrap();
        let ticket = rest.split('"').next().unwrap();
        let said = post(&[("ticket", ticket), ("decision", decision)]).await;
        said.header("location").unwrap().to_owned()
    };
    assert_eq!(decide("deny").await, format!("{BACK}?error=access_denied&state=abc"));
    let consent = post(&[("user_name", KNOWN.user), ("user_password", KNOWN.password)]).await.text;
    let (_, rest) = consent.split_once("name=\"ticket\" value=\"").unwrap();
    site.sim.jump(1800);
    let late = [("ticket", rest.split('"').next().unwrap()), ("decision", "allow")];
    let said = post(&late).await;
    assert!(said.status == 200 && said.text.contains("Sign in again"), "{}", said.text);
    site.sim.settings(|settings| settings.refresh_for_public = false);
    let exchange = async |redirect: &str| {
        let at = decide("allow").await;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", KNOWN.client_id),
            ("code", at.split(['=', '&']).nth(1).unwrap()),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ];
        send(site.bare("POST", "/oauth_token.do").form(&form)).await
    };
    assert_eq!(denied(&exchange("http://127.0.0.1/other").await), None);
    let given = exchange(BACK).await.json();
    assert!(given.get("refresh_token").is_none() && given.get("access_token").is_some(), "{given}");
    site.sim.settings(|settings| settings.refresh_for_public = true);
    let refresh = text(&exchange(BACK).await.json(), "refresh_token");
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", KNOWN.client_id),
        ("refresh_token", refresh.as_str()),
    ];
    let refreshed = async || send(site.bare("POST", "/oauth_token.do").form(&form)).await;
    assert_eq!(denied(&refreshed().await), None, "it has a secret, and shows none");
    let public = serde_json::json!({"client_id": KNOWN.client_id, "redirect_uris": [BACK]});
    assert_eq!(send(site.bare("POST", "/_sim/clients").json(&public)).await.status, 204);
    assert_eq!(text(&refreshed().await.json(), "refresh_token"), refresh);
}

/// A public client has nothing to show, and an empty secret shows nothing.
#[tokio::test]
async fn an_empty_secret_proves_nothing() {
    let site = Site::with(1).await;
    let client = serde_json::json!({"client_id": "public", "user": KNOWN.user});
    assert_eq!(send(site.bare("POST", "/_sim/clients").json(&client)).await.status, 204);
    let form = [("grant_type", "client_credentials"), ("client_id", "public")];
    let by_header = site.bare("POST", "/oauth_token.do").basic_auth("public", Some(""));
    assert_eq!(denied(&send(by_header.form(&form)).await), None);
    let with_empty = [form[0], form[1], ("client_secret", "")];
    assert_eq!(denied(&send(site.bare("POST", "/oauth_token.do").form(&with_empty)).await), None);
}

/// What a stranger writes into the address stays text on the pages, and leads nowhere else.
#[tokio::test]
async fn the_pages_of_sign_in_carry_no_script_and_lead_to_registered_places() {
    let site = Site::with(1).await;
    let script = "\"><script>alert(1)</script>";
    let base = [
        ("response_type", "code"),
        ("client_id", KNOWN.client_id),
        ("redirect_uri", BACK),
        ("state", "abc"),
        ("scope", ""),
        ("code_challenge_method", ""),
    ];
    for name in ["response_type", "client_id", "redirect_uri", "state", "scope", "user_name"] {
        let mut asked: Vec<_> = base.iter().copied().filter(|(have, _)| *have != name).collect();
        asked.push((name, script));
        let page = send(site.bare("GET", "/oauth_auth.do").query(&asked)).await;
        assert!(!page.text.contains("<script"), "{name}: {}", page.text);
        asked.push(("user_password", KNOWN.password));
        let page = send(site.bare("POST", "/oauth_auth.do").form(&asked)).await;
        assert!(!page.text.contains("<script"), "{name}: {}", page.text);
    }
    for uri in [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "http://127.0.0.1/callback/../evil",
        "http://127.0.0.1/callback?x=1",
        "http://127.0.0.1/callback@evil.example",
    ] {
        let mut asked = base.to_vec();
        asked[2] = ("redirect_uri", uri);
        let page = send(site.bare("GET", "/oauth_auth.do").query(&asked)).await;
        assert_eq!((page.status, page.header("location")), (400, None), "{uri}");
    }
    for method in ["plain", "none", ""] {
        let mut asked = base.to_vec();
        asked[5] = ("code_challenge_method", method);
        asked.push(("code_challenge", "a-verifier-that-is-long-enough-for-anybody-0123456789"));
        let page = send(site.bare("GET", "/oauth_auth.do").query(&asked)).await;
        assert!(page.text.contains("Invalid code_challenge_method"), "{method}: {}", page.text);
    }
}

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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

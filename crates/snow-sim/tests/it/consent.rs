//! What a person consents to, and what comes back of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use snow_sim::Simulator;

use crate::site::{Site, send};

const KNOWN: snow_sim::Credentials = Simulator::CREDENTIALS;
const BACK: &str = "http://127.0.0.1/callback";

/// What a person allows is what the page showed.
#[tokio::test]
async fn consent_is_to_what_was_shown() {
    let site = Site::with(1).await;
    let challenge = |verifier: &str| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let (own, other) = (challenge(&"a".repeat(43)), challenge(&"b".repeat(43)));
    let base = [
        ("response_type", "code"),
        ("client_id", KNOWN.client_id),
        ("redirect_uri", BACK),
        ("state", "abc"),
        ("code_challenge_method", "S256"),
        ("code_challenge", own.as_str()),
    ];
    let post = async |asked: &[(&str, &str)], more: &[(&str, &str)]| {
        let form = [asked, more].concat();
        send(site.bare("POST", "/oauth_auth.do").form(&form)).await
    };
    for (name, value) in [
        ("code_challenge", other.as_str()),
        ("state", "other"),
        ("scope", "more"),
        ("state", "abc"),
    ] {
        let login = [("user_name", KNOWN.user), ("user_password", KNOWN.password)];
        let consent = post(&base, &login).await.text;
        let (_, rest) = consent.split_once("name=\"ticket\" value=\"").unwrap();
        let ticket = [("ticket", rest.split('"').next().unwrap()), ("decision", "allow")];
        let kept = base.iter().copied().filter(|(have, _)| *have != name);
        let said = post(&kept.chain([(name, value)]).collect::<Vec<_>>(), &ticket).await;
        let expected = if value == "abc" { 302 } else { 200 };
        assert_eq!(said.status, expected, "{name} {value}: {}", said.text);
    }
    for bad in ["short", &"a".repeat(129), &format!("{}+", "a".repeat(43))] {
        let kept = base.iter().copied().filter(|(have, _)| *have != "code_challenge");
        let asked: Vec<_> = kept.chain([("code_challenge", bad)]).collect();
        let said = send(site.bare("GET", "/oauth_auth.do").query(&asked)).await;
        assert!(said.text.contains("Invalid code_challenge<"), "{bad}: {}", said.text);
    }
}

/// RFC 7636, 4.1, has 43 characters at least, and a challenge says nothing of that.
#[tokio::test]
async fn a_verifier_of_another_length_is_none() {
    let site = Site::with(1).await;
    let longest = "v".repeat(128);
    let tilde = format!("{}~", "v".repeat(42));
    for (verifier, status) in [
        ("short", 401),
        (&"v".repeat(42), 401),
        (&"v".repeat(43), 200),
        (&longest, 200),
        (&format!("{longest}v"), 401),
        (&tilde, 200),
        (&tilde.replace('~', "+"), 401),
    ] {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let at = allowed(&site, "abc", Some(&challenge)).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", KNOWN.client_id),
            ("code", at.split(['=', '&']).nth(1).unwrap()),
            ("redirect_uri", BACK),
            ("code_verifier", verifier),
        ];
        let said = send(site.bare("POST", "/oauth_token.do").form(&form)).await;
        assert_eq!(said.status, status, "{verifier}: {}", said.text);
    }
}

#[tokio::test]
async fn a_state_comes_back_as_it_was() {
    let site = Site::with(1).await;
    for state in ["a b+c", "a%20b&code=1#x", "<\"'é😀>", "YWJj/+==", "~-._*", "%"] {
        let at = allowed(&site, state, None).await;
        let (_, raw) = at.split_once("&state=").unwrap();
        // Who reads a form and who reads a URL see the same.
        let read = percent_encoding::percent_decode_str(raw).decode_utf8().unwrap();
        assert_eq!((read.as_ref(), raw.contains('+')), (state, false), "{at}");
        let pairs = url::Url::parse(&at).unwrap();
        assert!(pairs.query_pairs().any(|(name, value)| name == "state" && value == state));
    }
    for state in ["a\nb", "a\u{0}", "\u{fffd}"] {
        let asked = [
            ("response_type", "code"),
            ("client_id", KNOWN.client_id),
            ("redirect_uri", BACK),
            ("state", state),
        ];
        let said = send(site.bare("GET", "/oauth_auth.do").query(&asked)).await;
        assert_eq!((said.status, said.header("x-snow-sim")), (501, Some("not-simulated")));
    }
}

/// Where a browser is sent after the person has allowed it.
async fn allowed(site: &Site, state: &str, challenge: Option<&str>) -> String {
    let mut asked = vec![
        ("response_type", "code"),
        ("client_id", KNOWN.client_id),
        ("redirect_uri", BACK),
        ("state", state),
    ];
    if let Some(challenge) = challenge {
        asked.extend([("code_challenge", challenge), ("code_challenge_method", "S256")]);
    }
    let post = async |more: &[(&str, &str)]| {
        let form = [&asked[..], more].concat();
        send(site.bare("POST", "/oauth_auth.do").form(&form)).await
    };
    let consent = post(&[("user_name", KNOWN.user), ("user_password", KNOWN.password)]).await.text;
    let (_, rest) = consent.split_once("name=\"ticket\" value=\"").unwrap();
    let ticket = [("ticket", rest.split('"').next().unwrap()), ("decision", "allow")];
    let said = post(&ticket).await;
    assert_eq!(said.status, 302, "{state}: {}", said.text);
    said.header("location").unwrap().to_owned()
}

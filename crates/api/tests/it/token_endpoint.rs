use base64::{Engine as _, engine::general_purpose::STANDARD};
use identity::{add_application_secret, register_application};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use model::{Clock as _, Permission};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use testkit::{Answer, CONNECTIONS, Call, SeededRng, Server, Setup, TENANT, TestDatabase};
use uuid::Uuid;

struct Registered {
    id: Uuid,
    secret: String,
}

async fn registered(server: &Server) -> Registered {
    let (now, rng) = (server.clock.now(), SeededRng::new(3));
    let permissions = vec![Permission::DeviceManagementConfigurationReadAll];
    let app = register_application(&server.store, TENANT, "ci", permissions, now, &rng).await;
    let id = app.unwrap().app_id;
    let secret = add_application_secret(&server.store, TENANT, id, None, now, &rng).await;
    Registered { id, secret: secret.unwrap().unwrap().text.expose_secret().to_owned() }
}

fn ask(server: &Server, tenant: &str, form: &str) -> Call {
    let call = server.call("POST", &format!("/{tenant}/oauth2/v2.0/token"));
    call.header("content-type", "application/x-www-form-urlencoded").bytes(form)
}

#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str, number: u32) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!((&body["error"], &body["error_codes"][0]), (&error.into(), &number.into()));
    let description = body["error_description"].as_str().unwrap();
    assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
}

const SCOPE: &str = "scope=http%3A%2F%2F127.0.0.1%2F.default";

#[tokio::test]
async fn a_secret_buys_a_token_that_works() {
    for server in Server::both().await {
        let Registered { id, secret } = registered(&server).await;
        let grant = format!("grant_type=client_credentials&{SCOPE}");
        let posted = format!("{grant}&client_id={id}&client_secret={secret}");
        let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let tenant = TENANT.to_string();
        for call in [
            ask(&server, &tenant, &posted),
            ask(&server, &tenant, &grant).header("authorization", &basic),
            ask(&server, &tenant.to_uppercase(), &posted),
        ] {
            let answer = call.send().await.expect(200);
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.header("pragma"), "no-cache");
            let body = answer.json();
            assert_eq!(
                (&body["token_type"], &body["expires_in"]),
                (&"Bearer".into(), &3599.into())
            );
            let token = body["access_token"].as_str().unwrap();
            server.call("GET", CONNECTIONS).token(token).send().await.expect(200);
            let post = server.call("POST", CONNECTIONS).token(token);
            post.send().await.error(403, "Forbidden");
        }
    }
}

#[tokio::test]
async fn the_published_key_verifies_the_token() {
    let server = Server::sqlite().await;
    let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let configuration = server.call("GET", &path).send().await.expect(200).json();
    let issuer = format!("urn:nowgraph:{TENANT}");
    assert_eq!(configuration["issuer"], issuer);
    let base = "http://127.0.0.1:8080";
    assert_eq!(configuration["token_endpoint"], format!("{base}/{TENANT}/oauth2/v2.0/token"));
    let keys = configuration["jwks_uri"].as_str().unwrap().strip_prefix(base).unwrap();
    let keys = server.call("GET", keys).send().await.expect(200).json();
    let key = &keys["keys"][0];
    assert_eq!(
        (&key["kty"], &key["use"], &key["alg"]),
        (&"RSA".into(), &"sig".into(), &"RS256".into())
    );
    assert!(key.get("d").is_none() && key.get("p").is_none());
    let token = server.admin().await;
    let (n, e) = (key["n"].as_str().unwrap(), key["e"].as_str().unwrap());
    let decoding = DecodingKey::from_rsa_components(n, e).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["api://nowgraph"]);
    validation.set_issuer(&[&issuer]);
    validation.validate_exp = false; // The clock of the test stands in January 2026.
    let verified = decode::<Value>(&token, &decoding, &validation).unwrap();
    assert_eq!(verified.claims["tid"], TENANT.to_string());
    assert_eq!(verified.header.kid.as_deref(), key["kid"].as_str());
}

#[tokio::test]
async fn what_is_wrong_is_said_in_oauths_words() {
    let server = Server::sqlite().await;
    let Registered { id, secret } = registered(&server).await;
    let tenant = TENANT.to_string();
    let good =
        format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&{SCOPE}");
    ask(&server, &tenant, &good).send().await.expect(200);
    let without = |name: &str| {
        let fields = good.split('&').filter(|field| !field.starts_with(&format!("{name}=")));
        fields.collect::<Vec<_>>().join("&")
    };
    for name in ["grant_type", "client_id", "client_secret", "scope"] {
        let answer = ask(&server, &tenant, &without(name)).send().await;
        refused(&answer, 400, "invalid_request", 900_144);
    }
    let changed = |name: &str, value: &str| format!("{}&{name}={value}", without(name));
    for (form, status, error, number) in [
        (changed("grant_type", "password"), 400, "unsupported_grant_type", 70003),
        (changed("scope", "User.Read"), 400, "invalid_scope", 1_002_012),
        (changed("client_id", &Uuid::nil().to_string()), 401, "invalid_client", 700_016),
        (changed("client_id", "nobody"), 401, "invalid_client", 700_016),
        (changed("client_secret", "wrong"), 401, "invalid_client", 7_000_215),
        (format!("{good}&scope=x/.default"), 400, "invalid_request", 90014),
        (String::new(), 400, "invalid_request", 900_144),
        ("{\"grant_type\":\"client_credentials\"}".to_owned(), 400, "invalid_request", 900_144),
    ] {
        let answer = ask(&server, &tenant, &form).send().await;
        assert_eq!(answer.header("www-authenticate"), "");
        refused(&answer, status, error, number);
    }
    for tenant in ["common", "organizations", "contoso.onmicrosoft.com", "beta"] {
        refused(&ask(&server, tenant, &good).send().await, 400, "invalid_request", 90002);
    }
    let elsewhere = Uuid::from_u128(9).to_string();
    refused(&ask(&server, &elsewhere, &good).send().await, 401, "invalid_client", 700_016);
}

#[tokio::test]
async fn credentials_in_the_header_have_their_own_rules() {
    let server = Server::sqlite().await;
    let Registered { id, secret } = registered(&server).await;
    let tenant = TENANT.to_string();
    let grant = format!("grant_type=client_credentials&{SCOPE}");
    let basic = |pair: String| format!("Basic {}", STANDARD.encode(pair));
    let wrong = ask(&server, &tenant, &grant).header("authorization", &basic(format!("{id}:no")));
    let wrong = wrong.send().await;
    assert_eq!(wrong.header("www-authenticate"), "Basic realm=\"nowgraph\"");
    refused(&wrong, 401, "invalid_client", 7_000_215);
    let good = basic(format!("{id}:{secret}"));
    let both = format!("{grant}&client_id={id}&client_secret={secret}");
    let both = ask(&server, &tenant, &both).header("authorization", &good);
    refused(&both.send().await, 400, "invalid_request", 90014);
    let twice = ask(&server, &tenant, &grant);
    let twice = twice.header("authorization", &good).header("authorization", &good);
    refused(&twice.send().await, 400, "invalid_request", 90014);
    for junk in ["Basic", "Basic %", "Bearer x", "\u{e9}"] {
        let call = ask(&server, &tenant, &grant).header("authorization", junk);
        refused(&call.send().await, 400, "invalid_request", 90014);
    }
}

#[tokio::test]
async fn unreadable_requests_are_refused_in_oauths_words_too() {
    let server = Server::sqlite().await;
    let tenant = TENANT.to_string();
    let long = "x=".to_owned() + &"y".repeat(1024 * 1024);
    refused(&ask(&server, &tenant, &long).send().await, 400, "invalid_request", 90014);
    let coded = ask(&server, &tenant, "").header("content-encoding", "br");
    refused(&coded.send().await, 400, "invalid_request", 90014);
    for path in ["common/discovery/v2.0/keys", "common/v2.0/.well-known/openid-configuration"] {
        let answer = server.call("GET", &format!("/{path}")).send().await.expect(400);
        assert_eq!(answer.json()["error_codes"][0], 90002, "{path}");
    }
    let get = server.call("GET", &format!("/{tenant}/oauth2/v2.0/token")).send().await;
    assert_eq!(get.header("allow"), "POST");
    get.error(405, "MethodNotAllowed");
}

#[tokio::test]
async fn documents_name_the_public_url() {
    let setup =
        Setup { public_url: Some("https://graph.contoso.example".to_owned()), ..Setup::default() };
    let server = Server::start(TestDatabase::sqlite(), setup).await;
    let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let configuration = server.call("GET", &path).send().await.expect(200).json();
    for name in ["issuer", "token_endpoint", "jwks_uri"] {
        let url = configuration[name].as_str().unwrap();
        assert!(url.starts_with(&format!("https://graph.contoso.example/{TENANT}/")), "{url}");
    }
}

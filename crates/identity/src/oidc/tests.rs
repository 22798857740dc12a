//! Against an issuer over loopback TCP, with a clock that the tests set.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header::LOCATION};
use axum::response::{IntoResponse as _, Response};
use axum_server::tls_rustls::RustlsConfig;
use model::{PlainHttpHosts, Principal};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Proxy};
use serde_json::{Value, json};
use testkit::with;
use tokio::net::TcpListener;

use super::discovery::DiscoveryError;
use super::fetch::FetchError;
use super::*;
use crate::builtin::SigningKey;
use crate::testing::{KEY, NOW, OTHER_KEY, TENANT, at, header, sign};
use crate::{AuthenticationError, Authenticator, ClaimMapping, TokenRejection, install_crypto};

/// An issuer whose answers the test changes.
#[derive(Debug, Clone)]
struct FakeIssuer {
    url: String,
    address: String,
    script: Arc<Mutex<Script>>,
}

#[derive(Debug)]
struct Script {
    keys: Value,
    issuer: String,
    jwks_uri: String,
    /// In place of every answer.
    outage: Option<Outage>,
    key_fetches: usize,
    document_fetches: usize,
}

#[derive(Debug, Clone, Copy)]
enum Outage {
    Status(u16),
    Redirect,
    Junk,
    Endless,
}

impl FakeIssuer {
    async fn start() -> Self {
        install_crypto();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let url = format!("http://{address}/{TENANT}/v2.0");
        let script = Arc::new(Mutex::new(Script {
            keys: jwks(&[&KEY]),
            issuer: url.clone(),
            jwks_uri: format!("http://{address}/keys"),
            outage: None,
            key_fetches: 0,
            document_fetches: 0,
        }));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, address, script }
    }

    fn change(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    fn port(&self) -> &str {
        self.address.rsplit(':').next().unwrap()
    }

    fn key_fetches(&self) -> usize {
        self.script.lock().unwrap().key_fetches
    }

    fn settings(&self) -> OidcSettings {
        OidcSettings {
            issuers: vec![OidcIssuer { url: self.url.clone(), mapping: ClaimMapping::default() }],
            audiences: vec!["api://nowgraph".to_owned()],
            tenants: Vec::new(),
            private: PlainHttpHosts::new([self.address.parse().unwrap()]),
            network: IssuerNetwork::default(),
        }
    }

    fn authenticator(&self) -> Authenticator {
        Authenticator::oidc(&self.settings()).unwrap()
    }

    /// An `Authorization` header with a token that lives for two days.
    fn bearer(&self, key: &SigningKey, changes: &Value) -> String {
        let claims = json!({
            "iss": self.url, "aud": "api://nowgraph", "tid": TENANT, "oid": "o", "sub": "s",
            "azp": "client", "idtyp": "app", "exp": NOW + 172_800,
        });
        format!("Bearer {}", sign(key, &header(key), &with(claims, changes)))
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, uri: Uri) -> Response {
    let mut script = script.lock().unwrap();
    let keys = uri.path() == "/keys";
    if keys {
        script.key_fetches += 1;
    } else {
        script.document_fetches += 1;
    }
    match script.outage {
        Some(Outage::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Outage::Redirect) => {
            (StatusCode::FOUND, [(LOCATION, script.jwks_uri.clone())]).into_response()
        }
        Some(Outage::Junk) => "<html>sign in</html>".into_response(),
        Some(Outage::Endless) => "{".repeat(300 * 1024).into_response(),
        None if keys => script.keys.to_string().into_response(),
        None if uri.path().ends_with("/.well-known/openid-configuration") => {
            json!({ "issuer": script.issuer, "jwks_uri": script.jwks_uri })
                .to_string()
                .into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn jwks(keys: &[&SigningKey]) -> Value {
    json!({ "keys": keys.iter().map(|key| key.public_jwk()).collect::<Vec<_>>() })
}

type Answer = Result<Arc<Principal>, AuthenticationError>;

fn is_unavailable(answer: &Answer) -> bool {
    matches!(answer, Err(AuthenticationError::KeysUnavailable(_)))
}

fn is_unknown_key(answer: &Answer) -> bool {
    matches!(answer, Err(AuthenticationError::Rejected(TokenRejection::UnknownKey(_))))
}

#[tokio::test]
async fn keys_are_found_by_discovery_and_fetched_once() {
    let issuer = FakeIssuer::start().await;
    let authenticator = Arc::new(issuer.authenticator());
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..20 {
        let header = issuer.bearer(&KEY, &json!({ "oid": caller.to_string() }));
        let authenticator = Arc::clone(&authenticator);
        callers
            .spawn(async move { authenticator.authenticate(Some(&header), at(NOW)).await.is_ok() });
    }
    assert!(callers.join_all().await.into_iter().all(|accepted| accepted));
    assert_eq!(issuer.key_fetches(), 1);
}

#[tokio::test]
async fn a_new_key_is_found_at_its_first_token() {
    let issuer = FakeIssuer::start().await;
    let authenticator = issuer.authenticator();
    let old = issuer.bearer(&KEY, &json!({}));
    let new = issuer.bearer(&OTHER_KEY, &json!({}));
    assert!(authenticator.authenticate(Some(&old), at(NOW)).await.is_ok());
    issuer.change(|script| script.keys = jwks(&[&KEY, &OTHER_KEY]));
    assert!(authenticator.authenticate(Some(&new), at(NOW + 1)).await.is_ok());
    assert!(authenticator.authenticate(Some(&old), at(NOW + 1)).await.is_ok());
    assert_eq!(issuer.key_fetches(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_takes_its_remembered_tokens_along() {
    let issuer = FakeIssuer::start().await;
    let authenticator = issuer.authenticator();
    let old = issuer.bearer(&KEY, &json!({}));
    assert!(authenticator.authenticate(Some(&old), at(NOW)).await.is_ok());
    issuer.change(|script| script.keys = jwks(&[&OTHER_KEY]));
    assert!(authenticator.authenticate(Some(&old), at(NOW + 3599)).await.is_ok());
    let answer = authenticator.authenticate(Some(&old), at(NOW + 3600)).await;
    assert!(is_unknown_key(&answer), "{answer:?}");
}

#[tokio::test]
async fn a_storm_of_unknown_keys_makes_one_fetch_in_five_minutes() {
    let issuer = FakeIssuer::start().await;
    let authenticator = issuer.authenticator();
    let unknown = issuer.bearer(&OTHER_KEY, &json!({}));
    for second in 0..600 {
        let answer = authenticator.authenticate(Some(&unknown), at(NOW + second)).await;
        assert!(is_unknown_key(&answer), "{answer:?}");
    }
    // The first fetch for want of any key, then one search for each five minutes.
    assert_eq!(issuer.key_fetches(), 3);
}

#[tokio::test]
async fn known_keys_outlive_an_outage_of_a_day() {
    let issuer = FakeIssuer::start().await;
    let authenticator = issuer.authenticator();
    let header = issuer.bearer(&KEY, &json!({}));
    assert!(authenticator.authenticate(Some(&header), at(NOW)).await.is_ok());
    for outage in [Outage::Status(500), Outage::Redirect, Outage::Junk, Outage::Endless] {
        issuer.change(|script| script.outage = Some(outage));
        for hour in 1..24 {
            let answer = authenticator.authenticate(Some(&header), at(NOW + hour * 3600)).await;
            assert!(answer.is_ok(), "{outage:?} {answer:?}");
        }
    }
    let answer = authenticator.authenticate(Some(&header), at(NOW + 86_400)).await;
    assert!(is_unavailable(&answer), "{answer:?}");
    issuer.change(|script| script.outage = None);
    assert!(authenticator.authenticate(Some(&header), at(NOW + 86_405)).await.is_ok());
}

#[tokio::test]
async fn an_outage_at_the_start_says_nothing_about_the_token() {
    for outage in [Outage::Status(503), Outage::Redirect, Outage::Junk, Outage::Endless] {
        let issuer = FakeIssuer::start().await;
        issuer.change(|script| script.outage = Some(outage));
        let authenticator = issuer.authenticator();
        let header = issuer.bearer(&KEY, &json!({}));
        for second in 0..5 {
            let answer = authenticator.authenticate(Some(&header), at(NOW + second)).await;
            assert!(is_unavailable(&answer), "{outage:?} {answer:?}");
        }
        assert_eq!(issuer.script.lock().unwrap().document_fetches, 1, "{outage:?}");
        issuer.change(|script| script.outage = None);
        assert!(authenticator.authenticate(Some(&header), at(NOW + 5)).await.is_ok(), "{outage:?}");
    }
}

#[tokio::test]
async fn documents_of_another_issuer_or_place_are_refused() {
    let issuer = FakeIssuer::start().await;
    let discover = async || {
        let fetcher = Fetcher::new(issuer.settings().private, &IssuerNetwork::default()).unwrap();
        discovery::discover(&IssuerUrl::parse(&issuer.url).unwrap(), &fetcher).await
    };
    assert!(discover().await.is_ok());
    issuer.change(|script| script.issuer = "https://evil.example".to_owned());
    assert!(matches!(discover().await, Err(DiscoveryError::OtherIssuer { .. })));
    issuer.change(|script| {
        script.issuer = issuer.url.clone();
        script.jwks_uri = "http://169.254.169.254/keys".to_owned();
    });
    let error = discover().await.unwrap_err();
    assert!(matches!(error, DiscoveryError::Fetch(FetchError::NotAllowed(_))), "{error:?}");
    issuer.change(|script| script.outage = Some(Outage::Endless));
    let error = discover().await.unwrap_err();
    assert!(matches!(error, DiscoveryError::Fetch(FetchError::TooLarge(_))), "{error:?}");
    issuer.change(|script| script.outage = Some(Outage::Redirect));
    let error = discover().await.unwrap_err();
    assert!(matches!(error, DiscoveryError::Fetch(FetchError::Status(_, 302))), "{error:?}");
}

#[tokio::test]
async fn one_issuer_of_all_tenants_serves_the_listed_ones() {
    let issuer = FakeIssuer::start().await;
    let base = format!("http://{}", issuer.address);
    issuer.change(|script| script.issuer = format!("{base}/{{tenantid}}/v2.0"));
    let mut settings = issuer.settings();
    settings.tenants = vec![TENANT.parse().unwrap()];
    for name in ["{tid}", "organizations", "common"] {
        settings.issuers = vec![OidcIssuer {
            url: format!("{base}/{name}/v2.0"),
            mapping: ClaimMapping::default(),
        }];
        let authenticator = Authenticator::oidc(&settings).unwrap();
        let header = issuer.bearer(&KEY, &json!({}));
        assert!(authenticator.authenticate(Some(&header), at(NOW)).await.is_ok(), "{name}");
        let other = "00000000-0000-4000-8000-000000000001";
        let other = json!({ "tid": other, "iss": format!("{base}/{other}/v2.0") });
        let answer = authenticator.authenticate(Some(&issuer.bearer(&KEY, &other)), at(NOW)).await;
        assert!(matches!(
            answer,
            Err(AuthenticationError::Rejected(TokenRejection::TenantNotAllowed(_)))
        ));
    }
}

#[tokio::test]
async fn keys_of_one_issuer_do_not_sign_for_another() {
    let (one, other) = (FakeIssuer::start().await, FakeIssuer::start().await);
    other.change(|script| script.keys = jwks(&[&OTHER_KEY]));
    let mut settings = one.settings();
    settings.issuers.extend(other.settings().issuers);
    settings.private =
        PlainHttpHosts::new([&one, &other].map(|site| site.address.parse().unwrap()));
    let authenticator = Authenticator::oidc(&settings).unwrap();
    for (issuer, key, accepted) in [
        (&one, &KEY, true),
        (&other, &OTHER_KEY, true),
        (&one, &OTHER_KEY, false),
        (&other, &KEY, false),
    ] {
        let header = issuer.bearer(key, &json!({}));
        let answer = authenticator.authenticate(Some(&header), at(NOW)).await;
        assert_eq!(answer.is_ok(), accepted, "{answer:?}");
    }
}

#[tokio::test]
async fn tokens_of_strangers_cause_no_fetch() {
    let issuer = FakeIssuer::start().await;
    let authenticator = issuer.authenticator();
    let stranger = issuer.bearer(&KEY, &json!({ "iss": "https://evil.example" }));
    for header in [None, Some("Bearer x"), Some("Basic YTpi"), Some(stranger.as_str())] {
        assert!(matches!(
            authenticator.authenticate(header, at(NOW)).await,
            Err(AuthenticationError::Rejected(_))
        ));
    }
    assert_eq!(issuer.script.lock().unwrap().document_fetches, 0);
}

#[tokio::test]
async fn a_remembered_token_still_expires() {
    let issuer = FakeIssuer::start().await;
    let authenticator = issuer.authenticator();
    let header = issuer.bearer(&KEY, &json!({ "exp": NOW + 60 }));
    assert!(authenticator.authenticate(Some(&header), at(NOW)).await.is_ok());
    assert!(authenticator.authenticate(Some(&header), at(NOW + 359)).await.is_ok());
    let answer = authenticator.authenticate(Some(&header), at(NOW + 360)).await;
    assert!(matches!(answer, Err(AuthenticationError::Rejected(TokenRejection::Expired(_)))));
}

/// A certificate and its key, and the authority that vouches for it, all as PEM.
fn certified() -> [String; 3] {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    [server.signed_by(&key, &issuer).unwrap().pem(), key.serialize_pem(), authority]
}

#[tokio::test]
async fn issuers_may_have_a_private_authority() {
    let mut issuer = FakeIssuer::start().await;
    let [certificate, key, authority] = certified();
    let config = RustlsConfig::from_pem(certificate.into(), key.into()).await.unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    issuer.address = listener.local_addr().unwrap().to_string();
    let router = Router::new().fallback(answer).with_state(Arc::clone(&issuer.script));
    let server = axum_server::from_tcp_rustls(listener, config).unwrap();
    tokio::spawn(server.serve(router.into_make_service()));
    issuer.url = format!("https://{}/{TENANT}/v2.0", issuer.address);
    issuer.change(|script| {
        script.issuer.clone_from(&issuer.url);
        script.jwks_uri = format!("https://{}/keys", issuer.address);
    });
    let bearer = issuer.bearer(&KEY, &json!({}));
    let unknown = issuer.authenticator();
    assert!(is_unavailable(&unknown.authenticate(Some(&bearer), at(NOW)).await));
    let authorities = Certificate::from_pem_bundle(authority.as_bytes()).unwrap();
    let network = IssuerNetwork { authorities, ..IssuerNetwork::default() };
    let known = Authenticator::oidc(&OidcSettings { network, ..issuer.settings() }).unwrap();
    assert!(known.authenticate(Some(&bearer), at(NOW)).await.is_ok());
}

/// A name that nobody but the proxy knows.
#[tokio::test]
async fn issuers_are_asked_through_the_proxy() {
    let mut issuer = FakeIssuer::start().await;
    issuer.url = format!("http://issuer.invalid/{TENANT}/v2.0");
    issuer.change(|script| {
        script.issuer.clone_from(&issuer.url);
        script.jwks_uri = "http://issuer.invalid/keys".to_owned();
    });
    let proxy = Proxy::all(format!("http://proxy.invalid:{}", issuer.port())).unwrap();
    let resolver = Arc::new(Loopback);
    let private = PlainHttpHosts::new(["issuer.invalid:80".parse().unwrap()]);
    let network =
        IssuerNetwork { proxy: Some(IssuerProxy { proxy, resolver }), ..IssuerNetwork::default() };
    let settings = OidcSettings { private, network, ..issuer.settings() };
    let bearer = issuer.bearer(&KEY, &json!({}));
    let authenticator = Authenticator::oidc(&settings).unwrap();
    assert!(authenticator.authenticate(Some(&bearer), at(NOW)).await.is_ok());
    assert_eq!(issuer.key_fetches(), 1);
    let settings = OidcSettings { network: IssuerNetwork::default(), ..settings };
    let authenticator = Authenticator::oidc(&settings).unwrap();
    assert!(is_unavailable(&authenticator.authenticate(Some(&bearer), at(NOW)).await));
}

#[derive(Debug)]
struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, name: Name) -> Resolving {
        assert_eq!(name.as_str(), "proxy.invalid");
        let found = [SocketAddr::from(([127, 0, 0, 1], 0))];
        Box::pin(async move { Ok(Box::new(found.into_iter()) as Addrs) })
    }
}

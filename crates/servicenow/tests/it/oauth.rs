use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret as _, SecretString};
use servicenow::{
    AuthorizationRequest, Credential, Failure, Grant, OAuthClient, Session, SignInFailure, Signer,
    StoreRefreshToken, TokenKeeper, Verifier,
};
use snow_sim::{Credentials, Fault, FaultKind, Simulator};

use crate::site;

const KNOWN: Credentials = Simulator::CREDENTIALS;
const BACK: &str = "http://127.0.0.1/callback";

fn oauth_client() -> OAuthClient {
    OAuthClient { id: KNOWN.client_id.to_owned(), secret: Some(KNOWN.client_secret.into()) }
}

/// The time at which the clock of the instance stands, and later.
fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_315_200 + seconds)
}

/// Keeps what it is given, unless it is broken.
#[derive(Clone, Default)]
struct Stored(Arc<Mutex<(Vec<String>, bool)>>);

impl Stored {
    fn taker(&self) -> StoreRefreshToken {
        let stored = self.clone();
        Arc::new(move |token: SecretString| {
            let stored = stored.clone();
            Box::pin(async move {
                let mut kept = stored.0.lock().unwrap();
                if kept.1 {
                    return Err("the disk is full".into());
                }
                kept.0.push(token.expose_secret().to_owned());
                Ok(())
            })
        })
    }

    fn tokens(&self) -> Vec<String> {
        self.0.lock().unwrap().0.clone()
    }

    fn broken(&self, broken: bool) {
        self.0.lock().unwrap().1 = broken;
    }
}

fn session(sim: &Simulator, credential: Credential, stored: &Stored) -> Session {
    let client = site::client(sim);
    Session::new(client.clone(), TokenKeeper::new(client, credential, stored.taker()))
}

fn client_credentials() -> Credential {
    Credential::ClientCredentials { client: oauth_client() }
}

async fn ask(session: &Session, now: SystemTime) -> Result<usize, Failure> {
    let mut page = session.page(&site::incidents(10), now).await?;
    Ok(site::read(&mut page).await?.len())
}

/// Requests of tokens, and of rows.
fn calls(sim: &Simulator) -> (usize, usize) {
    let log = sim.log();
    let to = |path: &str| log.iter().filter(|logged| logged.path.contains(path)).count();
    (to("/oauth_token.do"), to("/api/now/table"))
}

fn fault(kind: FaultKind, path: &str) -> Vec<Fault> {
    let (path, method) = (path.to_owned(), String::new());
    vec![Fault { kind, requests: Vec::new(), path, method, probability: None, times: None }]
}

#[tokio::test]
async fn a_token_is_used_until_shortly_before_its_end() {
    let sim = site::start(3).await;
    let password = Credential::Password {
        client: oauth_client(),
        user_name: KNOWN.user.to_owned(),
        password: KNOWN.password.into(),
    };
    for credential in [client_credentials(), password] {
        let (before, _) = calls(&sim);
        let session = session(&sim, credential, &Stored::default());
        for (seconds, tokens) in [(0, 1), (1738, 1), (1739, 2), (1740, 2)] {
            assert_eq!(ask(&session, at(seconds)).await.unwrap(), 3);
            assert_eq!(calls(&sim).0 - before, tokens, "{seconds}");
        }
    }
}

/// Check 22.
#[tokio::test]
async fn many_who_meet_an_ended_token_ask_once() {
    let sim = site::start(3).await;
    let session = session(&sim, client_credentials(), &Stored::default());
    ask(&session, at(0)).await.unwrap();
    sim.jump(1801);
    let all: Vec<_> = (0..20)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move { ask(&session, at(1801)).await.unwrap() })
        })
        .collect();
    for one in all {
        assert_eq!(one.await.unwrap(), 3);
    }
    assert_eq!(calls(&sim), (2, 21));
}

/// Checks 21, 22 and 27: the token ends before its time.
#[tokio::test]
async fn after_a_401_a_new_token_is_asked_for_once() {
    let sim = site::start(3).await;
    let session = session(&sim, client_credentials(), &Stored::default());
    ask(&session, at(0)).await.unwrap();
    sim.jump(1801);
    let all: Vec<_> = (0..20)
        .map(|_| {
            let session = session.clone();
            // The clock here is behind that of the instance.
            tokio::spawn(async move { ask(&session, at(1)).await.unwrap() })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    assert_eq!(calls(&sim).0, 2);
    sim.faults(vec![Fault {
        times: Some(1),
        ..fault(FaultKind::Unauthorized, "/table/").remove(0)
    }]);
    // The instance repeats the same token, which is good now.
    assert_eq!(ask(&session, at(2)).await.unwrap(), 3);
    assert_eq!(calls(&sim).0, 3);
}

/// Check 23.
#[tokio::test]
async fn a_second_401_is_the_end() {
    let sim = site::start(3).await;
    let session = session(&sim, client_credentials(), &Stored::default());
    sim.faults(fault(FaultKind::Unauthorized, "/table/"));
    assert!(matches!(ask(&session, at(0)).await, Err(Failure::Unauthorized(_))));
    assert_eq!(calls(&sim), (2, 2));
    // What cannot be renewed is not shown twice.
    let session = self::session(&sim, Credential::Fixed(site::admin()), &Stored::default());
    let failure = ask(&session, at(0)).await.unwrap_err();
    assert!(failure.to_string().contains("snc_basic_auth_api_access"), "{failure}");
    assert_eq!(calls(&sim), (2, 3));
}

fn sign_in(answer: Result<usize, Failure>) -> Arc<SignInFailure> {
    let Err(Failure::SignIn(failure)) = answer else { return Arc::new(SignInFailure::Interrupted) };
    failure
}

/// Check 24.
#[tokio::test]
async fn a_denied_sign_in_says_what_to_look_at_and_is_not_repeated_at_once() {
    let sim = site::start(3).await;
    let secret = Some("wrong-hunter2".into());
    let client = OAuthClient { secret, ..oauth_client() };
    let session = session(&sim, Credential::ClientCredentials { client }, &Stored::default());
    // At last the clock is put back.
    for (seconds, tokens) in [(10, 1), (11, 1), (69, 1), (70, 2), (189, 2), (190, 3), (0, 4)] {
        let failure = sign_in(ask(&session, at(seconds)).await);
        let text = failure.to_string();
        for word in ["client secret", "application user", "glide.oauth.inbound.client.credential"] {
            assert!(text.contains(word), "{text}");
        }
        assert_eq!(calls(&sim), (tokens, 0), "{seconds}");
        let printed = format!("{session:?} {failure:?} {text}");
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}

/// The instance does not know the key.
#[tokio::test]
async fn a_signed_assertion_is_sent() {
    let sim = site::start(3).await;
    let pair = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048);
    let key = pair.unwrap().serialize_pem().into();
    let signer = Signer::new(&key, "k1".to_owned(), KNOWN.user.to_owned()).unwrap();
    let credential = Credential::JwtBearer { client: oauth_client(), signer };
    assert!(!format!("{credential:?}").contains("PRIVATE"));
    let failure = sign_in(ask(&session(&sim, credential, &Stored::default()), at(0)).await);
    assert!(failure.to_string().contains("key id"), "{failure}");
    assert_eq!(calls(&sim), (1, 0));
}

/// Check 25.
#[tokio::test]
async fn a_sleeping_instance_is_no_wrong_secret() {
    let sim = site::start(3).await;
    sim.settings(|settings| settings.hibernating = true);
    let client = site::client(&sim);
    let keeper = TokenKeeper::new(client.clone(), client_credentials(), Stored::default().taker());
    let session = Session::new(client, keeper.clone());
    let failure = sign_in(ask(&session, at(0)).await);
    let SignInFailure::NoAnswer(failure) = failure.as_ref() else { unreachable!("{failure:?}") };
    assert!(matches!(**failure, Failure::Hibernating));
    sim.settings(|settings| settings.hibernating = false);
    assert!(ask(&session, at(1)).await.is_err());
    keeper.forget_failures().await;
    assert_eq!(ask(&session, at(1)).await.unwrap(), 3);
}

/// Somebody allows the application; his tokens.
async fn allowed(sim: &Simulator) -> (String, String) {
    let verifier = Verifier::new([9; 32]);
    let request = AuthorizationRequest {
        client_id: KNOWN.client_id,
        redirect_uri: BACK,
        state: [0xab; 16],
        verifier: &verifier,
    };
    let url = request.url(&site::instance(sim));
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let http = http.build().unwrap();
    let mut fields: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    fields.push(("user_name".to_owned(), KNOWN.user.to_owned()));
    fields.push(("user_password".to_owned(), KNOWN.password.to_owned()));
    let mut page = url.clone();
    page.set_query(None);
    let post = async |fields: &[(String, String)]| {
        http.post(page.clone()).form(fields).send().await.unwrap()
    };
    let consent = post(&fields).await.text().await.unwrap();
    let ticket = consent.split("name=\"ticket\" value=\"").nth(1).unwrap();
    fields.push(("ticket".to_owned(), ticket.split('"').next().unwrap().to_owned()));
    fields.push(("decision".to_owned(), "allow".to_owned()));
    let back = post(&fields).await.headers()["location"].to_str().unwrap().to_owned();
    let back = url::Url::parse(&back).unwrap();
    let pair =
        |name: &str| back.query_pairs().find(|(have, _)| have == name).unwrap().1.into_owned();
    assert_eq!(pair("state"), request.state());
    let grant = |verifier| Grant::AuthorizationCode {
        client: OAuthClient { secret: None, ..oauth_client() },
        code: pair("code").into(),
        redirect_uri: BACK.to_owned(),
        verifier,
    };
    let client = site::client(sim);
    let tokens = client.tokens(&grant(Some(verifier))).await.unwrap();
    // A code is good once.
    assert!(matches!(client.tokens(&grant(None)).await, Err(SignInFailure::Denied { .. })));
    let text = |token: &SecretString| token.expose_secret().to_owned();
    (text(&tokens.access), text(&tokens.refresh.unwrap()))
}

fn refreshing(token: &str) -> Credential {
    Credential::RefreshToken { client: oauth_client(), refresh_token: token.into() }
}

/// Check 26.
#[tokio::test]
async fn a_person_allows_once_and_the_refresh_token_goes_on() {
    let sim = site::start(3).await;
    let (_, refresh) = allowed(&sim).await;
    let stored = Stored::default();
    let session = session(&sim, refreshing(&refresh), &stored);
    for round in 0..3 {
        assert_eq!(ask(&session, at(round * 1801)).await.unwrap(), 3);
        sim.jump(1801);
    }
    assert!(stored.tokens().is_empty(), "it stayed the same");
    let revoked = self::session(&sim, refreshing("wrong"), &stored);
    let failure = sign_in(ask(&revoked, at(0)).await);
    assert!(failure.to_string().contains("refresh token has not ended"), "{failure}");
}

/// A refresh token that was given out is stored before anything else happens with it.
#[tokio::test]
async fn a_new_refresh_token_is_stored_before_the_access_token_is_used() {
    let sim = site::start(3).await;
    let (_, refresh) = allowed(&sim).await;
    sim.settings(|settings| settings.rotate_refresh = true);
    let stored = Stored::default();
    let session = session(&sim, refreshing(&refresh), &stored);
    stored.broken(true);
    let (tokens, rows) = calls(&sim);
    let failure = sign_in(ask(&session, at(0)).await);
    assert!(matches!(failure.as_ref(), SignInFailure::NotStored(_)), "{failure:?}");
    assert_eq!(calls(&sim), (tokens + 1, rows));
    // The token is not lost: it is stored as soon as that is possible, without asking again.
    stored.broken(false);
    assert_eq!(ask(&session, at(60)).await.unwrap(), 3);
    assert_eq!((calls(&sim), stored.tokens().len()), ((tokens + 1, rows + 1), 1));
    assert_ne!(stored.tokens()[0], refresh);
    // The next refresh shows the new one; the first one is worth nothing any more.
    sim.jump(1801);
    assert_eq!(ask(&session, at(1801)).await.unwrap(), 3);
    assert_eq!(stored.tokens().len(), 2);
    let old = self::session(&sim, refreshing(&refresh), &stored);
    assert!(ask(&old, at(1801)).await.is_err());
    let newest = self::session(&sim, refreshing(&stored.tokens()[1]), &stored);
    assert_eq!(ask(&newest, at(1801)).await.unwrap(), 3);
}

/// Whoever asked may go away; the answer is not lost with him.
#[tokio::test]
async fn a_refresh_goes_on_when_nobody_waits_for_it() {
    let sim = site::start(3).await;
    let (_, refresh) = allowed(&sim).await;
    sim.settings(|settings| settings.rotate_refresh = true);
    sim.faults(fault(FaultKind::Slow(50), "/oauth_token.do"));
    let stored = Stored::default();
    let session = session(&sim, refreshing(&refresh), &stored);
    let (tokens, _) = calls(&sim);
    let impatient = tokio::spawn({
        let session = session.clone();
        async move { ask(&session, at(0)).await }
    });
    while calls(&sim).0 == tokens {
        tokio::task::yield_now().await;
    }
    impatient.abort();
    assert_eq!(ask(&session, at(0)).await.unwrap(), 3);
    assert_eq!((calls(&sim).0, stored.tokens().len()), (tokens + 1, 1));
}

/// A token that still works is used while somebody fails to get the next one.
#[tokio::test]
async fn a_failure_is_no_matter_while_the_token_lasts() {
    let sim = site::start(3).await;
    let session = session(&sim, client_credentials(), &Stored::default());
    ask(&session, at(0)).await.unwrap();
    sim.faults(fault(FaultKind::BadGateway, "/oauth_token.do"));
    assert_eq!(ask(&session, at(1750)).await.unwrap(), 3);
    let failure = sign_in(ask(&session, at(1799)).await);
    assert!(matches!(failure.as_ref(), SignInFailure::NoAnswer(_)), "{failure:?}");
}

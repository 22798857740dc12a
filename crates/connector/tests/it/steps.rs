use std::sync::Arc;
use std::time::SystemTime;

use connector::{Door, Site, StepStatus, TestReport, TestStatus, Trial, Trouble, test};
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::json;
use servicenow::{Authorization, Credential, OAuthClient};
use snow_sim::{Acl, Closes, Fault, FaultKind, Simulator, UnknownFields};

use crate::site;

/// What is tested: the simulated instance unless something else is said.
struct Tried<'s> {
    sim: &'s Simulator,
    credential: Credential,
    path: &'static str,
    query: &'static str,
    page_size: u32,
    listed: bool,
}

impl<'s> Tried<'s> {
    fn new(sim: &'s Simulator) -> Self {
        let path = "/api/now/table/incident";
        Self {
            sim,
            credential: client("snow-sim-secret"),
            path,
            query: "",
            page_size: 1000,
            listed: true,
        }
    }

    async fn test(&self) -> TestReport {
        let pair = self.sim.address().to_string();
        let listed = [pair.as_str()];
        let door = site::door(if self.listed { &listed } else { &[] });
        let site = site::leading_to(&format!("http://{pair}"), self.path, &[&pair]);
        let good = site.as_ref().unwrap();
        let session = door.session(good, self.credential.clone(), site::keep_nothing());
        let session = session.map_err(|error| Trouble::of_client(&error));
        let filter = self.query.parse().unwrap();
        let (page_size, now) = (self.page_size, now());
        let trial = Trial { door: &door, site, session, filter, page_size, now };
        test(&trial, &mut |_| {}).await
    }
}

/// The time at which the instance's clock stands.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + site::STANDS_AT
}

fn client(secret: &str) -> Credential {
    let id = Simulator::CREDENTIALS.client_id.to_owned();
    Credential::ClientCredentials { client: OAuthClient { id, secret: Some(secret.into()) } }
}

/// A user who is bound by ACLs.
fn robot(sim: &Simulator) -> Credential {
    let password = Simulator::CREDENTIALS.password;
    let set = json!({"user_name": "robot", "active": "true", "web_service_access_only": "true",
        "user_password": password});
    sim.edit(json!({"table": "sys_user", "set": set})).unwrap();
    let user_name = "robot".to_owned();
    Credential::Fixed(Authorization::Basic { user_name, password: password.into() })
}

fn always(kind: FaultKind) -> Vec<Fault> {
    let (path, method) = (String::new(), String::new());
    vec![Fault { kind, requests: Vec::new(), path, method, probability: None, times: None }]
}

/// The step that is not as it should be, with its texts; the later ones are skipped where it
/// failed, and passed where it warns.
fn check(report: &TestReport, step: &str, status: StepStatus, words: &[&str]) {
    let passed = report.steps.iter().take_while(|step| step.status == StepStatus::Passed).count();
    let odd = &report.steps[passed];
    assert_eq!((odd.name.name(), odd.status), (step, status), "{report:#?}");
    let text = format!("{} {}", odd.message, odd.hint.as_deref().unwrap_or_default());
    for word in words {
        assert!(text.contains(word), "{word}: {text}");
    }
    let (rest, overall) = match status {
        StepStatus::Failed => (StepStatus::Skipped, TestStatus::Failed),
        _ => (StepStatus::Passed, TestStatus::Warning),
    };
    assert_eq!(report.status, overall);
    assert!(report.steps[passed + 1..].iter().all(|step| step.status == rest), "{report:#?}");
}

fn failed(report: &TestReport, step: &str, words: &[&str]) {
    check(report, step, StepStatus::Failed, words);
}

fn warned(report: &TestReport, step: &str, words: &[&str]) {
    check(report, step, StepStatus::Warning, words);
}

#[tokio::test]
async fn a_good_connection_passes_every_step() {
    let sim = site::start(2500).await;
    let report = Tried { query: "active=true^ORstateIN6,7,8", ..Tried::new(&sim) }.test().await;
    assert_eq!(report.status, TestStatus::Passed, "{report:#?}");
    assert_eq!((report.matched, report.readable), (Some(2500), Some(1000)));
    let mut body = serde_json::to_value(&report).unwrap();
    for step in body["steps"].as_array_mut().unwrap() {
        assert!(step["durationMs"].take().is_u64());
        assert!(step["message"].take().is_string());
    }
    let step = |name| json!({"name": name, "status": "passed", "durationMs": null, "message": null, "hint": null});
    let names = [
        "policy",
        "resolve",
        "connect",
        "tls",
        "token",
        "role",
        "table",
        "syncQuery",
        "fields",
        "sample",
    ];
    let expected =
        json!({"status": "passed", "steps": names.map(step), "matched": 2500, "readable": 1000});
    assert_eq!(body, expected);
    // The very query of the sync, and the one behind it.
    let asked: Vec<String> = sim.log().iter().map(|logged| logged.query.clone()).collect();
    let order = "%5EORDERBYsys_updated_on%5EORDERBYsys_id&";
    let pages: Vec<&String> = asked.iter().filter(|query| query.contains(order)).collect();
    assert_eq!(pages.len(), 2, "{asked:#?}");
    assert!(
        pages[0].contains("sysparm_limit=1000&") && pages[0].contains("active%3Dtrue%5EORstate")
    );
    assert!(pages[1].contains("%5EORsys_id%3E"), "{}", pages[1]);
}

#[tokio::test]
async fn every_kind_of_credential_signs_in() {
    let sim = site::start(10).await;
    let known = Simulator::CREDENTIALS;
    let oauth = || {
        let (id, secret) = (known.client_id.to_owned(), Some(known.client_secret.into()));
        OAuthClient { id, secret }
    };
    let user_name = || known.user.to_owned();
    let password = || known.password.into();
    for (credential, words) in [
        (client(known.client_secret), "a token for 29 min 59 s."),
        (
            Credential::Password { client: oauth(), user_name: user_name(), password: password() },
            "29 min",
        ),
        (Credential::Fixed(Authorization::ApiKey(known.api_key.into())), "needs no token"),
        (
            Credential::Fixed(Authorization::Basic {
                user_name: user_name(),
                password: password(),
            }),
            "needs no token",
        ),
    ] {
        let report = Tried { credential, ..Tried::new(&sim) }.test().await;
        assert_eq!(report.status, TestStatus::Passed, "{report:#?}");
        assert!(report.steps[4].message.contains(words), "{}", report.steps[4].message);
    }
    sim.settings(|settings| settings.access_seconds = 60);
    let report = Tried::new(&sim).test().await;
    warned(&report, "token", &["a token for 59 s", "longer life"]);
}

/// Each kind of bad weather ends at its own step and says what to do.
#[tokio::test]
async fn bad_weather_is_told_apart() {
    let sim = site::start(30).await;
    let tried = || Tried::new(&sim);
    failed(
        &Tried { listed: false, ..tried() }.test().await,
        "policy",
        &["egress.allow", "host:port"],
    );
    let wrong_secret = Tried { credential: client("wrong"), ..tried() }.test().await;
    failed(&wrong_secret, "token", &["denies access", "client secret", "active"]);
    let api_key = Credential::Fixed(Authorization::ApiKey("wrong".into()));
    failed(&Tried { credential: api_key, ..tried() }.test().await, "role", &["refused", "anew"]);
    failed(
        &Tried { path: "/api/now/table/nonsense", ..tried() }.test().await,
        "table",
        &["No such table", "/api/now/table/incident"],
    );
    failed(
        &Tried { path: "/api/now/nothing", ..tried() }.test().await,
        "table",
        &["incidentApiUrl"],
    );
    sim.faults(always(FaultKind::Hibernating));
    failed(&tried().test().await, "token", &["token endpoint", "hibernating", "wake"]);
    sim.faults(always(FaultKind::Login));
    failed(&tried().test().await, "token", &["single sign-on", "instanceUrl"]);
    sim.faults(always(FaultKind::Redirect("https://idp.example/sso?x=1".to_owned())));
    failed(&tried().test().await, "token", &["idp.example", "single sign-on"]);
    let fault = |kind| Fault { path: "/table/".to_owned(), ..always(kind).remove(0) };
    sim.faults(vec![fault(FaultKind::Unauthorized)]);
    failed(&tried().test().await, "role", &["revoked", "snc_platform_rest_api_access"]);
    sim.faults(vec![fault(FaultKind::TooMany(Some("3600".to_owned())))]);
    failed(&tried().test().await, "role", &["for 1 h", "Nothing is asked before then"]);
    sim.faults(vec![fault(FaultKind::BadGateway)]);
    failed(&tried().test().await, "role", &["status 502", "tried again"]);
}

#[tokio::test]
async fn nobody_listens() {
    // Bound, so that nobody else gets the port, but not listening.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let pair = socket.local_addr().unwrap().to_string();
    let door: Door = site::door(&[&pair]);
    let report = async |url: &str, listed: &[&str]| {
        let site = site::leading_to(url, "/api/now/table/incident", listed);
        let session = Err(Trouble::no_credential());
        let filter = "".parse().unwrap();
        let trial = Trial { door: &door, site, session, filter, page_size: 10, now: now() };
        test(&trial, &mut |_| {}).await
    };
    let plain = format!("http://{pair}");
    failed(&report(&plain, &[&pair]).await, "connect", &["refused", "firewall"]);
    failed(&report(&plain, &[]).await, "policy", &["must use https"]);
    let nowhere = report("https://no-such-host.invalid", &[]).await;
    failed(&nowhere, "policy", &["no-such-host.invalid is not among"]);
}

/// Nobody vouches for the certificate, so nothing is shown to who has it.
#[tokio::test]
async fn a_certificate_that_is_not_good_ends_it() {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let sim = site::start_with(1, Some(Arc::new(config))).await;
    let pair = sim.address().to_string();
    let door = site::door(&[&pair]);
    let site = site::leading_to(&format!("https://{pair}"), "/api/now/table/incident", &[]);
    let session = door.session(site.as_ref().unwrap(), client("s"), site::keep_nothing());
    let session = session.map_err(|error| Trouble::of_client(&error));
    let filter = "".parse().unwrap();
    let trial = Trial { door: &door, site, session, filter, page_size: 10, now: now() };
    failed(
        &test(&trial, &mut |_| {}).await,
        "tls",
        &["No secure connection to 127.0.0.1", "certificate"],
    );
    assert!(sim.log().is_empty());
}

#[tokio::test]
async fn a_connection_without_credential_ends_at_the_token() {
    let sim = site::start(1).await;
    let pair = sim.address().to_string();
    let door = site::door(&[&pair]);
    let site: Result<Site, _> =
        site::leading_to(&format!("http://{pair}"), "/api/now/table/incident", &[&pair]);
    let (session, filter) = (Err(Trouble::no_credential()), "".parse().unwrap());
    let trial = Trial { door: &door, site, session, filter, page_size: 10, now: now() };
    failed(&test(&trial, &mut |_| {}).await, "token", &["no credential", "client"]);
    assert!(sim.log().is_empty());
}

fn closed(sim: &Simulator, closes: Closes, field: &str, query: &str) {
    let (table, roles) = ("incident".to_owned(), vec!["nobody".to_owned()]);
    let (field, query) = (field.to_owned(), query.to_owned());
    sim.settings(|settings| settings.acls = vec![Acl { table, closes, roles, field, query }]);
}

/// Checks 6, 9, 47 and 55.
#[tokio::test]
async fn missing_rights_are_told_apart() {
    let sim = site::start(100).await;
    let credential = robot(&sim);
    let tried = || Tried { credential: credential.clone(), ..Tried::new(&sim) };
    assert_eq!(tried().test().await.status, TestStatus::Passed);
    closed(&sim, Closes::Api, "", "");
    failed(&tried().test().await, "role", &["Failed API level ACL", "Table API"]);
    closed(&sim, Closes::Table, "", "");
    failed(&tried().test().await, "role", &["No permission to read table", "itil"]);
    closed(&sim, Closes::Rows, "", "sys_idISNOTEMPTY");
    failed(&tried().test().await, "role", &["100 rows", "none", "itil"]);
    closed(&sim, Closes::QueryRange, "sys_updated_on", "");
    failed(&tried().test().await, "syncQuery", &["query_range", "sys_updated_on"]);
    closed(&sim, Closes::Field, "severity", "");
    warned(&tried().test().await, "fields", &["No row has severity", "field ACLs"]);
    closed(&sim, Closes::Rows, "", "active=true");
    let report = tried().test().await;
    warned(&report, "sample", &["100 incidents match", "row ACLs"]);
    assert_eq!(report.matched, Some(100));
    assert!(report.readable.is_some_and(|readable| (1..100).contains(&readable)), "{report:?}");
    sim.settings(|settings| {
        settings.acls.clear();
        settings.rest_role = true;
    });
    failed(&tried().test().await, "role", &["snc_basic_auth_api_access"]);
}

/// Checks 10 and 11, and what newer instances do.
#[tokio::test]
async fn conditions_that_are_not_obeyed_are_found_out() {
    let sim = site::start(100).await;
    let tried = || Tried { query: "u_no_such_field=x", ..Tried::new(&sim) };
    warned(
        &tried().test().await,
        "syncQuery",
        &["u_no_such_field", "every incident", "sync.query"],
    );
    sim.settings(|settings| settings.unknown_fields = UnknownFields::NoRows);
    let report = tried().test().await;
    let odd = report.steps.iter().find(|step| step.status == StepStatus::Warning).unwrap();
    assert_eq!(odd.name.name(), "syncQuery");
    assert!(odd.message.contains("u_no_such_field: it finds no incident"), "{}", odd.message);
    sim.settings(|settings| settings.unknown_fields = UnknownFields::Forbid);
    failed(&tried().test().await, "syncQuery", &["does not exist", "sync.query"]);
}

/// Check 19, and an instance that is overtaxed by as many rows.
#[tokio::test]
async fn an_odd_instance_can_still_be_read() {
    let sim = site::start(600).await;
    let v1 = || Tried { path: "api/now/v1/table/incident", ..Tried::new(&sim) };
    assert_eq!(v1().test().await.status, TestStatus::Passed);
    let empty = Tried { query: "number=none", ..v1() }.test().await;
    warned(&empty, "sample", &["No incident matches", "sync.query"]);
    assert_eq!(empty.readable, Some(0));
    sim.settings(|settings| settings.quota_rows = Some(300));
    let report = Tried::new(&sim).test().await;
    warned(&report, "syncQuery", &["could not give 1000 rows at once, but 250", "sync.page_size"]);
    sim.settings(|settings| settings.quota_rows = None);
    sim.jump(-7200);
    warned(&Tried::new(&sim).test().await, "table", &["2 h behind", "clock"]);
}

use std::sync::Arc;
use std::time::Duration;

use servicenow::{Client, Failure, Instance, Timeouts, is_loopback};
use snow_sim::{Acl, Closes, Fault, FaultKind, Simulator, UnknownFields};

use crate::site::{self, Resolver};

fn always(kind: FaultKind) -> Vec<Fault> {
    let (path, method) = (String::new(), String::new());
    vec![Fault { kind, requests: Vec::new(), path, method, probability: None, times: None }]
}

/// Rows that came before the answer was found bad, and why it is.
async fn spoilt(client: &Client) -> (usize, Failure) {
    let mut page = match client.page(&site::admin(), &site::incidents(100)).await {
        Ok(page) => page,
        Err(failure) => return (0, failure),
    };
    let mut rows = 0;
    loop {
        match page.next().await {
            Ok(Some(_)) => rows += 1,
            Ok(None) => return (rows, Failure::WrongShape("passed for a whole page")),
            Err(failure) => return (rows, failure),
        }
    }
}

fn name(failure: &Failure) -> String {
    format!("{failure:?}").split([' ', '(']).next().unwrap().to_owned()
}

/// Checks 34 to 39: no bad answer passes for a page, and each is called by its name.
#[tokio::test]
async fn every_kind_of_bad_weather_has_its_name() {
    let sim = site::start(20).await;
    let client = site::client(&sim);
    for (kind, rows, expected) in [
        (FaultKind::Hibernating, 0, "Hibernating"),
        (FaultKind::Login, 0, "SignInPage"),
        (FaultKind::Redirect("https://idp.example/sso".to_owned()), 0, "Redirected"),
        (FaultKind::ErrorInResult, 20, "Cancelled"),
        (FaultKind::TextInResult, 20, "Cancelled"),
        (FaultKind::CutJson, 9, "Truncated"),
        (FaultKind::BrokenJson, 0, "Damaged"),
        (FaultKind::Quota, 0, "Cancelled"),
        (FaultKind::BadGateway, 0, "Unavailable"),
        (FaultKind::Unavailable, 0, "Unavailable"),
        (FaultKind::GatewayTimeout, 0, "Unavailable"),
        (FaultKind::Unauthorized, 0, "BasicRefused"),
        (FaultKind::TooMany(Some("3".to_owned())), 0, "RateLimited"),
        (FaultKind::Reset, 0, "Cut"),
        (FaultKind::CutBody(10), 0, "Cut"),
        (FaultKind::WrongLength, 0, "Cut"),
    ] {
        sim.faults(always(kind.clone()));
        let (got, failure) = spoilt(&client).await;
        assert_eq!(name(&failure), expected, "{kind:?}: {failure}");
        // A packed answer that is cut gives what could be unpacked, if anything.
        assert!(got <= 20 && (got == rows || name(&failure) == "Cut"), "{kind:?}: {got}");
        sim.faults(Vec::new());
        let mut page = client.page(&site::admin(), &site::incidents(100)).await.unwrap();
        assert_eq!(site::read(&mut page).await.unwrap().len(), 20);
    }
}

/// Check 38: nothing but the instance hears of the credentials.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (sim, other) = (site::start(1).await, site::start(1).await);
    let elsewhere = format!("http://{}/api/now/table/incident?x=1", other.address());
    for to in [elsewhere.as_str(), "/login.do"] {
        sim.faults(always(FaultKind::Redirect(to.to_owned())));
        let (_, failure) = spoilt(&site::client(&sim)).await;
        let expected = if to.starts_with('/') { "/login.do" } else { "127.0.0.1" };
        assert!(matches!(&failure, Failure::Redirected { to } if to == expected), "{failure:?}");
    }
    assert_eq!((other.log().len(), sim.log().len()), (0, 2));
}

/// Check 41.
#[tokio::test]
async fn a_slow_instance_is_given_up() {
    let sim = site::start(1).await;
    sim.faults(always(FaultKind::Slow(60_000)));
    let mut outgoing = site::outgoing(&Arc::default());
    outgoing.timeouts = Timeouts { total: Duration::from_millis(100), ..outgoing.timeouts };
    let client = Client::new(site::instance(&sim), &outgoing).unwrap();
    assert_eq!(name(&spoilt(&client).await.1), "TimedOut");
}

#[tokio::test]
async fn nobody_answers() {
    // Bound, so that nobody else gets the port, but not listening.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let instance = Instance::parse(&format!("http://{address}"), is_loopback).unwrap();
    let client = Client::new(instance, &site::outgoing(&Arc::default())).unwrap();
    let (_, failure) = spoilt(&client).await;
    assert_eq!(
        (name(&failure), failure.to_string()),
        ("Unreachable".to_owned(), "no connection to 127.0.0.1".to_owned())
    );
}

/// Names, addresses and odd spellings of them are all shown to whoever admits hosts.
#[tokio::test]
async fn no_host_is_called_that_the_resolver_refuses() {
    let sim = site::start(1).await;
    let port = sim.address().port();
    let plain = |_: &url::Url| true;
    for host in ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "intern.example"] {
        let instance = Instance::parse(&format!("http://{host}:{port}"), plain).unwrap();
        let refused = vec!["127.0.0.1", "localhost", "::1", "intern.example"];
        let resolver = Arc::new(Resolver { refused, ..Resolver::default() });
        let client = Client::new(instance, &site::outgoing(&resolver)).unwrap();
        let (_, failure) = spoilt(&client).await;
        assert_eq!(name(&failure), "NotAdmitted", "{host}: {failure:?}");
        assert_eq!(resolver.asked.lock().unwrap().len(), 1, "{host}");
    }
    assert!(sim.log().is_empty());
    // The address that the resolver gives is the one that is called.
    let instance = Instance::parse(&format!("http://contoso.example:{port}"), plain).unwrap();
    let client = Client::new(instance, &site::outgoing(&Arc::default())).unwrap();
    assert!(client.page(&site::admin(), &site::incidents(1)).await.is_ok());
}

/// Checks 20 and 55, and who else says no.
#[tokio::test]
async fn refusals_are_told_apart() {
    let closed = async |closes: Closes, field: &str| {
        let sim = site::start(3).await;
        let (roles, query) = (vec!["nobody".to_owned()], String::new());
        let (table, field) = ("incident".to_owned(), field.to_owned());
        sim.settings(|settings| {
            settings.acls.push(Acl { table, closes, roles, field, query });
        });
        let known = Simulator::CREDENTIALS;
        let set = serde_json::json!({"user_name": "robot", "active": "true",
            "web_service_access_only": "true", "user_password": known.password});
        sim.edit(serde_json::json!({"table": "sys_user", "set": set})).unwrap();
        let robot = servicenow::Authorization::Basic {
            user_name: "robot".to_owned(),
            password: known.password.into(),
        };
        let query = servicenow::Query::all()
            .order_by(servicenow::Order::Ascending(site::field("sys_updated_on")));
        let path = servicenow::ApiPath::table(&site::field("incident"));
        let request = servicenow::PageRequest::new(path, query, Vec::new(), 10);
        name(&site::client(&sim).page(&robot, &request).await.unwrap_err())
    };
    assert_eq!(closed(Closes::Api, "").await, "ApiForbidden");
    assert_eq!(closed(Closes::Table, "").await, "TableForbidden");
    assert_eq!(closed(Closes::QueryRange, "sys_updated_on").await, "QueryForbidden");

    let sim = site::start(3).await;
    let client = site::client(&sim);
    let ask = async |path: &str, condition: Option<&str>| {
        let path = servicenow::ApiPath::parse(path).unwrap();
        let mut group = servicenow::Group::new();
        if let Some(name) = condition {
            group = group.and(servicenow::Condition::not_empty(site::field(name)));
        }
        let request = servicenow::PageRequest::new(path, group.into(), Vec::new(), 10);
        match client.page(&site::admin(), &request).await {
            Ok(mut page) => site::read(&mut page).await.unwrap().len().to_string(),
            Err(failure) => name(&failure),
        }
    };
    assert_eq!(ask("api/now/table/nonsense", None).await, "InvalidTable");
    assert_eq!(ask("api/now/nothing", None).await, "NoSuchApi");
    assert_eq!(ask("api/now/table/incident", Some("nonsense")).await, "3");
    sim.settings(|settings| settings.unknown_fields = UnknownFields::Forbid);
    assert_eq!(ask("api/now/table/incident", Some("nonsense")).await, "QueryForbidden");
    // Check 19: version 1 has no empty lists.
    sim.settings(|settings| settings.unknown_fields = UnknownFields::NoRows);
    assert_eq!(ask("api/now/v1/table/incident", Some("nonsense")).await, "0");
    assert_eq!(ask("api/now/v1/nothing", None).await, "NoSuchApi");
}

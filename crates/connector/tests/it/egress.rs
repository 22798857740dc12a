use std::net::IpAddr;
use std::sync::Arc;

use connector::{EgressPolicy, Gate, SystemNames};
use reqwest::dns::Resolve;
use servicenow::{
    ApiPath, Authorization, Client, Failure, Field, Instance, NotAdmitted, Outgoing, PageRequest,
    Query, Timeouts,
};
use snow_sim::Simulator;

use crate::site::{self, Names};

fn gate(policy: &Arc<EgressPolicy>, port: u16, names: Arc<dyn Resolve>) -> Gate {
    Gate::new(Arc::clone(policy), port, names)
}

/// Asks for incidents at the host, in this spelling.
async fn call(host: &str, port: u16, gate: Gate) -> Result<(), Failure> {
    let instance = Instance::parse(&format!("http://{host}:{port}"), |_| true).unwrap();
    let outgoing = Outgoing {
        resolver: Arc::new(gate),
        timeouts: Timeouts::default(),
        private_ca: None,
        client_certificate: None,
        proxy: None,
    };
    let client = Client::new(instance, &outgoing).unwrap();
    let path = ApiPath::table(&Field::constant("incident"));
    let request = PageRequest::new(path, Query::all(), Vec::new(), 1);
    let known = Simulator::CREDENTIALS;
    let user_name = known.user.to_owned();
    let authorization = Authorization::Basic { user_name, password: known.password.into() };
    client.page(&authorization, &request).await.map(|_| ())
}

/// Even where a host is listed it is not called at an address of the inside, however that is
/// spelt; and where it is not, not at all.
#[tokio::test]
async fn the_inside_is_not_called() {
    let sim = site::start(1).await;
    let port = sim.address().port();
    let spellings = [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "１２７.０.０.１",
        "127。0。0。1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "localhost",
        "LOCALHOST",
    ];
    let listed =
        ["127.0.0.1", "[::1]", "[::ffff:7f00:1]", "0.0.0.0", "localhost", "*.service-now.com"];
    let another_port = format!("127.0.0.1:{}", port - 1);
    for allow in [listed.as_slice(), &["*.service-now.com"], &[]] {
        let policy = site::policy(allow, &[&another_port]);
        for host in spellings {
            let failure = call(host, port, gate(&policy, port, Arc::new(SystemNames))).await;
            assert!(matches!(failure, Err(Failure::NotAdmitted(_))), "{host}: {failure:?}");
        }
    }
    let names = Names::answering(&[&["127.0.0.1"], &["::ffff:127.0.0.1"], &["10.0.0.1", "::1"]]);
    let policy = site::policy(&listed, &[]);
    for _ in 0..3 {
        let gate = gate(&policy, port, Arc::clone(&names) as _);
        let failure = call("a.service-now.com", port, gate).await;
        assert!(matches!(failure, Err(Failure::NotAdmitted(_))), "{failure:?}");
    }
    assert!(sim.log().is_empty());
}

#[tokio::test]
async fn a_pair_that_is_listed_as_private_is_called() {
    let sim = site::start(1).await;
    let port = sim.address().port();
    let pairs = [format!("127.0.0.1:{port}"), format!("snow.intern.example:{port}")];
    let policy = site::policy(&[], &[&pairs[0], &pairs[1]]);
    for host in ["127.0.0.1", "0x7f.1", "snow.intern.example", "Snow.Intern.Example."] {
        let names = Names::answering(&[&["127.0.0.1"]]);
        call(host, port, gate(&policy, port, names)).await.unwrap();
    }
    assert_eq!(sim.log().len(), 4);
}

async fn found(gate: &Gate, host: &str) -> Result<Vec<String>, NotAdmitted> {
    let found = gate.resolve(host.parse().unwrap()).await;
    let found = found.map(|found| found.map(|address| address.ip()).collect::<Vec<IpAddr>>());
    let texts = found.map(|found| found.iter().map(ToString::to_string).collect());
    texts.map_err(|error| *error.downcast::<NotAdmitted>().unwrap())
}

/// A name that is rebound is judged by each of its answers, and by nothing else.
#[tokio::test]
async fn each_lookup_is_judged() {
    let host = "contoso.service-now.com";
    let names =
        Names::answering(&[&["1.1.1.1"], &["127.0.0.1"], &["1.1.1.1", "10.0.0.1"], &["::1"]]);
    let policy = site::policy(&["*.service-now.com"], &[]);
    let gate = gate(&policy, 443, names);
    assert_eq!(found(&gate, host).await.unwrap(), ["1.1.1.1"]);
    let refused = found(&gate, host).await.unwrap_err();
    assert_eq!(refused.host, host);
    assert!(refused.reason.contains("has no public address"), "{refused}");
    assert_eq!(found(&gate, host).await.unwrap(), ["1.1.1.1"], "the private one is left out");
    assert!(found(&gate, host).await.is_err());
}

#[tokio::test]
async fn a_name_that_is_not_listed_is_not_even_looked_up() {
    let names = Names::answering(&[&["1.1.1.1"]]);
    let policy = site::policy(&["*.service-now.com"], &["snow.intern.example:8443"]);
    let gate = gate(&policy, 443, Arc::clone(&names) as _);
    for host in ["evil.example", "service-now.com", "snow.intern.example"] {
        let refused = found(&gate, host).await.unwrap_err();
        assert!(refused.reason.contains("egress.allow"), "{host}: {refused}");
    }
    assert!(names.asked.lock().unwrap().is_empty());
}

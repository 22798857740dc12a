use std::net::SocketAddr;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde_json::Value;
use servicenow::{
    ApiPath, Authorization, Client, Credential, Failure, Field, Instance, NotAdmitted, Order,
    Outgoing, Page, PageRequest, Query, Row, Session, StoreRefreshToken, Timeouts, TokenKeeper,
    is_loopback,
};
use snow_sim::{Simulator, Size};

/// A running instance whose clock stands at 2026-06-01 12:00:00.
pub(crate) async fn start(incidents: u32) -> Simulator {
    let size = Size { incidents, users: 50, seed: 1 };
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let sim = Simulator::start(nowhere, &size, None, Box::new(|| 0)).await.unwrap();
    sim.freeze_at("2026-06-01 12:00:00").unwrap();
    sim
}

/// Rows that the simulator itself finds, without the client.
pub(crate) async fn rows(
    http: &reqwest::Client,
    sim: &Simulator,
    parameters: &[(&str, &str)],
) -> Vec<Value> {
    let url = format!("http://{}/api/now/table/incident", sim.address());
    let url = url::Url::parse_with_params(&url, parameters).unwrap();
    let known = Simulator::CREDENTIALS;
    let asked = http.get(url.clone()).basic_auth(known.user, Some(known.password));
    let answer = asked.send().await.unwrap();
    let status = answer.status().as_u16();
    let mut body: Value = answer.json().await.unwrap();
    assert_eq!(status, 200, "{url}: {body}");
    body["result"].take().as_array().unwrap().clone()
}

pub(crate) fn field(name: &str) -> Field {
    name.parse().unwrap()
}

/// Gives every host this address, unless it is on the list of those that must not be called.
#[derive(Debug, Default)]
pub(crate) struct Resolver {
    pub(crate) refused: Vec<&'static str>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let refused = self.refused.contains(&host.as_str());
        self.asked.lock().unwrap().push(host.clone());
        Box::pin(async move {
            if refused {
                return Err(NotAdmitted { host, reason: "it is private".to_owned() }.into());
            }
            let found = [SocketAddr::from(([127, 0, 0, 1], 0))];
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

pub(crate) fn outgoing(resolver: &Arc<Resolver>) -> Outgoing {
    let timeouts = Timeouts { connect: Duration::from_secs(5), total: Duration::from_secs(10) };
    let resolver = Arc::clone(resolver) as Arc<dyn Resolve>;
    Outgoing { resolver, timeouts, private_ca: None, client_certificate: None, proxy: None }
}

pub(crate) fn instance(sim: &Simulator) -> Instance {
    Instance::parse(&format!("http://{}", sim.address()), is_loopback).unwrap()
}

pub(crate) fn client(sim: &Simulator) -> Client {
    Client::new(instance(sim), &outgoing(&Arc::default())).unwrap()
}

/// Calls of the administrator.
pub(crate) fn session(sim: &Simulator) -> Session {
    session_of(sim, admin())
}

fn session_of(sim: &Simulator, authorization: Authorization) -> Session {
    let client = client(sim);
    let store: StoreRefreshToken = Arc::new(|_| Box::pin(async { Ok(()) }));
    Session::new(client.clone(), TokenKeeper::new(client, Credential::Fixed(authorization), store))
}

/// Calls of a user who is bound by ACLs.
pub(crate) fn robot(sim: &Simulator) -> Session {
    let password = Simulator::CREDENTIALS.password;
    let set = serde_json::json!({"user_name": "robot", "active": "true",
        "web_service_access_only": "true", "user_password": password});
    sim.edit(serde_json::json!({"table": "sys_user", "set": set})).unwrap();
    let robot = Authorization::Basic { user_name: "robot".to_owned(), password: password.into() };
    session_of(sim, robot)
}

/// The administrator.
pub(crate) fn admin() -> Authorization {
    let known = Simulator::CREDENTIALS;
    Authorization::Basic { user_name: known.user.to_owned(), password: known.password.into() }
}

/// So many incidents by number, with a few fields.
pub(crate) fn incidents(limit: u32) -> PageRequest {
    let fields = ["sys_id", "number", "state", "caller_id"].map(field).to_vec();
    PageRequest::new(ApiPath::table(&field("incident")), Query::all(), fields, limit)
}

/// All rows of a page that is good to its end.
pub(crate) async fn read(page: &mut Page) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    while let Some(row) = page.next().await? {
        rows.push(row);
    }
    Ok(rows)
}

/// Keys of incidents in an order that is not theirs.
pub(crate) fn updates_by_number() -> PageRequest {
    let fields = ["sys_id", "sys_updated_on"].map(field).to_vec();
    let query = Query::all().order_by(Order::Descending(field("number")));
    PageRequest::new(ApiPath::table(&field("incident")), query, fields, 30)
}

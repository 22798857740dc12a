use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connector::{Door, EgressPolicy, Network, Site, SiteError, SystemNames};
use model::{Connection, ConnectionDraft, ConnectionId, PlainHttpHosts, TenantId, Timestamp};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::ServerConfig;
use servicenow::{StoreRefreshToken, Timeouts};
use snow_sim::{Simulator, Size};
use uuid::Uuid;

/// Where the clocks of instances stand, since 1970.
pub(crate) const STANDS_AT: Duration = Duration::from_hours(494_532);

/// A running instance whose clock stands at 2026-06-01 12:00:00.
pub(crate) async fn start(incidents: u32) -> Simulator {
    start_with(incidents, None).await
}

/// The same, over TLS where it is given.
pub(crate) async fn start_with(incidents: u32, tls: Option<Arc<ServerConfig>>) -> Simulator {
    let size = Size { incidents, users: 50, seed: 1 };
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let sim = Simulator::start(nowhere, &size, tls, Box::new(|| 0)).await.unwrap();
    sim.freeze_at("2026-06-01 12:00:00").unwrap();
    sim
}

/// Allows these hosts where they are public, and these pairs wherever they are.
pub(crate) fn policy(allow: &[&str], private: &[&str]) -> Arc<EgressPolicy> {
    Arc::new(EgressPolicy {
        allow: allow.iter().map(|pattern| pattern.parse().unwrap()).collect(),
        private: PlainHttpHosts::new(private.iter().map(|pair| pair.parse().unwrap())),
    })
}

/// A name service that answers every lookup with the next of its answers, and the last one for
/// ever.
#[derive(Debug)]
pub(crate) struct Names {
    answers: Mutex<Vec<Vec<IpAddr>>>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Names {
    pub(crate) fn answering(answers: &[&[&str]]) -> Arc<Self> {
        let addresses =
            |texts: &&[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>();
        let answers = Mutex::new(answers.iter().map(addresses).collect());
        Arc::new(Self { answers, asked: Mutex::default() })
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        self.asked.lock().unwrap().push(name.as_str().to_owned());
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        let found = answer.into_iter().map(|address| SocketAddr::new(address, 0));
        Box::pin(async move { Ok(Box::new(found) as Addrs) })
    }
}

/// A way out to these pairs alone.
pub(crate) fn door(private: &[&str]) -> Door {
    door_to(private, Network::default())
}

/// The same through a network that wants something.
pub(crate) fn door_to(private: &[&str], network: Network) -> Door {
    let timeouts = Timeouts { connect: Duration::from_secs(5), total: Duration::from_secs(10) };
    let network = Network { timeouts, ..network };
    Door::new((*policy(&[], private)).clone(), Arc::new(SystemNames), network)
}

/// Where a connection with these URLs leads, where these pairs are listed now.
pub(crate) fn leading_to(instance: &str, api: &str, listed: &[&str]) -> Result<Site, SiteError> {
    let pairs =
        |texts: &[&str]| PlainHttpHosts::new(texts.iter().map(|pair| pair.parse().unwrap()));
    let draft = ConnectionDraft {
        instance_url: Some(instance.to_owned()),
        incident_api_url: Some(api.to_owned()),
        ..ConnectionDraft::default()
    };
    let ids = (TenantId::from_uuid(Uuid::nil()), ConnectionId::from_uuid(Uuid::nil()));
    let when_written = match instance.strip_prefix("http://") {
        Some(pair) => pairs(&[pair]),
        None => PlainHttpHosts::default(),
    };
    let connection = Connection::create(draft, ids, Timestamp::from_unix(0, 0), &when_written);
    Site::of(&connection.unwrap(), &pairs(listed))
}

/// For credentials whose refresh tokens do not matter.
pub(crate) fn keep_nothing() -> StoreRefreshToken {
    Arc::new(|_| Box::pin(async { Ok(()) }))
}

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use connector::EgressPolicy;
use model::PlainHttpHosts;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use snow_sim::{Simulator, Size};

/// A running instance whose clock stands at 2026-06-01 12:00:00.
pub(crate) async fn start(incidents: u32) -> Simulator {
    let size = Size { incidents, users: 50, seed: 1 };
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let sim = Simulator::start(nowhere, &size, None, Box::new(|| 0)).await.unwrap();
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

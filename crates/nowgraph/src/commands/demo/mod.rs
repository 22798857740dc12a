//! `nowgraph demo`: everything seeded, nothing to set up.

mod account;
mod announcement;
mod seed;
mod settings;
mod simulated;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use connector::Engine;
use identity::{SigningKeys, Subject, TokenRequest};
use model::{Clock as _, DirectoryRole, HostPort, Permission};
use snow_sim::Size;
use store::Store;

use super::TlsOptions;
use crate::clock::SystemClock;
use crate::config::{Config, TlsMode};
use crate::rng::SystemRng;
use crate::server::Server;
use crate::tls::local_ca::CA_CERTIFICATE;
use crate::{open, tls};
use announcement::Announcement;

/// Serve a seeded tenant and a simulated ServiceNow; prints a token and requests to paste
///
/// Needs no set-up. In the simulated ServiceNow incidents open, change and close by themselves, and a
/// connection fetches them. Without --data it keeps nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Answer on this address; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Keep the data in this folder; without it nothing is kept
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Incidents that the simulated ServiceNow begins with
    #[arg(long, value_name = "N", default_value_t = 1000)]
    incidents: u32,
    /// The same seed makes the same incidents
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    tls: TlsOptions,
}

/// Hours that the printed token lives: a working day.
const TOKEN_HOURS: i64 = 12;
/// People in the simulated ServiceNow.
const USERS: u32 = 100;
/// The first pass has so long before the service answers all the same.
const FIRST_PASS: Duration = Duration::from_secs(3);

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        // Its folder goes with it when the demo ends.
        let temporary = tempfile::tempdir()?;
        let folder = self.data.as_deref().unwrap_or(temporary.path());
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let mut config = settings::load(self.listen, &self.tls, folder)?;
        let server = Server::bind(config.listen)?;
        let listening = format!("{}://{}", config.scheme(), server.address);
        let tls = tls::open(&config)?;
        let authority = match config.tls {
            TlsMode::Dev => Some(tls::ca_folder(&config)?.join(CA_CERTIFICATE)),
            TlsMode::Off | TlsMode::Files { .. } => None,
        };
        let store = open::store(&config).await?;
        seed::connections(&store, SystemClock.now()).await?;
        let stored = store.load_connection(seed::TENANT, simulated::CONNECTION).await?;
        let size = Size { incidents: self.incidents, users: USERS, seed: self.seed };
        let simulator = simulated::start(stored.as_ref(), &size, config.listen).await?;
        let address = simulator.address();
        config.egress.private.push(address.to_string().parse::<HostPort>()?);
        settings::keep(folder, address)?;
        let plain_http = open::plain_http(&config);
        simulated::connect(&store, stored.as_ref(), address, plain_http).await?;
        let token = administrators_token(&config, &store).await?;
        let door = open::door(&config)?;
        let openid = open::openid(&config, &door)?;
        let connector = open::connector(&config, door, &store);
        let engine = connector.engine.clone();
        let console = open::console(&config, openid, store.clone(), &connector);
        let password = account::administrator(&store).await?;
        let app = open::app(&config, None, store.clone(), connector).await?;
        fetch(store, engine.clone()).await;
        let text = Announcement {
            listening: &listening,
            base: config.public_url.as_ref().map_or(&listening, api::PublicUrl::as_str),
            simulator: address,
            interval: config.sync.interval,
            token: &token,
            password: &password,
            authority: authority.as_deref(),
            data: folder,
            is_kept: self.data.is_some(),
        }
        .to_string();
        let served = server.run((Arc::new(app), console), engine, tls, &text).await;
        simulator.stop().await;
        served
    }
}

/// Makes the first pass, so that incidents are there as soon as the service answers.
async fn fetch(store: Store, engine: Engine) {
    let pass = tokio::spawn(simulated::first_pass(store, engine));
    // One that takes longer goes on.
    if let Ok(Ok(Err(error))) = tokio::time::timeout(FIRST_PASS, pass).await {
        tracing::warn!(error = format!("{error:#}"), "no first pass");
    }
}

async fn administrators_token(config: &Config, store: &Store) -> anyhow::Result<String> {
    let request = TokenRequest {
        tenant: seed::TENANT,
        subject: Subject::User {
            upn: seed::ADMINISTRATOR.to_owned(),
            roles: vec![DirectoryRole::IntuneAdministrator],
        },
        permissions: Permission::ALL.to_vec(),
        lifetime: TOKEN_HOURS * 3600,
    };
    let key = SigningKeys::new(store.clone()).newest().await?;
    Ok(open::issuer(config).mint(&key, &request, SystemClock.now(), &SystemRng)?)
}

//! The simulated ServiceNow of the demo, and the connection to it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;
use connector::{Engine, Removals};
use model::{
    Activity, AuthenticationMethod, Clock as _, Connection, ConnectionDraft, ConnectionId,
    ConnectionPatch, ConnectionStatus, Credential, CredentialKind, CredentialMember, Field,
    OauthSecret, Origin, PlainHttpHosts, RunKind,
};
use snow_sim::{Simulator, Size};
use store::Store;
use uuid::Uuid;

use super::super::connection::patch;
use super::seed::{TENANT, author};
use crate::clock::SystemClock;

/// The connection to the simulated instance.
pub(super) const CONNECTION: ConnectionId =
    ConnectionId::from_uuid(Uuid::from_u128(0x4d0c9a1e_7b52_4f86_a3d1_6e9f2c8b5a40));

/// Somebody whose incidents are worth a look, whatever the seed.
pub(super) const CALLER: &str = "abel.tuter0@contoso.example";

/// Where an instance is that nobody placed elsewhere.
const PORT: u16 = 8090;
/// What happens there in a second.
const LIFE: u32 = 1;

/// Starts the instance where the stored connection says that it was; elsewhere if somebody else is
/// there by now.
pub(super) async fn start(
    stored: Option<&Connection>,
    size: &Size,
    listen: SocketAddr,
) -> anyhow::Result<Simulator> {
    let port = if listen.port() == 0 { 0 } else { PORT };
    let wanted =
        stored.and_then(address).unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let clock = || Box::new(|| SystemClock.now().unix_seconds());
    let started = match Simulator::start(wanted, size, None, clock()).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            Simulator::start(free, size, None, clock()).await
        }
        started => started,
    };
    let simulator = started.context("cannot start the simulated ServiceNow")?;
    simulator.settings(|settings| settings.life = LIFE);
    Ok(simulator)
}

/// Where the simulated instance was, if the connection still leads there.
fn address(connection: &Connection) -> Option<SocketAddr> {
    let address: SocketAddr =
        connection.instance_url.as_deref()?.strip_prefix("http://")?.parse().ok()?;
    address.ip().is_loopback().then_some(address)
}

/// Has a connection with its credential lead to the instance; one that somebody changed since stays
/// as it is.
pub(super) async fn connect(
    store: &Store,
    stored: Option<&Connection>,
    simulator: SocketAddr,
    plain_http: PlainHttpHosts,
) -> anyhow::Result<()> {
    let url = format!("http://{simulator}");
    match stored {
        None => create(store, url.clone(), &plain_http).await?,
        Some(stored) if address(stored).is_some() => {
            // The instance may have come to another address.
            let instance_url = Field::Set(url.clone());
            let patch = ConnectionPatch { instance_url, ..ConnectionPatch::default() };
            patch::apply(store, (TENANT, CONNECTION), patch, plain_http, author).await?;
        }
        Some(_) => return Ok(()),
    }
    let known = store.describe_credential(TENANT, CONNECTION).await?;
    if known.and_then(|known| known.origin) != Origin::of(&url) {
        let secret = Simulator::CREDENTIALS.client_secret;
        let members = [(CredentialMember::ClientSecret, secret.into())];
        let credential = Credential::of(CredentialKind::ClientCredentials, members)?;
        store.put_credential(TENANT, CONNECTION, &credential, &author()).await?;
    }
    Ok(())
}

async fn create(store: &Store, url: String, plain_http: &PlainHttpHosts) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let draft = ConnectionDraft {
        instance_url: Some(url),
        incident_api_url: Some("/api/now/table/incident".to_owned()),
        authentication_method: Some(AuthenticationMethod::OauthSecret(OauthSecret {
            app_id: Some(Simulator::CREDENTIALS.client_id.to_owned()),
        })),
        status: Some(ConnectionStatus::Enabled),
        last_queried: None,
    };
    let connection = Connection::create(draft, (TENANT, CONNECTION), now, plain_http)?;
    let event = author().record(Activity::Create, &connection, Vec::new(), now);
    store.insert_connection(connection, event).await?;
    Ok(())
}

/// Fetches what there is. An instance begins anew with every start, so what earlier ones had is
/// compared, and what is gone is believed to be.
pub(super) async fn first_pass(store: Store, engine: Engine) -> anyhow::Result<()> {
    let known = store.load_connection(TENANT, CONNECTION).await?;
    let is_kept = known.as_ref().is_some_and(|connection| connection.last_queried.is_some());
    if known.is_some_and(|connection| connection.status == ConnectionStatus::Disabled) {
        return Ok(());
    }
    if is_kept {
        let now = SystemClock.now();
        store.queue_run(TENANT, CONNECTION, RunKind::Reconcile, now).await?;
    }
    Ok(engine.turn(TENANT, CONNECTION, Removals::Accepted).await?)
}

//! `nowgraph demo`: everything seeded, nothing to set up.

mod seed;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use identity::{SigningKeys, Subject, TokenRequest};
use model::{Clock as _, DirectoryRole, Permission};
use store::Store;

use super::{TlsOptions, environment};
use crate::clock::SystemClock;
use crate::config::{AuthMode, Config, ConfigError, Sources, TlsMode};
use crate::rng::SystemRng;
use crate::server::Server;
use crate::tls::local_ca::CA_CERTIFICATE;
use crate::{open, tls};

/// Serve a seeded tenant; prints a token and a request to paste
///
/// Needs no set-up. Without --data it keeps nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Answer on this address; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Keep the data in this folder; without it nothing is kept
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    tls: TlsOptions,
}

/// Hours that the printed token lives: a working day.
const TOKEN_HOURS: i64 = 12;

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        // Its folder goes with it when the demo ends.
        let temporary = tempfile::tempdir()?;
        let folder = self.data.as_deref().unwrap_or(temporary.path());
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let config = configuration(self.listen, &self.tls, folder)?;
        let server = Server::bind(config.listen)?;
        let listening = format!("{}://{}", config.scheme(), server.address);
        let tls = tls::open(&config)?;
        let authority = match config.tls {
            TlsMode::Dev => Some(tls::ca_folder(&config)?.join(CA_CERTIFICATE)),
            TlsMode::Off | TlsMode::Files { .. } => None,
        };
        let store = open::store(&config).await?;
        seed::connections(&store, SystemClock.now()).await?;
        let token = administrators_token(&config, &store).await?;
        let door = open::door(&config)?;
        let engine = open::engine(&config, door.clone(), store.clone());
        let app = Arc::new(open::app(&config, None, store, (door, engine.clone())).await?);
        let base = config.public_url.map_or(listening.clone(), |url| url.to_string());
        let data = match &self.data {
            Some(folder) => format!("Data is kept in {}.", folder.display()),
            None => "Nothing is kept; --data DIR would.".to_owned(),
        };
        let request = patch_of_the_documentation(&base, &token, authority.as_deref());
        let text = announcement((&listening, &base), &token, &request, &data);
        server.run(app, engine, tls, &text).await
    }
}

/// The variables count here as well: in a container, `public_url` has to be set.
fn configuration(listen: String, tls: &TlsOptions, folder: &Path) -> Result<Config, ConfigError> {
    let database = format!("sqlite://{}", folder.join("nowgraph.db").display());
    let mut flags = tls.flags();
    flags.extend([("listen", "--listen", listen), ("database", "--data", database)]);
    let config = Config::load(&Sources { file: None, variables: environment(), flags })?;
    match config.auth.mode {
        AuthMode::Builtin => Ok(config),
        AuthMode::Oidc => Err(config.wrong("auth.mode", "auth.mode must be builtin for the demo")),
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

fn announcement((listening, base): (&str, &str), token: &str, request: &str, data: &str) -> String {
    let (tenant, administrator) = (seed::TENANT, seed::ADMINISTRATOR);
    format!(
        "listening on {listening}

Three connections of tenant {tenant} are at
{base}{CONNECTIONS}

A token of their administrator {administrator}, good for {TOKEN_HOURS} hours:

{token}

The PATCH of Microsoft's reference page, to paste into another terminal:

{request}

{data} Ctrl-C ends it."
    )
}

const CONNECTIONS: &str = "/beta/deviceManagement/serviceNowConnections";

/// `authority` is the file of the certificate that curl has to trust.
fn patch_of_the_documentation(base: &str, token: &str, authority: Option<&Path>) -> String {
    let body = concat!(
        r#"{"@odata.type":"#,
        r##""#microsoft.graph.serviceNowConnection","##,
        r#""instanceUrl":"https://example.com/instanceUrl/","#,
        r#""incidentApiUrl":"https://example.com/incidentApiUrl/","#,
        r#""authenticationMethod":{"@odata.type":"microsoft.graph.serviceNowOauthSecretAuthentication","#,
        r#""appId":"App Id value"},"#,
        r#""serviceNowConnectionStatus":"enabled","#,
        r#""lastQueriedDateTime":"2017-01-01T00:00:30.0527314-08:00"}"#,
    );
    let trust = authority.map(|file| format!("--cacert '{}' ", file.display())).unwrap_or_default();
    let id = seed::DOCUMENTED;
    format!(
        "curl -i {trust}-X PATCH '{base}{CONNECTIONS}/{id}' \
         -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{body}'"
    )
}

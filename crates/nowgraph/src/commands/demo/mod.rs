//! `nowgraph demo`: everything seeded, nothing to set up.

mod seed;

use std::path::PathBuf;
use std::sync::Arc;

use identity::{SigningKeys, Subject, TokenRequest};
use model::{Clock as _, ConnectionId, DirectoryRole, Permission};

use crate::clock::SystemClock;
use crate::config::{Config, Sources};
use crate::open;
use crate::rng::SystemRng;
use crate::server::Server;

/// `nowgraph demo`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Answer on this address; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Keep the data in this folder; without it nothing is kept
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Seconds that the printed token lives: a working day.
const TOKEN_LIFETIME: i64 = 12 * 3600;

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        // Its folder goes with it when the demo ends.
        let temporary = tempfile::tempdir()?;
        let folder = self.data.unwrap_or_else(|| temporary.path().to_owned());
        std::fs::create_dir_all(&folder)?;
        let database = format!("sqlite://{}", folder.join("nowgraph.db").display());
        let flags = vec![("listen", "--listen", self.listen), ("database", "--data", database)];
        let config = Config::load(&Sources { flags, ..Sources::default() })?;
        let server = Server::bind(config.listen)?;
        let address = server.address;
        let store = open::store(&config).await?;
        seed::connections(&store, SystemClock.now()).await?;
        let request = TokenRequest {
            tenant: seed::TENANT,
            subject: Subject::User {
                upn: "admin@contoso.example".to_owned(),
                roles: vec![DirectoryRole::IntuneAdministrator],
            },
            permissions: Permission::ALL.to_vec(),
            lifetime: TOKEN_LIFETIME,
        };
        let key = SigningKeys::new(store.clone()).newest().await?;
        let token = open::issuer(&config).mint(&key, &request, SystemClock.now(), &SystemRng)?;
        let app = Arc::new(open::app(&config, store).await?);
        let base = format!("http://{address}");
        server.run(app, || print(&base, &token)).await
    }
}

fn print(base: &str, token: &str) {
    let tenant = seed::TENANT;
    let request = patch_of_the_documentation(base, token, seed::DOCUMENTED);
    #[expect(clippy::print_stdout, reason = "terminal program")]
    {
        println!("listening on {base}");
        println!();
        println!("A tenant ({tenant}) with three connections, and an administrator's token:");
        println!();
        println!("{token}");
        println!();
        println!("The PATCH of Microsoft's reference page, to paste into another terminal:");
        println!();
        println!("{request}");
    }
}

fn patch_of_the_documentation(base: &str, token: &str, id: ConnectionId) -> String {
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
    format!(
        "curl -i -X PATCH '{base}/beta/deviceManagement/serviceNowConnections/{id}' \
         -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{body}'"
    )
}

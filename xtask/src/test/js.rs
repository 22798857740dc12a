//! JavaScript against the real binary over TLS: Microsoft's client, two that a generator makes of the
//! models, and the schemas and tools of OASIS for Graph's.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::desk::{Desk, TENANT};
use crate::node::{self, FOLDER};
use crate::server::Setting;
use crate::{programs, shell};

const WRITE: &str = "DeviceManagementConfiguration.ReadWrite.All";
const INCIDENTS: &str = "ServiceNowIncident.Read.All";
/// The last one begins by deleting every connection.
const SCRIPTS: [&str; 4] = [
    "csdl.mjs",
    "generated/compiled/connector_client.js",
    "generated/compiled/typed_client.js",
    "graph_client.mjs",
];

pub(crate) fn run() -> Result<()> {
    node::check()?;
    shell::run(&mut programs::cargo(&["build", "--package", "nowgraph"]))?;
    let binary = programs::built("nowgraph", "debug")?;
    generate(&binary)?;
    let folder = tempfile::Builder::new().prefix("nowgraph-js-").tempdir()?;
    let data = folder.path();
    let desk = Desk::open(Setting {
        binary,
        database: format!("sqlite://{}", data.join("nowgraph.db").display()),
        environment: vec![("NOWGRAPH_TLS__DEV", "true".to_owned())],
        log: data.join("nowgraph.log"),
    })?;
    let server = &desk.server;
    let authority = server.authority()?.context("the server does not speak TLS")?;
    for script in SCRIPTS {
        let mut tests = command("node", &["--test", script]);
        tests
            .env("NOWGRAPH_URL", server.origin.replace("127.0.0.1", "localhost"))
            .env("NOWGRAPH_TOKEN", server.token(TENANT, WRITE)?)
            .env("NOWGRAPH_INCIDENTS_TOKEN", server.tokens(TENANT, &[WRITE, INCIDENTS])?)
            .env("NODE_EXTRA_CA_CERTS", &authority);
        println!("$ node --test {FOLDER}/{script}");
        let status = shell::wait(&mut shell::spawn(&mut tests)?)?;
        if !status.success() {
            println!("{}", server.log());
            bail!("{FOLDER}/{script}: {status}");
        }
    }
    desk.close()
}

/// Makes the typed clients anew, as their users would.
fn generate(binary: &Path) -> Result<()> {
    let generated = Path::new(FOLDER).join("generated");
    if generated.exists() {
        std::fs::remove_dir_all(&generated)?;
    }
    for (root, name) in [("beta", "graph"), ("connector", "connector")] {
        std::fs::create_dir_all(generated.join(name))?;
        let metadata = shell::read(Command::new(binary).args(["metadata", "--root", root]))?;
        std::fs::write(generated.join(name).join("metadata.xml"), metadata)?;
        let (source, output) =
            (format!("generated/{name}/metadata.xml"), format!("generated/{name}"));
        let options = ["-s", &source, "-o", &output, "-m", "service", "-e", "ts"];
        shell::run(&mut command("node_modules/.bin/odata2ts", &options))?;
    }
    shell::run(&mut command("node_modules/.bin/tsc", &[]))
}

fn command(program: &str, arguments: &[&str]) -> Command {
    let program = match Path::new(FOLDER).join(program).canonicalize() {
        Ok(found) => found,
        Err(_in_path) => program.into(),
    };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(FOLDER);
    command
}

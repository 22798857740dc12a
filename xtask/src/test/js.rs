//! JavaScript against the real binary over TLS: Microsoft's client, one that a generator makes of
//! `$metadata`, and the schemas and tools of OASIS for that document.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::node::{self, FOLDER};
use crate::server::{Server, Setting};
use crate::{programs, shell};

const TENANT: &str = "7d1b2c3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";
const WRITE: &str = "DeviceManagementConfiguration.ReadWrite.All";

pub(crate) fn run() -> Result<()> {
    node::check()?;
    shell::run(&mut programs::cargo(&["build", "--package", "nowgraph"]))?;
    let binary = programs::built("nowgraph", "debug")?;
    generate(&binary)?;
    let folder = tempfile::Builder::new().prefix("nowgraph-js-").tempdir()?;
    let data = folder.path();
    let server = Server::start(Setting {
        binary,
        database: format!("sqlite://{}", data.join("nowgraph.db").display()),
        environment: vec![("NOWGRAPH_TLS__DEV", "true".to_owned())],
        log: data.join("nowgraph.log"),
    })?;
    let authority = server.authority()?.context("the server does not speak TLS")?;
    for script in ["csdl.mjs", "graph_client.mjs", "generated/compiled/typed_client.js"] {
        let mut tests = command("node", &["--test", script]);
        tests
            .env("NOWGRAPH_URL", server.origin.replace("127.0.0.1", "localhost"))
            .env("NOWGRAPH_TOKEN", server.token(TENANT, WRITE)?)
            .env("NODE_EXTRA_CA_CERTS", &authority);
        println!("$ node --test {FOLDER}/{script}");
        let status = shell::wait(&mut shell::spawn(&mut tests)?)?;
        if !status.success() {
            println!("{}", server.log());
            bail!("{FOLDER}/{script}: {status}");
        }
    }
    server.stop()
}

/// Makes the typed client anew, as its user would.
fn generate(binary: &Path) -> Result<()> {
    let generated = Path::new(FOLDER).join("generated");
    if generated.exists() {
        std::fs::remove_dir_all(&generated)?;
    }
    std::fs::create_dir(&generated)?;
    let metadata = shell::read(Command::new(binary).arg("metadata"))?;
    std::fs::write(generated.join("metadata.xml"), metadata)?;
    let options = ["-s", "generated/metadata.xml", "-o", "generated", "-m", "service", "-e", "ts"];
    shell::run(&mut command("node_modules/.bin/odata2ts", &options))?;
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

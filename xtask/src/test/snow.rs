//! Clients of ServiceNow that others wrote, unmodified, against the simulated instance of the real
//! binary: those of Python over plain http and TLS, that of Node.js over TLS.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::node::{self, FOLDER};
use crate::server::{Server, Setting};
use crate::{programs, python, shell};

const PYTHON: &str = "tests/snow/test_clients.py";
const NODE: &str = "servicenow_rest_api.mjs";
/// What both scripts expect.
const SIMULATE: [&str; 5] = ["simulate", "--listen", "127.0.0.1:0", "--incidents", "2500"];

pub(crate) fn run() -> Result<()> {
    node::check()?;
    let python = python::SNOW.interpreter()?;
    shell::run(&mut programs::cargo(&["build", "--package", "nowgraph"]))?;
    let folder = tempfile::Builder::new().prefix("nowgraph-snow-").tempdir()?;
    let data = folder.path();
    let setting = |name: &str| -> Result<Setting> {
        Ok(Setting {
            binary: programs::built("nowgraph", "debug")?,
            database: format!("sqlite://{}", data.join("nowgraph.db").display()),
            environment: Vec::new(),
            log: data.join(name).with_extension("log"),
        })
    };
    let plain = Server::of(setting("plain")?, &SIMULATE)?;
    let secure = Server::of(setting("secure")?, &[&SIMULATE[..], &["--tls-dev"]].concat())?;
    let authority = secure.authority()?.context("the instance does not speak TLS")?;

    let mut clients = Command::new(python);
    clients
        .arg(PYTHON)
        .env("SNOW_URL", &plain.origin)
        .env("REQUESTS_CA_BUNDLE", &authority)
        .env("NO_PROXY", "127.0.0.1,contoso.localhost")
        .env("no_proxy", "127.0.0.1,contoso.localhost");
    check(PYTHON, &mut clients, &secure)?;
    let mut client = Command::new("node");
    client
        .args(["--test", NODE])
        .current_dir(Path::new(FOLDER))
        .env("NODE_EXTRA_CA_CERTS", &authority)
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1");
    check(NODE, &mut client, &secure)?;
    plain.stop()?;
    secure.stop()
}

fn check(name: &str, script: &mut Command, secure: &Server) -> Result<()> {
    println!("$ {name}");
    let status = shell::wait(&mut shell::spawn(script.env("SNOW_TLS_URL", &secure.origin))?)?;
    if !status.success() {
        bail!("{name}: {status}\n{}", secure.log());
    }
    Ok(())
}

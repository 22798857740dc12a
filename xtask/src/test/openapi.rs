//! The OpenAPI documents of both services: valid by a validator that others wrote, and true by
//! schemathesis, which asks the real binary what they say that it answers, over both databases.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::desk::{Desk, TENANT};
use crate::postgres::Cluster;
use crate::server::{Setting, key_made_in};
use crate::{programs, python, shell};

/// What `--root` calls a service, and the path of its root. The connector comes first: whoever asks
/// Graph's resource deletes the connection that has incidents.
const ROOTS: [(&str, &str); 2] = [("connector", "connector/v1"), ("beta", "beta")];
const PERMISSIONS: [&str; 4] = [
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "ServiceNowIncident.Read.All",
    "AuditLog.Read.All",
];

pub(crate) fn run(cluster: &Cluster) -> Result<()> {
    let python = &python::OPENAPI.interpreter()?;
    shell::run(&mut programs::cargo(&["build", "--package", "nowgraph"]))?;
    let binary = programs::built("nowgraph", "debug")?;
    let folder = tempfile::Builder::new().prefix("nowgraph-openapi-").tempdir()?;
    let data = folder.path();
    for (root, _) in ROOTS {
        let document = shell::read(Command::new(&binary).args(["openapi", "--root", root]))?;
        std::fs::write(document_of(data, root), document)?;
        let mut validator = Command::new(python);
        shell::run(validator.args(["-m", "openapi_spec_validator"]).arg(document_of(data, root)))?;
    }
    let environment = vec![
        // Schemathesis is not to be told to wait, and all kinds of credentials are in the document.
        ("NOWGRAPH_LIMITS__REQUESTS_PER_SECOND", "100000".to_owned()),
        ("NOWGRAPH_CREDENTIALS__BASIC", "true".to_owned()),
    ];
    let database = format!("sqlite://{}", data.join("sqlite.db").display());
    let sqlite = Setting { binary, database, environment, log: data.join("sqlite.log") };
    let mut postgres = Setting { log: data.join("postgres.log"), ..sqlite.clone() };
    println!("-- SQLite");
    check(python, data, sqlite)?;
    println!("-- PostgreSQL");
    cluster.create_database("openapi")?;
    postgres.database = cluster.url("openapi");
    let key = key_made_in(data)?.display().to_string();
    postgres.environment.push(("NOWGRAPH_MASTER_KEY_FILE", key));
    check(python, data, postgres)
}

fn document_of(folder: &Path, root: &str) -> std::path::PathBuf {
    folder.join(root).with_extension("json")
}

/// Has schemathesis ask both services of one server.
fn check(python: &Path, data: &Path, setting: Setting) -> Result<()> {
    let desk = Desk::open(setting)?;
    let token = desk.server.tokens(TENANT, &PERMISSIONS)?;
    let schemathesis = python.parent().context("no folder of programs")?.join("schemathesis");
    for (root, path) in ROOTS {
        let mut ask = Command::new(&schemathesis);
        ask.args(["--config-file", "tests/openapi/schemathesis.toml", "--no-color", "run"])
            .arg(document_of(data, root))
            .arg(format!("--url={}/{path}", desk.server.origin))
            .env("NOWGRAPH_HOOKS", "tests/openapi/hooks.py")
            .env("NOWGRAPH_TOKEN", &token)
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1");
        println!("$ schemathesis run {root}.json");
        let status = shell::wait(&mut shell::spawn(&mut ask)?)?;
        if !status.success() {
            bail!("schemathesis of {root}: {status}\n{}", desk.server.log());
        }
    }
    desk.close()
}

//! Microsoft's Python SDK against the real binary: over plain http on SQLite, over TLS on PostgreSQL.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::postgres::Cluster;
use crate::server::{Server, Setting, key_made_in};
use crate::{programs, python, shell};

const TENANT: &str = "7d1b2c3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";
const READ: &str = "DeviceManagementConfiguration.Read.All";
const WRITE: &str = "DeviceManagementConfiguration.ReadWrite.All";

pub(crate) fn run(cluster: &Cluster) -> Result<()> {
    let python = &python::SDK.interpreter()?;
    shell::run(&mut programs::cargo(&["build", "--package", "nowgraph"]))?;
    let binary = programs::built("nowgraph", "debug")?;
    let folder = tempfile::Builder::new().prefix("nowgraph-sdk-").tempdir()?;
    let data = folder.path();
    let sqlite = |name: &str| Setting {
        binary: binary.clone(),
        database: format!("sqlite://{}", data.join(name).with_extension("db").display()),
        environment: Vec::new(),
        log: data.join(name).with_extension("log"),
    };

    println!("-- plain http, SQLite");
    check(python, sqlite("sqlite"), limited(sqlite("limited")))?;

    println!("-- TLS, PostgreSQL");
    // PostgreSQL has no folder to make a key in: it gets the one made beside the SQLite database.
    let key = key_made_in(data)?;
    let postgres = |name: &str| -> Result<Setting> {
        cluster.create_database(name)?;
        let environment = vec![
            ("NOWGRAPH_MASTER_KEY_FILE", key.display().to_string()),
            ("NOWGRAPH_TLS__DEV", "true".to_owned()),
        ];
        Ok(Setting { database: cluster.url(name), environment, ..sqlite(name) })
    };
    check(python, postgres("sdk")?, limited(postgres("sdk_limited")?))
}

fn limited(mut setting: Setting) -> Setting {
    setting.environment.push(("NOWGRAPH_LIMITS__REQUESTS_PER_SECOND", "3".to_owned()));
    setting
}

/// Runs the script against a server, and for its throttling test a second one with a tiny limit.
fn check(python: &Path, setting: Setting, limited: Setting) -> Result<()> {
    let server = Server::start(setting)?;
    let limited = Server::start(limited)?;
    let mut script = Command::new(python);
    script
        .arg("tests/sdk/test_connections.py")
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .env("NOWGRAPH_URL", format!("{}/beta", server.origin))
        .env("NOWGRAPH_TOKEN", server.token(TENANT, WRITE)?)
        .env("NOWGRAPH_READ_TOKEN", server.token(TENANT, READ)?)
        .env("NOWGRAPH_LIMITED_URL", format!("{}/beta", limited.origin))
        .env("NOWGRAPH_LIMITED_TOKEN", limited.token(TENANT, READ)?);
    let authority = server.authority()?;
    if let Some(file) = &authority {
        script.env("SSL_CERT_FILE", file);
    }
    println!("$ {} tests/sdk/test_connections.py", python.display());
    let status = shell::wait(&mut shell::spawn(&mut script)?)?;
    if !status.success() {
        println!("{}\n{}", server.log(), limited.log());
        anyhow::bail!("tests/sdk/test_connections.py: {status}");
    }
    server.stop()?;
    limited.stop()
}

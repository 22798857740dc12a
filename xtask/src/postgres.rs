//! A private PostgreSQL server for one run of the tests: own data, own port, gone afterwards.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::programs::{self, Account};
use crate::{install, shell};

/// A running server. Dropping it stops the server and removes its data.
#[derive(Debug)]
pub(crate) struct Cluster {
    programs: Programs,
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Cluster {
    pub(crate) fn start() -> Result<Self> {
        let programs = Programs::find()?
            .context("no PostgreSQL server found; `cargo xtask test --setup` installs one")?;
        let folder = tempfile::Builder::new().prefix("nowgraph-postgres-").tempdir()?;
        if let Some(Account { user, group }) = programs.account {
            chown(folder.path(), Some(user), Some(group))?;
        }
        let data = folder.path().join("data");
        // Text sorts by language rules here, so a query that forgets its collation is found out.
        shell::read(programs.command("initdb", folder.path()).arg("-D").arg(&data).args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=icu",
            "--icu-locale=en-US",
            "--no-sync",
        ]))?;
        let (process, port) = start_on_free_port(&programs, folder.path())?;
        println!("PostgreSQL on 127.0.0.1:{port}, data in {}", data.display());
        Ok(Self { programs, process, port, folder })
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) fn create_database(&self, name: &str) -> Result<()> {
        let port = self.port.to_string();
        shell::read(self.programs.command("createdb", self.folder.path()).args([
            "--host=127.0.0.1",
            "--username=postgres",
            "--port",
            &port,
            name,
        ]))?;
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.programs.command("pg_ctl", self.folder.path());
        stop.args(["stop", "--silent", "--mode=immediate", "--pgdata"]);
        let stopped = shell::read(stop.arg(self.folder.path().join("data"))).is_ok();
        if !stopped && self.process.kill().is_err() {
            println!("PostgreSQL had already stopped");
        }
        if let Err(error) = self.process.wait() {
            println!("PostgreSQL, process {}: {error}", self.process.id());
        }
    }
}

/// Installs the server unless it is there.
pub(crate) fn set_up() -> Result<()> {
    match Programs::find()? {
        Some(programs) => println!("setup: PostgreSQL is in {}", programs.folder.display()),
        None => install::debian_package("postgresql")?,
    }
    Ok(())
}

/// Another program may take the port between the choice and the start, hence a few attempts.
fn start_on_free_port(programs: &Programs, folder: &Path) -> Result<(Child, u16)> {
    let mut last_failure = None;
    for _ in 0..3 {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut process = spawn(programs, folder, port)?;
        match wait_until_ready(programs, folder, &mut process, port) {
            Ok(()) => return Ok((process, port)),
            Err(error) => last_failure = Some(error),
        }
        if process.try_wait()?.is_none() {
            process.kill()?;
            process.wait()?;
            break;
        }
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    bail!("PostgreSQL does not start: {last_failure:?}\n{log}");
}

fn spawn(programs: &Programs, folder: &Path, port: u16) -> Result<Child> {
    let mut server = programs.command("postgres", folder);
    server.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).arg("-p").arg(port.to_string());
    // These data need not survive anything; many tests open many connections.
    for setting in [
        "listen_addresses=127.0.0.1",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=300",
    ] {
        server.args(["-c", setting]);
    }
    let log = std::fs::File::create(folder.join("log"))?;
    shell::spawn(server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log))
}

fn wait_until_ready(
    programs: &Programs,
    folder: &Path,
    process: &mut Child,
    port: u16,
) -> Result<()> {
    shell::wait_until("the start of PostgreSQL", Duration::from_mins(1), || {
        if let Some(status) = process.try_wait()? {
            bail!("it ended with {status}");
        }
        let mut ask = programs.command("pg_isready", folder);
        ask.args(["--quiet", "--host=127.0.0.1", "--port"]).arg(port.to_string());
        Ok(shell::spawn(&mut ask)?.wait()?.success())
    })
}

#[derive(Debug)]
struct Programs {
    folder: PathBuf,
    /// PostgreSQL refuses to run as root, so root runs it as this user.
    account: Option<Account>,
}

impl Programs {
    fn find() -> Result<Option<Self>> {
        let Some(folder) = server_folders().into_iter().find(|folder| is_complete(folder)) else {
            return Ok(None);
        };
        let account = if programs::is_root()? {
            Some(Account::named("postgres").context(
                "root needs the user `postgres` to run the server; `adduser --system postgres`",
            )?)
        } else {
            None
        };
        Ok(Some(Self { folder, account }))
    }

    /// A command of the server's folder, run by the server's user in a folder that this user may
    /// enter.
    fn command(&self, name: &str, working_folder: &Path) -> Command {
        let mut command = Command::new(self.folder.join(name));
        command.current_dir(working_folder);
        if let Some(Account { user, group }) = self.account {
            command.uid(user).gid(group);
        }
        command
    }
}

/// Folders that may hold the server: those of `PATH`, links resolved, then Debian's, newest first.
fn server_folders() -> Vec<PathBuf> {
    let resolved =
        |folder: PathBuf| Some(folder.join("initdb").canonicalize().ok()?.parent()?.to_owned());
    let mut folders: Vec<_> = programs::path_folders().into_iter().filter_map(resolved).collect();
    if let Ok(entries) = std::fs::read_dir("/usr/lib/postgresql") {
        let mut versions: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        versions.sort_by_key(|path| {
            let version = path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
            std::cmp::Reverse(version)
        });
        folders.extend(versions.into_iter().map(|version| version.join("bin")));
    }
    folders
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_ctl", "pg_isready", "createdb"]
        .iter()
        .all(|program| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::is_complete;

    #[test]
    fn folder_with_only_the_client_is_no_server() {
        let folder = tempfile::tempdir().unwrap();
        for program in ["pg_isready", "createdb"] {
            std::fs::write(folder.path().join(program), "").unwrap();
        }
        assert!(!is_complete(folder.path()));
        for program in ["initdb", "postgres", "pg_ctl"] {
            std::fs::write(folder.path().join(program), "").unwrap();
        }
        assert!(is_complete(folder.path()));
    }
}

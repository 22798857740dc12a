//! A running `nowgraph serve` or `simulate` for tests from outside.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::shell;

/// How a server is started: where its data are, and what differs from the defaults.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) binary: PathBuf,
    pub(crate) database: String,
    pub(crate) environment: Vec<(&'static str, String)>,
    pub(crate) log: PathBuf,
}

/// The process. Dropping it kills the server; [`Server::stop`] ends it politely.
#[derive(Debug)]
pub(crate) struct Server {
    setting: Setting,
    process: Child,
    pub(crate) origin: String,
    output: Receiver<String>,
}

impl Server {
    /// Starts the server on a free port and returns when it answers.
    pub(crate) fn start(setting: Setting) -> Result<Self> {
        let database = setting.database.clone();
        Self::of(setting, &["serve", "--listen", "127.0.0.1:0", "--database", &database])
    }

    /// Starts a command that serves.
    pub(crate) fn of(setting: Setting, arguments: &[&str]) -> Result<Self> {
        let mut command = command(&setting);
        command.args(arguments);
        let log = File::create(&setting.log)?;
        let mut process = shell::spawn(command.stdout(Stdio::piped()).stderr(log))?;
        let output = process.stdout.take().context("standard output is not piped")?;
        let mut server = Self { setting, process, origin: String::new(), output: lines(output) };
        server.origin = server.said("listening on ")?;
        Ok(server)
    }

    /// What stands behind a text in the next line of the output that begins with it.
    pub(crate) fn said(&self, begin: &str) -> Result<String> {
        loop {
            let line = self.output.recv_timeout(Duration::from_mins(1));
            let line = line.with_context(|| format!("no line `{begin}…`\n{}", self.log()))?;
            if let Some(rest) = line.strip_prefix(begin) {
                return Ok(rest.to_owned());
            }
        }
    }

    /// Runs another command on the same database, to its end, and returns what it prints.
    pub(crate) fn command(&self, arguments: &[&str]) -> Result<String> {
        let database = ["--database", &self.setting.database];
        shell::read(command(&self.setting).args(arguments).args(database))
    }

    pub(crate) fn token(&self, tenant: &str, permission: &str) -> Result<String> {
        self.tokens(tenant, &[permission])
    }

    /// The token of an application with several permissions.
    pub(crate) fn tokens(&self, tenant: &str, permissions: &[&str]) -> Result<String> {
        let wanted = permissions.iter().flat_map(|permission| ["--permission", permission]);
        let token = ["token", "--tenant", tenant, "--app", "sdk-test"];
        self.command(&token.into_iter().chain(wanted).collect::<Vec<_>>())
    }

    /// A file with the certificate of the local authority that the server's own is of; none for
    /// plain http.
    pub(crate) fn authority(&self) -> Result<Option<PathBuf>> {
        if self.origin.starts_with("http://") {
            return Ok(None);
        }
        let file = self.setting.log.with_extension("ca.pem");
        std::fs::write(&file, self.command(&["ca", "export"])?)?;
        Ok(Some(file))
    }

    /// Asks the server to end, which it must do soon and with exit code 0.
    pub(crate) fn stop(mut self) -> Result<()> {
        let process = self.process.id().to_string();
        shell::read(Command::new("sh").args(["-c", "kill -TERM \"$0\"", &process]))?;
        shell::wait_until("the end of nowgraph after SIGTERM", Duration::from_secs(20), || {
            Ok(self.process.try_wait()?.is_some())
        })?;
        let status = self.process.wait()?;
        if !status.success() {
            bail!("nowgraph ended with {status} after SIGTERM\n{}", self.log());
        }
        Ok(())
    }

    /// The last lines of the log.
    pub(crate) fn log(&self) -> String {
        let text = std::fs::read_to_string(&self.setting.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        let last = lines.get(lines.len().saturating_sub(60)..).unwrap_or_default();
        format!("{}, last lines:\n{}", self.setting.log.display(), last.join("\n"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) && self.process.kill().is_ok() {
            self.process.wait().ok();
        }
    }
}

/// The master key that a server made beside its SQLite database.
pub(crate) fn key_made_in(folder: &Path) -> Result<PathBuf> {
    std::fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "key"))
        .with_context(|| format!("no master key (*.key) in {}", folder.display()))
}

/// Nothing of the caller's environment reaches the server.
fn command(setting: &Setting) -> Command {
    let mut command = Command::new(&setting.binary);
    command.env_clear().envs(setting.environment.iter().map(|(name, value)| (name, value)));
    command.current_dir(setting.log.parent().unwrap_or(Path::new(".")));
    command
}

/// The lines of the output. A thread reads on, so that the server never waits for a reader.
fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

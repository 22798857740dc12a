//! The program that is measured.

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::time::Instant;

/// `USER_HZ`, which is the same on every Linux that this runs on.
const TICKS_PER_SECOND: f64 = 100.0;
const TENANT: &str = "7d1b2c3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";

/// Where the program is, and the database that it works with.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    binary: PathBuf,
    database: String,
    folder: PathBuf,
    /// Further settings.
    settings: Vec<(&'static str, String)>,
}

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Nowgraph {
    program: Program,
    process: Child,
    pub(crate) address: SocketAddr,
    pub(crate) start_time: Duration,
}

impl Program {
    /// With a file of SQLite in the folder.
    pub(crate) fn with_sqlite(binary: &Path, folder: &Path) -> Self {
        let database = format!("sqlite://{}", folder.join("nowgraph.db").display());
        Self::new(binary, folder, database)
    }

    /// With PostgreSQL; its master key comes to lie in the folder.
    pub(crate) fn with_postgres(binary: &Path, folder: &Path, url: String) -> Result<Self> {
        let key = folder.join("master.key");
        std::fs::write(&key, "5a".repeat(32))?;
        std::fs::set_permissions(&key, Permissions::from_mode(0o600))?;
        let mut program = Self::new(binary, folder, url);
        program.set("NOWGRAPH_MASTER_KEY_FILE", key.display().to_string());
        Ok(program)
    }

    fn new(binary: &Path, folder: &Path, database: String) -> Self {
        let (binary, folder) = (binary.to_owned(), folder.to_owned());
        // The limit would be measured, and not the service.
        let limit = ("NOWGRAPH_LIMITS__REQUESTS_PER_SECOND", "1000000".to_owned());
        Self { binary, database, folder, settings: vec![limit] }
    }

    /// The file of SQLite.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.database.strip_prefix("sqlite://").map(Path::new)
    }

    pub(crate) fn set(&mut self, variable: &'static str, value: String) {
        self.settings.push((variable, value));
    }

    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    /// Makes an empty database.
    pub(crate) fn migrate(&self) -> Result<()> {
        let mut command = self.command(&["migrate", "--database", &self.database]);
        let status = command.envs(self.settings.clone()).stdout(Stdio::null()).status()?;
        if !status.success() {
            bail!("nowgraph migrate: {status}");
        }
        Ok(())
    }

    /// Nothing of the caller's environment reaches the program.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.env_clear().env("RUST_LOG", "warn").args(arguments);
        command.current_dir(&self.folder);
        command
    }

    /// What a command that works with the database prints, with a text on its standard input.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut command = self.command(arguments);
        command.envs(self.settings.clone()).args(["--database", &self.database]);
        command.args(["--tenant", TENANT]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut process = command.spawn()?;
        let mut stdin = process.stdin.take().context("standard input is not piped")?;
        stdin.write_all(input.as_bytes())?;
        drop(stdin);
        let output = process.wait_with_output()?;
        if !output.status.success() {
            bail!("nowgraph {}: {}", arguments.join(" "), output.status);
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// An application's token for connections and incidents.
    pub(crate) fn token(&self) -> Result<String> {
        let permissions = [
            "--permission",
            "DeviceManagementConfiguration.ReadWrite.All",
            "--permission",
            "ServiceNowIncident.Read.All",
        ];
        let expires = ["--expires", "86400"];
        self.run(&[&["token", "--app", "bench"], &permissions[..], &expires].concat(), "")
    }
}

impl Nowgraph {
    pub(crate) fn start(program: &Program) -> Result<Self> {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--database", &program.database];
        let mut command = program.command(&serve);
        // The log is written as always, and to where writing costs least.
        command.env_remove("RUST_LOG").envs(program.settings.clone()).stderr(Stdio::null());
        let start = Instant::now();
        let (process, address) = start_listening(&mut command)?;
        let start_time = start.elapsed();
        Ok(Self { program: program.clone(), process, address, start_time })
    }

    pub(crate) fn token(&self) -> Result<String> {
        self.program.token()
    }

    /// What it was started with.
    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// Memory that the process holds at this moment.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        self.memory("VmRSS:")
    }

    /// Memory that it held at most.
    pub(crate) fn peak_bytes(&self) -> Result<u64> {
        self.memory("VmHWM:")
    }

    fn memory(&self, name: &'static str) -> Result<u64> {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(&path).context(path)?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")).context(name)?;
        Ok(kibibytes.parse::<u64>()? * 1024)
    }

    /// Time of processors that it has used.
    pub(crate) fn processor_seconds(&self) -> Result<f64> {
        processor_seconds(&self.process.id().to_string())
    }
}

impl Drop for Nowgraph {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Time of processors that a process has used: one by its number, or `self`.
pub(crate) fn processor_seconds(process: &str) -> Result<f64> {
    let path = format!("/proc/{process}/stat");
    let stat = std::fs::read_to_string(&path).context(path)?;
    let (_, behind_name) = stat.rsplit_once(')').context("no name")?;
    let fields = behind_name.split_whitespace();
    let ticks = fields.skip(11).take(2).map(str::parse::<u32>).sum::<Result<u32, _>>()?;
    Ok(f64::from(ticks) / TICKS_PER_SECOND)
}

/// Starts a server and returns when it says `listening on http://ADDR`.
pub(crate) fn start_listening(command: &mut Command) -> Result<(Child, SocketAddr)> {
    let mut process = command.stdout(Stdio::piped()).spawn().context("cannot start the server")?;
    let output = process.stdout.take().context("standard output is not piped")?;
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let Some(address) =
        lines.find_map(|line| line.strip_prefix("listening on http://").map(str::to_owned))
    else {
        bail!("{}; to see why, run {command:?}", process.wait()?);
    };
    // Whatever else it says is read, so that it never waits for a reader.
    std::thread::spawn(move || lines.count());
    Ok((process, address.parse()?))
}

pub(crate) fn end(process: &mut Child) {
    if process.kill().and_then(|()| process.wait()).is_err() {
        println!("process {} had already ended", process.id());
    }
}

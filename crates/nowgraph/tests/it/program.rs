//! The binary, where it works, and what it says.

use std::fmt;
use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use testkit::TestDatabase;

pub(crate) const TENANT: &str = "11111111-1111-1111-1111-111111111111";
pub(crate) const READ: &str = "DeviceManagementConfiguration.Read.All";
pub(crate) const WRITE: &str = "DeviceManagementConfiguration.ReadWrite.All";
/// Until a test gives up on a program that says nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// A working directory with a database of its own: `nowgraph.db` in it, or PostgreSQL.
#[derive(Debug)]
pub(crate) struct Workplace {
    folder: TempDir,
    environment: Vec<(String, String)>,
    _postgres: Option<TestDatabase>,
}

/// What a program said until it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A program that is still there. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    heard: Heard,
    /// `127.0.0.1:PORT`
    pub(crate) address: String,
    pub(crate) scheme: String,
}

#[derive(Debug, Default)]
struct Heard {
    stdout: Vec<String>,
    stderr: Vec<String>,
}

impl Workplace {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, environment: Vec::new(), _postgres: None }
    }

    pub(crate) fn postgres() -> Self {
        let database = TestDatabase::postgres();
        let mut workplace = Self::sqlite();
        workplace.write("master.key", &"5a".repeat(32), 0o600);
        workplace.set("NOWGRAPH_DATABASE", database.url());
        workplace.set("NOWGRAPH_MASTER_KEY_FILE", "master.key");
        Self { _postgres: Some(database), ..workplace }
    }

    pub(crate) fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres()]
    }

    /// Sets a variable for all programs from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.said(self.command(arguments).output().unwrap())
    }

    /// Runs the program with a text on its standard input.
    pub(crate) fn fed(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // A program that reads nothing may have gone by now.
        child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
        self.said(child.wait_with_output().unwrap())
    }

    fn said(&self, output: Output) -> Said {
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes).unwrap().replace(self.path().to_str().unwrap(), "[DIR]")
        };
        let code = output.status.code();
        Said { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs a program that must succeed in silence on stderr; answers what it printed.
    #[track_caller]
    pub(crate) fn stdout(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        said.stdout.trim_end().to_owned()
    }

    /// Runs a program that must fail, with nothing on stdout.
    #[track_caller]
    pub(crate) fn fails(&self, arguments: &[&str], code: i32, stderr: &str) {
        let said = self.run(arguments);
        let expect = Said { code: Some(code), stdout: String::new(), stderr: stderr.to_owned() };
        assert_eq!(said, expect, "{arguments:?}");
    }

    /// An application's token.
    #[track_caller]
    pub(crate) fn token(&self, permission: &str) -> String {
        let who = ["token", "--tenant", TENANT, "--app", "test", "--permission", permission];
        self.stdout(&who)
    }

    /// Starts `serve` on a free port; returns when it answers.
    pub(crate) fn serve(&self) -> Running {
        self.start(&["serve", "--listen", "127.0.0.1:0"])
    }

    /// Starts a program that listens; returns when it answers.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut child = self.command(arguments).spawn().unwrap();
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (stdout, stderr) = (lines(stdout), lines(stderr));
        let heard = Heard::default();
        let (address, scheme) = (String::new(), String::new());
        let mut running = Running { child, stdout, stderr, heard, address, scheme };
        let line = running.stdout_line("listening on ");
        let (scheme, address) = line.split_once("://").unwrap();
        scheme.trim_start_matches("listening on ").clone_into(&mut running.scheme);
        address.clone_into(&mut running.address);
        running
    }

    /// Nothing of the environment of the tests reaches the program.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nowgraph"));
        command.args(arguments).current_dir(self.path()).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

impl Running {
    /// Waits for a line of stdout that contains the text.
    pub(crate) fn stdout_line(&mut self, text: &str) -> String {
        wait_for(text, &self.stdout, &mut self.heard.stdout).unwrap_or_else(|| {
            panic!("no {text:?} on stdout: {:?}", self.stderr.try_iter().collect::<Vec<_>>())
        })
    }

    /// Waits for a line of the log that contains the text.
    pub(crate) fn log_line(&mut self, text: &str) -> String {
        wait_for(text, &self.stderr, &mut self.heard.stderr)
            .unwrap_or_else(|| panic!("no {text:?} in the log: {:?}", self.heard.stderr))
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let (signal, process) = (format!("-{name}"), self.child.id().to_string());
        let sent =
            Command::new("sh").args(["-c", "kill \"$0\" \"$1\"", &signal, &process]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end; answers all that was said since the start.
    pub(crate) fn ended(mut self) -> Said {
        for (receiver, heard) in
            [(&self.stdout, &mut self.heard.stdout), (&self.stderr, &mut self.heard.stderr)]
        {
            // The reader of a stream hangs up when the stream ends.
            assert_eq!(wait_for("\0", receiver, heard), None);
        }
        let code = self.child.wait().unwrap().code();
        let text = |lines: &[String]| {
            lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>()
        };
        Said { code, stdout: text(&self.heard.stdout), stderr: text(&self.heard.stderr) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            self.child.wait().unwrap();
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, stdout, stderr } = self;
        write!(f, "exit {code:?}\n-- stdout\n{stdout}-- stderr\n{stderr}")
    }
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            if sender.send(line.unwrap()).is_err() {
                return;
            }
        }
    });
    receiver
}

/// `None` when the stream ended first.
fn wait_for(text: &str, lines: &Receiver<String>, heard: &mut Vec<String>) -> Option<String> {
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                heard.push(line.clone());
                if line.contains(text) {
                    return Some(line);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(timeout) => panic!("still waiting for {text:?}: {timeout}, heard {heard:?}"),
        }
    }
}

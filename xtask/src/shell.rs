//! Runs programs in the open: each command is shown before it starts, and none outlives an
//! interrupt.

use std::ffi::OsStr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};

static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Turns SIGINT and SIGTERM into a flag that [`wait`] obeys, so that drop guards run.
pub(crate) fn catch_interrupts() -> Result<()> {
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&INTERRUPTED))?;
    }
    Ok(())
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Shows the command, runs it to its end and fails if it failed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", text(command));
    let mut child = spawn(command)?;
    let status = wait(&mut child)?;
    if !status.success() {
        bail!("`{}`: {status}", text(command));
    }
    Ok(())
}

/// Runs a command that is not worth showing and returns its standard output.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let child = spawn(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        bail!("`{}`: {}\n{}", text(command), output.status, reason.trim());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

pub(crate) fn spawn(command: &mut Command) -> Result<Child> {
    command.spawn().with_context(|| format!("cannot start `{}`", text(command)))
}

/// Waits for the end of a child, or kills it when this program is interrupted.
pub(crate) fn wait(child: &mut Child) -> Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            if interrupted() {
                bail!("interrupted");
            }
            return Ok(status);
        }
        if interrupted() {
            child.kill()?;
            child.wait()?;
            bail!("interrupted");
        }
        pause(Duration::from_millis(20));
    }
}

/// Asks again and again until the answer is yes; no within the time is an error.
pub(crate) fn wait_until(
    what: &str,
    limit: Duration,
    mut answer: impl FnMut() -> Result<bool>,
) -> Result<()> {
    let start = now();
    while !answer()? {
        if interrupted() {
            bail!("interrupted");
        }
        if start.elapsed() > limit {
            bail!("{what} took longer than {} s", limit.as_secs());
        }
        pause(Duration::from_millis(20));
    }
    Ok(())
}

/// A name and what to do.
pub(crate) type Step<'a> = (&'a str, &'a dyn Fn() -> Result<()>);

/// Runs every named step even if one fails, then reports them together.
pub(crate) fn run_all(title: &str, steps: &[Step<'_>]) -> Result<()> {
    let mut summary = Vec::new();
    let mut failed = false;
    for (name, step) in steps {
        println!("\n== {title}: {name}");
        let start = now();
        let outcome = step();
        let seconds = start.elapsed().as_secs_f32();
        if interrupted() {
            bail!("interrupted");
        }
        match outcome {
            Ok(()) => summary.push(format!("{title}: {name:<10} ok      {seconds:6.1} s")),
            Err(error) => {
                failed = true;
                println!("{error:#}");
                summary.push(format!("{title}: {name:<10} FAILED  {seconds:6.1} s"));
            }
        }
    }
    println!("\n{}", summary.join("\n"));
    if failed {
        bail!("{title} failed");
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "terminal program: no runtime, no paused time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "terminal program: no runtime to block")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

fn text(command: &Command) -> String {
    let variables = command
        .get_envs()
        .filter_map(|(name, value)| Some(format!("{}={}", name.to_string_lossy(), quoted(value?))));
    let words = std::iter::once(command.get_program()).chain(command.get_args()).map(quoted);
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.is_empty() || word.contains([' ', '\'', '"', '$', '*', ';', '&', '|']) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    word.into_owned()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{read, run, text};

    #[test]
    fn shown_command_can_be_pasted_into_a_shell() {
        let mut command = Command::new("echo");
        command.arg("it's").arg("a b").env("KEY", "1 2");
        let shown = text(&command);
        assert_eq!(shown, r"KEY='1 2' echo 'it'\''s' 'a b'");
        assert_eq!(read(Command::new("sh").args(["-c", &shown])).unwrap(), "it's a b");
    }

    #[test]
    fn failing_command_is_an_error_that_names_it() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(error.to_string().contains("exit 3"), "{error}");
        let error = read(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().contains("why"), "{error}");
    }
}

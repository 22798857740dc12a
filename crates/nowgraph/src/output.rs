use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _, stdout};

use model::Timestamp;
use odata::value::DateTimeOffset;

/// Standard output takes no more.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to standard output")]
pub(crate) struct OutputError(#[source] io::Error);

/// Writes one line, or several, to standard output.
pub(crate) fn line(text: impl Display) -> Result<(), OutputError> {
    // One write for one line, so that lines of processes that share a pipe stay whole.
    stdout().lock().write_all(format!("{text}\n").as_bytes()).map_err(OutputError)
}

/// Whether standard output shows colours: a terminal does, unless somebody wants none.
///
/// Source: no-color.org.
pub(crate) fn has_colours() -> bool {
    #[expect(clippy::disallowed_methods, reason = "no setting, but every terminal program's")]
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    stdout().is_terminal() && !unwanted
}

impl OutputError {
    /// As in `nowgraph connection list | head -1`: whoever reads has enough, which is no failure.
    pub(crate) fn reader_has_gone(&self) -> bool {
        self.0.kind() == io::ErrorKind::BrokenPipe
    }
}

/// A time as the API writes it.
pub(crate) fn time(at: Timestamp) -> String {
    DateTimeOffset::from_ticks(at.ticks()).map(|at| at.to_string()).unwrap_or_default()
}

/// Text that somebody else wrote, without power over the terminal.
pub(crate) fn harmless(text: &str) -> String {
    let escape = |c: char| -> String {
        if c.is_control() { c.escape_default().collect() } else { c.to_string() }
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn control_characters_are_spelt_out() {
        assert_eq!(harmless("Größe 7 \\ \u{1b}[2J\n"), r"Größe 7 \ \u{1b}[2J\n");
    }
}

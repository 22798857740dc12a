use std::io;
use std::path::PathBuf;

use super::layer::Origin;

/// Why the program does not start; one sentence for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("{}: cannot be read: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: io::Error },
    #[error("{origin}: {problem}")]
    At { origin: Origin, problem: String },
    #[error("{origin}: {key} is not a known setting")]
    UnknownKey { key: String, origin: Origin },
    #[error("{origin}: {key} {problem}")]
    Value { key: String, origin: Origin, problem: String },
    #[error("{key} must be set: {reason}")]
    Missing { key: &'static str, reason: &'static str },
    #[error("the default {0:?} is not valid")]
    Default(&'static str),
}

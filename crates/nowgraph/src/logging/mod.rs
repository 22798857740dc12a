mod json;

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;

use crate::config::{ConfigError, Origin};
use json::JsonLines;

const VARIABLE: &str = "RUST_LOG";
const DEFAULT: &str = "warn,nowgraph=info,api=info,store=info,identity=info,connector=info";

/// Starts the log on stderr: lines for people on a terminal, JSON otherwise.
pub(crate) fn start() -> Result<(), ConfigError> {
    let log = tracing_subscriber::fmt().with_env_filter(filter()?).with_writer(stderr);
    // Whoever read it may have gone. To say so there would panic.
    let log = log.log_internal_errors(false);
    if stderr().is_terminal() {
        log.init();
    } else {
        log.event_format(JsonLines).init();
    }
    Ok(())
}

fn filter() -> Result<EnvFilter, ConfigError> {
    #[expect(clippy::disallowed_methods, reason = "no setting, but every Rust program's variable")]
    let Some(directives) = std::env::var_os(VARIABLE) else { return Ok(EnvFilter::new(DEFAULT)) };
    EnvFilter::builder().parse(directives.to_string_lossy()).map_err(|error| ConfigError::At {
        origin: Origin::Variable(VARIABLE.to_owned()),
        problem: error.to_string(),
    })
}

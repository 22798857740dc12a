use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;

/// Starts the log on stderr: lines for people on a terminal, JSON otherwise.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("RUST_LOG").unwrap_or_else(|_unset| {
        EnvFilter::new("warn,nowgraph=info,api=info,store=info,identity=info")
    });
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    if stderr().is_terminal() {
        log.init();
    } else {
        log.json().flatten_event(true).with_current_span(false).init();
    }
}

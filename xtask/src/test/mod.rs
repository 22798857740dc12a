//! `cargo xtask test`: the parts, and what they need.

mod console;
mod js;
mod openapi;
mod sdk;
mod snow;

use anyhow::Result;

use crate::postgres::{self, Cluster};
use crate::shell::{self, Step};
use crate::{node, programs, python};

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// Unit, integration and doc tests of every crate
    Rust,
    /// Microsoft's Python SDK against the running program, over plain http and TLS
    Sdk,
    /// Microsoft's JavaScript client and generated ones against the running program over TLS
    Js,
    /// ServiceNow clients of others against the simulated instance, over plain http and TLS
    Snow,
    /// The console in a browser, with and without JavaScript
    Console,
    /// The OpenAPI documents against a validator, and the running program against them
    Openapi,
    /// The program killed again and again while it writes
    Crash,
}

/// The variable that tells tests where PostgreSQL is.
const POSTGRES_URL: &str = "NOWGRAPH_TEST_POSTGRES";
/// How often the crash test kills the program; without the variable it does so a few times.
const CRASH_ROUNDS: (&str, &str) = ("NOWGRAPH_TEST_CRASH_ROUNDS", "50");

/// Runs one part, or all. With `setup` what is missing is installed; without, it is an error.
pub(crate) fn run(setup: bool, part: Option<Part>) -> Result<()> {
    let wanted = |candidate| part.is_none_or(|part| part == candidate);
    if setup {
        postgres::set_up()?;
        if wanted(Part::Sdk) {
            python::SDK.set_up()?;
        }
        if wanted(Part::Snow) {
            python::SNOW.set_up()?;
        }
        if wanted(Part::Openapi) {
            python::OPENAPI.set_up()?;
        }
        if wanted(Part::Js) || wanted(Part::Snow) || wanted(Part::Console) {
            node::set_up()?;
        }
        if wanted(Part::Console) {
            console::set_up()?;
        }
    }
    // Asked for here too: a missing tool is known before minutes of tests.
    if wanted(Part::Sdk) {
        python::SDK.interpreter()?;
    }
    if wanted(Part::Snow) {
        python::SNOW.interpreter()?;
    }
    if wanted(Part::Openapi) {
        python::OPENAPI.interpreter()?;
    }
    if wanted(Part::Js) || wanted(Part::Snow) || wanted(Part::Console) {
        node::check()?;
    }
    if wanted(Part::Console) {
        console::browser()?;
    }
    let cluster = Cluster::start()?;

    let rust = || rust(&cluster);
    let crash = || crash(&cluster);
    let sdk = || sdk::run(&cluster);
    let openapi = || openapi::run(&cluster);
    let parts: [(Part, Step<'_>); 7] = [
        (Part::Rust, ("rust", &rust)),
        (Part::Sdk, ("sdk", &sdk)),
        (Part::Js, ("js", &js::run)),
        (Part::Snow, ("snow", &snow::run)),
        (Part::Console, ("console", &console::run)),
        (Part::Openapi, ("openapi", &openapi)),
        (Part::Crash, ("crash", &crash)),
    ];
    let steps: Vec<_> =
        parts.into_iter().filter(|(part, _)| wanted(*part)).map(|(_, step)| step).collect();
    shell::run_all("test", &steps)
}

fn rust(cluster: &Cluster) -> Result<()> {
    let mut tests = programs::cargo(&["test", "--workspace", "--no-fail-fast"]);
    shell::run(tests.env(POSTGRES_URL, cluster.url("postgres")))
}

fn crash(cluster: &Cluster) -> Result<()> {
    let mut tests = programs::cargo(&["test", "--package", "nowgraph", "--test", "crash"]);
    tests.env(POSTGRES_URL, cluster.url("postgres")).env(CRASH_ROUNDS.0, CRASH_ROUNDS.1);
    shell::run(&mut tests)
}

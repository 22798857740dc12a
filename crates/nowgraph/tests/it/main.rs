//! The program as its users meet it: the real binary, its exit codes, and every word it says.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests"
)]

mod account;
mod app;
mod backup;
mod config;
mod connection;
mod connection_test;
mod credential;
mod demo;
mod documentation;
mod erase;
mod go_client;
mod help;
mod http;
mod incidents;
mod keys;
mod killed;
mod migrate;
mod program;
mod refusals;
mod secrets;
mod serve;
mod simulate;
mod sync;
mod tls;
mod token;

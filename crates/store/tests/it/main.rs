//! What a store does, on both databases.
#![expect(clippy::unwrap_used, reason = "these are tests")]

mod accounts;
mod applications;
mod callers;
mod connections;
mod credentials;
mod discarded;
mod erasure;
mod fixture;
mod incidents;
mod keys;
mod listing;
mod migrations;
mod passes;
mod postgres_failures;
mod races;
mod rotation;
mod sqlite_file;
mod statements;
mod tallies;
mod trials;
mod words;

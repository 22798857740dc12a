//! What a store does, on both databases.

mod applications;
mod connections;
mod fixture;
mod keys;
mod listing;
mod migrations;
mod postgres_failures;
mod races;
mod sqlite_file;
mod statements;

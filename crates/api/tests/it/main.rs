//! The real router on both databases.

mod docs;
mod update;

//! The real router on both databases.

mod update;

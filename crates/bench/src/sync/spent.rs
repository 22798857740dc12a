use std::ops::Add;

use anyhow::Result;
use tokio::time::Instant;

use crate::nowgraph::processor_seconds;

/// What something took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    pub(super) seconds: f64,
    /// Time of processors that this program used, which does not depend on who else is at work.
    pub(super) processor: f64,
}

/// A moment.
#[derive(Debug)]
pub(super) struct Begun {
    at: Instant,
    processor: f64,
}

impl Spent {
    pub(super) fn begin() -> Result<Begun> {
        Ok(Begun { at: Instant::now(), processor: processor_seconds("self")? })
    }

    /// Adds what has passed since a moment.
    pub(super) fn add(&mut self, begun: &Begun) -> Result<()> {
        self.seconds += begun.at.elapsed().as_secs_f64();
        self.processor += processor_seconds("self")? - begun.processor;
        Ok(())
    }
}

impl Add for Spent {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let seconds = self.seconds + other.seconds;
        Self { seconds, processor: self.processor + other.processor }
    }
}

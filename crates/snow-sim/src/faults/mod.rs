//! Faults: which request they meet, and what they make of its answer.

mod effect;
mod fault;

use crate::http::Request;
use crate::random::Random;

pub(crate) use effect::cancelled;
pub use fault::{Fault, FaultKind, NoProbability, NoStatus, Probability, Status};

/// The faults that are set, and how often requests came.
#[derive(Debug, Clone)]
pub(crate) struct Faults {
    set: Vec<Fault>,
    seen: u64,
    seed: u64,
    /// Nobody else draws from it: the same requests meet the same faults, whatever was asked
    /// before these were set.
    random: Random,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { set: Vec::new(), seen: 0, seed, random: Random::new(seed) }
    }

    pub(crate) fn set(&mut self, faults: Vec<Fault>) {
        *self = Self { set: faults, ..Self::new(self.seed) };
    }

    /// Those that can still strike.
    pub(crate) fn list(&self) -> Vec<&Fault> {
        self.set.iter().filter(|fault| fault.times != Some(0)).collect()
    }

    /// The fault that meets this request.
    pub(crate) fn meet(&mut self, request: &Request) -> Option<FaultKind> {
        self.seen += 1;
        let Self { set, seen, random, .. } = self;
        let address = match request.query.as_str() {
            "" => request.path.clone(),
            query => format!("{}?{query}", request.path),
        };
        let fault = set.iter_mut().find(|fault| {
            (fault.requests.is_empty() || fault.requests.contains(seen))
                && address.contains(&fault.path)
                && (fault.method.is_empty() || fault.method == request.method)
                && fault.times != Some(0)
                && fault.kind.is_about(request)
                && fault.probability.is_none_or(|chance| random.chance(chance.into()))
        })?;
        fault.times = fault.times.map(|left| left - 1);
        Some(fault.kind.clone())
    }
}

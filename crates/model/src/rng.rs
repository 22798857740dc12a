use std::fmt;

/// A source of secure randomness. The program has one, tests bring a seeded one.
pub trait Rng: fmt::Debug + Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

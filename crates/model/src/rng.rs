use std::fmt;

use uuid::{Builder, Uuid};

/// A source of secure randomness. The program has one, tests bring a seeded one.
pub trait Rng: fmt::Debug + Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);

    /// A random GUID (RFC 9562 version 4).
    fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid()
    }
}

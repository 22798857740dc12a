use aws_lc_rs::rand;
use model::Rng;

/// Randomness of the operating system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, buffer: &mut [u8]) {
        #[expect(clippy::disallowed_methods, reason = "this is the one source of the program")]
        let filled = rand::fill(buffer);
        #[expect(clippy::expect_used, reason = "going on without randomness would be unsafe")]
        filled.expect("the operating system gives randomness");
    }
}

use std::time::Duration;

use model::Rng;
use tokio::time::sleep;

/// Pauses between attempts: doubling, half of each random, so that rivals do not meet again.
#[derive(Debug)]
pub(super) struct Backoff<'a> {
    rng: &'a dyn Rng,
    pause: Duration,
    left: u32,
}

impl<'a> Backoff<'a> {
    const FIRST: Duration = Duration::from_millis(10);
    const LONGEST: Duration = Duration::from_millis(500);
    const RETRIES: u32 = 9;

    pub(super) fn new(rng: &'a dyn Rng) -> Self {
        Self { rng, pause: Self::FIRST, left: Self::RETRIES }
    }

    /// `false` at once when there were enough attempts.
    pub(super) async fn wait(&mut self) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        let mut random = [0];
        self.rng.fill(&mut random);
        let [random] = random;
        sleep(self.pause * (256 + u32::from(random)) / 512).await;
        self.pause = (self.pause * 2).min(Self::LONGEST);
        true
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[derive(Debug)]
    struct Fixed(u8);

    impl Rng for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_end_within_seconds() {
        for (random, expect) in [(0, 1_065..=1_075), (255, 2_110..=2_140)] {
            let start = Instant::now();
            let rng = Fixed(random);
            let mut backoff = Backoff::new(&rng);
            let mut retries = 0;
            while backoff.wait().await {
                retries += 1;
            }
            assert_eq!(retries, Backoff::RETRIES);
            assert!(expect.contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
        }
    }
}

//! Anything happens to an instance and to passes over it, in any order. Once it has settled, what
//! is stored has to be what the instance shows: no row missing, double or stale.

mod play;
mod step;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use testkit::TestDatabase;
use tokio::runtime::Builder;

use play::play;
use step::{Draw, Kind, Step};

#[test]
fn changes_are_followed_through_all_weather() {
    run(Kind::Changes, 1..121, TestDatabase::sqlite);
}

#[test]
fn what_is_stored_is_what_the_instance_shows() {
    run(Kind::Anything, 1..121, TestDatabase::sqlite);
}

#[test]
fn postgres_makes_no_difference() {
    run(Kind::Changes, 1001..1016, TestDatabase::postgres);
    run(Kind::Anything, 1001..1016, TestDatabase::postgres);
}

/// What a scenario takes beside its steps.
#[derive(Debug, Clone, Copy)]
struct Scene {
    kind: Kind,
    page_size: u32,
    database: fn() -> TestDatabase,
}

/// Plays the scenarios of these seeds on as many threads as there are processors.
fn run(kind: Kind, seeds: Range<u64>, database: fn() -> TestDatabase) {
    let next = AtomicU64::new(seeds.start);
    let play_all = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if !seeds.contains(&seed) {
                return;
            }
            let (page_size, steps) = Draw(seed).scenario(kind);
            let scene = Scene { kind, page_size, database };
            if let Err(wrong) = scene.play(&steps) {
                let (steps, wrong) = scene.shrink(steps, wrong);
                unreachable!("seed {seed}, pages of {page_size}: {steps:#?}\n{wrong}");
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(play_all);
        }
    });
}

impl Scene {
    fn play(self, steps: &[Step]) -> Result<(), String> {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play((self.database)(), self.kind, self.page_size, steps))
    }

    /// Leaves out steps as long as something is wrong without them.
    fn shrink(self, mut steps: Vec<Step>, mut wrong: String) -> (Vec<Step>, String) {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.remove(at);
            match self.play(&fewer) {
                Ok(()) => at += 1,
                Err(still) => (steps, wrong) = (fewer, still),
            }
        }
        (steps, wrong)
    }
}

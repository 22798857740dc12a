use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::settings::Settings;
use crate::world::World;

/// The rows, the switches and the time of one moment. Whoever has it reads while others write.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) world: World,
    pub(crate) settings: Arc<Settings>,
    pub(crate) now: i64,
    pub(crate) gone: Gone,
}

/// Whether nobody waits any more for what is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gone(Arc<AtomicBool>);

/// Somebody who waits, until it is dropped.
#[derive(Debug)]
pub(crate) struct Waiting(Gone);

impl Gone {
    pub(crate) fn is_true(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn unless_waited_for(&self) -> Waiting {
        Waiting(self.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let Gone(gone) = &self.0;
        gone.store(true, Ordering::Relaxed);
    }
}

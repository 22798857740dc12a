use serde_json::Value;
use tokio::sync::Semaphore;

use super::rows::{self, Edit};
use crate::instance::State;
use crate::world::World;

/// Edits that look for rows. They are carried out on a copy of the instance, so that nobody waits
/// while they look, and become true if nothing has been written meanwhile.
#[derive(Debug)]
pub(crate) struct Editing {
    edits: Vec<Edit>,
    before: World,
    copy: State,
    outcome: Result<Value, String>,
    lost: u32,
}

/// How often others may write first. After that they wait.
const PATIENCE: u32 = 5;

impl Editing {
    pub(super) fn begin(state: &mut State, edits: Vec<Edit>) -> Self {
        Self {
            edits,
            before: state.world.clone(),
            copy: state.copy(),
            outcome: Ok(Value::Null),
            lost: 0,
        }
    }

    pub(crate) async fn aside(mut self: Box<Self>, readers: &Semaphore) -> Option<Box<Self>> {
        // It is an error only of a semaphore that was closed.
        let _turn = readers.acquire().await.ok();
        let carried_out = tokio::task::spawn_blocking(move || {
            self.outcome = rows::carry_out_all(&mut self.copy, &self.edits);
            self
        });
        carried_out.await.ok()
    }

    /// What the edits came to, or the edits once more.
    pub(crate) fn finish(self: Box<Self>, state: &mut State) -> Result<Value, Again> {
        let Self { edits, before, copy, outcome, lost } = *self;
        if state.world.is_still(&before) {
            if outcome.is_ok() {
                state.world = copy.world;
            }
            return outcome.map_err(Again::Refused);
        }
        if lost == PATIENCE {
            return rows::carry_out_all(state, &edits).map_err(Again::Refused);
        }
        let again = Self { lost: lost + 1, ..Self::begin(state, edits) };
        Err(Again::Later(Box::new(again)))
    }
}

/// Why edits have no result.
#[derive(Debug)]
pub(crate) enum Again {
    Refused(String),
    Later(Box<Editing>),
}

//! Requests that take long are answered piece by piece, or aside, so that others get between.

use tokio::sync::Semaphore;

use crate::api::{Batch, Reading};
use crate::control::Editing;
use crate::faults::FaultKind;
use crate::http::{Answer, Request};

/// How far a request has come.
#[derive(Debug)]
pub(crate) enum Progress {
    Answered(Answer),
    Reading(Box<Met>, Box<Reading>),
    Read(Box<Met>, Answer),
    Batch(Box<Met>, Box<Batch>),
    Life(Life),
    Editing(Box<Editing>),
}

/// A request, and what it met before it was carried out.
#[derive(Debug)]
pub(crate) struct Met {
    pub(crate) request: Request,
    pub(crate) fault: Option<FaultKind>,
}

/// Steps of life that were asked for.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) steps: u32,
    pub(crate) left: u32,
}

/// Steps of life in one piece.
pub(crate) const PIECE: u32 = 20;
/// Requests that read at the same time. Each may have tens of megabytes in its hands.
pub(crate) const READERS: usize = 16;

impl Progress {
    /// Does what needs the instance as it was, and no lock.
    pub(crate) async fn aside(self, readers: &Semaphore) -> Self {
        match self {
            Self::Reading(met, reading) => Self::Read(met, read(reading, readers).await),
            Self::Batch(met, mut batch) => {
                batch.aside(readers).await;
                Self::Batch(met, batch)
            }
            Self::Editing(editing) => match editing.aside(readers).await {
                Some(editing) => Self::Editing(editing),
                None => Self::Answered(Answer::error(500, "snow-sim: editing failed", None)),
            },
            other => other,
        }
    }
}

/// Reads where it keeps nobody waiting; no further once this is dropped, as the client has left.
pub(crate) async fn read(reading: Box<Reading>, readers: &Semaphore) -> Answer {
    let _waiting = reading.gone().unless_waited_for();
    // It is an error only of a semaphore that was closed.
    let _turn = readers.acquire().await.ok();
    let read = tokio::task::spawn_blocking(move || reading.answer()).await;
    read.unwrap_or_else(|_| Answer::error(500, "snow-sim: reading failed", None))
}

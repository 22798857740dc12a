use servicenow::{Failure, WalkError};
use store::{LeaseError, StoreError};

use super::Missing;

/// Why a pass ends before its time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stopped {
    /// It may not go on: the connection was disabled, deleted or changed, or somebody else has it.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The instance does not give what was asked for, and asking again is of no use.
    #[error("the instance gives no rows")]
    Instance(#[source] Failure),
    /// Rows came that do not fit the question.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// Too many rows are gone for it to be likely.
    #[error("{} of {} incidents did not come any more", .0.missing, .0.known)]
    Doubtful(Missing),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Lease(error.into())
    }
}

//! Passes over the incidents of a connection: who may make one, what it leaves behind, and what
//! is known of it afterwards. One file an operation.

mod changed;
mod check;
mod due;
mod finish;
mod health;
mod lease;
mod leave_alone;
mod plan;
mod queue;
mod release;
mod renew;
mod run;
mod runs;
mod state;
mod table;
mod take;

pub(crate) use changed::{connection_changed, credential_changed};
pub(crate) use check::CHECK_LEASE;
pub(crate) use due::DUE_CONNECTIONS;
pub use finish::Finish;
pub(crate) use lease::{Claim, hold};
pub use lease::{Lease, LeaseError};
pub use leave_alone::LeftAlone;
pub use plan::PassPlan;
pub(crate) use queue::{QUEUED_RUN, REFUSE_QUEUED};
pub(crate) use run::{FORGET_RUNS, SAVE_RUN, WRITE_COUNTS, write_counts};
pub(crate) use runs::{LIST_RUNS, LOAD_RUN};
pub(crate) use state::{LOAD_STATE, SAVE_STATE};
pub use table::{SYNC_RUNS, SYNCED_CONNECTIONS};
pub use take::TakeLease;
pub(crate) use take::{ABANDON_RUNS, OLDEST_QUEUED};

use model::{Connection, ConnectionStatus, Consequence, HealthStatus, Timestamp};

use super::queue::refuse_queued;
use super::state;
use crate::transaction::Tx;
use crate::{StoreError, incident};

/// Has what was fetched follow a change of the connection.
pub(crate) async fn connection_changed(
    tx: &mut Tx<'_>,
    stored: &Connection,
    new: &Connection,
) -> Result<(), StoreError> {
    let now = new.last_modified;
    if (stored.status, new.status) == (ConnectionStatus::Enabled, ConnectionStatus::Disabled) {
        refuse_queued(tx, stored, now).await?;
    }
    let consequence = stored.consequence_of(new);
    if consequence == Consequence::Nothing {
        return Ok(());
    }
    let mut kept = state::load(tx, stored).await?;
    match consequence {
        Consequence::Nothing => {}
        Consequence::TryAgain => kept.hurry(),
        Consequence::OtherSource => kept.forget_source(now),
        Consequence::OtherInstance => {
            kept.forget_source(now);
            kept.state.health.not_before = None;
            incident::discard(tx, stored).await?;
        }
    }
    state::save(tx, stored, &kept).await
}

/// The account may be another one: what failed may succeed, and rows that were hidden may show.
pub(crate) async fn credential_changed(
    tx: &mut Tx<'_>,
    connection: &Connection,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut kept = state::load(tx, connection).await?;
    kept.hurry();
    kept.state.next_reconcile = kept.state.next_reconcile.map(|at| at.min(now));
    let health = &mut kept.state.health;
    (health.status, health.since, health.reason) = (HealthStatus::NotVerified, now, None);
    state::save(tx, connection, &kept).await
}

use anyhow::anyhow;
use model::{
    Activity, Applied, Author, Clock as _, Connection, ConnectionId, ConnectionPatch,
    EndpointError, PlainHttpHosts, TenantId,
};
use store::{Decision, Store, UpdateError};

use super::not_found;
use crate::clock::SystemClock;

/// Changes a connection by the rules of the API; answers it as it is then.
pub(in crate::commands) async fn apply(
    store: &Store,
    (tenant, id): (TenantId, ConnectionId),
    patch: ConnectionPatch,
    plain_http: PlainHttpHosts,
    author: fn() -> Author,
) -> anyhow::Result<Connection> {
    let now = SystemClock.now();
    let decide = move |stored: &Connection| {
        let decision = match stored.apply(patch.clone(), now, &plain_http)? {
            Applied::Unchanged => Decision::Keep,
            Applied::Changed { connection, changed } => {
                let event = author().record(Activity::Update, &connection, changed, now);
                Decision::Write { connection, event }
            }
        };
        Ok::<_, EndpointError>(decision)
    };
    let updated = store.update_connection(tenant, id, decide).await;
    let updated = updated.map_err(|error| match error {
        UpdateError::NotFound => not_found(tenant, id),
        UpdateError::Refused(rule) => anyhow!(rule),
        UpdateError::Store(error) => anyhow!(error),
    })?;
    Ok(updated.connection)
}

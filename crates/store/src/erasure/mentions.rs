use model::{IncidentText, TenantId};

use super::StoredUser;
use super::erase::key;
use crate::StoreError;
use crate::incident::{LOAD_INCIDENT, leave_no_trace, query_along, read, words};
use crate::operation::Operation;
use crate::row::Param;
use crate::transaction::{Statement, Tx};

/// Finds the incidents of others on which a user works.
pub(super) fn mentions(tenant: TenantId, user: &StoredUser) -> Mentions {
    Mentions(key(tenant, user))
}

/// Takes the name of a user out of incidents on which the user works still.
pub(super) fn blank(tenant: TenantId, user: &StoredUser, rows: Vec<String>) -> Blank {
    Blank { user: key(tenant, user), id: user.id.clone(), rows }
}

pub(super) struct Mentions([Param; 3]);

impl Operation for Mentions {
    type Output = Vec<String>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
        let [tenant, connection, user] = self.0.clone();
        let rows = query_along(tx, &ASSIGNED_TO, [tenant, connection], &user).await?;
        rows.into_iter().map(|mut row| row.text("incident.sys_id")).collect()
    }
}

pub(super) struct Blank {
    user: [Param; 3],
    id: String,
    rows: Vec<String>,
}

impl Operation for Blank {
    type Output = u64;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        let [tenant, connection, _] = self.user.clone();
        let connection = [tenant, connection];
        let ids: Vec<_> = self.rows.iter().map(|id| vec![Param::from(id)]).collect();
        let mut blanked = Vec::new();
        for row in tx.query_each(&LOAD_INCIDENT, &connection, &ids).await? {
            let mut incident = read(row)?;
            if incident.texts.get(IncidentText::AssignedToId) == Some(&self.id) {
                incident.texts.set(IncidentText::AssignedToName, "");
                let words = words(&incident);
                blanked.push(vec![(&incident.version.sys_id).into(), words.as_str().into()]);
            }
        }
        leave_no_trace(tx, true).await?;
        let count = tx.execute_each(&BLANK_ASSIGNEE, &connection, &blanked).await?;
        leave_no_trace(tx, false).await?;
        Ok(count)
    }
}

pub(crate) const ASSIGNED_TO: Statement = Statement::new(
    "SELECT sys_id FROM incident
     WHERE tenant_id = $1 AND connection_id = $2 AND assigned_to_id = $3
     AND sys_id > $4 AND sys_id <= $5",
);

/// Not a newer version: nothing else of the row changes.
pub(crate) const BLANK_ASSIGNEE: Statement = Statement::each(
    "UPDATE incident SET assigned_to_id = '', assigned_to_name = '', words = $4
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = $3",
    "UPDATE incident SET assigned_to_id = '', assigned_to_name = '', words = page.words
     FROM unnest($3::TEXT[], $4::TEXT[]) AS page (id, words)
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = page.id",
);

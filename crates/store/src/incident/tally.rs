use std::ops::Range;

use model::{TenantId, Timestamp};

use super::discard::any_discarded;
use crate::operation::Operation;
use crate::row::Row;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// Incidents that are alike in all that is counted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The span of time that they were opened in, from 0.
    pub span: i64,
    /// `state`
    pub state: Labelled,
    /// `priority`
    pub priority: Labelled,
    /// `assignmentGroupName`; empty where there is none.
    pub group: String,
    /// How many there are.
    pub rows: u64,
}

/// A value and what people call it; both are empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Labelled {
    /// As ServiceNow has it.
    pub value: String,
    /// As it is shown.
    pub label: String,
}

impl Store {
    /// Counts the incidents of a tenant that were opened within a time, by spans of so many seconds;
    /// without those that are gone. Rows of one state have one label: the greatest.
    pub async fn tally_incidents(
        &self,
        tenant: TenantId,
        opened: Range<Timestamp>,
        seconds: u32,
    ) -> Result<Vec<Tally>, StoreError> {
        self.backend().scan(Count { tenant, opened, seconds }).await
    }

    /// Counts all incidents of a tenant by state; without those that are gone.
    pub async fn incident_states(
        &self,
        tenant: TenantId,
    ) -> Result<Vec<(Labelled, u64)>, StoreError> {
        self.backend().scan(States { tenant }).await
    }
}

struct Count {
    tenant: TenantId,
    opened: Range<Timestamp>,
    seconds: u32,
}

impl Operation for Count {
    type Output = Vec<Tally>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Tally>, StoreError> {
        let step = i64::from(self.seconds.max(1)) * TICKS_PER_SECOND;
        let Range { start, end } = self.opened;
        let tenant = self.tenant.to_string();
        let any_hidden = any_discarded(tx, &tenant).await?;
        let statement = if any_hidden { &TALLY_KEPT } else { &TALLY_INCIDENTS };
        let params = [tenant.into(), start.into(), end.into(), step.into()];
        tx.query(statement, &params).await?.into_iter().map(tally).collect()
    }
}

const TICKS_PER_SECOND: i64 = 10_000_000;

fn tally(mut row: Row) -> Result<Tally, StoreError> {
    Ok(Tally {
        span: row.integer("incident.opened")?,
        state: labelled(&mut row, "incident.state")?,
        priority: labelled(&mut row, "incident.priority")?,
        group: row.optional_text("incident.assignment_group_name")?.unwrap_or_default(),
        rows: many(&mut row)?,
    })
}

fn labelled(row: &mut Row, column: &'static str) -> Result<Labelled, StoreError> {
    let value = row.optional_text(column)?.unwrap_or_default();
    let label = row.optional_text(column)?.unwrap_or_default();
    let label = if label.is_empty() { value.clone() } else { label };
    Ok(Labelled { value, label })
}

fn many(row: &mut Row) -> Result<u64, StoreError> {
    let column = "COUNT(*)";
    u64::try_from(row.integer(column)?).map_err(|_range| StoreError::Corrupt { column })
}

struct States {
    tenant: TenantId,
}

impl Operation for States {
    type Output = Vec<(Labelled, u64)>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, StoreError> {
        let tenant = self.tenant.to_string();
        let any_hidden = any_discarded(tx, &tenant).await?;
        let statement = if any_hidden { &STATES_KEPT } else { &INCIDENT_STATES };
        let rows = tx.query(statement, &[tenant.into()]).await?;
        let state = |mut row| Ok((labelled(&mut row, "incident.state")?, many(&mut row)?));
        rows.into_iter().map(state).collect()
    }
}

/// Along `incident_opened`, once for all that is drawn.
pub(crate) const TALLY_INCIDENTS: Statement = Statement::new(
    "SELECT (opened - $2) / $4, state, MAX(state_label), priority, MAX(priority_label),
     assignment_group_name, COUNT(*)
     FROM incident WHERE tenant_id = $1 AND removed IS NULL AND opened >= $2 AND opened < $3
     GROUP BY 1, 2, 4, 6",
);

/// The same while some rows are of before.
pub(crate) const TALLY_KEPT: Statement = Statement::new(
    "SELECT (opened - $2) / $4, state, MAX(state_label), priority, MAX(priority_label),
     assignment_group_name, COUNT(*)
     FROM incident WHERE tenant_id = $1 AND removed IS NULL AND opened >= $2 AND opened < $3
     AND connection_id NOT IN (SELECT connection_id FROM discarded WHERE tenant_id = $1)
     GROUP BY 1, 2, 4, 6",
);

/// The counts from `incident_state_newest` alone; then one row of each state, for its label.
pub(crate) const INCIDENT_STATES: Statement = Statement::new(
    "SELECT counted.state, (
         SELECT one.state_label FROM incident AS one
         WHERE one.tenant_id = $1 AND one.state = counted.state AND one.removed IS NULL
         ORDER BY one.opened DESC LIMIT 1
     ), counted.many FROM (
         SELECT state, COUNT(*) AS many FROM incident
         WHERE tenant_id = $1 AND removed IS NULL GROUP BY state
     ) AS counted",
);

/// The same while some rows are of before.
pub(crate) const STATES_KEPT: Statement = Statement::new(
    "SELECT state, MAX(state_label), COUNT(*) FROM incident
     WHERE tenant_id = $1 AND removed IS NULL
     AND connection_id NOT IN (SELECT connection_id FROM discarded WHERE tenant_id = $1)
     GROUP BY state",
);

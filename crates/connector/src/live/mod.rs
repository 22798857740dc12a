//! The incidents of one person, as the instance has them at this moment.
//!
//! Whatever keeps an instance from a good answer in time, the stored incidents are answered in its
//! place, together with why.

mod callers;
mod learned;
mod list;
mod merge;
mod one;
mod reason;
mod rights;
mod rows;
mod stored;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use model::{Clock, TenantId};
use servicenow::{Field, Filter, Text};
use store::{ListError, ListQuery, Store, StoreError};

use crate::{Pause, Sessions};

pub(crate) use learned::Learned;
pub use list::{
    IncidentSource, Match, MatchStatus, Tried, UserIncident, UserIncidentList, UserIncidentPosition,
};
use one::Question;
pub use rights::Rights;

/// Answers which incidents a person has. Nothing of it is kept: what is stored, passes store.
#[derive(Debug, Clone)]
pub struct UserIncidents {
    /// The database.
    pub store: Store,
    /// The way to the instances.
    pub sessions: Arc<Sessions>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How to wait for the deadline.
    pub pause: Arc<dyn Pause>,
    /// What is asked, and how long.
    pub settings: LiveSettings,
}

/// What is asked, and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSettings {
    /// An instance has so long for the whole answer.
    pub timeout: Duration,
    /// Columns of `sys_user` that may hold what a person signs in with; the first one counts in
    /// which somebody is found.
    pub columns: Vec<Field>,
    /// Which incidents are shown at all, as for passes.
    pub filter: Filter,
}

impl UserIncidents {
    /// Asks all instances of a tenant at once. Each has the whole time, so that none that is slow
    /// keeps the others waiting for longer. `behind` is the place that [`UserIncidentList::next`]
    /// was before.
    pub async fn of_tenant(
        &self,
        tenant: TenantId,
        person: &Text,
        behind: Option<&UserIncidentPosition>,
    ) -> Result<UserIncidentList, ListError> {
        self.of_tenant_by(Rights::Service, tenant, person, behind).await
    }

    /// The same by the rights of somebody.
    pub async fn of_tenant_by(
        &self,
        rights: Rights,
        tenant: TenantId,
        person: &Text,
        behind: Option<&UserIncidentPosition>,
    ) -> Result<UserIncidentList, ListError> {
        let all = ListQuery { limit: u64::from(u32::MAX), ..ListQuery::default() };
        let connections = self.store.list_connections(tenant, &all).await?.items;
        let question = |connection| Question { connection, person, behind, rights };
        let asked = connections.iter().map(|connection| self.part(question(connection)));
        Ok(merge::merge(try_join_all(asked).await?))
    }

    async fn part(&self, question: Question<'_>) -> Result<merge::Part, StoreError> {
        Ok(merge::Part::new(question.connection, self.answer(question).await?))
    }
}

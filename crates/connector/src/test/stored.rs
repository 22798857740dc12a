use std::time::{Duration, SystemTime};

use model::{Connection, ConnectionId, TenantId, Timestamp};
use servicenow::{Filter, Session};
use store::{Store, StoreError, TrialRecord};

use super::{StepStatus, TestReport, Told, Trial, test};
use crate::{CredentialPolicy, Door, RefreshTokens, Site, Trouble};

/// Tests connections as they are stored, with the settings of the service.
#[derive(Debug, Clone)]
pub struct ConnectionTest {
    /// Where they are.
    pub store: Store,
    /// The way out.
    pub door: Door,
    /// Which credentials are sent.
    pub credentials: CredentialPolicy,
    /// `sync.query`
    pub filter: Filter,
    /// `sync.page_size`
    pub page_size: u32,
}

impl ConnectionTest {
    /// Tests a connection, be it disabled; `None` where there is none.
    pub async fn run(
        &self,
        (tenant, id): (TenantId, ConnectionId),
        now: Timestamp,
        told: Told<'_>,
    ) -> Result<Option<TestReport>, StoreError> {
        let Some(connection) = self.store.load_connection(tenant, id).await? else {
            return Ok(None);
        };
        let site = Site::of(&connection, &self.door.policy().private);
        let session = match &site {
            Ok(site) => self.session(&connection, site).await?,
            // It ends before anybody signs in.
            Err(error) => Err(Trouble::of_site(*error)),
        };
        let trial = Trial {
            door: &self.door,
            site,
            session,
            filter: self.filter.clone(),
            page_size: self.page_size,
            now: system_time(now),
        };
        let report = test(&trial, told).await;
        if report.has_queried() {
            self.store.record_query(tenant, id, now).await?;
        }
        self.store.record_trial((tenant, id), record(&report, now)).await?;
        Ok(Some(report))
    }

    async fn session(
        &self,
        connection: &Connection,
        site: &Site,
    ) -> Result<Result<Session, Trouble>, StoreError> {
        let key = (connection.tenant, connection.id);
        let Some(stored) = self.store.load_credential(key.0, key.1).await? else {
            return Ok(Err(Trouble::no_credential()));
        };
        let set_for = stored.description.origin.as_ref();
        let signs_in = match self.credentials.sign_in(connection, &stored.credential, set_for) {
            Ok(signs_in) => signs_in,
            Err(refusal) => return Ok(Err(Trouble::of_credential(&refusal))),
        };
        let tokens = RefreshTokens::new(self.store.clone(), key, stored.version);
        let session = self.door.session(site, signs_in, tokens.sink());
        Ok(session.map_err(|error| Trouble::of_client(&error)))
    }
}

/// What is remembered of a test.
fn record(report: &TestReport, now: Timestamp) -> TrialRecord {
    let is_trouble = |status| matches!(status, StepStatus::Failed | StepStatus::Warning);
    let trouble = report.steps.iter().find(|step| is_trouble(step.status));
    TrialRecord {
        tested: now,
        status: report.status.name().to_owned(),
        trouble: trouble.map(|step| (step.name.name().to_owned(), step.message.clone())),
        matched: report.matched.and_then(|matched| i64::try_from(matched).ok()),
    }
}

/// Whole seconds are enough for tokens.
fn system_time(at: Timestamp) -> SystemTime {
    let seconds = Duration::from_secs(at.unix_seconds().unsigned_abs());
    SystemTime::UNIX_EPOCH.checked_add(seconds).unwrap_or(SystemTime::UNIX_EPOCH)
}

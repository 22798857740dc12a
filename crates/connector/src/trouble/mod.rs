//! What a failure means for a connection, and what an administrator is told to do.

mod call;
mod hint;
mod sign_in;
mod words;

use std::time::SystemTime;

use model::HealthStatus;
use servicenow::{Failure, WalkError};

use crate::SiteError;

/// What is the matter with a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// How the connection is, then.
    pub status: HealthStatus,
    /// The instance wants to be left alone until then.
    pub not_before: Option<SystemTime>,
    /// A word for programs.
    pub code: &'static str,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do, in one sentence or more.
    pub hint: String,
}

impl Trouble {
    /// What a failed call means.
    pub fn of(failure: &Failure, now: SystemTime) -> Self {
        call::trouble(failure, now)
    }

    /// Rows that cannot be followed from page to page.
    pub fn of_walk(error: &WalkError) -> Self {
        let (code, hint) = match error {
            WalkError::NoKey(_) => (
                "keyNotReadable",
                "Let the account read sys_id and sys_updated_on of incidents (field ACLs).",
            ),
            WalkError::NotInOrder(_) | WalkError::NotAskedFor => (
                "notInOrder",
                "The instance dropped the order or a condition of the query. Let the account query \
                 sys_updated_on and sys_id (rules of type query_range).",
            ),
        };
        Self::mend(code, format!("{}.", words::capital(&error.to_string())), hint)
    }

    /// A connection that leads nowhere.
    pub fn of_site(error: SiteError) -> Self {
        let code = match error {
            SiteError::NotSet => "notSet",
            SiteError::Endpoint(_) | SiteError::Instance(_) | SiteError::Path(_) => "urlNotAllowed",
        };
        let hint = "Set instanceUrl to the https address of the instance, and incidentApiUrl to a \
                    path of its Table API, such as /api/now/table/incident.";
        Self::mend(code, format!("{error}."), hint)
    }

    /// The instance's own clock went back, so that its rows may be older than those known.
    pub fn clock_went_back(by: std::time::Duration) -> Self {
        let message = format!("The clock of the instance went back by {}.", words::span(by));
        let hint = "Nothing was removed; all rows are compared anew. If the instance was restored \
                    from a backup or cloned over, no more is needed; otherwise have its clock set.";
        Self::mend("clockWentBack", message, hint)
    }

    /// One text for people.
    pub fn reason(&self) -> String {
        format!("{} {}", self.message, self.hint)
    }

    /// Something is to be mended in configuration or rights.
    fn mend(code: &'static str, message: String, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        Self { status: HealthStatus::Error, not_before: None, code, message, hint }
    }
}

#[cfg(test)]
mod tests;

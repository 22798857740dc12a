//! What a failure means for a connection, and what an administrator is told to do.

mod call;
mod hint;
mod sign_in;
mod words;

use std::time::SystemTime;

use model::HealthStatus;
use servicenow::{ClientError, Failure, WalkError};

use crate::{CredentialRefusal, SignInError, SiteError};

pub(crate) use words::span;

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

    /// A connection without a credential.
    pub fn no_credential() -> Self {
        let message = "The connection has no credential.".to_owned();
        let (status, hint) = (HealthStatus::NotSetUp, hint::NO_CREDENTIAL.to_owned());
        Self { status, not_before: None, code: "noCredential", message, hint }
    }

    /// A connection at which agents cannot sign in.
    pub(crate) fn no_client() -> Self {
        let message = "The connection has no OAuth client to sign in with.".to_owned();
        Self::mend("noAppId", message, hint::NO_APP_ID)
    }

    /// An instance that lets somebody in for half an hour only.
    pub(crate) fn no_refresh_token() -> Self {
        let message = "ServiceNow gave no refresh token.".to_owned();
        let hint = "An administrator can set its lifetime in the OAuth application of ServiceNow.";
        sign_in::needed("noRefreshToken", message, hint)
    }

    /// A credential that is not sent.
    pub fn of_credential(refusal: &CredentialRefusal) -> Self {
        let message = format!("{}.", words::capital(&refusal.to_string()));
        match refusal {
            CredentialRefusal::OtherInstance { .. } => {
                sign_in::needed("otherInstance", message, hint::OTHER_INSTANCE)
            }
            CredentialRefusal::BasicNotAllowed => {
                Self::mend("basicNotAllowed", message, hint::BASIC_NOT_ALLOWED)
            }
            CredentialRefusal::SignIn(SignInError::NoAppId(_)) => {
                Self::mend("noAppId", message, hint::NO_APP_ID)
            }
            CredentialRefusal::SignIn(SignInError::SigningKey(_)) => {
                sign_in::needed("notSigned", message, hint::KEY)
            }
        }
    }

    /// No calls can be made on this machine.
    pub fn of_client(error: &ClientError) -> Self {
        let message = format!("No HTTPS client could be set up ({}).", words::cause(error));
        Self::mend("client", message, hint::CLIENT_SET_UP)
    }

    /// There are rows, and the account may read none.
    pub(crate) fn reads_nothing(total: u64) -> Self {
        let message = format!("The table has {total} rows, and the account may read none of them.");
        Self::mend("readsNothing", message, hint::TABLE_FORBIDDEN)
    }

    /// The instance told somebody else that it wants to be left alone.
    pub(crate) fn left_alone(until: SystemTime) -> Self {
        let message =
            "The instance wants to be left alone, as it said when somebody asked for the \
                       incidents of a person."
                .to_owned();
        let (status, hint) = (HealthStatus::Throttled, hint::THROTTLED.to_owned());
        Self { status, not_before: Some(until), code: "throttled", message, hint }
    }

    /// No usable answer, on a lower level than calls.
    pub(crate) fn unreachable(message: String) -> Self {
        let (status, hint) = (HealthStatus::Unreachable, hint::UNREACHABLE.to_owned());
        Self { status, not_before: None, code: "unreachable", message, hint }
    }

    /// No way to the proxy.
    pub(crate) fn no_proxy(message: String) -> Self {
        let (status, hint) = (HealthStatus::Unreachable, hint::PROXY.to_owned());
        Self { status, not_before: None, code: "proxy", message, hint }
    }

    /// The instance's own clock went back, so that its rows may be older than those known.
    pub fn clock_went_back(by: std::time::Duration) -> Self {
        let message = format!("The clock of the instance went back by {}.", span(by));
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

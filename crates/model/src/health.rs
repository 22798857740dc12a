use crate::{Connection, ConnectionStatus, Timestamp};

/// What is known of a connection from real calls, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// What is known.
    pub status: HealthStatus,
    /// Since when it is so.
    pub since: Timestamp,
    /// The last call that was answered well.
    pub last_success: Option<Timestamp>,
    /// The last call.
    pub last_attempt: Option<Timestamp>,
    /// A sentence that tells an administrator what to do.
    pub reason: Option<String>,
    /// The instance wants to be left alone until then.
    pub not_before: Option<Timestamp>,
}

/// How a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HealthStatus {
    /// There is no credential.
    NotSetUp,
    /// Nothing was asked yet.
    NotVerified,
    /// The last call was answered well.
    Verified,
    /// The connection is off.
    Disabled,
    /// The token endpoint refuses, or a 401 survives a new token.
    SignInNeeded,
    /// No usable answer: network, gone, asleep, not ServiceNow.
    Unreachable,
    /// The instance wants to be left alone for a while.
    Throttled,
    /// Something is to be mended in configuration or rights.
    Error,
}

impl Health {
    /// What is shown of a connection about which the last calls told this.
    #[must_use]
    pub fn shown_for(self, connection: &Connection, has_credential: bool) -> Self {
        let status = match connection.status {
            ConnectionStatus::Disabled => HealthStatus::Disabled,
            ConnectionStatus::Enabled if !has_credential => HealthStatus::NotSetUp,
            ConnectionStatus::Enabled => return self,
        };
        Self { status, since: connection.last_modified, reason: None, ..self }
    }
}

impl HealthStatus {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NotSetUp,
        Self::NotVerified,
        Self::Verified,
        Self::Disabled,
        Self::SignInNeeded,
        Self::Unreachable,
        Self::Throttled,
        Self::Error,
    ];

    /// The word in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotSetUp => "notSetUp",
            Self::NotVerified => "notVerified",
            Self::Verified => "verified",
            Self::Disabled => "disabled",
            Self::SignInNeeded => "signInNeeded",
            Self::Unreachable => "unreachable",
            Self::Throttled => "throttled",
            Self::Error => "error",
        }
    }
}

use model::Connection;
use uuid::Uuid;

use super::UserIncidents;
use super::reason::NotLive;
use crate::{OpenSessionError, Opened, Trouble};

/// By whose rights in ServiceNow instances are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Those of the accounts of the connections.
    Service,
    /// Those of an agent, where the agent has signed in.
    Agent {
        /// The agent's account in the console.
        account: Uuid,
        /// Whether, where the agent has not, the connection's account answers.
        or_service: bool,
    },
}

/// Who a session is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Service,
    Agent,
}

impl Rights {
    /// Whether what passes stored may be shown: they saw it by the rights of the account.
    pub fn may_see_stored(self) -> bool {
        match self {
            Self::Service => true,
            Self::Agent { or_service, .. } => or_service,
        }
    }
}

impl Whose {
    pub(super) fn not_live(self, trouble: Trouble) -> NotLive {
        match self {
            Self::Service => NotLive::Trouble(trouble),
            Self::Agent => NotLive::OfAgent(trouble),
        }
    }
}

impl UserIncidents {
    /// Calls of an instance by these rights; `None` if the agent has to sign in first.
    pub(super) async fn open(
        &self,
        connection: &Connection,
        rights: Rights,
    ) -> Result<Option<(Opened, Whose)>, OpenSessionError> {
        if let Rights::Agent { account, or_service } = rights {
            if let Some(opened) = self.sessions.open_as(connection, account).await? {
                return Ok(Some((opened, Whose::Agent)));
            }
            if !or_service {
                return Ok(None);
            }
        }
        Ok(Some((self.sessions.open(connection).await?, Whose::Service)))
    }
}

use std::fmt;

use model::{ConnectionId, Origin, TenantId};
use secrecy::SecretString;
use uuid::Uuid;

use crate::StoreError;
use crate::credential::CredentialVersion;
use crate::row::Row;
use crate::seal::{Place, Sealer};

/// Somebody who signs in to the instance of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Agent {
    /// The tenant of both.
    pub tenant: TenantId,
    /// The connection.
    pub connection: ConnectionId,
    /// The account in the console.
    pub account: Uuid,
}

/// Who gave a token: nobody else gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenBy {
    /// The instance.
    pub origin: Origin,
    /// The OAuth client that it was given to.
    pub app_id: String,
}

/// What an agent signed in with.
#[derive(Clone)]
pub struct AgentToken {
    /// The refresh token that was stored last.
    pub refresh_token: SecretString,
    /// Where it may be sent.
    pub given_by: GivenBy,
    /// Names what is stored now.
    pub version: CredentialVersion,
}

pub(super) const TABLE: &str = "agent_token";

impl Agent {
    /// The key of a row, which is also the place that the token is sealed for.
    pub(super) fn key(&self) -> [String; 3] {
        [self.tenant.to_string(), self.connection.to_string(), self.account.to_string()]
    }
}

impl GivenBy {
    pub(super) fn read(row: &mut Row) -> Result<Self, StoreError> {
        let origin = Origin::from_text(row.text("agent_token.origin")?);
        Ok(Self { origin, app_id: row.text("agent_token.app_id")? })
    }
}

/// The columns of [`SealedToken`], and the rest of the statement.
macro_rules! select_agent_token {
    ($rest:literal) => {
        concat!(
            "SELECT origin, app_id, version, sealed FROM agent_token ",
            "WHERE tenant_id = $1 AND connection_id = $2 AND account_id = $3",
            $rest
        )
    };
}
pub(super) use select_agent_token;

pub(super) struct SealedToken {
    given_by: GivenBy,
    version: CredentialVersion,
    sealed: Vec<u8>,
}

impl SealedToken {
    pub(super) fn open(self, sealer: &Sealer, key: &[String; 3]) -> Result<AgentToken, StoreError> {
        let Self { given_by, version, sealed } = self;
        let [tenant, connection, account] = key;
        let place = Place { table: TABLE, row: &[tenant, connection, account] };
        let token = sealer.open(&place, &sealed)?;
        let token = str::from_utf8(&token)
            .map_err(|_bytes| StoreError::Corrupt { column: "agent_token.sealed" })?;
        Ok(AgentToken { refresh_token: token.to_owned().into(), given_by, version })
    }
}

impl TryFrom<Row> for SealedToken {
    type Error = StoreError;

    fn try_from(mut row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            given_by: GivenBy::read(&mut row)?,
            version: CredentialVersion::from_number(row.integer("agent_token.version")?),
            sealed: row.blob("agent_token.sealed")?,
        })
    }
}

impl fmt::Debug for AgentToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentToken").field("given_by", &self.given_by).finish_non_exhaustive()
    }
}

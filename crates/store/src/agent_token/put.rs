use model::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::row::{Agent, GivenBy, TABLE};
use crate::credential::CredentialVersion;
use crate::operation::Operation;
use crate::row::Param;
use crate::seal::{Place, Sealer};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Keeps what an agent signed in with, in place of what the agent had.
    pub async fn put_agent_token(
        &self,
        agent: Agent,
        given_by: &GivenBy,
        token: &SecretString,
    ) -> Result<(), StoreError> {
        let now = self.clock().now();
        let put = move |sealer| {
            let version = CredentialVersion::random(self.rng());
            let (given_by, token) = (given_by.clone(), token.clone());
            self.backend().write(Put { agent, given_by, token, version, now, sealer })
        };
        self.with_sealer(put).await
    }
}

struct Put {
    agent: Agent,
    given_by: GivenBy,
    token: SecretString,
    version: CredentialVersion,
    now: Timestamp,
    sealer: Sealer,
}

impl Operation for Put {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let [tenant, connection, account] = self.agent.key();
        let place = Place { table: TABLE, row: &[&tenant, &connection, &account] };
        let sealed = self.sealer.seal(tx, &place, self.token.expose_secret().as_bytes()).await?;
        let params = [
            tenant.into(),
            connection.into(),
            account.into(),
            Param::Blob(sealed),
            self.given_by.origin.to_string().into(),
            (&self.given_by.app_id).into(),
            self.now.into(),
            self.version.number().into(),
        ];
        tx.execute(&PUT_AGENT_TOKEN, &params).await.map(drop)
    }
}

pub(crate) const PUT_AGENT_TOKEN: Statement = Statement::new(
    "INSERT INTO agent_token
     (tenant_id, connection_id, account_id, sealed, origin, app_id, created, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (tenant_id, connection_id, account_id) DO UPDATE SET
     sealed = excluded.sealed, origin = excluded.origin, app_id = excluded.app_id,
     created = excluded.created, version = excluded.version",
);

use secrecy::{ExposeSecret as _, SecretString};

use super::row::{Agent, SealedToken, TABLE, select_agent_token};
use crate::credential::{CredentialVersion, Renewal};
use crate::operation::Operation;
use crate::row::Param;
use crate::seal::{Place, Sealer};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Stores the refresh token that the instance gave for the one of `seen`, as
    /// [`Store::renew_refresh_token`] does for a connection.
    pub async fn renew_agent_token(
        &self,
        agent: Agent,
        seen: CredentialVersion,
        token: &SecretString,
    ) -> Result<Renewal, StoreError> {
        let renew = move |sealer| {
            let next = CredentialVersion::random(self.rng());
            let token = token.clone();
            self.backend().write(Renew { agent, seen, next, token, sealer })
        };
        self.with_sealer(renew).await
    }
}

struct Renew {
    agent: Agent,
    seen: CredentialVersion,
    next: CredentialVersion,
    token: SecretString,
    sealer: Sealer,
}

impl Operation for Renew {
    type Output = Renewal;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Renewal, StoreError> {
        let key = self.agent.key();
        let rows = tx.query(&LOCK_AGENT_TOKEN, &key.each_ref().map(Param::from)).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(Renewal::Superseded) };
        let stored = SealedToken::try_from(row)?.open(&self.sealer, &key)?;
        if stored.refresh_token.expose_secret() == self.token.expose_secret() {
            return Ok(Renewal::Stored(stored.version));
        }
        if stored.version != self.seen {
            return Ok(Renewal::Superseded);
        }
        let [tenant, connection, account] = key;
        let place = Place { table: TABLE, row: &[&tenant, &connection, &account] };
        let sealed = self.sealer.seal(tx, &place, self.token.expose_secret().as_bytes()).await?;
        let params = [
            tenant.into(),
            connection.into(),
            account.into(),
            Param::Blob(sealed),
            self.next.number().into(),
        ];
        tx.execute(&RENEW_AGENT_TOKEN, &params).await?;
        Ok(Renewal::Stored(self.next))
    }
}

pub(crate) const LOCK_AGENT_TOKEN: Statement =
    Statement::locking(select_agent_token!(""), select_agent_token!(" FOR UPDATE"));

pub(crate) const RENEW_AGENT_TOKEN: Statement = Statement::new(
    "UPDATE agent_token SET sealed = $4, version = $5
     WHERE tenant_id = $1 AND connection_id = $2 AND account_id = $3",
);

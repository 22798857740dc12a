use model::{ConnectionId, TenantId, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use super::row::{
    CredentialVersion, SealedCredential, StoredCredential, TABLE, key, select_credential,
};
use crate::operation::Operation;
use crate::row::Param;
use crate::seal::{Place, Sealer};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// What became of a new refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// It is stored, under this version.
    Stored(CredentialVersion),
    /// Something else was stored meanwhile, or all was deleted; that stays.
    Superseded,
}

impl Store {
    /// Stores the refresh token that the instance gave for the one of `seen`. Storing the same once
    /// more is no conflict, so a caller who does not know the outcome repeats it.
    pub async fn renew_refresh_token(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        seen: CredentialVersion,
        token: &SecretString,
    ) -> Result<Renewal, StoreError> {
        let now = self.clock().now();
        let renew = move |sealer| {
            let next = CredentialVersion::random(self.rng());
            let token = token.clone();
            self.backend().write(Renew { tenant, id, seen, next, token, now, sealer })
        };
        self.with_sealer(renew).await
    }
}

struct Renew {
    tenant: TenantId,
    id: ConnectionId,
    seen: CredentialVersion,
    next: CredentialVersion,
    token: SecretString,
    now: Timestamp,
    sealer: Sealer,
}

impl Operation for Renew {
    type Output = Renewal;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Renewal, StoreError> {
        let [tenant, id] = key(self.tenant, self.id);
        let place = Place { table: TABLE, row: &[&tenant, &id] };
        let rows = tx.query(&LOCK_CREDENTIAL, &[(&tenant).into(), (&id).into()]).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(Renewal::Superseded) };
        let stored = SealedCredential::try_from(row)?.open(&self.sealer, &place)?;
        if self.is_stored(&stored) {
            return Ok(Renewal::Stored(stored.version));
        }
        let renewed = stored.credential.with_refresh_token(self.token.clone());
        let Some(renewed) = renewed.filter(|_| stored.version == self.seen) else {
            return Ok(Renewal::Superseded);
        };
        let json = renewed.to_json();
        let sealed = self.sealer.seal(tx, &place, json.expose_secret().as_bytes()).await?;
        let params = [
            tenant.into(),
            id.into(),
            Param::Blob(sealed),
            self.now.into(),
            self.next.number().into(),
        ];
        tx.execute(&RENEW_CREDENTIAL, &params).await?;
        Ok(Renewal::Stored(self.next))
    }
}

impl Renew {
    fn is_stored(&self, stored: &StoredCredential) -> bool {
        let token = stored.credential.refresh_token();
        token.is_some_and(|token| token.expose_secret() == self.token.expose_secret())
    }
}

pub(crate) const LOCK_CREDENTIAL: Statement =
    Statement::locking(select_credential!(""), select_credential!(" FOR UPDATE"));

pub(crate) const RENEW_CREDENTIAL: Statement = Statement::new(
    "UPDATE credential SET sealed = $3, renewed = $4, version = $5
     WHERE tenant_id = $1 AND connection_id = $2",
);

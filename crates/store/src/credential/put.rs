use model::{Activity, Author, ConnectionId, Credential, TenantId, Timestamp};
use secrecy::ExposeSecret as _;

use super::row::{CredentialVersion, TABLE, key};
use crate::operation::{Operation, Witness};
use crate::row::Param;
use crate::seal::{Place, Sealer};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError, audit, connection, sync};

impl Store {
    /// Sets the credential of a connection, in place of the one it may have, for the instance that
    /// the connection names now. `false` if there is no such connection.
    pub async fn put_credential(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        credential: &Credential,
        author: &Author,
    ) -> Result<bool, StoreError> {
        let now = self.clock().now();
        let put = move |sealer| {
            let (credential, author) = (credential.clone(), author.clone());
            let version = CredentialVersion::random(self.rng());
            let witness = self.witness(tenant);
            let put = Put { tenant, id, credential, author, now, version, sealer, witness };
            self.backend().write(put)
        };
        self.with_sealer(put).await
    }
}

struct Put {
    tenant: TenantId,
    id: ConnectionId,
    credential: Credential,
    author: Author,
    now: Timestamp,
    version: CredentialVersion,
    sealer: Sealer,
    witness: Witness,
}

impl Operation for Put {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let Some(connection) = connection::lock(tx, self.tenant, self.id).await? else {
            return Ok(false);
        };
        let [tenant, id] = key(self.tenant, self.id);
        let place = Place { table: TABLE, row: &[&tenant, &id] };
        let json = self.credential.to_json();
        let sealed = self.sealer.seal(tx, &place, json.expose_secret().as_bytes()).await?;
        let kind = self.credential.kind();
        let params = [
            tenant.into(),
            id.into(),
            kind.name().into(),
            self.credential.user_name().into(),
            Param::Blob(sealed),
            connection.origin().map(|origin| origin.to_string()).into(),
            self.now.into(),
            self.version.number().into(),
        ];
        tx.execute(&PUT_CREDENTIAL, &params).await?;
        sync::credential_changed(tx, &connection, self.now).await?;
        let members = kind.members().iter().map(|member| member.name());
        let written = std::iter::once("kind").chain(members).collect();
        let event = self.author.record(Activity::SetCredential, &connection, written, self.now);
        audit::append(tx, &event, &self.witness).await?;
        Ok(true)
    }

    fn witness(&self) -> Option<&Witness> {
        Some(&self.witness)
    }
}

pub(crate) const PUT_CREDENTIAL: Statement = Statement::new(
    "INSERT INTO credential
     (tenant_id, connection_id, kind, user_name, sealed, origin, created, renewed, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8)
     ON CONFLICT (tenant_id, connection_id) DO UPDATE SET
     kind = excluded.kind, user_name = excluded.user_name, sealed = excluded.sealed,
     origin = excluded.origin, created = excluded.created, renewed = NULL,
     version = excluded.version",
);

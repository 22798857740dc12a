use std::convert::Infallible;
use std::marker::PhantomData;

use model::{Activity, Author, Change, ConnectionId, Credential, TenantId, Timestamp};
use secrecy::ExposeSecret as _;

use super::describe::described;
use super::row::{CredentialDescription, CredentialVersion, TABLE, key};
use crate::operation::{Operation, Witness};
use crate::row::Param;
use crate::seal::{Place, Sealer};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError, UpdateError, audit, connection, sync};

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
        let decide = |_is_there| Ok::<_, Infallible>(());
        match self.put_credential_if(tenant, id, credential, author, decide).await {
            Ok(()) => Ok(true),
            Err(UpdateError::NotFound) => Ok(false),
            Err(UpdateError::Refused(never)) => match never {},
            Err(UpdateError::Store(error)) => Err(error),
        }
    }

    /// The same, if `decide` agrees, which is told whether there is a credential. It is called again
    /// if the transaction has to be repeated.
    pub async fn put_credential_if<E, D>(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        credential: &Credential,
        author: &Author,
        decide: D,
    ) -> Result<(), UpdateError<E>>
    where
        E: Send + 'static,
        D: Fn(bool) -> Result<(), E> + Clone + Send + Sync + 'static,
    {
        let now = self.clock().now();
        let put = move |sealer| {
            let (credential, author) = (credential.clone(), author.clone());
            let version = CredentialVersion::random(self.rng());
            let (witness, decide, error) = (self.witness(tenant), decide.clone(), PhantomData);
            let put = Put {
                tenant,
                id,
                credential,
                author,
                now,
                version,
                sealer,
                witness,
                decide,
                error,
            };
            async {
                match self.backend().write(put).await {
                    Err(UpdateError::Store(error)) => Err(error),
                    put => Ok(put),
                }
            }
        };
        self.with_sealer(put).await?
    }
}

struct Put<E, D> {
    tenant: TenantId,
    id: ConnectionId,
    credential: Credential,
    author: Author,
    now: Timestamp,
    version: CredentialVersion,
    sealer: Sealer,
    witness: Witness,
    decide: D,
    error: PhantomData<fn() -> E>,
}

impl<E, D> Operation for Put<E, D>
where
    E: Send + 'static,
    D: Fn(bool) -> Result<(), E> + Send + Sync + 'static,
{
    type Output = ();
    type Error = UpdateError<E>;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), UpdateError<E>> {
        let connection = connection::lock(tx, self.tenant, self.id).await?;
        let connection = connection.ok_or(UpdateError::NotFound)?;
        let before = described(tx, self.tenant, self.id).await?;
        (self.decide)(before.is_some()).map_err(UpdateError::Refused)?;
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
        let written = changes(before.as_ref(), &self.credential);
        let event = self.author.record(Activity::SetCredential, &connection, written, self.now);
        Ok(audit::append(tx, &event, &self.witness).await?)
    }

    fn witness(&self) -> Option<&Witness> {
        Some(&self.witness)
    }
}

/// What is no secret, and the names of what is.
fn changes(before: Option<&CredentialDescription>, after: &Credential) -> Vec<Change> {
    let kind = Change {
        property: "kind",
        before: before.map(|before| before.kind.name().to_owned()),
        after: Some(after.kind().name().to_owned()),
    };
    let members = after.kind().members().iter().map(|member| match member.name() {
        property @ "userName" => Change {
            property,
            before: before.and_then(|before| before.user_name.clone()),
            after: after.user_name().map(str::to_owned),
        },
        property => Change::named(property),
    });
    std::iter::once(kind).chain(members).collect()
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

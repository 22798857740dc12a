use model::{ConnectionId, Credential, CredentialKind, Origin, Rng, TenantId, Timestamp};

use crate::StoreError;
use crate::row::Row;
use crate::seal::{Place, Sealer};

/// What may be told of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialDescription {
    /// How it signs in.
    pub kind: CredentialKind,
    /// See [`Credential::user_name`].
    pub user_name: Option<String>,
    /// The instance that it was set for; `None` if the connection had none then.
    pub origin: Option<Origin>,
    /// When it was set.
    pub created: Timestamp,
    /// When the instance last gave another refresh token.
    pub renewed: Option<Timestamp>,
}

/// A credential with all that is known of it.
#[derive(Debug, Clone)]
pub struct StoredCredential {
    /// What it is, with its secrets.
    pub credential: Credential,
    /// What may be told of it.
    pub description: CredentialDescription,
    /// Names what is stored now.
    pub version: CredentialVersion,
}

/// Another one after every write. It is random, so that a credential that was deleted and set again
/// is not taken for the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialVersion(i64);

impl CredentialVersion {
    pub(crate) fn random(rng: &dyn Rng) -> Self {
        let mut bytes = [0; 8];
        rng.fill(&mut bytes);
        Self(i64::from_le_bytes(bytes))
    }

    pub(crate) const fn number(self) -> i64 {
        self.0
    }

    pub(crate) const fn from_number(number: i64) -> Self {
        Self(number)
    }
}

pub(super) const TABLE: &str = "credential";

/// The key of a row, which is also the place that its secrets are sealed for.
pub(super) fn key(tenant: TenantId, id: ConnectionId) -> [String; 2] {
    [tenant.to_string(), id.to_string()]
}

/// The columns of [`SealedCredential`], and the rest of the statement.
macro_rules! select_credential {
    ($rest:literal) => {
        concat!(
            "SELECT kind, user_name, origin, created, renewed, version, sealed ",
            "FROM credential WHERE tenant_id = $1 AND connection_id = $2",
            $rest
        )
    };
}
pub(super) use select_credential;

pub(super) struct SealedCredential {
    description: CredentialDescription,
    pub(super) version: CredentialVersion,
    sealed: Vec<u8>,
}

impl SealedCredential {
    pub(super) fn open(
        self,
        sealer: &Sealer,
        place: &Place<'_>,
    ) -> Result<StoredCredential, StoreError> {
        let Self { description, version, sealed } = self;
        let json = sealer.open(place, &sealed)?;
        let credential = Credential::from_json(&json)
            .map_err(|_refused| StoreError::Corrupt { column: "credential.sealed" })?;
        Ok(StoredCredential { credential, description, version })
    }
}

impl TryFrom<Row> for SealedCredential {
    type Error = StoreError;

    fn try_from(mut row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            description: describe(&mut row)?,
            version: CredentialVersion::from_number(row.integer("credential.version")?),
            sealed: row.blob("credential.sealed")?,
        })
    }
}

pub(super) fn describe(row: &mut Row) -> Result<CredentialDescription, StoreError> {
    let kind = row.text("credential.kind")?;
    let kind = CredentialKind::named(&kind);
    Ok(CredentialDescription {
        kind: kind.ok_or(StoreError::Corrupt { column: "credential.kind" })?,
        user_name: row.optional_text("credential.user_name")?,
        origin: row.optional_text("credential.origin")?.map(Origin::from_text),
        created: row.timestamp("credential.created")?,
        renewed: row.optional_timestamp("credential.renewed")?,
    })
}

use std::path::PathBuf;

use anyhow::bail;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use model::{ConnectionId, Credential, CredentialKind, CredentialMember};
use secrecy::{ExposeSecret as _, SecretString};

use super::super::{Common, author, not_found};
use super::secrets::{self, Secrets};
use super::{missing, print};
use crate::open;

/// Set what a connection signs in with, in place of what it has
///
/// Secrets are asked for on a terminal. Otherwise they are read from standard input, or from a
/// file, one a line: clientSecret first, then password, refreshToken or apiKey. Without --kind the
/// JSON that the API takes is read instead.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Id of the connection
    id: ConnectionId,
    /// How to sign in
    #[arg(long, value_name = "KIND", value_parser = kind())]
    kind: Option<CredentialKind>,
    /// User who signs in, for the kinds password and basic
    #[arg(long, value_name = "NAME", requires = "kind")]
    user_name: Option<String>,
    /// Id of the key at the instance, for the kind jwtBearer
    #[arg(long, value_name = "ID", requires = "kind")]
    key_id: Option<String>,
    /// User who signs in, for the kind jwtBearer
    #[arg(long, value_name = "NAME", requires = "kind")]
    subject: Option<String>,
    /// PEM file with the private key, for the kind jwtBearer
    #[arg(long, value_name = "FILE", requires = "kind")]
    private_key: Option<PathBuf>,
    /// Read the secrets, or the JSON, from this file
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.common.config.load(Vec::new())?;
        let store = open::existing_store(&config).await?;
        let (tenant, id) = (self.common.tenant, self.id);
        // Nobody should type secrets for a connection that there is not.
        if store.load_connection(tenant, id).await?.is_none() {
            return Err(not_found(tenant, id));
        }
        let credential = self.credential()?;
        if !config.credentials.allows(credential.kind()) {
            bail!("kind {} needs credentials.basic = true", credential.kind());
        }
        if !store.put_credential(tenant, id, &credential, &author()).await? {
            return Err(not_found(tenant, id));
        }
        match store.describe_credential(tenant, id).await? {
            Some(described) => Ok(print::one(&described, self.common.json)?),
            None => Err(missing(&store, tenant, id).await),
        }
    }

    fn credential(&self) -> anyhow::Result<Credential> {
        let Some(kind) = self.kind else {
            let json = secrets::whole(self.secrets.as_deref())?;
            return Ok(Credential::from_json(json.expose_secret().as_bytes())?);
        };
        let given = self.given()?;
        if let Some((member, _)) = given.iter().find(|(member, _)| !kind.members().contains(member))
        {
            bail!("{} is not a member of kind {kind}", member.name());
        }
        let is_given = |member| given.iter().any(|(given, _)| *given == member);
        let needed = kind.members().iter().copied().filter(|member| !is_given(*member));
        let needed: Vec<_> = needed.collect();
        if let Some((member, argument)) = needed.iter().find_map(|m| Some((m, argument(*m)?))) {
            bail!("{} is missing: {argument} gives it", member.name());
        }
        let texts = Secrets::of(self.secrets.as_deref())?.read(&needed)?;
        Ok(Credential::of(kind, given.into_iter().chain(texts))?)
    }

    /// What stands in the arguments, or in a file of its own.
    fn given(&self) -> anyhow::Result<Vec<(CredentialMember, SecretString)>> {
        let plain = |text: &Option<String>| text.clone().map(SecretString::from);
        let key = self.private_key.as_deref().map(|file| secrets::whole(Some(file))).transpose()?;
        let given = [
            (CredentialMember::UserName, plain(&self.user_name)),
            (CredentialMember::KeyId, plain(&self.key_id)),
            (CredentialMember::Subject, plain(&self.subject)),
            (CredentialMember::PrivateKey, key),
        ];
        Ok(given.into_iter().filter_map(|(member, text)| Some((member, text?))).collect())
    }
}

/// What gives a member that is not read as a line: it is no secret, or a key of many lines.
fn argument(member: CredentialMember) -> Option<&'static str> {
    match member {
        CredentialMember::UserName => Some("--user-name"),
        CredentialMember::KeyId => Some("--key-id"),
        CredentialMember::Subject => Some("--subject"),
        CredentialMember::PrivateKey => Some("--private-key"),
        CredentialMember::ClientSecret
        | CredentialMember::Password
        | CredentialMember::RefreshToken
        | CredentialMember::ApiKey => None,
    }
}

fn kind() -> impl TypedValueParser<Value = CredentialKind> {
    let names = PossibleValuesParser::new(CredentialKind::ALL.map(CredentialKind::name));
    names.try_map(|name| CredentialKind::named(&name).ok_or("is no kind"))
}

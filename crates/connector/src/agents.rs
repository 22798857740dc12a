use std::sync::Arc;

use model::{AuthenticationMethod, Connection, ConnectionId, TenantId, Timestamp};
use secrecy::SecretString;
use servicenow::{AuthorizationRequest, Failure, Grant, OAuthClient, Verifier};
use store::{Agent, AgentToken, CredentialVersion, GivenBy, StoreError};
use url::Url;
use uuid::Uuid;

use crate::sessions::Key;
use crate::{OpenSessionError, Opened, RefreshTokens, Sessions, Site, Trouble, time};

/// What an agent is sent to an instance with, and comes back with.
#[derive(Debug, Clone, Copy)]
pub struct AgentSignIn<'a> {
    /// Where the instance sends the browser back to.
    pub redirect_uri: &'a str,
    /// Proof that whoever fetches the token is who sent the browser.
    pub verifier: &'a Verifier,
}

/// Who the tokens of agents for a connection are of; `None` while it has no OAuth client.
pub fn given_by(connection: &Connection) -> Option<GivenBy> {
    let AuthenticationMethod::OauthSecret(method) = connection.authentication_method.as_ref()?;
    let app_id = method.app_id.clone().filter(|id| !id.is_empty())?;
    Some(GivenBy { origin: connection.origin()?, app_id })
}

impl Sessions {
    /// Where an agent signs in to the instance of a connection, with the OAuth client that it has.
    pub fn authorization_url(
        &self,
        connection: &Connection,
        sign_in: AgentSignIn<'_>,
        state: [u8; 16],
    ) -> Result<Url, OpenSessionError> {
        let site = self.site(connection)?;
        let client = given_by(connection).ok_or_else(no_client)?;
        let AgentSignIn { redirect_uri, verifier } = sign_in;
        let client_id = client.app_id.as_str();
        Ok(AuthorizationRequest { client_id, redirect_uri, state, verifier }.url(&site.instance))
    }

    /// Keeps what the instance gives for the code that the agent came back with.
    pub async fn take_code(
        &self,
        (connection, account): (&Connection, Uuid),
        sign_in: AgentSignIn<'_>,
        code: SecretString,
        now: Timestamp,
    ) -> Result<(), OpenSessionError> {
        let site = self.site(connection)?;
        let given_by = given_by(connection).ok_or_else(no_client)?;
        let (client, _) = self.client(connection, &given_by).await?;
        let grant = Grant::AuthorizationCode {
            client,
            code,
            redirect_uri: sign_in.redirect_uri.to_owned(),
            verifier: Some(sign_in.verifier.clone()),
        };
        let caller = self.door().client(&site);
        let caller = caller.map_err(|error| Trouble::of_client(&error))?;
        let tokens = caller.tokens(&grant).await.map_err(|failure| {
            Trouble::of(&Failure::SignIn(Arc::new(failure)), time::system_time(now))
        })?;
        let token = tokens.refresh.ok_or_else(Trouble::no_refresh_token)?;
        let agent = agent(connection, account);
        Ok(self.store().put_agent_token(agent, &given_by, &token).await?)
    }

    /// Calls for a connection with the rights of an agent; `None` if the agent has not signed in.
    pub async fn open_as(
        &self,
        connection: &Connection,
        account: Uuid,
    ) -> Result<Option<Opened>, OpenSessionError> {
        let key: Key = (connection.tenant, connection.id, Some(account));
        let agent = agent(connection, account);
        let stored = self.store().load_agent_token(agent).await?;
        let given_by = given_by(connection);
        let Some(AgentToken { refresh_token, given_by, version }) =
            stored.filter(|stored| Some(&stored.given_by) == given_by.as_ref())
        else {
            self.forget(&key);
            return Ok(None);
        };
        let site = self.site(connection)?;
        let (client, of_client) = self.client(connection, &given_by).await?;
        let make = |site: &Site| {
            let tokens = RefreshTokens::of_agent(self.store().clone(), agent, version);
            let credential = servicenow::Credential::RefreshToken { client, refresh_token };
            let session = self.door().session(site, credential, tokens.sink());
            Ok((session.map_err(|error| Trouble::of_client(&error))?, tokens))
        };
        self.kept(key, (connection, site), (version, of_client), make).map(Some)
    }

    /// Forgets what an agent signed in with, to one instance or to all.
    pub async fn forget_agent(
        &self,
        tenant: TenantId,
        account: Uuid,
        connection: Option<ConnectionId>,
    ) -> Result<(), StoreError> {
        if let Some(connection) = connection {
            self.store().forget_agent_token(Agent { tenant, connection, account }).await?;
            self.forget(&(tenant, connection, Some(account)));
        } else {
            self.store().forget_agent_tokens(tenant, account).await?;
            self.forget_account(tenant, account);
        }
        Ok(())
    }

    /// The OAuth client of a connection, and the version of the credential that has its secret. A
    /// credential without one belongs to a public client.
    async fn client(
        &self,
        connection: &Connection,
        given_by: &GivenBy,
    ) -> Result<(OAuthClient, Option<CredentialVersion>), OpenSessionError> {
        let id = given_by.app_id.clone();
        let stored = self.store().load_credential(connection.tenant, connection.id).await?;
        let Some(stored) = stored else { return Ok((OAuthClient { id, secret: None }, None)) };
        let secret = stored.credential.client_secret().cloned();
        if secret.is_some() {
            let set_for = stored.description.origin.as_ref();
            let refused = self.policy().sign_in(connection, &stored.credential, set_for);
            refused.map_err(|refusal| Trouble::of_credential(&refusal))?;
        }
        Ok((OAuthClient { id, secret }, Some(stored.version)))
    }
}

fn agent(connection: &Connection, account: Uuid) -> Agent {
    Agent { tenant: connection.tenant, connection: connection.id, account }
}

fn no_client() -> OpenSessionError {
    Trouble::no_client().into()
}

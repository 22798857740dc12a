//! People of an issuer outside sign in to the console: OpenID Connect Core 1.0 section 3.1, the
//! authorization code flow, with PKCE.

mod exchange;
mod id_token;
mod provider;

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Rng, Timestamp};
use secrecy::SecretString;
use store::{Account, Store, StoreError};
use tokio::sync::Semaphore;
use url::Url;

use super::fetch::FetchError;
use super::{DiscoveredKeys, Fetcher, IssuerUrl, OidcError, OidcSettings};
use crate::attempt::Attempt;
use crate::authenticate::KeysUnavailable;
use crate::crypto::sha256;
use crate::session::{SessionToken, start_session};
use crate::{Policy, RoleMapping, TokenRejection};

use exchange::exchange;
use id_token::{Expected, Person, verify_id_token};
use provider::{Provider, provider};

/// As whom the console asks the issuer.
#[derive(Debug, Clone)]
pub struct OidcClient {
    /// `client_id`, as it is registered at the issuer.
    pub id: String,
    /// `client_secret`; a public client has none.
    pub secret: Option<SecretString>,
    /// What the claims of a person grant.
    pub roles: RoleMapping,
}

/// Lets people in whom an issuer vouches for.
pub struct OidcSignIn {
    issuer: IssuerUrl,
    host: String,
    policy: Policy,
    client: OidcClient,
    fetcher: Arc<Fetcher>,
    keys: DiscoveredKeys,
    /// The document that was fetched last, and until when it is not fetched again.
    provider: Mutex<Option<(Provider, Timestamp)>>,
    /// Calls of the issuer on behalf of people nobody knows yet.
    calls: Semaphore,
}

/// What the issuer sends the browser back with.
#[derive(Debug, Clone, Copy, Default)]
pub struct OidcAnswer<'a> {
    /// `code`
    pub code: &'a str,
    /// `state`
    pub state: &'a str,
    /// `iss`
    pub issuer: &'a str,
    /// `error`; empty if there is none.
    pub error: &'a str,
}

/// Nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum OidcSignInError {
    /// There is no such attempt, it is too old, or it is that of another browser.
    #[error("the answer belongs to no attempt of this browser")]
    Attempt,
    /// The issuer says so.
    #[error("the issuer answered with the error {0:?}")]
    Declined(String),
    /// Many sign in at once.
    #[error("too many sign-ins at once")]
    Busy,
    /// The issuer did not answer.
    #[error("the issuer could not be asked")]
    NoAnswer(#[source] Box<dyn Error + Send + Sync>),
    /// Its keys are not to be had.
    #[error(transparent)]
    Keys(#[from] KeysUnavailable),
    /// What it says of itself cannot be used.
    #[error("the issuer cannot be used: {0}")]
    Provider(&'static str),
    /// It does not take the client, or not the code.
    #[error("the token endpoint refused the code with the error {0:?}")]
    Refused(String),
    /// What it answered is not for this attempt.
    #[error("the answer of the issuer is not believed: {0}")]
    Answer(&'static str),
    /// Its token does not hold.
    #[error("the ID token does not hold")]
    Token(#[from] TokenRejection),
    /// The person has no role here.
    #[error("{user_name:?} has no role")]
    NoRole {
        /// Who it is.
        user_name: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const REFRESH_SECONDS: i64 = 3600;
/// After a failure, with the old document.
const RETRY_SECONDS: i64 = 60;
const CALLS_AT_ONCE: usize = 16;
/// What of an attempt binds the answer, the token and the code to the browser.
const STATE: &str = "state";
const NONCE: &str = "nonce";
const VERIFIER: &str = "verifier";
const SCOPE: &str = "openid profile email";

impl OidcSignIn {
    /// With the first issuer of the settings. Nothing is fetched yet.
    pub fn new(settings: &OidcSettings, client: OidcClient) -> Result<Self, OidcError> {
        let fetcher = Fetcher::new(settings.private.clone(), &settings.network);
        let fetcher = Arc::new(fetcher.map_err(OidcError::Client)?);
        let settings = OidcSettings { audiences: vec![client.id.clone()], ..settings.clone() };
        let mut policies = settings.policies(&fetcher)?.into_iter();
        let (issuer, policy) = policies.next().ok_or(OidcError::NoIssuer)?;
        let host = issuer.discovery.host_str().unwrap_or_default().to_owned();
        let keys = DiscoveredKeys::new(issuer.clone(), Arc::clone(&fetcher));
        let (provider, calls) = (Mutex::default(), Semaphore::new(CALLS_AT_ONCE));
        Ok(Self { issuer, host, policy, client, fetcher, keys, provider, calls })
    }

    /// What people know the issuer by.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Where to send the browser, and what it has to keep until it comes back to `redirect_uri`.
    pub async fn begin(
        &self,
        (next, redirect_uri): (&str, &str),
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Result<(Url, Attempt), OidcSignInError> {
        let attempt = Attempt::begin(next, now, rng);
        let mut url = self.provider(now).await?.authorization;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", SCOPE)
            .append_pair("state", &derived(&attempt, STATE))
            .append_pair("nonce", &derived(&attempt, NONCE))
            .append_pair("code_challenge", &challenge(&attempt))
            .append_pair("code_challenge_method", "S256");
        Ok((url, attempt))
    }

    /// Starts a session of the person whom the issuer vouches for. `kept` is what the browser kept
    /// of its attempt; where the person wanted to go is answered as well.
    pub async fn finish(
        &self,
        (kept, answer): (&str, OidcAnswer<'_>),
        redirect_uri: &str,
        store: &Store,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Result<(SessionToken, String), OidcSignInError> {
        let attempt = Attempt::read(kept, now).ok_or(OidcSignInError::Attempt)?;
        if answer.state != derived(&attempt, STATE) {
            return Err(OidcSignInError::Attempt);
        }
        let person = self.person(&attempt, answer, redirect_uri, now).await?;
        let (tenant, id) = (person.tenant, person.id);
        if person.roles.is_empty() {
            store.delete_account((tenant, id)).await?;
            return Err(OidcSignInError::NoRole { user_name: person.user_name });
        }
        store.vouch_for_account(person.account(now)).await?;
        let token = start_session(store, (tenant, id), now, rng).await?;
        Ok((token, attempt.next().to_owned()))
    }

    /// Where somebody signs out of the issuer too, to be sent back to `back`; `None` where the issuer
    /// does not say, be it because it does not answer.
    ///
    /// Source: OpenID Connect RP-Initiated Logout 1.0 section 2. Without a token that tells it who
    /// asks, an issuer may ask the person.
    pub async fn end_session(&self, back: &str, now: Timestamp) -> Option<Url> {
        let provider = match self.provider(now).await {
            Ok(provider) => provider,
            Err(error) => {
                let error = &error as &(dyn Error + 'static);
                tracing::warn!(error, "somebody is not signed out of the issuer");
                return None;
            }
        };
        let mut url = provider.end_session?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.client.id)
            .append_pair("post_logout_redirect_uri", back);
        Some(url)
    }

    async fn person(
        &self,
        attempt: &Attempt,
        answer: OidcAnswer<'_>,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<Person, OidcSignInError> {
        let provider = self.provider(now).await?;
        let is_of_other = !answer.issuer.is_empty() && !self.policy.issuer.covers(answer.issuer);
        if is_of_other || (provider.names_itself && answer.issuer.is_empty()) {
            return Err(OidcSignInError::Answer("it is of another issuer"));
        }
        if !answer.error.is_empty() {
            return Err(OidcSignInError::Declined(answer.error.chars().take(100).collect()));
        }
        let turn = self.calls.try_acquire().map_err(|_taken| OidcSignInError::Busy)?;
        let asked = (answer.code, redirect_uri, derived(attempt, VERIFIER));
        let token = exchange(&self.fetcher, &provider, &self.client, asked).await?;
        drop(turn);
        self.judge(&token, &derived(attempt, NONCE), now).await
    }

    async fn judge(
        &self,
        token: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Person, OidcSignInError> {
        let (policy, client_id, roles) = (&self.policy, &self.client.id, &self.client.roles);
        let expected = Expected { policy, client_id, nonce, roles };
        let known = self.keys.current(now).await?;
        match verify_id_token(token, &known.keys, now, expected) {
            Err(OidcSignInError::Token(TokenRejection::UnknownKey(key))) => {
                let newer = self.keys.newer(&known, now).await;
                let newer = newer.ok_or(TokenRejection::UnknownKey(key))?;
                verify_id_token(token, &newer.keys, now, expected)
            }
            judged => judged,
        }
    }

    /// What the issuer says of itself; what it said before, while it does not answer.
    async fn provider(&self, now: Timestamp) -> Result<Provider, OidcSignInError> {
        let kept = self.kept().clone();
        if let Some((provider, until)) = &kept
            && now < *until
        {
            return Ok(provider.clone());
        }
        let turn = self.calls.try_acquire().map_err(|_taken| OidcSignInError::Busy)?;
        let (fetched, seconds) = match (provider(&self.issuer, &self.fetcher).await, kept) {
            (Ok(provider), _) => (provider, REFRESH_SECONDS),
            (Err(error), Some((provider, _))) => {
                let error = &error as &(dyn Error + 'static);
                tracing::warn!(error, "the issuer of the console did not say where it is");
                (provider, RETRY_SECONDS)
            }
            (Err(error), None) => return Err(error),
        };
        drop(turn);
        *self.kept() = Some((fetched.clone(), now.plus_seconds(seconds)));
        Ok(fetched)
    }

    fn kept(&self) -> MutexGuard<'_, Option<(Provider, Timestamp)>> {
        self.provider.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn derived(attempt: &Attempt, purpose: &str) -> String {
    URL_SAFE_NO_PAD.encode(attempt.secret(purpose))
}

/// RFC 7636 section 4.2, `S256`.
fn challenge(attempt: &Attempt) -> String {
    URL_SAFE_NO_PAD.encode(sha256(derived(attempt, VERIFIER).as_bytes()))
}

impl From<FetchError> for OidcSignInError {
    fn from(error: FetchError) -> Self {
        Self::NoAnswer(error.into())
    }
}

impl Person {
    fn account(self, now: Timestamp) -> Account {
        let Self { tenant, id, user_name, roles } = self;
        Account { tenant, id, user_name, password_hash: None, roles, created: now }
    }
}

impl fmt::Debug for OidcSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcSignIn").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

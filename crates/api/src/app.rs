use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, Uri};
use connector::{ConnectionTest, Engine, UserIncidents};
use identity::{Authenticator, TokenEndpoint};
use model::{Clock, PlainHttpHosts, Rng};
use store::Store;

use crate::graph::Documents;
use crate::http::rate_limit::RequestLimiter;
use crate::http::service_root::{MissingHost, PublicUrl, Transport};
use crate::service::Service;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) authenticator: Authenticator,
    pub(crate) token_endpoint: Option<TokenEndpoint>,
    pub(crate) limiter: RequestLimiter,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) transport: Transport,
    pub(crate) public_url: Option<PublicUrl>,
    pub(crate) plain_http: PlainHttpHosts,
    pub(crate) test: ConnectionTest,
    pub(crate) engine: Engine,
    pub(crate) live: UserIncidents,
    pub(crate) token_authority: Option<String>,
    pub(crate) skip_token_key: [u8; 32],
    pub(crate) visibility: Visibility,
    pub(crate) audit_retention: Option<Duration>,
    pub(crate) services: &'static [Service],
    pub(crate) documents: Documents,
}

/// By whose rights in ServiceNow incidents are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Visibility {
    /// Those of the account of the connection: what it may read, all may read who may read incidents.
    #[default]
    Service,
    /// Those of the agent who looks. A token tells nothing of them, so that nothing is shown to it.
    Agent,
}

/// What an [`App`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Judges access tokens.
    pub authenticator: Authenticator,
    /// The token endpoint of the built-in issuer, where that is in use.
    pub token_endpoint: Option<TokenEndpoint>,
    /// Issuer outside that challenges name; without it, this service.
    pub token_authority: Option<String>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for ids.
    pub rng: Arc<dyn Rng>,
    /// What requests come through.
    pub transport: Transport,
    /// Base of all links; without it, what each request used itself.
    pub public_url: Option<PublicUrl>,
    /// Which instance URLs may be plain http.
    pub plain_http: PlainHttpHosts,
    /// Tests connections, and says which credentials they may have.
    pub test: ConnectionTest,
    /// Makes the passes that are asked for.
    pub engine: Engine,
    /// Asks for the incidents of one person.
    pub live: UserIncidents,
    /// Requests a second for each tenant and application.
    pub requests_per_second: NonZeroU32,
    /// By whose rights incidents are shown.
    pub visibility: Visibility,
    /// How long audit events are kept; all are where it is not said.
    pub audit_retention: Option<Duration>,
    /// Other models, which are served beside Graph's.
    pub services: &'static [Service],
}

impl App {
    /// Puts the parts together and fetches the key of the skip tokens, which all processes on one
    /// database share.
    pub async fn new(parts: Parts) -> Result<Self, store::StoreError> {
        let documents = Documents::new(parts.services, parts.public_url.as_ref());
        let skip_token_key = *parts.store.service_key("skip-token").await?;
        Ok(Self {
            store: parts.store,
            authenticator: parts.authenticator,
            token_endpoint: parts.token_endpoint,
            limiter: RequestLimiter::new(parts.requests_per_second),
            clock: parts.clock,
            rng: parts.rng,
            transport: parts.transport,
            public_url: parts.public_url,
            plain_http: parts.plain_http,
            test: parts.test,
            engine: parts.engine,
            live: parts.live,
            token_authority: parts.token_authority,
            skip_token_key,
            visibility: parts.visibility,
            audit_retention: parts.audit_retention,
            services: parts.services,
            documents,
        })
    }

    /// What the links of an answer begin with.
    pub(crate) fn base_of(&self, uri: &Uri, headers: &HeaderMap) -> Result<PublicUrl, MissingHost> {
        PublicUrl::of_request(self.public_url.as_ref(), self.transport, uri, headers)
    }

    /// Where tokens are to be had, for challenges.
    pub(crate) fn authority(&self, base: Option<&PublicUrl>) -> String {
        match (&self.token_authority, base) {
            (Some(authority), _) => authority.clone(),
            (None, Some(base)) => format!("{base}/common/oauth2/authorize"),
            (None, None) => String::new(),
        }
    }

    /// Drops audit events that are older than they are to be kept, and answers how many; called
    /// from time to time.
    pub async fn forget_old_events(&self) -> Result<u64, store::StoreError> {
        let Some(retention) = self.audit_retention else { return Ok(0) };
        let seconds = i64::try_from(retention.as_secs()).unwrap_or(i64::MAX);
        self.store.drop_events(self.clock.now().plus_seconds(-seconds)).await
    }

    /// Frees what was kept for callers that have gone; called from time to time.
    pub fn forget_idle_callers(&self) {
        self.limiter.forget_idle();
    }
}

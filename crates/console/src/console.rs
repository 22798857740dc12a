use std::sync::Arc;

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri};
use connector::{ConnectionTest, Engine, UserIncidents};
use identity::{OidcSignIn, SetupLink, SignIn, offer_first_account};
use model::{Clock, PlainHttpHosts, Rng, TenantId};
use store::{Store, StoreError};

/// What the pages work with.
#[derive(Debug)]
pub struct Console {
    pub(crate) store: Store,
    /// For those who have a password here; none where nobody may have one.
    pub(crate) sign_in: Option<SignIn>,
    pub(crate) openid: Option<OidcSignIn>,
    pub(crate) public_url: Option<String>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) is_secure: bool,
    pub(crate) tenants: Vec<TenantId>,
    pub(crate) plain_http: PlainHttpHosts,
    pub(crate) test: ConnectionTest,
    pub(crate) engine: Engine,
    pub(crate) live: UserIncidents,
    pub(crate) shows_incidents: bool,
}

/// What a [`Console`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for sessions.
    pub rng: Arc<dyn Rng>,
    /// Whether browsers come by https, be it through a proxy.
    pub is_secure: bool,
    /// What the world knows this service by; without it, what each browser used.
    pub public_url: Option<String>,
    /// Whether there are accounts with passwords.
    pub has_passwords: bool,
    /// Lets people in whom an issuer outside vouches for.
    pub openid: Option<OidcSignIn>,
    /// Tenants that there may be; empty for any.
    pub tenants: Vec<TenantId>,
    /// Which instance URLs may be plain http.
    pub plain_http: PlainHttpHosts,
    /// Tests connections, and says which credentials they may have.
    pub test: ConnectionTest,
    /// Makes the passes that are asked for.
    pub engine: Engine,
    /// Asks for the incidents of a person.
    pub live: UserIncidents,
    /// Whether who may see incidents sees all that the service fetched: not where `live.visibility`
    /// is `agent`.
    pub shows_incidents: bool,
}

impl Console {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        let Parts {
            store,
            clock,
            rng,
            is_secure,
            public_url,
            has_passwords,
            openid,
            tenants,
            plain_http,
            test,
            engine,
            live,
            shows_incidents,
        } = parts;
        let sign_in = has_passwords.then(|| SignIn::new(store.clone()));
        Self {
            store,
            sign_in,
            openid,
            public_url,
            clock,
            rng,
            is_secure,
            tenants,
            plain_http,
            test,
            engine,
            live,
            shows_incidents,
        }
    }

    /// The path of a page on which the first administrator can make an account, once; `None` when
    /// there is somebody already, or nobody can have one.
    pub async fn first_administrator(&self) -> Result<Option<String>, StoreError> {
        if self.sign_in.is_none() {
            return Ok(None);
        }
        let link = offer_first_account(&self.store, self.clock.now(), self.rng.as_ref()).await?;
        Ok(link.map(|link: SetupLink| {
            format!("{}/first-administrator?link={}", crate::PATH, link.reveal())
        }))
    }

    /// What addresses of pages begin with, for others who send a browser back to them.
    pub(crate) fn origin(&self, uri: &Uri, headers: &HeaderMap) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let scheme = if self.is_secure { "https" } else { "http" };
        let named = headers.get(HOST).and_then(|host: &HeaderValue| host.to_str().ok());
        let host = uri.authority().map(Authority::as_str).or(named);
        format!("{scheme}://{}", host.unwrap_or("localhost"))
    }
}

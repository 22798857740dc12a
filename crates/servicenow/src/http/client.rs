use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{RequestBuilder, redirect};
use url::Url;

use super::shown::{Shown, shown};
use super::{Authorization, Body, NotAdmitted, Outgoing, TlsFault};
use crate::answer::{Failure, Head, judge};
use crate::table::{Page, PageRequest};
use crate::{ApiPath, Grant, Instance, SignInFailure, Tokens, oauth};

/// Calls one instance, with one identity towards the network. Nothing is kept between calls but
/// connections: a cookie could answer as somebody else.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    instance: Instance,
    shown: Vec<Shown>,
    through_proxy: bool,
}

/// The HTTP client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made")]
pub struct ClientError(#[from] reqwest::Error);

/// For the instance's log of transactions.
const USER_AGENT: &str = concat!("nowgraph/", env!("CARGO_PKG_VERSION"));
const FORM: &str = "application/x-www-form-urlencoded";
/// Of an answer that is no page of rows, so much is read.
pub(crate) const SMALL: usize = 64 << 10;

impl Client {
    /// A client of the instance.
    pub fn new(instance: Instance, outgoing: &Outgoing) -> Result<Self, ClientError> {
        let proxy = outgoing.proxy.as_ref();
        let looks_up = proxy.map_or(&outgoing.resolver, |through| &through.resolver);
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(USER_AGENT)
            .dns_resolver(Arc::new(Shared(Arc::clone(looks_up))))
            .connect_timeout(outgoing.timeouts.connect)
            .timeout(outgoing.timeouts.total);
        if let Some(ca) = &outgoing.private_ca {
            builder = builder.tls_certs_merge(ca.certificates());
        }
        if let Some(certificate) = &outgoing.client_certificate {
            builder = builder.identity(certificate.identity());
        }
        if let Some(through) = proxy {
            builder = builder.proxy(through.proxy.proxy());
        }
        let shown = shown(&instance, outgoing);
        Ok(Self { http: builder.build()?, instance, shown, through_proxy: proxy.is_some() })
    }

    /// The instance that is called.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Asks for one page. Its rows come with [`Page::next`].
    pub async fn page(
        &self,
        authorization: &Authorization,
        request: &PageRequest,
    ) -> Result<Page, Failure> {
        let url = request.url(&self.instance)?;
        Page::of(request, self.get(authorization, &url).await)
    }

    /// Makes a connection, over TLS where that is spoken, and shows nobody's credentials. Whatever
    /// is answered is good.
    pub async fn greet(&self) -> Result<(), Failure> {
        let url = self.instance.origin();
        self.send(&url, self.http.head(url.clone())).await.map(|_| ())
    }

    /// An answer that is JSON with status 200.
    pub(crate) async fn get(
        &self,
        authorization: &Authorization,
        url: &Url,
    ) -> Result<(Head, Body), Failure> {
        let asked = authorization.apply(self.http.get(url.clone()));
        let (head, body) = self.send(url, asked).await?;
        if head.status == 200 && head.is_json() {
            Ok((head, body))
        } else {
            Err(match (judge(&head, &body.beginning(SMALL).await), authorization) {
                (Failure::Unauthorized(said), Authorization::Basic { .. }) => {
                    Failure::BasicRefused(said)
                }
                (failure, _) => failure,
            })
        }
    }

    /// Asks for tokens.
    pub async fn tokens(&self, grant: &Grant) -> Result<Tokens, SignInFailure> {
        let url = self.instance.url(&ApiPath::token());
        let asked = self.http.post(url.clone()).header(CONTENT_TYPE, FORM).body(grant.form());
        let no_answer = |failure| SignInFailure::NoAnswer(Box::new(failure));
        let (head, body) = self.send(&url, asked).await.map_err(no_answer)?;
        oauth::read(&head, &body.whole(SMALL).await.map_err(no_answer)?, grant)
    }

    /// Every call goes through here.
    async fn send(&self, url: &Url, asked: RequestBuilder) -> Result<(Head, Body), Failure> {
        self.admit().await.map_err(Failure::NotAdmitted)?;
        let asked = asked.header(ACCEPT, "application/json");
        let response = asked.send().await.map_err(|error| self.failure(error))?;
        let head = Head::new(response.status().as_u16(), url, response.headers());
        Ok((head, Body::new(response)))
    }

    /// The HTTP library resolves the names that it connects to. All other hosts are shown here,
    /// so that there is no spelling of a host that is not seen.
    async fn admit(&self) -> Result<(), NotAdmitted> {
        for shown in &self.shown {
            shown.admit().await?;
        }
        Ok(())
    }

    fn failure(&self, error: reqwest::Error) -> Failure {
        let (host, source) = (self.instance.host().to_owned(), error.without_url());
        if let Some(refused) = cause::<NotAdmitted>(&source) {
            return Failure::NotAdmitted(refused.clone());
        }
        if let Some(error) = cause::<rustls::Error>(&source) {
            Failure::Tls { host, fault: TlsFault::of(error), source }
        } else if source.is_connect() && self.through_proxy {
            Failure::Proxy { host, source }
        } else if source.is_connect() {
            Failure::Unreachable { host, source }
        } else if source.is_timeout() {
            Failure::TimedOut(source)
        } else {
            Failure::Cut(source)
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("instance", &self.instance).finish_non_exhaustive()
    }
}

/// The HTTP library takes resolvers by type.
struct Shared(Arc<dyn Resolve>);

impl Resolve for Shared {
    fn resolve(&self, name: Name) -> Resolving {
        let resolving = self.0.resolve(name);
        Box::pin(async move { resolving.await.map(|found| -> Addrs { found }) })
    }
}

/// An error of this type among the sources, where I/O errors wrap theirs.
fn cause<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

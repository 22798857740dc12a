use std::time::SystemTime;

use url::Url;

use crate::answer::Head;
use crate::http::Body;
use crate::{Client, Failure, Page, PageRequest, TokenKeeper};

/// Calls of an instance as one account.
#[derive(Debug, Clone)]
pub struct Session {
    client: Client,
    keeper: TokenKeeper,
}

impl Session {
    /// Calls with what the keeper gives.
    pub fn new(client: Client, keeper: TokenKeeper) -> Self {
        Self { client, keeper }
    }

    /// Asks for one page, see [`Client::page`].
    pub async fn page(&self, request: &PageRequest, now: SystemTime) -> Result<Page, Failure> {
        let url = request.url(self.client.instance())?;
        Page::of(request, self.get(&url, now).await)
    }

    /// A token may end before its time, when somebody revokes it; so after a 401 there is one
    /// more attempt, with a new one.
    async fn get(&self, url: &Url, now: SystemTime) -> Result<(Head, Body), Failure> {
        let held = self.keeper.authorization(now).await.map_err(Failure::SignIn)?;
        match self.client.get(held.authorization(), url).await {
            Err(Failure::Unauthorized(said)) => {
                let Some(other) = self.keeper.after_refusal(&held, now).await else {
                    return Err(Failure::Unauthorized(said));
                };
                let other = other.map_err(Failure::SignIn)?;
                self.client.get(other.authorization(), url).await
            }
            answer => answer,
        }
    }
}

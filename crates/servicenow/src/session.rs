use std::time::SystemTime;

use url::Url;

use crate::answer::Head;
use crate::http::{Body, SMALL};
use crate::table::user;
use crate::{
    Client, Failure, Field, FoundUsers, Page, PageRequest, Stats, StatsRequest, Text, TokenKeeper,
};

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

    /// What calls the instance.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Signs in, unless there is a token that is good; says when the token ends, where there is
    /// one.
    pub async fn sign_in(&self, now: SystemTime) -> Result<Option<SystemTime>, Failure> {
        let held = self.keeper.authorization(now).await.map_err(Failure::SignIn)?;
        Ok(held.ends())
    }

    /// Asks for one page, see [`Client::page`].
    pub async fn page(&self, request: &PageRequest, now: SystemTime) -> Result<Page, Failure> {
        let url = request.url(self.client.instance())?;
        Page::of(request, self.get(&url, now).await)
    }

    /// Counts rows.
    pub async fn stats(&self, request: &StatsRequest, now: SystemTime) -> Result<Stats, Failure> {
        let url = request.url(self.client.instance())?;
        let (head, body) = self.get(&url, now).await?;
        request.read(&head, &body.whole(SMALL).await?)
    }

    /// Finds users by the value of a column, such as `email`. Every row is checked, since an
    /// instance drops conditions that it does not understand and then finds everybody.
    ///
    /// Source: ServiceNow, "Table API", parameter `sysparm_query`.
    pub async fn users(
        &self,
        column: &Field,
        value: &Text,
        now: SystemTime,
    ) -> Result<FoundUsers, Failure> {
        let mut page = self.page(&user::request(column, value), now).await?;
        user::read(&mut page, column, value).await
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

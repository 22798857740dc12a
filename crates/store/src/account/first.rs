use model::Timestamp;

use super::create::{AccountError, insert};
use super::row::Account;
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Lets whoever knows what the hash is of make the first account, until then. `false` if there
    /// is an account already.
    pub async fn offer_first_account(
        &self,
        link_hash: &[u8],
        expires: Timestamp,
    ) -> Result<bool, StoreError> {
        self.backend().write(Offer { link_hash: link_hash.to_vec(), expires }).await
    }

    /// Whether the link may still be used.
    pub async fn is_first_account_open(
        &self,
        link_hash: &[u8],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.backend().point(IsOpen { link_hash: link_hash.to_vec(), now }).await
    }

    /// Makes the first account of all; the link, and every other, is used up with that.
    pub async fn create_first_account(
        &self,
        link_hash: &[u8],
        account: Account,
    ) -> Result<(), AccountError> {
        self.backend().write(Take { link_hash: link_hash.to_vec(), account }).await
    }
}

struct Offer {
    link_hash: Vec<u8>,
    expires: Timestamp,
}

impl Operation for Offer {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        if !tx.query(&ANY_ACCOUNT, &[]).await?.is_empty() {
            return Ok(false);
        }
        let params = [self.link_hash.as_slice().into(), self.expires.into()];
        tx.execute(&INSERT_LINK, &params).await?;
        Ok(true)
    }
}

struct IsOpen {
    link_hash: Vec<u8>,
    now: Timestamp,
}

impl Operation for IsOpen {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let params = [self.link_hash.as_slice().into(), self.now.into()];
        Ok(!tx.query(&LOAD_LINK, &params).await?.is_empty())
    }
}

struct Take {
    link_hash: Vec<u8>,
    account: Account,
}

impl Operation for Take {
    type Output = ();
    type Error = AccountError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), AccountError> {
        let params = [self.link_hash.as_slice().into(), self.account.created.into()];
        let is_open = !tx.query(&LOAD_LINK, &params).await?.is_empty();
        // Two who hold links at the same time meet here: only one of them deletes.
        if !is_open || tx.execute(&DELETE_LINKS, &[]).await? == 0 {
            return Err(AccountError::Link);
        }
        insert(tx, &self.account).await.map_err(AccountError::from_insert)
    }
}

pub(crate) const ANY_ACCOUNT: Statement = Statement::new("SELECT name FROM account_name LIMIT 1");

pub(crate) const INSERT_LINK: Statement =
    Statement::new("INSERT INTO setup_link (link_hash, expires) VALUES ($1, $2)");

pub(crate) const LOAD_LINK: Statement = Statement::new(
    "SELECT expires FROM setup_link WHERE link_hash = $1 AND expires > $2
     AND NOT EXISTS (SELECT name FROM account_name)",
);

pub(crate) const DELETE_LINKS: Statement = Statement::new("DELETE FROM setup_link");

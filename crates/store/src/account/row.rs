use std::fmt;

use model::{Role, TenantId, Timestamp};
use uuid::Uuid;

use crate::StoreError;
use crate::row::Row;

/// Somebody who may sign in to the console.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Tenant that the person belongs to.
    pub tenant: TenantId,
    /// Its key.
    pub id: Uuid,
    /// What the person signs in with, as it was written. Unique in any case of its letters.
    pub user_name: String,
    /// Made by the caller; `None` where somebody else vouches for the person.
    pub password_hash: Option<String>,
    /// What the person may do.
    pub roles: Vec<Role>,
    /// When it was made.
    pub created: Timestamp,
}

impl Account {
    /// The name under which it is found.
    pub(super) fn folded(user_name: &str) -> String {
        user_name.to_lowercase()
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tenant, id, roles, .. } = self;
        f.debug_struct("Account")
            .field("tenant", tenant)
            .field("id", id)
            .field("roles", roles)
            .finish_non_exhaustive()
    }
}

/// The columns of an account in the order of [`read`], and the rest of the statement.
macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "SELECT account.tenant_id, account.account_id, account.user_name, ",
            "account.password_hash, account.roles, account.created ",
            $rest
        )
    };
}
pub(crate) use select_account;

pub(crate) fn read(row: &mut Row) -> Result<Account, StoreError> {
    Ok(Account {
        tenant: TenantId::from_uuid(row.uuid("account.tenant_id")?),
        id: row.uuid("account.account_id")?,
        user_name: row.text("account.user_name")?,
        password_hash: row.optional_text("account.password_hash")?,
        roles: roles(&row.text("account.roles")?)?,
        created: row.timestamp("account.created")?,
    })
}

pub(super) fn role_names(roles: &[Role]) -> String {
    let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
    names.join(" ")
}

fn roles(text: &str) -> Result<Vec<Role>, StoreError> {
    let corrupt = |_unknown| StoreError::Corrupt { column: "account.roles" };
    text.split_whitespace().map(|name| name.parse().map_err(corrupt)).collect()
}

use model::{AuditEvent, Role, TenantId};
use uuid::Uuid;

use super::create::{AccountError, insert};
use super::delete::{DELETE_ACCOUNT, DELETE_NAME};
use super::row::{Account, role_names};
use super::set_password::{SET_PASSWORD, delete_sessions};
use crate::agent_token::FORGET_AGENT_TOKENS;
use crate::operation::{Operation, Witness};
use crate::transaction::{Statement, Tx};
use crate::{Store, audit};

/// What an administrator does to an account.
#[derive(Debug, Clone)]
pub enum AccountChange {
    /// There is a new one.
    Create(Account),
    /// It has these roles from now on; its sessions, too.
    SetRoles(Vec<Role>),
    /// It has another password, of which this is the hash; its sessions end.
    SetPassword(String),
    /// It is gone, and what belongs to it.
    Delete,
}

impl Store {
    /// Changes an account, and records it. `false` if there is no such account.
    pub async fn change_account(
        &self,
        (tenant, account): (TenantId, Uuid),
        change: AccountChange,
        event: AuditEvent,
    ) -> Result<bool, AccountError> {
        let witness = self.witness(tenant);
        self.backend().write(Administer { tenant, account, change, event, witness }).await
    }
}

struct Administer {
    tenant: TenantId,
    account: Uuid,
    change: AccountChange,
    event: AuditEvent,
    witness: Witness,
}

impl Operation for Administer {
    type Output = bool;
    type Error = AccountError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, AccountError> {
        let key = [self.tenant.to_string(), self.account.to_string()];
        let [tenant, account] = &key;
        let params = || [tenant.into(), account.into()];
        let changed = match &self.change {
            AccountChange::Create(account) => {
                insert(tx, account).await.map_err(AccountError::from_insert)?;
                1
            }
            AccountChange::SetRoles(roles) => {
                let params = [tenant.into(), account.into(), role_names(roles).into()];
                tx.execute(&SET_ROLES, &params).await?
            }
            AccountChange::SetPassword(hash) => {
                delete_sessions(tx, tenant, account).await?;
                tx.execute(&FORGET_AGENT_TOKENS, &params()).await?;
                let params = [tenant.into(), account.into(), hash.into()];
                tx.execute(&SET_PASSWORD, &params).await?
            }
            AccountChange::Delete => {
                tx.execute(&DELETE_NAME, &params()).await?;
                tx.execute(&DELETE_ACCOUNT, &params()).await?
            }
        };
        if changed > 0 {
            audit::append(tx, &self.event, &self.witness).await?;
        }
        Ok(changed > 0)
    }

    fn witness(&self) -> Option<&Witness> {
        Some(&self.witness)
    }
}

pub(crate) const SET_ROLES: Statement =
    Statement::new("UPDATE account SET roles = $3 WHERE tenant_id = $1 AND account_id = $2");

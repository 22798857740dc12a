use std::sync::Arc;

use model::{Activity, Author, Change, Rng, Role, Timestamp};
use store::{Account, AccountChange, AccountError, Store};

use super::create::hash;
use super::{CreateAccountError, NewAccount, NewPassword};

/// Makes an account on behalf of an administrator.
pub async fn add_account(
    store: &Store,
    new: NewAccount,
    author: &Author,
    now: Timestamp,
    rng: &Arc<dyn Rng>,
) -> Result<(), CreateAccountError> {
    let account = new.account(now, rng).await?;
    let changed = vec![roles_changed(&[], &account.roles)];
    let event = author.administered(
        account.tenant,
        (Activity::CreateAccount, &account.user_name),
        changed,
        now,
    );
    let key = (account.tenant, account.id);
    store.change_account(key, AccountChange::Create(account), event).await?;
    Ok(())
}

/// Gives an account these roles and no others; `false` if it is gone.
pub async fn set_roles(
    store: &Store,
    account: &Account,
    roles: Vec<Role>,
    author: &Author,
    now: Timestamp,
) -> Result<bool, AccountError> {
    let changed = vec![roles_changed(&account.roles, &roles)];
    let what = (Activity::UpdateAccount, account.user_name.as_str());
    let event = author.administered(account.tenant, what, changed, now);
    let key = (account.tenant, account.id);
    store.change_account(key, AccountChange::SetRoles(roles), event).await
}

/// Gives an account another password, and ends its sessions; `false` if it is gone.
pub async fn replace_password(
    store: &Store,
    account: &Account,
    password: NewPassword,
    (author, now): (&Author, Timestamp),
    rng: &Arc<dyn Rng>,
) -> Result<bool, CreateAccountError> {
    let changed = vec![Change::named("password")];
    let what = (Activity::UpdateAccount, account.user_name.as_str());
    let event = author.administered(account.tenant, what, changed, now);
    let change = AccountChange::SetPassword(hash(password, rng).await?);
    Ok(store.change_account((account.tenant, account.id), change, event).await?)
}

/// Deletes an account and ends its sessions; `false` if it is gone already.
pub async fn delete_account(
    store: &Store,
    account: &Account,
    author: &Author,
    now: Timestamp,
) -> Result<bool, AccountError> {
    let changed = vec![roles_changed(&account.roles, &[])];
    let what = (Activity::DeleteAccount, account.user_name.as_str());
    let event = author.administered(account.tenant, what, changed, now);
    store.change_account((account.tenant, account.id), AccountChange::Delete, event).await
}

fn roles_changed(before: &[Role], after: &[Role]) -> Change {
    let names = |roles: &[Role]| {
        let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
        (!names.is_empty()).then(|| names.join(" "))
    };
    Change { property: "roles", before: names(before), after: names(after) }
}

use std::sync::Arc;

use identity::{NewAccount, NewPassword, UserName, create_account, set_password};
use model::{Clock as _, Rng, Role};
use store::Store;

use super::seed;
use crate::clock::SystemClock;
use crate::rng::SystemRng;

/// Lets the administrator of the demo sign in to the console, with a password that is new at every
/// start.
pub(super) async fn administrator(store: &Store) -> anyhow::Result<String> {
    let rng: Arc<dyn Rng> = Arc::new(SystemRng);
    let password = NewPassword::random(rng.as_ref());
    let user_name: UserName = seed::ADMINISTRATOR.parse()?;
    if !set_password(store, &user_name, password.clone(), &rng).await? {
        let (tenant, roles) = (seed::TENANT, Role::ALL.to_vec());
        let password = password.clone();
        let new = NewAccount { tenant, user_name, password, roles };
        create_account(store, new, SystemClock.now(), &rng).await?;
    }
    Ok(password.reveal().to_owned())
}

use model::{Author, Caller, Principal, Rng, Role, TenantId, Timestamp};
use store::{Session, Store, StoreError};
use uuid::Uuid;

use super::{SessionToken, mask};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who it is, and what the person may do: the same that a token of theirs would say.
    pub principal: Principal,
    /// What the person signs in with.
    pub user_name: String,
    /// The roles that the rights come from.
    pub roles: Vec<Role>,
    /// Whether it is an account of this service, and not one that an issuer vouches for.
    pub has_password: bool,
    account: Uuid,
    token: SessionToken,
    form_token: String,
}

/// A session that nobody uses ends.
const IDLE_SECONDS: i64 = 60 * 60;
/// And any does after a working day.
const WHOLE_SECONDS: i64 = 12 * 60 * 60;
/// The use of a session is written down so often, not with every request.
const NOTED_EVERY_SECONDS: i64 = 60;
/// What audit events have as their application.
const APPLICATION: &str = "console";

/// Starts a session of an account.
pub(crate) async fn start_session(
    store: &Store,
    (tenant, account): (TenantId, Uuid),
    now: Timestamp,
    rng: &dyn Rng,
) -> Result<SessionToken, StoreError> {
    let token = SessionToken::random(tenant, rng);
    let oldest = now.plus_seconds(-WHOLE_SECONDS);
    store.start_session((tenant, account), &token.hash(), now, oldest).await?;
    Ok(token)
}

impl SignedIn {
    /// Whose session it is; `None` when it has ended.
    pub async fn resume(
        store: &Store,
        token: SessionToken,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Result<Option<Self>, StoreError> {
        let session = store.load_session(token.tenant, &token.hash()).await?;
        let Some(session) = session.filter(|session| is_good(session, now)) else {
            return Ok(None);
        };
        if now >= session.used.plus_seconds(NOTED_EVERY_SECONDS) {
            store.touch_session(token.tenant, &token.hash(), now).await?;
        }
        Ok(Some(Self::of(session, token, rng)))
    }

    /// Ends this session.
    pub async fn sign_out(self, store: &Store) -> Result<(), StoreError> {
        store.end_session(self.token.tenant, &self.token.hash()).await
    }

    /// Ends all sessions of the account, wherever they are.
    pub async fn sign_out_everywhere(self, store: &Store) -> Result<(), StoreError> {
        store.end_sessions(self.token.tenant, self.account).await
    }

    /// What forms carry, written in another way for each request; see [`mask`].
    pub fn form_token(&self) -> &str {
        &self.form_token
    }

    /// See [`SessionToken::form_secret`].
    pub fn form_secret(&self) -> String {
        self.token.form_secret()
    }

    /// The key of the account.
    pub fn account(&self) -> Uuid {
        self.account
    }

    /// Who audit events are of.
    pub fn author(&self) -> Author {
        Author { actor: self.user_name.clone(), application: APPLICATION.to_owned() }
    }

    fn of(session: Session, token: SessionToken, rng: &dyn Rng) -> Self {
        let account = session.account;
        let mut permissions: Vec<_> =
            account.roles.iter().flat_map(|role| role.permissions()).copied().collect();
        permissions.sort_unstable();
        permissions.dedup();
        let roles = account.roles.iter().filter_map(|role| role.directory_role()).collect();
        let principal = Principal {
            tenant: account.tenant,
            application: APPLICATION.to_owned(),
            caller: Caller::User {
                object_id: account.id.to_string(),
                name: Some(account.user_name.clone()),
                roles,
            },
            permissions,
        };
        let has_password = account.password_hash.is_some();
        let (user_name, roles) = (account.user_name, account.roles);
        let form_token = mask(&token.form_secret(), rng);
        Self { principal, user_name, roles, has_password, account: account.id, token, form_token }
    }
}

fn is_good(session: &Session, now: Timestamp) -> bool {
    now < session.created.plus_seconds(WHOLE_SECONDS)
        && now < session.used.plus_seconds(IDLE_SECONDS)
}

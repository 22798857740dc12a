use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use secrecy::SecretString;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::renewal::{Renewal, StoreRefreshToken};
use super::{Credential, SignInFailure};
use crate::{Authorization, Client};

/// Keeps the access token of one credential good: asks for a new one early and once at a time,
/// whoever and however many need it.
///
/// Source: RFC 6749 section 6; ServiceNow, "OAuth API request parameters": tokens are shared by
/// all who have the same user and client, so a new one is nobody's own.
#[derive(Clone)]
pub struct TokenKeeper(Arc<Kept>);

struct Kept {
    client: Client,
    credential: Credential,
    store: StoreRefreshToken,
    current: Mutex<Option<Current>>,
    renewal: Arc<AsyncMutex<Renewal>>,
}

#[derive(Clone)]
struct Current {
    token: SecretString,
    /// From here on somebody asks for the next one.
    renew_at: SystemTime,
    ends: SystemTime,
    generation: u64,
}

/// What a request is to show, and which token that is.
#[derive(Debug, Clone)]
pub struct Held {
    authorization: Authorization,
    /// When it ends, where it is a token.
    ends: Option<SystemTime>,
    generation: u64,
}

/// So long before its end a token is renewed.
const EARLY: Duration = Duration::from_mins(1);

impl TokenKeeper {
    /// Signs in with the credential when a token is first asked for. `store` gets new refresh
    /// tokens.
    pub fn new(client: Client, credential: Credential, store: StoreRefreshToken) -> Self {
        let (current, renewal) = (Mutex::default(), Arc::default());
        Self(Arc::new(Kept { client, credential, store, current, renewal }))
    }

    /// What to show with a request.
    pub async fn authorization(&self, now: SystemTime) -> Result<Held, Arc<SignInFailure>> {
        if let Credential::Fixed(authorization) = &self.0.credential {
            return Ok(Held { authorization: authorization.clone(), ends: None, generation: 0 });
        }
        let current = self.0.current();
        match &current {
            Some(current) if now < current.renew_at => Ok(current.held()),
            // Still good, so nobody waits, and a failure is no matter yet.
            Some(current) if now < current.ends => {
                match Arc::clone(&self.0.renewal).try_lock_owned() {
                    Ok(turn) => {
                        let renewed = self.renew(turn, Some(current.generation), now).await;
                        renewed.or_else(|_later| Ok(current.held()))
                    }
                    Err(_taken) => Ok(current.held()),
                }
            }
            _ => {
                let turn = Arc::clone(&self.0.renewal).lock_owned().await;
                self.renew(turn, current.map(|current| current.generation), now).await
            }
        }
    }

    /// What to show instead, after 401; `None` where there is nothing else to show.
    pub async fn after_refusal(
        &self,
        refused: &Held,
        now: SystemTime,
    ) -> Option<Result<Held, Arc<SignInFailure>>> {
        if matches!(self.0.credential, Credential::Fixed(_)) {
            return None;
        }
        let turn = Arc::clone(&self.0.renewal).lock_owned().await;
        Some(self.renew(turn, Some(refused.generation), now).await)
    }

    /// Lets the next call sign in at once, although the last attempts failed: somebody changed
    /// something.
    pub async fn forget_failures(&self) {
        self.0.renewal.lock().await.forget_failures();
    }

    /// Gets a token unless somebody else got one meanwhile. It goes on when the caller does not:
    /// a refresh token that is on its way is the only one that is good.
    async fn renew(
        &self,
        mut turn: OwnedMutexGuard<Renewal>,
        seen: Option<u64>,
        now: SystemTime,
    ) -> Result<Held, Arc<SignInFailure>> {
        if let Some(current) = self.0.current().filter(|have| Some(have.generation) != seen) {
            return Ok(current.held());
        }
        let kept = Arc::clone(&self.0);
        let renewing = tokio::spawn(async move {
            let with = (&kept.client, &kept.credential, &kept.store);
            let tokens = turn.run(with, now).await?;
            let early = EARLY.min(tokens.lifetime / 4);
            let after = |time: Duration| now.checked_add(time).unwrap_or(now);
            let current = Current {
                token: tokens.access,
                renew_at: after(tokens.lifetime.saturating_sub(early)),
                ends: after(tokens.lifetime),
                generation: seen.unwrap_or(0) + 1,
            };
            let held = current.held();
            *kept.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(current);
            Ok(held)
        });
        renewing.await.unwrap_or_else(|_| Err(Arc::new(SignInFailure::Interrupted)))
    }
}

impl Kept {
    fn current(&self) -> Option<Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Current {
    fn held(&self) -> Held {
        let authorization = Authorization::Bearer(self.token.clone());
        Held { authorization, ends: Some(self.ends), generation: self.generation }
    }
}

impl Held {
    /// What to show.
    pub fn authorization(&self) -> &Authorization {
        &self.authorization
    }

    /// When it ends; `None` where there is no token.
    pub fn ends(&self) -> Option<SystemTime> {
        self.ends
    }
}

impl fmt::Debug for TokenKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (client, credential) = (&self.0.client, &self.0.credential);
        f.debug_struct("TokenKeeper")
            .field("client", client)
            .field("credential", credential)
            .finish_non_exhaustive()
    }
}

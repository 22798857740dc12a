use std::error::Error as StdError;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret as _, SecretString};

use super::{Credential, SignInFailure, Tokens};
use crate::Client;
use crate::Failure;

/// Why a refresh token could not be stored.
pub type StoreError = Box<dyn StdError + Send + Sync>;

/// Stores a new refresh token. It is called before the access token that came with it is used:
/// the one that was stored before may be worth nothing any more.
pub type StoreRefreshToken = Arc<
    dyn Fn(SecretString) -> Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>
        + Send
        + Sync,
>;

/// What it takes to get the next access token. Whoever has it may ask; the others wait.
#[derive(Debug, Default)]
pub(super) struct Renewal {
    refresh_token: Option<SecretString>,
    /// Tokens whose refresh token is not stored yet.
    unstored: Option<Tokens>,
    failures: u32,
    /// The last failure, and when it is the answer to everybody.
    failed: Option<(Arc<SignInFailure>, Range<SystemTime>)>,
}

impl Renewal {
    pub(super) async fn run(
        &mut self,
        (client, credential, store): (&Client, &Credential, &StoreRefreshToken),
        now: SystemTime,
    ) -> Result<Tokens, Arc<SignInFailure>> {
        // A clock that was put back does not make the pause longer.
        if let Some((failure, pause)) = &self.failed
            && pause.contains(&now)
        {
            return Err(Arc::clone(failure));
        }
        match self.attempt((client, credential, store), now).await {
            Ok(tokens) => {
                (self.failures, self.failed) = (0, None);
                Ok(tokens)
            }
            Err(failure) => {
                self.failures += 1;
                let until = pause(&failure, self.failures, now);
                let failure = Arc::new(failure);
                self.failed = Some((Arc::clone(&failure), now..until));
                Err(failure)
            }
        }
    }

    /// Lets the next call try at once.
    pub(super) fn forget_failures(&mut self) {
        (self.failures, self.failed) = (0, None);
    }

    async fn attempt(
        &mut self,
        (client, credential, store): (&Client, &Credential, &StoreRefreshToken),
        now: SystemTime,
    ) -> Result<Tokens, SignInFailure> {
        let tokens = if let Some(tokens) = self.unstored.take() {
            tokens
        } else {
            client.tokens(&credential.grant(self.refresh_token.as_ref(), now)?).await?
        };
        if let Some(new) = self.new_refresh_token(credential, &tokens) {
            if let Err(error) = store(new.clone()).await {
                self.unstored = Some(tokens);
                return Err(SignInFailure::NotStored(error));
            }
            self.refresh_token = Some(new);
        }
        Ok(tokens)
    }

    fn new_refresh_token(&self, credential: &Credential, tokens: &Tokens) -> Option<SecretString> {
        let Credential::RefreshToken { refresh_token, .. } = credential else { return None };
        let known = self.refresh_token.as_ref().unwrap_or(refresh_token);
        let new = tokens.refresh.as_ref()?;
        (new.expose_secret() != known.expose_secret()).then(|| new.clone())
    }
}

/// Until when nobody asks again. Instances lock accounts that fail too often.
fn pause(failure: &SignInFailure, failures: u32, now: SystemTime) -> SystemTime {
    let (first, longest) = if failure.needs_somebody() { (60, 3600) } else { (2, 60) };
    let seconds = (first << failures.saturating_sub(1).min(10)).min(longest);
    let until = now.checked_add(Duration::from_secs(seconds)).unwrap_or(now);
    let after = match failure {
        SignInFailure::NoAnswer(failure) => match failure.as_ref() {
            Failure::RateLimited { after, .. } | Failure::Unavailable { after, .. } => *after,
            _ => None,
        },
        _ => None,
    };
    after.map_or(until, |after| after.not_before(now).max(until))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RetryAfter;

    #[test]
    fn pauses_grow_and_end() {
        let now = SystemTime::UNIX_EPOCH;
        let waits = |failure: &SignInFailure| {
            [1, 2, 3, 100].map(|n| pause(failure, n, now).duration_since(now).unwrap().as_secs())
        };
        assert_eq!(waits(&SignInFailure::InvalidClient), [60, 120, 240, 3600]);
        let no_answer = |failure| SignInFailure::NoAnswer(Box::new(failure));
        assert_eq!(waits(&no_answer(Failure::Hibernating)), [2, 4, 8, 60]);
        let after = Some(RetryAfter::Delay(Duration::from_secs(30)));
        let away = no_answer(Failure::Unavailable { status: 503, after });
        assert_eq!(waits(&away), [30, 30, 30, 60]);
    }
}

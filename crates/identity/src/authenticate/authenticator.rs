use std::sync::Arc;

use model::{Principal, TenantId, Timestamp};
use moka::sync::Cache;

use super::KeysUnavailable;
use super::bearer::bearer_token;
use super::source::KeySource;
use crate::builtin::{BuiltinIssuer, SigningKeys};
use crate::crypto::sha256;
use crate::oidc::{DiscoveredKeys, Fetcher, OidcError, OidcSettings};
use crate::token::unproven_issuer;
use crate::{MAX_TOKEN_BYTES, Policy, TokenRejection, verify};

/// Proves callers by their access tokens. Share one; it remembers the keys of the issuers and the
/// tokens it has found good.
#[derive(Debug)]
pub struct Authenticator {
    trusted: Vec<Trusted>,
    accepted: Cache<TokenHash, Arc<Accepted>>,
}

/// Why a caller is not proven.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticationError {
    /// Status 401: the token does not hold.
    #[error(transparent)]
    Rejected(#[from] TokenRejection),
    /// Status 503: nothing can be said about the token now.
    #[error(transparent)]
    KeysUnavailable(#[from] KeysUnavailable),
}

type TokenHash = [u8; 32];

#[derive(Debug)]
struct Trusted {
    policy: Policy,
    keys: KeySource,
}

/// A token that was found good by certain keys. Rejected tokens are not remembered: their number
/// has no bound, and a key may yet come.
#[derive(Debug)]
struct Accepted {
    principal: Arc<Principal>,
    expires: Timestamp,
    issuer: usize,
    generation: u64,
}

/// Tokens remembered; about a kilobyte each.
const MAX_ACCEPTED: u64 = 10_000;

impl Authenticator {
    /// Believes the built-in issuer: every tenant of it, or those listed.
    pub fn builtin(keys: SigningKeys, issuer: &BuiltinIssuer, tenants: Vec<TenantId>) -> Self {
        let keys = KeySource::Stored(keys);
        Self::new(vec![Trusted { policy: issuer.policy(tenants), keys }])
    }

    /// Believes issuers outside. Nothing is fetched before the first token comes.
    pub fn oidc(settings: &OidcSettings) -> Result<Self, OidcError> {
        let fetcher =
            Fetcher::new(settings.private.clone(), &settings.network).map_err(OidcError::Client)?;
        let fetcher = Arc::new(fetcher);
        let trusted = settings.policies(&fetcher)?.into_iter().map(|(issuer, policy)| {
            let keys = DiscoveredKeys::new(issuer, Arc::clone(&fetcher));
            Trusted { policy, keys: KeySource::Discovered(keys) }
        });
        Ok(Self::new(trusted.collect()))
    }

    fn new(trusted: Vec<Trusted>) -> Self {
        Self { trusted, accepted: Cache::new(MAX_ACCEPTED) }
    }

    /// Proves the caller of a request by its `Authorization` header.
    pub async fn authenticate(
        &self,
        authorization: Option<&str>,
        now: Timestamp,
    ) -> Result<Arc<Principal>, AuthenticationError> {
        let token = bearer_token(authorization)?;
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenRejection::TooLarge(token.len()).into());
        }
        let hash = sha256(token.as_bytes());
        if let Some(accepted) = self.accepted.get(&hash) {
            if self.still_holds(&accepted, now).await? {
                return Ok(Arc::clone(&accepted.principal));
            }
            self.accepted.invalidate(&hash);
        }
        let accepted = Arc::new(self.judge(token, now).await?);
        self.accepted.insert(hash, Arc::clone(&accepted));
        Ok(Arc::clone(&accepted.principal))
    }

    async fn still_holds(
        &self,
        accepted: &Accepted,
        now: Timestamp,
    ) -> Result<bool, KeysUnavailable> {
        match self.trusted.get(accepted.issuer) {
            Some(trusted) if now < accepted.expires => {
                Ok(trusted.keys.current(now).await?.generation == accepted.generation)
            }
            _ => Ok(false),
        }
    }

    async fn judge(&self, token: &str, now: Timestamp) -> Result<Accepted, AuthenticationError> {
        let iss = unproven_issuer(token)?;
        let mut issuers = self.trusted.iter().enumerate();
        let (issuer, trusted) = issuers
            .find(|(_, trusted)| trusted.is_concerned(&iss))
            .ok_or(TokenRejection::Issuer(iss))?;
        let mut snapshot = trusted.keys.current(now).await?;
        let mut verdict = verify(token, &snapshot.keys, now, &trusted.policy);
        if let Err(TokenRejection::UnknownKey(_)) = verdict
            && let Some(newer) = trusted.keys.newer(&snapshot, now).await?
        {
            snapshot = newer;
            verdict = verify(token, &snapshot.keys, now, &trusted.policy);
        }
        let verified = verdict?;
        Ok(Accepted {
            principal: Arc::new(verified.principal),
            expires: verified.expires,
            issuer,
            generation: snapshot.generation,
        })
    }
}

impl Trusted {
    /// The built-in issuer judges strangers' tokens, too, to tell exactly what is wrong; nothing is
    /// fetched for them.
    fn is_concerned(&self, iss: &str) -> bool {
        matches!(self.keys, KeySource::Stored(_)) || self.policy.issuer.covers(iss)
    }
}

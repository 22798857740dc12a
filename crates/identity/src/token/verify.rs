use model::{Principal, TenantId, Timestamp};
use serde::Deserialize;

use super::claims::Claims;
use super::compact::Compact;
use super::keys::{Algorithm, KeySet};
use super::principal::principal;
use super::{Policy, TokenRejection};

/// A token that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verified {
    /// Who asks.
    pub(crate) principal: Principal,
    /// From when on the token must not be believed any more.
    pub(crate) expires: Timestamp,
}

/// Judges an access token: signature, issuer, audience, times and tenant, after Entra's rules for
/// resource servers ("Access tokens", "Secure applications and APIs by validating claims") and
/// RFC 8725. Of several faults the first in the order times, audience, issuer is told. `keys` must
/// be those of the issuer that `policy` names.
pub(crate) fn verify(
    token: &str,
    keys: &KeySet,
    now: Timestamp,
    policy: &Policy,
) -> Result<Verified, TokenRejection> {
    let compact = Compact::parse(token)?;
    let key_issuer = check_signature(&compact, keys)?;
    let claims = Claims::parse(&compact.payload)?;
    check_type(&claims)?;
    let expires = check_times(&claims, now, policy)?;
    if !policy.accepts_audience(claims.aud.as_slice()) {
        return Err(TokenRejection::Audience(claims.aud.as_slice().to_vec()));
    }
    let tenant = check_issuer(&claims, key_issuer, &compact, policy)?;
    Ok(Verified { principal: principal(&claims, tenant, &policy.mapping), expires })
}

/// Reads `iss` without any proof, to find the issuer whose keys to ask.
pub(crate) fn unproven_issuer(token: &str) -> Result<String, TokenRejection> {
    #[derive(Deserialize)]
    struct Issuer {
        iss: String,
    }
    let payload = Compact::parse(token)?.payload;
    serde_json::from_slice::<Issuer>(&payload)
        .map(|claims| claims.iss)
        .map_err(|error| TokenRejection::Claims(error.to_string()))
}

/// Answers the issuer that the key is pinned to.
pub(crate) fn check_signature<'a>(
    compact: &Compact<'_>,
    keys: &'a KeySet,
) -> Result<Option<&'a str>, TokenRejection> {
    let header = &compact.header;
    let algorithm = Algorithm::from_name(&header.alg)
        .ok_or_else(|| TokenRejection::Algorithm(header.alg.clone()))?;
    let id = header.kid.as_deref().ok_or(TokenRejection::NoKeyId)?;
    let known = keys.with_id(id);
    if known.is_empty() {
        return Err(TokenRejection::UnknownKey(id.to_owned()));
    }
    let key = known.into_iter().find(|key| key.fits(algorithm)).ok_or_else(|| {
        TokenRejection::KeyMismatch { algorithm: header.alg.clone(), key: id.to_owned() }
    })?;
    if key.signed(algorithm, compact.signed.as_bytes(), &compact.signature) {
        Ok(key.issuer())
    } else {
        Err(TokenRejection::Signature)
    }
}

/// Answers the tenant that the issuer speaks for.
pub(crate) fn check_issuer(
    claims: &Claims,
    key_issuer: Option<&str>,
    compact: &Compact<'_>,
    policy: &Policy,
) -> Result<TenantId, TokenRejection> {
    if !policy.issuer.covers(&claims.iss) {
        return Err(TokenRejection::Issuer(claims.iss.clone()));
    }
    let tenant = policy.tenant(&claims.iss, claims.tid.as_deref())?;
    if let Some(pinned) = key_issuer
        && super::IssuerPattern::new(pinned).with_tenant(&tenant.to_string()) != claims.iss
    {
        let key = compact.header.kid.clone().unwrap_or_default();
        return Err(TokenRejection::KeyIssuer { issuer: claims.iss.clone(), key });
    }
    Ok(tenant)
}

fn check_type(claims: &Claims) -> Result<(), TokenRejection> {
    match claims.typ.as_deref() {
        Some(other @ ("ID" | "Refresh" | "Offline" | "Logout")) => {
            Err(TokenRejection::NotAccessToken(other.to_owned()))
        }
        _ => Ok(()),
    }
}

/// Answers when the token expires, leeway included.
pub(crate) fn check_times(
    claims: &Claims,
    now: Timestamp,
    policy: &Policy,
) -> Result<Timestamp, TokenRejection> {
    let expires = claims.exp.plus_seconds(policy.leeway.expiry);
    if now >= expires {
        return Err(TokenRejection::Expired(claims.exp));
    }
    match claims.nbf {
        Some(start) if now < start.plus_seconds(-policy.leeway.not_before) => {
            Err(TokenRejection::NotYetValid(start))
        }
        _ => Ok(expires),
    }
}

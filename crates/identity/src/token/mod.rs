//! Access tokens: from text to [`Verified`], by rules that need no clock and no network.

mod claims;
mod compact;
mod keys;
mod mapping;
mod policy;
mod principal;
mod rejection;
mod verify;

pub(crate) use claims::Claims;
pub(crate) use compact::{Compact, MAX_TOKEN_BYTES};
pub(crate) use keys::{JwksError, KeySet, VerificationKey};
pub use mapping::{ClaimMapping, InvalidGrant, RoleMapping};
pub(crate) use policy::{IssuerPattern, Leeway, Policy};
pub use rejection::TokenRejection;
pub(crate) use verify::{check_issuer, check_signature, check_times, unproven_issuer, verify};

#[cfg(test)]
mod tests;

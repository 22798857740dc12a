//! Secrets at rest: a master key outside of the database wraps data keys inside of it, and these
//! seal values. A sealed value opens only in the place that it was sealed for.

mod data_key;
mod envelope;
mod hex;
mod key;
mod keyring;
mod master_key;
mod master_key_file;
mod sealer;

pub(crate) use data_key::{INSERT_DATA_KEY, LOAD_DATA_KEYS, LoadDataKeys, WrappedKey};
pub(crate) use envelope::Place;
pub(crate) use hex::hex;
pub(crate) use key::Key;
pub(crate) use keyring::Keyring;
pub use master_key::MasterKey;
pub use master_key_file::MasterKeyError;
pub(crate) use sealer::{NEWEST_DATA_KEY, SHARE_DATA_KEYS, Sealer};

/// Why a sealed value does not open. Names keys by their ids, never by what is in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Another master key was used then.
    #[error("the secrets were sealed under master key {needed}, but the one given is {given}")]
    WrongMasterKey {
        /// Id of the key that would do.
        needed: String,
        /// Id of the key at hand.
        given: String,
    },
    /// The data key of the value is not in the database.
    #[error("a secret was sealed under data key {needed}, which the database does not hold")]
    UnknownDataKey {
        /// Its id.
        needed: String,
    },
    /// Changed, cut, or moved here from another row.
    #[error("a secret in {table} was changed or moved since it was sealed (data key {key})")]
    Tampered {
        /// Where it is.
        table: &'static str,
        /// Id of the key that it claims to be sealed under.
        key: String,
    },
    /// Sealed by a later version of the program, or never sealed.
    #[error("a secret in {table} has an unknown form")]
    UnknownForm {
        /// Where it is.
        table: &'static str,
    },
}

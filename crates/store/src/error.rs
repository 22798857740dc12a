use std::error::Error;
use std::sync::Arc;

use crate::seal::SealError;

/// Why the database did not do what it was asked.
///
/// Cloneable, because one failed commit answers every write that shared it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database could not be reached, stayed locked, or went away until attempts ran out.
    #[error("the database is not available")]
    Unavailable(#[source] Source),
    /// The connection was lost during the commit of a write that cannot be asked for afterwards.
    #[error("the database connection was lost during a commit, the outcome is not known")]
    OutcomeUnknown(#[source] Source),
    /// A read took longer than a database may work on one.
    #[error("the query took longer than 10 seconds")]
    TookTooLong,
    /// Too many writes wait already.
    #[error("too many writes are waiting")]
    Overloaded,
    /// The operation was dropped before it could answer: the store closes, or a decision panicked.
    #[error("the operation was interrupted")]
    Interrupted,
    /// A row with this key is there already.
    #[error("a row with this key exists already")]
    AlreadyExists(#[source] Source),
    /// PostgreSQL has no text with U+0000, so SQLite is not given any either.
    #[error("text with the character U+0000 cannot be stored")]
    NulCharacter,
    /// A sum or an average takes more than 64 bits.
    #[error("a number does not fit 64 bits")]
    OutOfRange,
    /// A stored value is not what this version writes there.
    #[error("{column} holds a value that cannot be read")]
    Corrupt {
        /// `table.column`
        column: &'static str,
    },
    /// A sealed value did not open.
    #[error("a sealed value cannot be opened")]
    Seal(#[from] SealError),
    /// Anything else that the database says; a mistake in the program or in the installation.
    #[error("the database refused a statement")]
    Database(#[source] Source),
}

/// The driver's own error.
pub type Source = Arc<dyn Error + Send + Sync>;

use std::error::Error as _;
use std::io;
use std::sync::Arc;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::StoreError;

/// What an error of the driver means.
pub(crate) fn error(error: Error) -> StoreError {
    if is_transient(&error) {
        StoreError::Unavailable(Arc::new(error))
    } else if error.code() == Some(&SqlState::UNIQUE_VIOLATION) {
        StoreError::AlreadyExists(Arc::new(error))
    } else if error.code() == Some(&SqlState::NUMERIC_VALUE_OUT_OF_RANGE) {
        StoreError::OutOfRange
    } else {
        StoreError::Database(Arc::new(error))
    }
}

/// Remembers a failure that passes, because the operation may turn it into an error of its own.
pub(crate) fn note(error: StoreError, transient: &mut Option<StoreError>) -> StoreError {
    if matches!(error, StoreError::Unavailable(_)) {
        *transient = Some(error.clone());
    }
    error
}

/// Whether a failed COMMIT may have happened: the server did not live to say.
pub(super) fn leaves_outcome_open(error: &Error) -> bool {
    match error.code() {
        None => true,
        Some(code) => is_class(code, "08") || is_class(code, "57"),
    }
}

/// Whether the same transaction may succeed when it is run again, perhaps on another server:
/// conflicts, a server that stops, starts or follows another one, broken connections and limits of
/// time.
fn is_transient(error: &Error) -> bool {
    let Some(code) = error.code() else {
        // A certificate that is refused will be refused again.
        return error.is_closed()
            || io_kind(error).is_some_and(|kind| kind != io::ErrorKind::InvalidData);
    };
    let codes = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::QUERY_CANCELED,
        SqlState::LOCK_NOT_AVAILABLE,
    ];
    codes.contains(code) || is_class(code, "08")
}

fn is_class(code: &SqlState, class: &str) -> bool {
    code.code().starts_with(class)
}

pub(super) fn io_kind(error: &Error) -> Option<io::ErrorKind> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            return Some(cause.kind());
        }
        source = cause.source();
    }
    None
}

use std::io;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::PoolError;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, Error};

use super::failure::{error, io_kind};
use crate::StoreError;

/// What the server gives up by itself, which frees its locks and keeps the connection.
const LIMITS: &str = "-c statement_timeout=10s -c lock_timeout=10s";
/// For a server that does not even do that.
const ANSWER: Duration = Duration::from_secs(15);

/// The server took a request and said nothing.
#[derive(Debug, thiserror::Error)]
#[error("the database server does not answer")]
pub(super) struct NoAnswer;

impl From<NoAnswer> for StoreError {
    fn from(silence: NoAnswer) -> Self {
        Self::Unavailable(Arc::new(silence))
    }
}

/// Of options that contradict each other the server takes the last, so those of the URL win.
pub(super) fn set_limits(config: &mut Config) {
    let options = match config.get_options() {
        None => LIMITS.to_owned(),
        Some(own) => format!("{LIMITS} {own}"),
    };
    config.options(options);
}

/// Waits for an answer, but not for ever. A connection without an answer cannot be used again.
pub(super) async fn within_limit<T>(asked: impl Future<Output = T>) -> Result<T, NoAnswer> {
    timeout(ANSWER, asked).await.map_err(|_elapsed| NoAnswer)
}

pub(super) async fn answer<T>(
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<T, StoreError> {
    within_limit(asked).await?.map_err(error)
}

/// Whether a limit was reached: who asks has waited long enough already.
pub(super) fn is_out_of_time(failure: &StoreError) -> bool {
    let StoreError::Unavailable(source) = failure else { return false };
    if source.is::<NoAnswer>() || source.is::<PoolError>() {
        return true;
    }
    let Some(error) = source.downcast_ref::<Error>() else { return false };
    let codes = [SqlState::QUERY_CANCELED, SqlState::LOCK_NOT_AVAILABLE];
    error.code().is_some_and(|code| codes.contains(code))
        || io_kind(error) == Some(io::ErrorKind::TimedOut)
}

/// A query that the server ended for its length is not asked again.
pub(super) fn too_long(failure: StoreError) -> StoreError {
    let StoreError::Unavailable(source) = &failure else { return failure };
    let code = source.downcast_ref::<Error>().and_then(Error::code);
    if code == Some(&SqlState::QUERY_CANCELED) { StoreError::TookTooLong } else { failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_the_url_come_last() {
        for (own, expect) in [
            ("", LIMITS.to_owned()),
            ("?options=-clock_timeout%3D1s", format!("{LIMITS} -clock_timeout=1s")),
        ] {
            let mut config: Config = format!("postgres://localhost/x{own}").parse().unwrap();
            set_limits(&mut config);
            assert_eq!(config.get_options(), Some(&*expect));
        }
    }
}

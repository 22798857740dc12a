use crate::StoreError;
use crate::transaction::Tx;

/// One whole transaction, written once for both databases.
///
/// `run` may be called again after a conflict or a lost connection, so it changes nothing but the
/// database. It never goes on after a failed statement: PostgreSQL's transaction is over then.
pub(crate) trait Operation: Send + Sync + 'static {
    type Output: Send + 'static;
    type Error: From<StoreError> + Send + 'static;

    /// Reads, decides, writes. An error undoes the writes.
    fn run(
        &self,
        tx: &mut Tx<'_>,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send;

    /// The audit event that this operation writes, by which a commit can be recognized whose
    /// answer was lost.
    fn witness(&self) -> Option<&Witness> {
        None
    }
}

/// Key of an audit event that was made up before the transaction began.
#[derive(Debug)]
pub(crate) struct Witness {
    pub(crate) tenant: String,
    pub(crate) event: String,
}

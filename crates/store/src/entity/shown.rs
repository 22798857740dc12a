use crate::incident::{INCIDENTS, any_discarded};
use crate::operation::Operation;
use crate::query::{Dialect, Shown, Table};
use crate::transaction::Tx;

/// A read of what is shown, in two versions. That which passes over rows that are of before costs
/// more, and is for the moments in which there are any.
pub(super) struct Showing<O> {
    usual: O,
    kept: Option<O>,
    tenant: String,
}

impl<O> Showing<O> {
    pub(super) fn of<E>(
        table: &Table,
        dialect: Dialect<'_>,
        tenant: &str,
        read: impl Fn(Shown) -> Result<O, E>,
    ) -> Result<Self, E> {
        let may_hide = dialect.is_sqlite() && table.name == INCIDENTS.name;
        let kept = may_hide.then(|| read(Shown::Kept)).transpose()?;
        Ok(Self { usual: read(Shown::All)?, kept, tenant: tenant.to_owned() })
    }
}

impl<O: Operation> Operation for Showing<O> {
    type Output = O::Output;
    type Error = O::Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<O::Output, O::Error> {
        if let Some(kept) = &self.kept
            && any_discarded(tx, &self.tenant).await?
        {
            return kept.run(tx).await;
        }
        self.usual.run(tx).await
    }
}

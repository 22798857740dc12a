use std::borrow::Cow;
use std::collections::BTreeSet;

use model::{Incident, IncidentText};

use crate::StoreError;
use crate::row::Param;
use crate::transaction::{Statement, Tx};

/// The rows of a page without those of users who were erased, whose keys come beside, and without
/// their names in others.
pub(crate) async fn keep_out<'r>(
    tx: &mut Tx<'_>,
    connection: &[Param; 2],
    rows: &'r [Incident],
) -> Result<(Cow<'r, [Incident]>, Vec<String>), StoreError> {
    let erased = tx.query(&KEPT_OUT, connection).await?.into_iter();
    let erased = erased.map(|mut row| row.text("erased_user.user_id"));
    let erased = erased.collect::<Result<BTreeSet<_>, _>>()?;
    if erased.is_empty() {
        return Ok((Cow::Borrowed(rows), Vec::new()));
    }
    let is_erased =
        |row: &Incident, text| row.texts.get(text).is_some_and(|user| erased.contains(user));
    let (mut kept, mut gone) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        if is_erased(row, IncidentText::CallerId) {
            gone.push(row.version.sys_id.clone());
            continue;
        }
        let mut row = row.clone();
        if is_erased(&row, IncidentText::AssignedToId) {
            row.texts.set(IncidentText::AssignedToId, "");
            row.texts.set(IncidentText::AssignedToName, "");
        }
        kept.push(row);
    }
    Ok((Cow::Owned(kept), gone))
}

pub(crate) const KEPT_OUT: Statement =
    Statement::new("SELECT user_id FROM erased_user WHERE tenant_id = $1 AND connection_id = $2");

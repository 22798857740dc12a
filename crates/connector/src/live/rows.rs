use model::{Incident, Timestamp};
use servicenow::{
    Condition, Failure, Field, Filter, Group, ID, Item, Order, PageRequest, Query, SysId, Table,
    UPDATED, WalkError,
};

use super::UserIncidentList;
use crate::{Opened, Trouble, incident, table, time};

/// What an instance answered of the incidents of callers.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) incidents: Vec<Incident>,
    /// Rows of other people, which came all the same.
    pub(super) others: usize,
    /// How many there are, those included that the account may not read.
    pub(super) total: Option<u64>,
}

const CALLER: Field = Field::constant("caller_id");
const OPENED: Field = Field::constant("opened_at");

/// Asks for the incidents of callers, and believes no row that it did not check: an instance that
/// does not understand a condition answers with everybody's.
///
/// Source: ServiceNow, "Table API", parameter `sysparm_query`.
pub(super) async fn ask(
    opened: &Opened,
    filter: &Filter,
    callers: &[SysId],
    now: Timestamp,
) -> Result<Rows, Trouble> {
    let of_failure = |failure: Failure| Trouble::of(&failure, time::system_time(now));
    let table = table(opened.site.path.clone(), filter.clone());
    let request = request(table, callers);
    let page = opened.session.page(&request, time::system_time(now)).await;
    let mut page = page.map_err(of_failure)?;
    let mut rows = Rows { incidents: Vec::new(), others: 0, total: page.total() };
    while let Some(row) = page.next().await.map_err(of_failure)? {
        let caller = row.value(&CALLER).unwrap_or_default();
        if callers.iter().any(|id| id.as_str() == caller) {
            let incident = incident::read(&row);
            rows.incidents.push(incident.ok_or_else(no_key)?);
        } else {
            rows.others += 1;
        }
    }
    Ok(rows)
}

fn request(table: Table, callers: &[SysId]) -> PageRequest {
    let items = callers.iter().cloned().map(Item::Id);
    let of_callers = Condition::one_of(CALLER, items);
    let group = of_callers.into_iter().fold(Group::new(), Group::and);
    let query = Query::from(group)
        .within(&table.filter)
        .order_by(Order::Descending(OPENED))
        .order_by(Order::Descending(ID));
    let fields = [ID, UPDATED].into_iter().chain(table.fields).collect();
    let most = u32::try_from(UserIncidentList::MOST).unwrap_or(u32::MAX);
    PageRequest::new(table.path, query, fields, most).labels(table.labels).counted()
}

fn no_key() -> Trouble {
    Trouble::of_walk(&WalkError::NoKey("sys_updated_on"))
}

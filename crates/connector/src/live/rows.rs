use model::{Field as Known, Timestamp};
use servicenow::{
    Clause, Condition, Failure, Field, Filter, Group, ID, Item, Order, PageRequest, Query, SysId,
    Table, UPDATED, WalkError,
};

use super::one::Question;
use super::{UserIncident, UserIncidentList, UserIncidentPosition};
use crate::incident::{self, OPENED};
use crate::{Opened, Trouble, table, time};

/// What an instance answered of the incidents of callers.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Those opened last come first.
    pub(super) incidents: Vec<UserIncident>,
    /// Rows of other people, which came all the same.
    pub(super) others: usize,
    /// How many there are, those included that the account may not read.
    pub(super) total: Option<u64>,
    /// Behind which place there are more.
    pub(super) next: Option<UserIncidentPosition>,
}

const CALLER: Field = Field::constant("caller_id");

/// Asks for the incidents of callers, and believes no row that it did not check: an instance that
/// does not understand a condition answers with everybody's.
///
/// Source: ServiceNow, "Table API", parameters `sysparm_query` and `sysparm_limit`.
pub(super) async fn ask(
    opened: &Opened,
    filter: &Filter,
    callers: &[SysId],
    question: Question<'_>,
    now: Timestamp,
) -> Result<Rows, Trouble> {
    let table = table(opened.site.path.clone(), filter.clone());
    let request = request(table, callers, question)?;
    let mut offset = 0;
    loop {
        let page = request.clone().offset(offset);
        let (rows, more) = read(opened, &page, (callers, question), now).await?;
        // Rows that may not be read stand in the place of others.
        if rows.incidents.is_empty() && rows.others == 0 && more {
            offset += page.limit();
        } else {
            return Ok(rows);
        }
    }
}

/// Reads a page; whether there are more rows behind it.
async fn read(
    opened: &Opened,
    request: &PageRequest,
    (callers, question): (&[SysId], Question<'_>),
    now: Timestamp,
) -> Result<(Rows, bool), Trouble> {
    let of_failure = |failure: Failure| Trouble::of(&failure, time::system_time(now));
    let page = opened.session.page(request, time::system_time(now)).await;
    let mut page = page.map_err(of_failure)?;
    let mut rows = Rows { total: page.total(), ..Rows::default() };
    while let Some(row) = page.next().await.map_err(of_failure)? {
        let caller = row.value(&CALLER).unwrap_or_default();
        if callers.iter().any(|id| id.as_str() == caller) {
            let incident = incident::read(&row).ok_or_else(|| no_key("sys_updated_on"))?;
            rows.incidents.push(UserIncident::of(question.connection, incident));
        } else {
            rows.others += 1;
        }
    }
    let (limit, came) = (u64::from(request.limit()), rows.incidents.len() + rows.others);
    let covered = u64::from(request.skipped()) + limit;
    let more = match rows.total {
        Some(total) => total > covered,
        None => u64::try_from(came).is_ok_and(|came| came >= limit),
    };
    check(&rows.incidents, question.behind, more)?;
    if more {
        rows.next = rows.incidents.last().map(UserIncident::position);
    }
    UserIncident::newest_first(&mut rows.incidents);
    Ok((rows, more))
}

/// Of a list in pages each has to follow the one before. Of one that is whole the order is of no
/// matter.
fn check(
    incidents: &[UserIncident],
    behind: Option<&UserIncidentPosition>,
    more: bool,
) -> Result<(), Trouble> {
    if behind.is_none() && !more {
        return Ok(());
    }
    if incidents.iter().any(|row| row.incident.opened == Known::Absent) {
        return Err(no_key("opened_at"));
    }
    let places = incidents.iter().map(UserIncident::position);
    let all: Vec<_> = behind.cloned().into_iter().chain(places).collect();
    if all.is_sorted_by(|before, after| before > after) {
        Ok(())
    } else {
        Err(Trouble::of_walk(&WalkError::NotInOrder("opened_at")))
    }
}

fn request(
    table: Table,
    callers: &[SysId],
    question: Question<'_>,
) -> Result<PageRequest, Trouble> {
    let items = callers.iter().cloned().map(Item::Id);
    let of_callers = Condition::one_of(CALLER, items);
    let mut group = of_callers.into_iter().fold(Group::new(), Group::and);
    if let Some(place) = question.behind {
        group = behind(group, place, question)?;
    }
    let query = Query::from(group)
        .within(&table.filter)
        .order_by(Order::Descending(OPENED))
        .order_by(Order::Descending(ID));
    let fields = [ID, UPDATED].into_iter().chain(table.fields).collect();
    let most = u32::try_from(UserIncidentList::MOST).unwrap_or(u32::MAX);
    Ok(PageRequest::new(table.path, query, fields, most).labels(table.labels).counted())
}

/// Earlier, or of the same second and behind; those without a time come last.
fn behind(
    group: Group,
    place: &UserIncidentPosition,
    question: Question<'_>,
) -> Result<Group, Trouble> {
    let id: SysId = place.sys_id.parse().map_err(|_error| no_key("sys_id"))?;
    let follows = if question.connection.id < place.connection {
        Condition::less_or_equal(ID, id)
    } else {
        Condition::less(ID, id)
    };
    let Some(at) = place.opened.and_then(time::stamp) else {
        return Ok(group.and(Condition::empty(OPENED)).and(follows));
    };
    let or_none = |condition| Clause::from(condition).or(Condition::empty(OPENED));
    Ok(group
        .and(or_none(Condition::less_or_equal(OPENED, at)))
        .and(or_none(Condition::less(OPENED, at)).or(follows)))
}

fn no_key(field: &'static str) -> Trouble {
    Trouble::of_walk(&WalkError::NoKey(field))
}

#[cfg(test)]
mod tests {
    use model::{ConnectionId, Incident, IncidentTexts, IncidentVersion};
    use uuid::Uuid;

    use super::*;

    fn row((opened, sys_id): (Known<i64>, &str)) -> UserIncident {
        let at = |seconds| Timestamp::from_unix(seconds, 0);
        let opened = match opened {
            Known::Absent => Known::Absent,
            Known::Null => Known::Null,
            Known::Set(seconds) => Known::Set(at(seconds)),
        };
        let version = IncidentVersion { sys_id: sys_id.to_owned(), updated: at(0), revision: None };
        let incident = Incident {
            version,
            texts: IncidentTexts::default(),
            active: Known::Absent,
            opened,
            resolved: Known::Absent,
            closed: Known::Absent,
        };
        let connection = ConnectionId::from_uuid(Uuid::nil());
        UserIncident { connection, page: None, incident }
    }

    /// An instance that drops the order or the condition would answer the same page for ever.
    #[test]
    fn pages_follow_each_other() {
        use Known::{Absent, Null, Set};
        let place = Some((Set(5), "c"));
        for (behind, more, rows, code) in [
            (None, false, vec![(Set(1), "a"), (Set(2), "b"), (Absent, "c")], None),
            (None, true, vec![(Set(2), "b"), (Set(2), "a"), (Set(1), "z"), (Null, "y")], None),
            (None, true, vec![(Set(1), "a"), (Set(2), "b")], Some("notInOrder")),
            (None, true, vec![(Set(2), "a"), (Set(2), "b")], Some("notInOrder")),
            (None, true, vec![(Null, "a"), (Set(2), "b")], Some("notInOrder")),
            (None, true, vec![(Set(2), "b"), (Absent, "a")], Some("keyNotReadable")),
            (place, false, vec![(Set(5), "b"), (Set(1), "a")], None),
            (place, false, vec![(Set(5), "c")], Some("notInOrder")),
            (place, false, vec![(Set(9), "a")], Some("notInOrder")),
        ] {
            let behind = behind.map(|place| row(place).position());
            let incidents: Vec<_> = rows.iter().copied().map(row).collect();
            let checked = check(&incidents, behind.as_ref(), more);
            assert_eq!(checked.err().map(|trouble| trouble.code), code, "{rows:?}");
        }
    }
}

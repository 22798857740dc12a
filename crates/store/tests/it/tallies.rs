use model::{Field, Incident, IncidentText};
use store::{Labelled, PassPlan, Tally};
use testkit::TestDatabase;

use crate::fixture::{at, created, id, page, row, tenant, wish};

/// Ticks of a second.
const SECOND: i64 = 10_000_000;

/// Opened so many seconds after the beginning, in this state.
fn opened(sys_id: &str, seconds: i64, state: (&str, &str)) -> Incident {
    let mut row = row(sys_id, 100);
    row.texts.set(IncidentText::State, state.0);
    row.texts.set(IncidentText::StateLabel, state.1);
    row.texts.set(IncidentText::Priority, "1");
    row.texts.set(IncidentText::PriorityLabel, "");
    row.texts.set(IncidentText::AssignmentGroupName, "Network");
    row.opened = Field::Set(at(seconds * SECOND));
    row
}

fn labelled(value: &str, label: &str) -> Labelled {
    Labelled { value: value.into(), label: label.into() }
}

#[tokio::test]
async fn incidents_are_counted_by_when_they_were_opened() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = store.take_lease(tenant(1), id(1), wish(10, 20)).await.unwrap();
        let mut never = opened("f", 0, ("1", "New"));
        never.opened = Field::Null;
        let rows = [
            opened("a", 59, ("1", "New")),
            opened("b", 60, ("1", "New")),
            opened("c", 119, ("1", "Neu")),
            opened("d", 120, ("1", "New")),
            opened("e", 180, ("7", "Closed")),
            never,
        ];
        store.store_page(&lease, page(rows)).await.unwrap();
        let time = at(60 * SECOND)..at(180 * SECOND);
        let mut tallies = store.tally_incidents(tenant(1), time.clone(), 60).await.unwrap();
        tallies.sort_by_key(|tally| tally.span);
        let tally = |span, rows| Tally {
            span,
            state: labelled("1", "New"),
            priority: labelled("1", "1"),
            group: "Network".into(),
            rows,
        };
        assert_eq!(tallies, [tally(0, 2), tally(1, 1)]);
        assert_eq!(store.tally_incidents(tenant(2), time, 60).await.unwrap(), []);

        let mut states = store.incident_states(tenant(1)).await.unwrap();
        states.sort();
        assert_eq!(states, [(labelled("1", "New"), 5), (labelled("7", "Closed"), 1)]);
        assert_eq!(store.incident_states(tenant(2)).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_connection_that_was_never_asked_is_due_at_once() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let none = PassPlan { next_pass: None, next_reconcile: None };
        assert_eq!(store.pass_plan(tenant(1), id(1)).await.unwrap(), Some(none));
        assert_eq!(store.pass_plan(tenant(1), id(2)).await.unwrap(), None);
        assert_eq!(store.pass_plan(tenant(2), id(1)).await.unwrap(), None);
    }
}

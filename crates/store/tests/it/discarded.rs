use std::convert::Infallible as Never;

use model::{Activity, Connection, Incident, IncidentText};
use store::{Backup, CallerName, Decision, INCIDENTS, LeaseError, ListQuery, MasterKey, Store};
use testkit::{SeededRng, TestDatabase};

use crate::fixture::{at, connection, created, event, id, page, row, tenant, wish, write};

/// More than are deleted in one step.
const ROWS: usize = 2500;

fn incident(number: usize) -> Incident {
    let mut row = row(&format!("{number}"), 1);
    row.texts.set(IncidentText::CallerId, "ann");
    row.texts.set(IncidentText::CallerEmail, "ann@b.example");
    row
}

/// Many incidents of one connection, and one of another.
async fn filled(database: &TestDatabase) -> Store {
    let store = created(database).await;
    let other = connection(2);
    store.insert_connection(other.clone(), event(&other, Activity::Create)).await.unwrap();
    for (number, rows) in [(1, ROWS), (2, 1)] {
        let lease = store.take_lease(tenant(1), id(number), wish(10, 20)).await.unwrap();
        let rows: Vec<_> = (0..rows).map(incident).collect();
        for rows in rows.chunks(1000) {
            store.store_page(&lease, page(rows)).await.unwrap();
        }
        store.release_lease(&lease, at(11)).await.unwrap();
    }
    store
}

async fn move_away(store: &Store) {
    let moved = |connection: &mut Connection| {
        connection.instance_url = Some("https://b.example".into());
    };
    let decide = move |stored: &Connection| Ok::<Decision, Never>(write(stored, moved));
    store.update_connection(tenant(1), id(1), decide).await.unwrap();
}

async fn delete(store: &Store) {
    let delete = |stored: &Connection| Ok::<_, Never>(event(stored, Activity::Delete));
    store.delete_connection(tenant(1), id(1), delete).await.unwrap();
}

/// What is shown of the connections: how many incidents in all, counted in three ways, and those
/// of Ann at the first.
async fn shown(store: &Store) -> [usize; 3] {
    let count = store.count_entities(tenant(1), &INCIDENTS, &ListQuery::default()).await.unwrap();
    let of_states = store.incident_states(tenant(1)).await.unwrap();
    assert_eq!(of_states.iter().map(|(_, count)| count).sum::<u64>(), count);
    let tallies = store.tally_incidents(tenant(1), at(0)..at(1000), 1).await.unwrap();
    assert_eq!(tallies.iter().map(|tally| tally.rows).sum::<u64>(), count);
    let first = (tenant(1), id(1));
    let callers = store.callers(first, CallerName::Email, "ann@b.example").await.unwrap();
    let of_ann = store.incidents_of_callers(first, &["ann".to_owned()], None).await.unwrap();
    [usize::try_from(count).unwrap(), callers.len(), of_ann.len()]
}

/// Rows that the database has, shown or not.
fn rows(database: &TestDatabase) -> i64 {
    let file = database.url().strip_prefix("sqlite://").unwrap();
    let database = rusqlite::Connection::open(file).unwrap();
    database.query_row("SELECT count(*) FROM incident", (), |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn many_incidents_show_no_more_at_once() {
    for database in TestDatabase::both() {
        for end in ["moved", "deleted"] {
            let store = filled(&database).await;
            assert_eq!(shown(&store).await, [ROWS + 1, 1, 1002], "{end}");
            if end == "moved" {
                move_away(&store).await;
            } else {
                delete(&store).await;
            }
            assert_eq!(shown(&store).await, [1, 0, 0], "{end}");
            while store.clear_some().await.unwrap() {
                assert_eq!(shown(&store).await, [1, 0, 0], "{end}");
            }
            if end == "moved" {
                let lease = store.take_lease(tenant(1), id(1), wish(30, 40)).await.unwrap();
                store.store_page(&lease, page([incident(7)])).await.unwrap();
                assert_eq!(shown(&store).await, [2, 1, 1]);
                delete(&store).await;
            }
            let last = |stored: &Connection| Ok::<_, Never>(event(stored, Activity::Delete));
            store.delete_connection(tenant(1), id(2), last).await.unwrap();
        }
    }
}

/// Others write in between, and a program that is killed loses nothing: the next one goes on.
#[tokio::test]
async fn hidden_incidents_go_step_by_step() {
    let database = TestDatabase::sqlite();
    let mut store = filled(&database).await;
    move_away(&store).await;
    let mut left = rows(&database);
    assert_eq!(left, 2501);
    while left > 1 {
        assert!(store.clear_some().await.unwrap());
        let before = std::mem::replace(&mut left, rows(&database));
        assert!((1..=1001).contains(&(before - left)), "{before} {left}");
        let lease = store.take_lease(tenant(1), id(2), wish(left + 100, left + 200)).await;
        store.release_lease(&lease.unwrap(), at(left + 101)).await.unwrap();
        if left > 1 {
            let lease = store.take_lease(tenant(1), id(1), wish(50, 60)).await;
            assert!(matches!(lease, Err(LeaseError::Clearing)), "{lease:?}");
        }
        store = database.open().await;
    }
    assert!(!store.clear_some().await.unwrap());
    store.take_lease(tenant(1), id(1), wish(50, 60)).await.unwrap();
}

/// Into whichever database: only one of SQLite can go on with what is to be deleted.
#[tokio::test]
async fn a_restored_backup_shows_nothing_of_before() {
    let from = TestDatabase::sqlite();
    let store = filled(&from).await;
    move_away(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    let backup = Backup::take(&from.url().parse().unwrap(), &file, at(60)).await.unwrap();
    // That of every database of the tests.
    let master = MasterKey::generate(&SeededRng::new(1));
    for to in TestDatabase::both() {
        backup.restore(&to.url().parse().unwrap(), &master, at(61)).await.unwrap();
        assert_eq!(shown(&to.open().await).await, [1, 0, 0]);
    }
}

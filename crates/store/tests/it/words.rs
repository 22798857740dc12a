//! The index that `$search` of incidents uses follows its rows, whatever becomes of them.

use model::{Activity, Author, Connection, IncidentText, Merge};
use odata::search::parse;
use store::{Decision, INCIDENTS, IncidentPage, ListQuery, Store};
use testkit::TestDatabase;

use crate::fixture::{at, created, event, id, page, row, tenant, wish};

/// Stores rows with these descriptions and nothing else to be found.
async fn store_rows(store: &Store, rows: &[(&str, &str)]) {
    let rows = rows.iter().map(|(sys_id, description)| {
        let mut row = row(sys_id, 1);
        for text in IncidentText::ALL {
            row.texts.set(text, "");
        }
        row.texts.set(IncidentText::ShortDescription, *description);
        row.texts.set(IncidentText::CallerId, format!("caller of {sys_id}"));
        row.texts.set(IncidentText::CallerEmail, format!("{sys_id}@x.example"));
        row.version.revision = Some(i64::try_from(description.len()).unwrap());
        row
    });
    let lease = store.take_lease(tenant(1), id(1), wish(10, 20)).await.unwrap();
    let rows: Vec<_> = rows.collect();
    store.store_page(&lease, IncidentPage { merge: Merge::Replace, ..page(rows) }).await.unwrap();
    store.release_lease(&lease, at(11)).await.unwrap();
}

/// How many rows a search counts, which are as many as it lists.
async fn found(store: &Store, search: &str) -> u64 {
    let search = parse(search).unwrap();
    let query = ListQuery { search: Some(&search), limit: 100, ..ListQuery::default() };
    let counted = store.count_entities(tenant(1), &INCIDENTS, &query).await.unwrap();
    let other = store.count_entities(tenant(2), &INCIDENTS, &query).await.unwrap();
    assert_eq!(other, 0);
    counted
}

#[tokio::test]
async fn words_are_found_as_long_as_rows_have_them() {
    let [long, shorter] = [5000, 1000].map(|length| "ä".repeat(length));
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let rows = [("1", "brand-new printer"), ("2", "Printer, on fire"), ("3", &*long)];
        store_rows(&store, &rows).await;
        let cases = [
            ("printer", 2),
            ("print*", 2),
            ("brand-new", 1),
            ("\"new printer\"", 1),
            // Behind a text comes another one.
            ("\"printer on\"", 1),
            ("\"fire 2\"", 0),
            ("printer NOT fire", 1),
            ("fire OR brand", 2),
            ("nothing", 0),
            ("ä*", 1),
            (long.as_str(), 1),
            (shorter.as_str(), 0),
        ];
        for (search, expect) in cases {
            assert_eq!(found(&store, search).await, expect, "{search:.20}");
        }
        store_rows(&store, &[("1", "an old scanner again")]).await;
        assert_eq!((found(&store, "printer").await, found(&store, "scanner").await), (1, 1));
        if database.url().starts_with("sqlite") {
            database.execute("VACUUM");
            database
                .execute("INSERT INTO incident_words (incident_words) VALUES ('integrity-check')");
        }
        assert_eq!((found(&store, "printer").await, found(&store, "scanner").await), (1, 1));
        erase(&store, "2@x.example").await;
        assert_eq!((found(&store, "printer").await, found(&store, "scanner").await), (0, 1));
        move_away(&store).await;
        assert_eq!(found(&store, "scanner").await, 0);
        store_rows(&store, &[("4", "another scanner")]).await;
        assert_eq!(found(&store, "scanner").await, 1);
        erase(&store, "4@x.example").await;
        assert_eq!(found(&store, "scanner").await, 0);
    }
}

async fn erase(store: &Store, name: &str) {
    let users = store.users_called(tenant(1), name).await.unwrap();
    let author = Author { actor: "op".into(), application: "test".into() };
    let event = author.erased(tenant(1), (Activity::Erase, name), at(30));
    assert_eq!(store.erase(users, false, event).await.unwrap().incidents, 1);
}

/// To another instance, so that all incidents go.
async fn move_away(store: &Store) {
    let decide = |stored: &Connection| {
        let instance_url = Some("https://b.example".into());
        let connection = Connection { instance_url, version: stored.version + 1, ..stored.clone() };
        let event = event(&connection, Activity::Update);
        Ok::<_, ()>(Decision::Write { connection, event })
    };
    store.update_connection(tenant(1), id(1), decide).await.unwrap();
}

/// What is erased is in no page of the file, as the name of a person would be.
#[tokio::test]
async fn words_that_are_erased_leave_no_trace_in_the_index() {
    let database = TestDatabase::sqlite();
    let store = created(&database).await;
    store_rows(&store, &[("1", "somethingunheardof"), ("2", "printer")]).await;
    let traces = || {
        let file = rusqlite::Connection::open(database.url().strip_prefix("sqlite://").unwrap());
        let count = "SELECT COUNT(*) FROM incident_words_data WHERE instr(block, CAST('unheardof' AS BLOB)) > 0";
        file.unwrap().query_row(count, (), |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(traces(), 1);
    erase(&store, "1@x.example").await;
    assert_eq!(traces(), 0);
}

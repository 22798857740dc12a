use model::{Field, Incident, IncidentText, Merge, Timestamp};
use store::{CallerName, IncidentPage, Store};
use testkit::TestDatabase;

use crate::fixture::{at, connection, created, event, id, page, row, tenant, wish};

/// An incident of somebody, of whom the e-mail address is known as it was then.
fn of(sys_id: &str, updated: i64, caller: &str, email: &str) -> Incident {
    let mut incident = row(sys_id, updated);
    incident.texts.set(IncidentText::CallerId, caller);
    incident.texts.set(IncidentText::CallerEmail, email);
    incident.texts.set(IncidentText::CallerUserPrincipalName, format!("{caller}.name"));
    incident
}

async fn store_rows(store: &Store, number: u128, rows: Vec<Incident>) {
    let lease = store.take_lease(tenant(1), id(number), wish(10, 20)).await.unwrap();
    let page = IncidentPage { merge: Merge::Replace, ..page(rows) };
    store.store_page(&lease, page).await.unwrap();
    store.release_lease(&lease, at(11)).await.unwrap();
}

async fn found(store: &Store, number: u128, name: CallerName, value: &str) -> Vec<String> {
    store.callers((tenant(1), id(number)), name, value).await.unwrap()
}

#[tokio::test]
async fn callers_are_found_by_the_name_of_their_newest_incident() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let clone = connection(2);
        let event = event(&clone, model::Activity::Create);
        store.insert_connection(clone, event).await.unwrap();
        let rows = vec![
            of("1", 1, "a", "old@contoso.example"),
            of("2", 2, "a", "Ann@Contoso.example"),
            of("3", 3, "b", "ann@contoso.example"),
            of("4", 4, "c", "Ägir@contoso.example"),
            of("5", 5, "", "ann@contoso.example"),
        ];
        store_rows(&store, 1, rows).await;
        store_rows(&store, 2, vec![of("2", 9, "a", "nobody@example.invalid")]).await;

        let email = async |value| found(&store, 1, CallerName::Email, value).await;
        assert_eq!(email("aNN@contoso.EXAMPLE").await, ["a", "b"]);
        assert_eq!(email("Ägir@CONTOSO.example").await, ["c"]);
        assert_eq!(email("old@contoso.example").await, [""; 0]);
        assert_eq!(email("' OR 1=1").await, [""; 0]);
        assert_eq!(found(&store, 1, CallerName::UserName, "A.NAME").await, ["a"]);
        let there = found(&store, 2, CallerName::Email, "nobody@example.invalid").await;
        assert_eq!(there, ["a"], "the same key at another instance");
        let nobody = store.callers((tenant(2), id(1)), CallerName::UserName, "a.name").await;
        assert_eq!(nobody.unwrap(), [""; 0]);
    }
}

fn opened(sys_id: &str, updated: i64, caller: &str, opened: Field<Timestamp>) -> Incident {
    Incident { opened, ..of(sys_id, updated, caller, "") }
}

#[tokio::test]
async fn incidents_of_callers_come_newest_first() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let rows = vec![
            opened("1", 9, "a", Field::Set(at(5))),
            opened("2", 1, "b", Field::Set(at(7))),
            opened("3", 2, "a", Field::Null),
            opened("4", 3, "c", Field::Set(at(8))),
            opened("5", 4, "a", Field::Set(at(7))),
        ];
        store_rows(&store, 1, rows.clone()).await;
        let of = async |tenant, callers: &[&str]| {
            let callers: Vec<_> = callers.iter().map(|id| (*id).to_owned()).collect();
            let key = (tenant, id(1));
            let incidents = store.incidents_of_callers(key, &callers, None).await.unwrap();
            incidents.into_iter().map(|row| row.version.sys_id).collect::<Vec<_>>()
        };
        assert_eq!(of(tenant(1), &["a", "b"]).await, ["5", "2", "1", "3"]);
        assert_eq!(of(tenant(1), &[]).await, [""; 0]);
        assert_eq!(of(tenant(2), &["a"]).await, [""; 0]);
        let four = store.incidents_of_callers((tenant(1), id(1)), &["c".to_owned()], None).await;
        assert_eq!(four.unwrap(), [rows[3].clone()]);

        let both = ["a", "b"].map(str::to_owned);
        for (opened, sys_id, expected) in [
            (Some(9), "", &["5", "2", "1", "3"] as &[&str]),
            (Some(7), "5", &["5", "2", "1", "3"]),
            (Some(7), "4", &["2", "1", "3"]),
            (Some(7), "1", &["1", "3"]),
            (Some(4), "", &["3"]),
            (None, "3", &["3"]),
            (None, "2", &[]),
        ] {
            let from = Some((opened.map(at), sys_id));
            let incidents = store.incidents_of_callers((tenant(1), id(1)), &both, from).await;
            let found: Vec<_> =
                incidents.unwrap().into_iter().map(|row| row.version.sys_id).collect();
            assert_eq!(found, expected, "{opened:?} {sys_id}");
        }

        let many = (0..1004).map(|n| opened(&format!("m{n}"), n, "d", Field::Set(at(n))));
        store_rows(&store, 1, many.collect()).await;
        let many = of(tenant(1), &["d", "a"]).await;
        assert_eq!((many.len(), many[0].as_str()), (1002, "m1003"));
    }
}

use std::collections::BTreeSet;

use model::{Activity, Author, Incident, IncidentText, Merge};
use store::{IncidentPage, Store, StoredUser};
use testkit::TestDatabase;

use crate::fixture::{at, created, id, page, row, tenant, wish};

fn incident(sys_id: &str, caller: &str, email: &str, assigned: &str) -> Incident {
    let mut incident = row(sys_id, 1);
    for (text, value) in [
        (IncidentText::CallerId, caller),
        (IncidentText::CallerName, email),
        (IncidentText::CallerEmail, email),
        (IncidentText::CallerUserPrincipalName, ""),
        (IncidentText::AssignedToId, assigned),
        (IncidentText::AssignedToName, &format!("Name of {assigned}")),
    ] {
        incident.texts.set(text, value);
    }
    incident
}

async fn pass(store: &Store) {
    let lease = store.take_lease(tenant(1), id(1), wish(10, 20)).await.unwrap();
    let rows = vec![
        incident("1", "ann", "Ann@x.example", "bob"),
        incident("2", "ann", "married@x.example", "bob"),
        incident("3", "bob", "bob@x.example", "ann"),
        incident("4", "carl", "carl@x.example", ""),
    ];
    let page = IncidentPage { merge: Merge::Replace, ..page(rows) };
    store.store_page(&lease, page).await.unwrap();
    store.release_lease(&lease, at(11)).await.unwrap();
}

/// Incidents of all, and who works on them.
async fn stored(store: &Store) -> Vec<(String, String)> {
    let all = ["ann", "bob", "carl"].map(str::to_owned);
    let rows = store.incidents_of_callers((tenant(1), id(1)), &all, None).await.unwrap();
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let name = row.texts.get(IncidentText::AssignedToName).unwrap_or("?");
            (row.version.sys_id.clone(), name.to_owned())
        })
        .collect();
    rows.sort();
    rows
}

fn rows(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect()
}

async fn erase(store: &Store, name: &str, kept_out: bool) -> (u64, u64) {
    let users = store.users_called(tenant(1), name).await.unwrap();
    let author = Author { actor: "op".into(), application: "test".into() };
    let event = author.erased(tenant(1), (Activity::Erase, name), at(30));
    let erased = store.erase(users, kept_out, event).await.unwrap();
    (erased.incidents, erased.mentions)
}

#[tokio::test]
async fn what_is_erased_stays_away() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        pass(&store).await;
        let found = async |text: &str| store.find_callers(tenant(1), text, 9).await.unwrap().len();
        assert_eq!(found("married").await, 1);
        // Also the incident that came with another name of hers.
        assert_eq!(erase(&store, "ANN@x.example", true).await, (2, 1));
        let left = rows(&[("3", ""), ("4", "Name of ")]);
        assert_eq!(stored(&store).await, left);
        assert_eq!((found("married").await, found("bob").await), (0, 1));
        pass(&store).await;
        assert_eq!(stored(&store).await, left);
        assert_eq!(found("ann").await, 0);
        assert_eq!(erase(&store, "ann@x.example", true).await, (0, 0));
        let events = store.audit_events(tenant(1), 9).await.unwrap();
        let erased = events.iter().filter(|event| event.activity == Activity::Erase);
        let mut erased: Vec<_> = erased.map(|event| (event.rows, event.subject.clone())).collect();
        erased.sort();
        let of = |name: &str| Some(name.to_owned());
        assert_eq!(erased, [(Some(0), of("ann@x.example")), (Some(2), of("ANN@x.example"))]);

        let ann = BTreeSet::from([StoredUser { connection: id(1), id: "ann".into() }]);
        let author = Author { actor: "op".into(), application: "test".into() };
        let event = || author.erased(tenant(1), (Activity::Readmit, "ann"), at(40));
        assert_eq!(store.readmit(ann.clone(), event()).await.unwrap(), 1);
        assert_eq!(store.readmit(ann, event()).await.unwrap(), 0);
        pass(&store).await;
        assert_eq!(stored(&store).await.len(), 4);
    }
}

#[tokio::test]
async fn what_is_erased_once_comes_back_and_others_stay() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        pass(&store).await;
        assert_eq!(erase(&store, "nobody@x.example", true).await, (0, 0));
        assert_eq!(erase(&store, "' OR 1=1 --", true).await, (0, 0));
        assert_eq!(stored(&store).await.len(), 4);
        assert_eq!(erase(&store, "bob@x.example", false).await, (1, 2));
        assert_eq!(stored(&store).await, rows(&[("1", ""), ("2", ""), ("4", "Name of ")]));
        pass(&store).await;
        assert_eq!(stored(&store).await.len(), 4);
        let others = store.users_called(tenant(2), "ann@x.example").await.unwrap();
        assert!(others.is_empty());
    }
}

/// An incident that is given to somebody who was erased goes as well.
#[tokio::test]
async fn an_incident_that_becomes_that_of_somebody_erased_goes() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        pass(&store).await;
        erase(&store, "ann@x.example", true).await;
        let lease = store.take_lease(tenant(1), id(1), wish(10, 20)).await.unwrap();
        let page = IncidentPage {
            merge: Merge::Replace,
            ..page(vec![incident("4", "ann", "ann@x.example", "")])
        };
        store.store_page(&lease, page).await.unwrap();
        assert_eq!(stored(&store).await, rows(&[("3", "")]));
    }
}

use model::{Activity, Connection};
use store::{Store, TrialRecord};
use testkit::TestDatabase;

use crate::fixture::{at, connection, created, event, id, tenant};

fn trial(ticks: i64) -> TrialRecord {
    let failed = ticks % 2 == 0;
    TrialRecord {
        tested: at(ticks),
        status: if failed { "failed" } else { "passed" }.to_owned(),
        trouble: failed.then(|| ("token".to_owned(), "☃ is refused".to_owned())),
        matched: (!failed).then_some(ticks),
    }
}

async fn record(store: &Store, number: u128, ticks: i64) {
    store.record_trial((tenant(1), id(number)), trial(ticks)).await.unwrap();
}

#[tokio::test]
async fn the_newest_tests_of_a_connection_are_remembered() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let other = connection(2);
        store.insert_connection(other.clone(), event(&other, Activity::Create)).await.unwrap();
        for ticks in 0..15 {
            record(&store, 1, ticks).await;
        }
        record(&store, 2, 7).await;
        // One that is gone is not brought back by how its test went.
        record(&store, 3, 7).await;
        let expect: Vec<_> = (5..15).rev().map(trial).collect();
        assert_eq!(store.trials(tenant(1), id(1)).await.unwrap(), expect);
        assert_eq!(store.trials(tenant(1), id(2)).await.unwrap(), [trial(7)]);
        assert_eq!(store.trials(tenant(1), id(3)).await.unwrap(), []);

        let delete = |stored: &Connection| {
            Ok::<_, std::convert::Infallible>(event(stored, Activity::Delete))
        };
        store.delete_connection(tenant(1), id(1), delete).await.unwrap();
        assert_eq!(store.trials(tenant(1), id(1)).await.unwrap(), []);
        let events = store.connection_events(tenant(1), id(1), 10).await.unwrap();
        let mut activities: Vec<_> = events.iter().map(|event| event.activity).collect();
        activities.sort_by_key(|activity| activity.name());
        assert_eq!(activities, [Activity::Create, Activity::Delete]);
        assert_eq!(store.connection_events(tenant(1), id(1), 1).await.unwrap().len(), 1);
    }
}

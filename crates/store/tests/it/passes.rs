use model::{
    Author, Connection, ConnectionStatus, Credential, Health, HealthStatus, LastQueried, QueriedBy,
    RunCounts, RunFailure, RunKind, RunStatus, SyncPosition, Timestamp,
};
use store::{Decision, Finish, Lease, LeaseError, LeftAlone, Store, TakeLease};
use testkit::TestDatabase;

use crate::fixture::{at, created, id, page, row, tenant, wish, write};

#[derive(Debug)]
struct Never;

fn finish(lease: &Lease) -> Finish {
    let health = Health {
        status: HealthStatus::Verified,
        since: at(70),
        last_success: Some(at(71)),
        last_attempt: Some(at(72)),
        reason: Some("well".into()),
        not_before: Some(at(73)),
    };
    Finish {
        status: RunStatus::Succeeded,
        counts: RunCounts { fetched: 9, stored: 8, removed: 7, matched: Some(6), readable: None },
        failure: Some(RunFailure { code: "c".into(), message: "m".into() }),
        finished: at(80),
        page_size: Some(500),
        next_pass: Some(at(200)),
        next_reconcile: Some(at(300)),
        failures: lease.state.failures + 1,
        health,
        queried: Some(at(79)),
    }
}

async fn change(store: &Store, change: fn(&mut Connection)) {
    let decide = move |stored: &Connection| Ok::<Decision, Never>(write(stored, change));
    store.update_connection(tenant(1), id(1), decide).await.unwrap();
}

#[tokio::test]
async fn one_pass_at_a_time_and_the_next_has_a_higher_token() {
    for database in TestDatabase::both() {
        let stores = [created(&database).await, database.open().await];
        let take = |store: &Store, now, until| {
            let store = store.clone();
            async move { store.take_lease(tenant(1), id(1), wish(now, until)).await }
        };
        let first = take(&stores[0], 10, 20).await.unwrap();
        assert_eq!((first.run.status, first.run.kind), (RunStatus::Running, RunKind::Incremental));
        let refused = take(&stores[1], 19, 30).await;
        assert!(matches!(refused, Err(LeaseError::Held { until }) if until == at(20)));
        stores[0].renew_lease(&first, at(25)).await.unwrap();
        assert!(matches!(take(&stores[1], 24, 30).await, Err(LeaseError::Held { .. })));

        let second = take(&stores[1], 25, 40).await.unwrap();
        assert!(second.token > first.token);
        let lost = |result| assert!(matches!(result, Err(LeaseError::Lost)), "{result:?}");
        lost(stores[0].check_lease(&first, at(50)).await);
        lost(stores[0].renew_lease(&first, at(50)).await);
        lost(stores[0].release_lease(&first, at(50)).await);
        lost(stores[0].store_page(&first, page([row("a", 1)])).await.map(drop));
        lost(stores[0].finish_pass(&first, finish(&first)).await);
        stores[1].check_lease(&second, at(50)).await.unwrap();
        let statuses = |runs: Vec<model::SyncRun>| -> Vec<_> {
            runs.into_iter().map(|run| (run.id, run.status)).collect()
        };
        let runs = statuses(stores[0].runs(tenant(1), id(1), 9).await.unwrap());
        let expect = [(second.run.id, RunStatus::Running), (first.run.id, RunStatus::Abandoned)];
        assert_eq!(runs, expect);

        stores[1].release_lease(&second, at(41)).await.unwrap();
        let third = take(&stores[0], 41, 50).await.unwrap();
        let run = stores[0].load_run(tenant(1), id(1), second.run.id).await.unwrap().unwrap();
        assert_eq!((run.status, run.finished), (RunStatus::Abandoned, Some(at(41))));
        assert!(third.token > second.token);
    }
}

/// Otherwise nobody would make a pass for a year after a clock was a year ahead.
#[tokio::test]
async fn times_of_a_clock_that_went_back_hold_nobody_up() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let due = |now: i64, latest: i64| store.due_connections(seconds(now), seconds(latest), 9);
        let take = |now: i64, until: i64| {
            let wish = TakeLease { now: seconds(now), until: seconds(until), ..wish(0, 0) };
            store.take_lease(tenant(1), id(1), wish)
        };
        take(5000, 5120).await.unwrap();
        assert!(matches!(take(4520, 4640).await, Err(LeaseError::Held { .. })));
        assert_eq!(due(4520, 9000).await.unwrap(), []);
        assert_eq!(due(4519, 9000).await.unwrap(), [(tenant(1), id(1))]);
        let lease = take(4519, 4639).await.unwrap();
        let mut finish = finish(&lease);
        finish.next_pass = Some(seconds(8000));
        finish.health.not_before = Some(seconds(8000));
        store.finish_pass(&lease, finish).await.unwrap();
        assert_eq!(due(4600, 8000).await.unwrap(), []);
        assert_eq!(due(4600, 7999).await.unwrap(), [(tenant(1), id(1))]);
    }
}

fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds, 0)
}

#[tokio::test]
async fn what_a_pass_leaves_behind_is_found_by_the_next() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = store.take_lease(tenant(1), id(1), wish(10, 20)).await.unwrap();
        assert_eq!(lease.state.cursor, None);
        assert_eq!(lease.state.health.status, HealthStatus::NotVerified);
        let position = |updated| SyncPosition { updated: at(updated), sys_id: "a".into() };
        let mut first = page([row("a", 1), row("b", 2)]);
        first.counts.fetched = 2;
        (first.cursor, first.newest) = (Some(position(1)), Some(position(2)));
        assert_eq!(store.store_page(&lease, first.clone()).await.unwrap(), 2);
        // As if the answer had been lost.
        assert_eq!(store.store_page(&lease, first).await.unwrap(), 0);
        let run = store.load_run(tenant(1), id(1), lease.run.id).await.unwrap().unwrap();
        assert_eq!((run.status, run.counts.fetched), (RunStatus::Running, 2));
        let finish = finish(&lease);
        store.finish_pass(&lease, finish.clone()).await.unwrap();
        let run = store.load_run(tenant(1), id(1), lease.run.id).await.unwrap().unwrap();
        assert_eq!((run.status, run.counts), (RunStatus::Succeeded, finish.counts));
        assert_eq!((run.started, run.finished), (Some(at(10)), Some(at(80))));
        assert_eq!(run.failure, finish.failure);

        let next = store.take_lease(tenant(1), id(1), wish(90, 99)).await.unwrap();
        let state = &next.state;
        assert_eq!((&state.cursor, &state.newest), (&Some(position(1)), &Some(position(2))));
        assert_eq!((state.page_size, state.failures), (Some(500), 1));
        assert_eq!((state.next_pass, state.next_reconcile), (Some(at(200)), Some(at(300))));
        assert_eq!(state.health, finish.health);
    }
}

#[tokio::test]
async fn a_query_moves_its_time_and_nothing_else() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let before = store.load_connection(tenant(1), id(1)).await.unwrap().unwrap();
        let queried = |at, by| Some(LastQueried { at, by });
        let expect = |last_queried| Some(Connection { last_queried, ..before.clone() });
        for (asked, expected) in [(70, 70), (60, 70), (71, 71)] {
            store.record_query(tenant(1), id(1), at(asked)).await.unwrap();
            let stored = store.load_connection(tenant(1), id(1)).await.unwrap();
            assert_eq!(stored, expect(queried(at(expected), QueriedBy::Connector)));
        }
        change(&store, |connection| {
            connection.last_queried = Some(LastQueried { at: at(999), by: QueriedBy::Client });
        })
        .await;
        store.record_query(tenant(1), id(1), at(80)).await.unwrap();
        let stored = store.load_connection(tenant(1), id(1)).await.unwrap().unwrap();
        assert_eq!(stored.last_queried, queried(at(80), QueriedBy::Connector));
        store.record_query(tenant(1), id(9), at(80)).await.unwrap();
    }
}

#[tokio::test]
async fn a_pass_ends_with_what_its_connection_asks_for() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = store.take_lease(tenant(1), id(1), wish(10, 20)).await.unwrap();
        change(&store, |connection| connection.status = ConnectionStatus::Disabled).await;
        let disabled = |result| assert!(matches!(result, Err(LeaseError::Disabled)), "{result:?}");
        disabled(store.check_lease(&lease, at(50)).await);
        disabled(store.renew_lease(&lease, at(30)).await);
        disabled(store.store_page(&lease, page([row("a", 1)])).await.map(drop));
        disabled(store.take_lease(tenant(1), id(1), wish(40, 50)).await.map(drop));
        store.finish_pass(&lease, finish(&lease)).await.unwrap();

        change(&store, |connection| connection.status = ConnectionStatus::Enabled).await;
        let lease = store.take_lease(tenant(1), id(1), wish(40, 50)).await.unwrap();
        assert_eq!((lease.state.next_pass, lease.state.failures), (None, 0));
        change(&store, |connection| connection.incident_api_url = Some("/other".into())).await;
        let other = |result| assert!(matches!(result, Err(LeaseError::Superseded)), "{result:?}");
        other(store.check_lease(&lease, at(50)).await);
        other(store.store_page(&lease, page([row("a", 1)])).await.map(drop));
        store.finish_pass(&lease, finish(&lease)).await.unwrap();
        let lease = store.take_lease(tenant(1), id(1), wish(60, 70)).await.unwrap();
        assert_eq!((lease.state.next_pass, lease.state.page_size), (None, Some(500)));
        assert_eq!(lease.state.health.status, HealthStatus::NotVerified);

        store
            .delete_connection(tenant(1), id(1), |stored| {
                Ok::<_, Never>(crate::fixture::event(stored, model::Activity::Delete))
            })
            .await
            .unwrap();
        assert!(matches!(store.check_lease(&lease, at(50)).await, Err(LeaseError::Gone)));
        let gone = store.store_page(&lease, page([row("a", 1)])).await;
        assert!(matches!(gone, Err(LeaseError::Gone)), "{gone:?}");
        assert_eq!(store.runs(tenant(1), id(1), 9).await.unwrap(), []);
    }
}

#[tokio::test]
async fn passes_that_were_asked_for_wait_their_turn() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let queue = |kind, now| store.queue_run(tenant(1), id(1), kind, at(now));
        let reconcile = queue(RunKind::Reconcile, 5).await.unwrap().unwrap();
        let incremental = queue(RunKind::Incremental, 6).await.unwrap().unwrap();
        let again = queue(RunKind::Reconcile, 7).await.unwrap().unwrap();
        assert_eq!((again.id, incremental.status), (reconcile.id, RunStatus::Queued));
        assert_eq!(
            store.queue_run(tenant(1), id(2), RunKind::Reconcile, at(5)).await.unwrap(),
            None
        );

        let lease = store.take_lease(tenant(1), id(1), wish(10, 20)).await.unwrap();
        assert_eq!((lease.run.id, lease.run.kind), (reconcile.id, RunKind::Reconcile));
        let further = queue(RunKind::Reconcile, 11).await.unwrap().unwrap();
        assert_ne!(further.id, reconcile.id);
        let throttled = Finish { next_pass: Some(at(999)), ..finish(&lease) };
        store.finish_pass(&lease, throttled).await.unwrap();

        // Not before time 73, but then although the next pass is not due.
        let refused = queue(RunKind::Incremental, 12).await.unwrap().unwrap();
        assert_eq!(refused.id, incremental.id, "it waits already");
        let due = |now| store.due_connections(at(now), at(1000), 9);
        assert_eq!(due(72).await.unwrap(), []);
        assert_eq!(due(73).await.unwrap(), [(tenant(1), id(1))]);
        change(&store, |connection| connection.status = ConnectionStatus::Disabled).await;
        let statuses: Vec<_> = store.runs(tenant(1), id(1), 9).await.unwrap();
        let statuses: Vec<_> = statuses.iter().map(|run| run.status).collect();
        assert_eq!(statuses, [RunStatus::Failed, RunStatus::Failed, RunStatus::Succeeded]);
        let refused = queue(RunKind::Incremental, 99).await.unwrap().unwrap();
        assert_eq!((refused.status, refused.finished), (RunStatus::Failed, Some(at(99))));
        assert_eq!(refused.failure.unwrap().code, "disabled");
        assert_eq!(due(73).await.unwrap(), []);
        change(&store, |connection| connection.status = ConnectionStatus::Enabled).await;
        let refused = queue(RunKind::Incremental, 72).await.unwrap().unwrap();
        assert_eq!(refused.failure.unwrap().code, "throttled");
        assert_eq!(due(73).await.unwrap(), [(tenant(1), id(1))]);
        let lease = store.take_lease(tenant(1), id(1), wish(300, 310)).await.unwrap();
        assert_eq!(lease.run.kind, RunKind::Reconcile, "its time has come");
        assert_eq!(due(309).await.unwrap(), []);
        assert_eq!(due(310).await.unwrap(), [(tenant(1), id(1))]);
    }
}

#[tokio::test]
async fn the_newest_runs_are_remembered() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        change(&store, |connection| connection.status = ConnectionStatus::Disabled).await;
        for now in 0..210 {
            store.queue_run(tenant(1), id(1), RunKind::Incremental, at(now)).await.unwrap();
        }
        let runs = store.runs(tenant(1), id(1), 999).await.unwrap();
        assert_eq!((runs.len(), runs[0].queued, runs[199].queued), (200, at(209), at(10)));
    }
}

#[tokio::test]
async fn health_is_what_the_last_calls_told() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let health = async || store.health(tenant(1), id(1)).await.unwrap().unwrap();
        assert_eq!(health().await.status, HealthStatus::NotSetUp);
        let credential = Credential::ApiKey { api_key: "key".into() };
        let author = Author { actor: "someone".into(), application: "curl".into() };
        let put = || store.put_credential(tenant(1), id(1), &credential, &author);
        put().await.unwrap();
        assert_eq!(health().await.status, HealthStatus::NotVerified);
        let lease = store.take_lease(tenant(1), id(1), wish(10, 20)).await.unwrap();
        let finish = finish(&lease);
        store.finish_pass(&lease, finish.clone()).await.unwrap();
        assert_eq!(health().await, finish.health);
        change(&store, |connection| connection.status = ConnectionStatus::Disabled).await;
        let off = health().await;
        assert_eq!((off.status, off.last_success), (HealthStatus::Disabled, Some(at(71))));
        change(&store, |connection| connection.status = ConnectionStatus::Enabled).await;
        put().await.unwrap();
        let renewed = health().await;
        assert_eq!(renewed.status, HealthStatus::NotVerified);
        assert_eq!(renewed.not_before, Some(at(73)), "another account is no reason to hurry");
        change(&store, |connection| connection.instance_url = Some("https://b.example".into()))
            .await;
        assert_eq!(health().await.status, HealthStatus::NotSetUp);
        assert_eq!(store.health(tenant(2), id(1)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_an_instance_told_others_holds_a_pass_too() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let author = Author { actor: "me".into(), application: "test".into() };
        let key = Credential::ApiKey { api_key: "key".into() };
        assert!(store.put_credential(tenant(1), id(1), &key, &author).await.unwrap());
        let connection = store.load_connection(tenant(1), id(1)).await.unwrap().unwrap();
        let told = |until| LeftAlone {
            status: HealthStatus::Throttled,
            reason: "left alone".into(),
            until: at(until),
            told: at(45),
        };
        let not_before = async || {
            let health = store.health(tenant(1), id(1)).await.unwrap().unwrap();
            (health.status, health.not_before)
        };
        let lease = store.take_lease(tenant(1), id(1), wish(40, 500)).await.unwrap();
        store.check_lease(&lease, at(44)).await.unwrap();
        store.leave_alone(&connection, told(90)).await.unwrap();
        store.leave_alone(&connection, told(60)).await.unwrap();
        let held = store.check_lease(&lease, at(50)).await;
        assert!(
            matches!(held, Err(LeaseError::LeftAlone { until }) if until == at(90)),
            "{held:?}"
        );
        store.check_lease(&lease, at(90)).await.unwrap();
        // The pass comes to its end all the same.
        store.finish_pass(&lease, finish(&lease)).await.unwrap();
        assert_eq!(not_before().await, (HealthStatus::Throttled, Some(at(90))));
        let due = async |now| store.due_connections(at(now), at(9999), 9).await.unwrap().len();
        assert_eq!([due(89).await, due(199).await, due(200).await], [0, 0, 1]);

        // It was known when the next one began, by whatever clock, and what that one says counts.
        let lease = store.take_lease(tenant(1), id(1), wish(80, 500)).await.unwrap();
        store.check_lease(&lease, at(80)).await.unwrap();
        store.finish_pass(&lease, finish(&lease)).await.unwrap();
        assert_eq!(not_before().await, (HealthStatus::Verified, Some(at(73))));

        // Another instance has not said so.
        change(&store, |connection| {
            connection.instance_url = Some("https://other.service-now.com".into());
        })
        .await;
        store.leave_alone(&connection, told(999)).await.unwrap();
        assert_eq!(not_before().await.1, None);
    }
}

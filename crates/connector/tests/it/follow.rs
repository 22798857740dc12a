use std::sync::Arc;

use connector::{Removals, TurnError};
use model::{ConnectionStatus, HealthStatus, RunKind, RunStatus};
use serde_json::json;
use snow_sim::Closes;
use store::LeaseError;
use testkit::TestDatabase;

use crate::rig::{CONNECTION, Rig, Setup, TENANT};
use crate::truth::{shown, stored};

/// Checks 1, 3, 4 and 53: all rows at first, then what changed, whatever our clock says.
#[tokio::test]
async fn what_changes_is_fetched() {
    for database in TestDatabase::both() {
        let rig = Rig::start(database, Setup::default()).await;
        let run = rig.pass().await;
        assert_eq!((run.status, run.kind), (RunStatus::Succeeded, RunKind::Incremental), "{run:?}");
        assert_eq!((run.counts.fetched, run.counts.stored), (25, 25));
        assert_eq!((run.counts.matched, run.counts.readable), (Some(25), Some(25)));
        assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);
        let health = rig.health().await;
        assert_eq!((health.status, health.reason), (HealthStatus::Verified, None));

        rig.wait(300);
        let set = json!({"short_description": "new", "state": "2"});
        rig.edit(json!({"query": "numberENDSWITH7", "set": set, "touch": true}));
        rig.edit(json!({"set": {"number": "LATE", "sys_updated_on": "2026-06-01 12:03:00"}}));
        rig.wait(10);
        let run = rig.pass().await;
        assert_eq!(run.counts.stored, 3, "{run:?}");
        assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);

        rig.wait(300);
        let run = rig.pass().await;
        assert_eq!((run.counts.stored, run.status), (0, RunStatus::Succeeded), "{run:?}");
    }
}

/// Checks 2 and 48: many rows of one second, two of one number.
#[tokio::test]
async fn rows_of_one_second_are_all_fetched() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
    let same = json!({"number": "INC1", "sys_updated_on": "2026-06-01 11:59:00"});
    rig.edit(json!({"query": "numberISNOTEMPTY", "set": same}));
    for _ in 0..2 {
        assert_eq!(rig.pass().await.status, RunStatus::Succeeded);
        assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);
        rig.wait(1);
    }
}

/// Check 59: a text that is not shown is not fetched either, and one row has a limit.
#[tokio::test]
async fn huge_texts_are_not_fetched() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
    let huge = "x".repeat(5 << 20);
    rig.edit(json!({"query": "numberENDSWITH7", "set": {"description": huge}}));
    let run = rig.pass().await;
    assert_eq!((run.status, run.counts.stored), (RunStatus::Succeeded, 25), "{run:?}");

    rig.wait(300);
    let set = json!({"short_description": huge});
    rig.edit(json!({"query": "numberENDSWITH7", "set": set, "touch": true}));
    let run = rig.pass().await;
    assert_eq!(run.failure.unwrap().code, "tooLarge");
    assert_eq!(stored(&rig.store).await.len(), 25);
}

/// Check 52: a row that a wrong clock dated hides nothing, and is seen again once it is changed.
#[tokio::test]
async fn rows_of_the_future_hide_nothing() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
    let future = json!({"sys_updated_on": "2036-06-01 12:00:00"});
    rig.edit(json!({"query": "numberENDSWITH7", "set": future}));
    let small = Setup { page_size: 100, ..Setup::default() };
    let rig = rig.with(&small);
    rig.pass().await;
    rig.wait(300);
    let set = json!({"short_description": "later"});
    rig.edit(json!({"query": "numberENDSWITH3", "set": set, "touch": true}));
    rig.edit(json!({"query": "number=INC0010007", "set": set, "touch": true}));
    rig.wait(1);
    assert_eq!(rig.pass().await.counts.stored, 4);
    assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);
}

/// Check 54: a reconcile follows, and an administrator is told why.
#[tokio::test]
async fn an_instance_that_was_restored_is_compared_anew() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
    rig.sim.snapshot("backup");
    rig.wait(1000);
    rig.edit(json!({"query": "number=INC0010007", "set": {"state": "2"}, "touch": true}));
    rig.pass().await;
    rig.sim.restore("backup").unwrap();
    rig.sim.jump(1300);
    rig.clock.advance_seconds(300);
    assert_eq!(rig.pass().await.status, RunStatus::Succeeded);
    let health = rig.health().await;
    assert_eq!(health.status, HealthStatus::Verified);
    assert!(health.reason.unwrap().contains("restored from a backup"));
}

/// Check 9 and 6: what may not be read is counted all the same.
#[tokio::test]
async fn hidden_rows_are_counted() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup { robot: true, ..Setup::default() }).await;
    rig.edit(json!({"query": "numberENDSWITH3", "set": {"category": "hidden"}}));
    rig.close(Closes::Rows, "", "category=hidden");
    let run = rig.pass().await;
    assert_eq!((run.counts.matched, run.counts.readable), (Some(25), Some(22)), "{run:?}");
    assert_eq!(stored(&rig.store).await, shown(&rig.sim, "robot", "").await);
    let said = async || rig.health().await.reason.unwrap();
    assert!(said().await.starts_with("25 incidents match, 22 of them may be read."));
    rig.wait(300);
    rig.pass().await;
    assert!(said().await.starts_with("25 incidents match"), "it stays until the next comparison");
    rig.sim.settings(|settings| settings.acls.clear());
    rig.reconcile().await;
    assert_eq!(rig.health().await.reason, None);
}

/// Check 8: the end is asked for once more, and that nobody can be sure of it is said.
#[tokio::test]
async fn an_instance_that_does_not_count_is_named() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
    rig.sim.settings(|settings| settings.count_told = false);
    for kind in [RunKind::Incremental, RunKind::Reconcile] {
        let run = match kind {
            RunKind::Incremental => rig.pass().await,
            RunKind::Reconcile => rig.reconcile().await,
        };
        assert_eq!(run.status, RunStatus::Succeeded, "{run:?}");
        assert_eq!(run.counts.matched, None);
        assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);
        let reason = rig.health().await.reason.unwrap();
        assert!(reason.contains("does not count its rows"), "{reason}");
        if kind == RunKind::Incremental {
            // Two full pages, a short one, and two empty ones.
            let pages = rig
                .sim
                .log()
                .iter()
                .filter(|it| it.query.contains("ORDERBYsys_updated_on"))
                .count();
            assert_eq!(pages, 5);
        }
    }
}

/// Check 47: a field that may not be read any more keeps its value.
#[tokio::test]
async fn what_is_unknown_stays_as_it_was() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup { robot: true, ..Setup::default() }).await;
    rig.pass().await;
    let before = stored(&rig.store).await;
    rig.wait(300);
    rig.close(Closes::Field, "short_description", "");
    rig.edit(json!({"query": "numberISNOTEMPTY", "set": {"state": "15"}, "touch": true}));
    rig.wait(1);
    assert_eq!(rig.pass().await.counts.stored, 25);
    let after = stored(&rig.store).await;
    for (id, incident) in &after {
        assert_eq!(incident["state"], "15");
        assert_eq!(incident["shortDescription"], before[id]["shortDescription"]);
    }
    let said = async || rig.health().await.reason;
    let warning = said().await.unwrap();
    assert!(warning.starts_with("No row has short_description."), "{warning}");
    rig.wait(300);
    rig.pass().await;
    assert_eq!(said().await.unwrap(), warning);
    rig.sim.settings(|settings| settings.acls.clear());
    rig.wait(300);
    rig.pass().await;
    assert_eq!(said().await, None);
}

/// Rows that change while a first pass is made come later, and nothing is said of rights.
#[tokio::test]
async fn rows_that_move_are_not_taken_for_hidden() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
    rig.fault(&json!("quota"), &[2]);
    let sim = Arc::clone(&rig.sim);
    rig.happens_meanwhile(async move {
        sim.jump(5);
        let set = json!({"table": "incident", "query": "numberISNOTEMPTY", "touch": true,
            "set": {"state": "15"}});
        sim.edit(set).unwrap();
    });
    let run = rig.pass().await;
    assert!(run.counts.readable < run.counts.matched, "{run:?}");
    assert_eq!(rig.health().await.reason, None);
}

/// Check 33: what was too much is not asked for again.
#[tokio::test]
async fn smaller_pages_are_remembered() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
    rig.sim.settings(|settings| settings.quota_rows = Some(3));
    let run = rig.pass().await;
    assert_eq!((run.status, run.counts.stored), (RunStatus::Succeeded, 25), "{run:?}");
    let rig = rig.with(&Setup::default());
    let before = rig.sim.log().len();
    rig.edit(json!({"query": "numberISNOTEMPTY", "set": {"state": "15"}, "touch": true}));
    rig.wait(300);
    assert_eq!(rig.pass().await.counts.stored, 25);
    let log = rig.sim.log().split_off(before);
    let small = ["sysparm_limit=2&", "sysparm_limit=3&"];
    assert!(small.iter().any(|limit| log[0].query.contains(limit)), "{}", log[0].query);
    assert_eq!(log[0].status, 200);
}

/// Check 61, and what else may happen to a connection between two pages.
#[tokio::test]
async fn a_pass_ends_within_one_request_when_it_is_not_wanted() {
    type Change = fn(&mut model::Connection);
    let changes: [(Change, &str); 2] = [
        (|connection| connection.status = ConnectionStatus::Disabled, "disabled"),
        (
            |connection| connection.incident_api_url = Some("api/now/v2/table/incident".into()),
            "moved",
        ),
    ];
    for (change, name) in changes {
        let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
        // Between the first page and the second.
        rig.fault(&json!("quota"), &[2]);
        rig.meanwhile(change);
        let run = rig.pass().await;
        assert_eq!(run.status, RunStatus::Abandoned, "{name}");
        assert_eq!(rig.sim.log().len(), 2, "{name}");
        assert_eq!(stored(&rig.store).await.len(), 10, "{name}");
    }
}

#[tokio::test]
async fn a_deleted_connection_takes_its_rows_with_it_in_the_middle_of_a_pass() {
    for database in TestDatabase::both() {
        let rig = Rig::start(database, Setup::default()).await;
        rig.fault(&json!("quota"), &[2]);
        rig.happens_meanwhile(rig.delete());
        let turn = rig.engine.turn(TENANT, CONNECTION, Removals::Doubted).await;
        assert!(matches!(turn, Err(TurnError::Lease(LeaseError::Gone))), "{turn:?}");
        assert_eq!(rig.sim.log().len(), 2);
        assert_eq!(stored(&rig.store).await.len(), 0);
        assert!(rig.store.load_credential(TENANT, CONNECTION).await.unwrap().is_none());
        assert!(rig.runs().await.is_empty());
    }
}

use model::{HealthStatus, RunKind, RunStatus};
use serde_json::json;
use snow_sim::{Closes, UnknownFields};
use testkit::TestDatabase;

use crate::rig::{Rig, Setup};
use crate::truth::{shown, stored};

/// Checks 5 and 49: what no page of changes shows. Rows that come back live again.
#[tokio::test]
async fn what_changes_show_not_is_found_by_comparing() {
    for database in TestDatabase::both() {
        let rig = Rig::start(database, Setup::default()).await;
        rig.pass().await;
        rig.sim.snapshot("before");
        rig.edit(json!({"query": "numberENDSWITH3", "delete": true}));
        rig.edit(json!({"set": {"number": "LATE", "sys_updated_on": "2026-01-01 00:00:00"}}));
        rig.wait(300);
        rig.pass().await;
        assert_eq!(stored(&rig.store).await.len(), 25, "nothing is removed for its absence");

        let run = rig.reconcile().await;
        assert_eq!((run.kind, run.status), (RunKind::Reconcile, RunStatus::Succeeded), "{run:?}");
        assert_eq!((run.counts.removed, run.counts.stored), (3, 1), "{run:?}");
        assert_eq!((run.counts.matched, run.counts.readable), (Some(23), Some(23)));
        assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);

        rig.sim.restore("before").unwrap();
        let run = rig.reconcile().await;
        assert_eq!((run.counts.removed, run.counts.stored), (1, 3), "{run:?}");
        assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);
        assert_eq!(rig.health().await.reason, None);
    }
}

/// Check 54: rows become older than those that are stored.
#[tokio::test]
async fn a_restored_instance_is_taken_over() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
    rig.sim.snapshot("backup");
    rig.wait(1000);
    rig.edit(json!({"query": "numberENDSWITH7", "set": {"state": "15"}, "touch": true}));
    rig.pass().await;
    rig.sim.restore("backup").unwrap();
    rig.sim.jump(1300);
    rig.clock.advance_seconds(300);
    rig.pass().await;
    assert_ne!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);
    // A comparison is due before its time.
    rig.wait(3600);
    rig.clock.advance_seconds(5000);
    let run = rig.pass().await;
    assert_eq!((run.kind, run.status), (RunKind::Reconcile, RunStatus::Succeeded), "{run:?}");
    assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);
}

/// A comparison that a wrong clock planned for next year is made in time all the same.
#[tokio::test]
async fn a_clock_that_was_ahead_puts_no_comparison_off() {
    const YEAR: i64 = 365 * 86_400;
    let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
    rig.clock.advance_seconds(YEAR);
    rig.pass().await;
    rig.clock.advance_seconds(-YEAR);
    rig.pass().await;
    rig.wait(30 * 3600);
    rig.pass().await;
    let kinds: Vec<_> = rig.runs().await.iter().map(|run| run.kind).collect();
    // In the order of when they were asked for.
    assert_eq!(kinds, [RunKind::Incremental, RunKind::Reconcile, RunKind::Incremental]);
}

/// Checks 11 and 50: rows that vanish together are more likely hidden.
#[tokio::test]
async fn many_that_vanish_at_once_are_kept() {
    type Trouble = fn(&Rig);
    let troubles: [(Trouble, &str); 3] = [
        (|rig| rig.close(Closes::Rows, "", "numberISNOTEMPTY"), "no row is readable"),
        (|rig| rig.close(Closes::BeforeQuery, "", "category=hidden"), "most are hidden"),
        (
            |rig| rig.sim.settings(|settings| settings.unknown_fields = UnknownFields::NoRows),
            "no field",
        ),
    ];
    for (trouble, name) in troubles {
        let query = if name == "no field" { "u_gone=x" } else { "" };
        let setup = Setup { robot: true, query, ..Setup::default() };
        let rig = Rig::start(TestDatabase::sqlite(), setup).await;
        rig.pass().await;
        let before = stored(&rig.store).await;
        let most = "numberNOT LIKE3";
        rig.edit(json!({"query": most, "set": {"category": "hidden"}}));
        trouble(&rig);
        let run = rig.reconcile().await;
        assert_eq!(run.status, RunStatus::Failed, "{name}: {run:?}");
        assert_eq!(run.failure.unwrap().code, "tooManyGone", "{name}");
        assert_eq!(stored(&rig.store).await.len(), before.len(), "{name}");
        let health = rig.health().await;
        assert_eq!(health.status, HealthStatus::Verified);
        assert!(health.reason.unwrap().contains("--accept-removals"));
        if name == "most are hidden" {
            assert_eq!(rig.accept().await.status, RunStatus::Succeeded);
            assert_eq!(stored(&rig.store).await, shown(&rig.sim, "robot", "").await);
        }
    }
}

/// Of several groups each has the keys of rows that are fetched, and a URL has an end.
#[tokio::test]
async fn rows_are_fetched_by_as_many_requests_as_their_keys_need() {
    let query = "state!=99^NQstate=98^NQstate=99";
    let setup = Setup { query, page_size: 100, ..Setup::default() };
    let rig = Rig::start(TestDatabase::sqlite(), setup).await;
    rig.pass().await;
    for number in 0..130 {
        let old = "2026-01-01 00:00:00";
        rig.edit(json!({"set": {"number": format!("LATE{number}"), "sys_updated_on": old}}));
    }
    let run = rig.reconcile().await;
    assert_eq!((run.status, run.counts.stored), (RunStatus::Succeeded, 130), "{run:?}");
    assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);
    let by_keys = rig.sim.log().iter().filter(|logged| logged.query.contains("sys_idIN")).count();
    assert!(by_keys > 2, "{by_keys}");
}

/// A sweep is as long as pages are small; hidden rows are in between.
#[tokio::test]
async fn hidden_rows_do_not_end_a_comparison() {
    for page_size in [1, 2, 7, 100] {
        let setup = Setup { page_size, robot: true, ..Setup::default() };
        let rig = Rig::start(TestDatabase::sqlite(), setup).await;
        rig.pass().await;
        rig.edit(json!({"query": "numberLIKE1001", "set": {"category": "hidden"}}));
        rig.close(Closes::Rows, "", "category=hidden");
        rig.accept().await;
        let shown = shown(&rig.sim, "robot", "").await;
        assert_eq!(stored(&rig.store).await, shown);
        assert_eq!(shown.len(), 15);
        assert!(rig.health().await.reason.unwrap().starts_with("25 incidents match, 15 of them"));
    }
}

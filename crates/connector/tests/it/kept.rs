use model::{Clock as _, RunKind, RunStatus};
use serde_json::json;
use servicenow::Stamp;
use testkit::TestDatabase;

use crate::rig::{Rig, Setup};
use crate::truth::{Incidents, shown, stored};

const DAYS: u64 = 30;
const DAY: i64 = 86_400;

/// What of the instance is to be stored after a pass that began at this moment.
async fn to_keep(rig: &Rig) -> Incidents {
    // Our clock is behind that of the instance, and so is the one that counts.
    let since = rig.clock.now().unix_seconds() - 30 * DAY;
    let since = Stamp::from_unix_seconds(since).unwrap();
    shown(&rig.sim, "admin", &format!("closed_atISEMPTY^ORclosed_at>={since}")).await
}

#[tokio::test]
async fn what_was_closed_long_ago_is_neither_fetched_again_nor_kept() {
    for database in TestDatabase::both() {
        let setup = Setup { incidents: 200, retention_days: Some(DAYS), ..Setup::default() };
        let rig = Rig::start(database, setup).await;
        let expected = to_keep(&rig).await;
        let all = shown(&rig.sim, "admin", "").await.len();
        let open = shown(&rig.sim, "admin", "closed_atISEMPTY").await.len();
        assert!(open < expected.len() && expected.len() < all, "{open} {} {all}", expected.len());
        assert_eq!(rig.pass().await.status, RunStatus::Succeeded);
        assert_eq!(stored(&rig.store).await, expected);

        // Time alone makes some too old; a comparison asks for none of those that are not kept.
        rig.wait(45 * DAY);
        let expected = to_keep(&rig).await;
        let run = rig.pass().await;
        assert_eq!((run.kind, run.status), (RunKind::Reconcile, RunStatus::Succeeded), "{run:?}");
        assert!(run.counts.fetched <= 1, "{run:?}");
        assert_eq!(run.counts.readable, i64::try_from(all).ok());
        assert_eq!(stored(&rig.store).await, expected);

        // One is closed with a date of long ago, and others are opened again.
        let mut open = shown(&rig.sim, "admin", "closed_atISEMPTY").await.into_keys();
        let closed = json!({"closed_at": "2025-02-01 08:00:00", "state": "7"});
        let one = format!("sys_id={}", open.next().unwrap());
        rig.edit(json!({"query": one, "set": closed, "touch": true}));
        let again = json!({"closed_at": "", "state": "2"});
        rig.edit(json!({"query": "numberENDSWITH7", "set": again, "touch": true}));
        rig.wait(300);
        let expected = to_keep(&rig).await;
        assert_eq!(rig.pass().await.kind, RunKind::Incremental);
        assert_eq!(stored(&rig.store).await, expected);

        // Without an end all come back with the next comparison.
        let rig = rig.with(&Setup::default());
        assert_eq!(rig.reconcile().await.status, RunStatus::Succeeded);
        assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", "").await);
    }
}

/// The clock of an instance that is far ahead has nothing dropped.
#[tokio::test]
async fn a_clock_that_is_ahead_drops_nothing() {
    let setup = Setup { incidents: 100, retention_days: Some(3650), ..Setup::default() };
    let rig = Rig::start(TestDatabase::sqlite(), setup).await;
    rig.sim.jump(100 * 365 * DAY);
    rig.pass().await;
    assert_eq!(stored(&rig.store).await.len(), 100);
    rig.reconcile().await;
    assert_eq!(stored(&rig.store).await.len(), 100);
}

#[tokio::test]
async fn what_leaves_the_scope_goes_with_the_next_comparison() {
    const OPEN: &str = "state!=7";
    let scope = |query| Setup { incidents: 100, query, ..Setup::default() };
    for database in TestDatabase::both() {
        let rig = Rig::start(database, scope(OPEN)).await;
        rig.pass().await;
        let first = shown(&rig.sim, "admin", OPEN).await;
        assert_eq!(stored(&rig.store).await, first);
        let one = first.into_keys().next().unwrap();
        let one = format!("sys_id={one}");
        rig.edit(json!({"query": one, "set": {"state": "7"}, "touch": true}));
        rig.wait(300);
        rig.pass().await;
        assert_ne!(stored(&rig.store).await, shown(&rig.sim, "admin", OPEN).await);
        assert_eq!(rig.reconcile().await.counts.removed, 1);
        assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", OPEN).await);
        rig.edit(json!({"query": one, "set": {"state": "2"}, "touch": true}));
        rig.wait(300);
        rig.pass().await;
        assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", OPEN).await);

        // A wider scope is fetched at once; a narrower one has to be meant.
        let rig = rig.with(&scope(""));
        rig.pass().await;
        let all = shown(&rig.sim, "admin", "").await;
        assert_eq!(stored(&rig.store).await, all);
        let rig = rig.with(&scope(OPEN));
        rig.pass().await;
        assert_eq!(rig.reconcile().await.failure.unwrap().code, "tooManyGone");
        assert_eq!(stored(&rig.store).await, all);
        assert_eq!(rig.accept().await.status, RunStatus::Succeeded);
        assert_eq!(stored(&rig.store).await, shown(&rig.sim, "admin", OPEN).await);
    }
}

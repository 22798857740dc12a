use std::sync::Arc;

use connector::IncidentSource;
use model::{HealthStatus, RunStatus};
use serde_json::{Value, json};
use servicenow::Text;
use testkit::TestDatabase;

use crate::desk::{ANN, Desk, add_ann};
use crate::rig::{CONNECTION, Rig, Setup, TENANT};
use crate::truth::{shown, stored};

fn faults(desk: &Rig, faults: &Value) {
    desk.sim.faults(serde_json::from_value(faults.clone()).unwrap());
}

/// A pass is under way when the instance tells an agent that it wants to be left alone.
#[tokio::test]
async fn a_running_pass_ends_when_somebody_else_is_told_to_wait() {
    let desk = Desk::open().await;
    add_ann(&desk.rig.sim);
    // The pass waits after its second request; the agent asks then.
    faults(
        &desk.rig,
        &json!([{"kind": "bad_gateway", "path": "/table/incident", "requests": [2]},
                {"kind": {"too_many": "3600"}, "path": "/table/sys_user"}]),
    );
    let connection = desk.rig.store.load_connection(TENANT, CONNECTION).await.unwrap().unwrap();
    let (live, sim) = (desk.live.clone(), Arc::clone(&desk.rig.sim));
    let before = sim.log().len();
    desk.rig.happens_meanwhile(async move {
        let list = live.of_connection(&connection, &Text::parse(ANN).unwrap(), None).await.unwrap();
        assert_eq!(list.source, IncidentSource::Cache);
        // Who asks now is answered.
        sim.faults(Vec::new());
    });
    let run = desk.rig.pass().await;
    assert_eq!((run.status, run.failure.unwrap().code.as_str()), (RunStatus::Failed, "throttled"));
    let asked: Vec<_> =
        desk.rig.sim.log().split_off(before).iter().map(|logged| logged.status).collect();
    assert_eq!(asked, [200, 502, 429], "two of the pass, one of the agent");
    assert_eq!((run.counts.fetched, stored(&desk.rig.store).await.len()), (10, 10));
    let health = desk.rig.health().await;
    assert_eq!(health.status, HealthStatus::Throttled);
    assert_eq!((desk.rig.is_due(3590).await, desk.rig.is_due(3700).await), (false, true));

    desk.rig.wait(3600);
    assert_eq!(desk.rig.pass().await.status, RunStatus::Succeeded);
    assert_eq!(stored(&desk.rig.store).await, shown(&desk.rig.sim, "admin", "").await);
}

/// Checks 29 and 32: a pass waits as long as it is told, and goes on with the same page. Garbage
/// counts as nothing said, and what is told with a date is understood.
#[tokio::test]
async fn a_pass_waits_as_long_as_it_is_told() {
    for (told, least, most) in [
        ("3", 3, 4),
        ("60", 60, 61),
        ("Mon, 01 Jun 2026 12:00:20 GMT", 20, 21),
        ("soon", 10, 12),
        ("-5", 0, 12),
    ] {
        let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
        rig.fault(&json!({"too_many": told}), &[2]);
        let (before, begun) = (rig.sim.log().len(), rig.seconds());
        let run = rig.pass().await;
        assert_eq!((run.status, run.counts.stored), (RunStatus::Succeeded, 25), "{told}: {run:?}");
        // A second passes behind each pass.
        let waited = rig.seconds() - begun - 1;
        assert!((least..=most).contains(&waited), "{told}: {waited}");
        assert_eq!(rig.sim.log().len() - before, 5, "{told}");
    }
}

/// Check 30: what is longer than a pass waits ends it, by the clock of the instance.
#[tokio::test]
async fn a_pass_ends_that_would_wait_for_too_long() {
    for (told, seconds) in
        [("61", 61), ("3600", 3600), ("Mon, 01 Jun 2026 13:00:00 GMT", 3600), ("99999999", 7200)]
    {
        let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
        rig.fault(&json!({"too_many": told}), &[2]);
        let run = rig.pass().await;
        assert_eq!(run.failure.unwrap().code, "throttled", "{told}");
        assert_eq!(rig.sim.log().len(), 2, "{told}");
        let health = rig.health().await;
        let from = health.last_attempt.unwrap().unix_seconds();
        assert_eq!(health.not_before.unwrap().unix_seconds() - from, seconds, "{told}");
        let due = [rig.is_due(seconds - 10).await, rig.is_due(seconds.max(330)).await];
        assert_eq!(due, [false, true], "{told}");
    }
}

/// Check 31: a rate limit without `Retry-After` says when its hour ends.
#[tokio::test]
async fn a_rate_limit_is_waited_for_until_its_reset() {
    let rig = Rig::start(TestDatabase::sqlite(), Setup::default()).await;
    rig.sim.freeze_at("2026-06-01 12:59:30").unwrap();
    let limit = json!({"id": "a", "limit": 2, "table": "incident"});
    rig.sim.settings(|settings| {
        settings.rate_limits = vec![serde_json::from_value(limit.clone()).unwrap()];
    });
    let begun = rig.seconds();
    let run = rig.pass().await;
    assert_eq!((run.status, run.counts.stored), (RunStatus::Succeeded, 25), "{run:?}");
    let waited = rig.seconds() - begun - 1;
    assert!((30..=32).contains(&waited), "{waited}");
}

use model::{HealthStatus, RunStatus};
use serde_json::json;
use snow_sim::Simulator;
use testkit::TestDatabase;

use crate::rig::{Rig, Setup};

/// A pass that fails; the next one is due after so many minutes, give or take a tenth.
async fn fails(rig: &Rig, minutes: i64) {
    assert_eq!(rig.pass().await.status, RunStatus::Failed);
    // The clock has gone on by a second since.
    let due = [rig.is_due(minutes * 54 - 2).await, rig.is_due(minutes * 66).await];
    assert_eq!(due, [false, true], "after {minutes} minutes");
    rig.wait(minutes * 66);
}

#[tokio::test]
async fn what_fails_is_tried_later_and_later_until_it_succeeds() {
    for database in TestDatabase::both() {
        let rig = Rig::start(database, Setup::default()).await;
        rig.fault(&json!("hibernating"), &[]);
        let before = rig.sim.log().len();
        for minutes in [5, 10, 20, 40, 60, 60, 60] {
            fails(&rig, minutes).await;
        }
        assert_eq!(rig.sim.log().len() - before, 7, "one request each");
        assert_eq!(rig.health().await.status, HealthStatus::Unreachable);
        // Another process goes on where this one was.
        let rig = rig.with(&Setup::default());
        fails(&rig, 60).await;

        rig.sim.faults(Vec::new());
        assert_eq!(rig.pass().await.status, RunStatus::Succeeded);
        assert_eq!(rig.health().await.status, HealthStatus::Verified);
        assert_eq!((rig.is_due(268).await, rig.is_due(330).await), (false, true));
        rig.wait(330);
        rig.fault(&json!("hibernating"), &[]);
        for minutes in [5, 10] {
            fails(&rig, minutes).await;
        }
        // Somebody did something about it.
        rig.pass().await;
        assert!(!rig.is_due(600).await);
        let known = Simulator::CREDENTIALS;
        rig.put(&json!({"kind": "basic", "userName": known.user, "password": known.password}))
            .await;
        assert!(rig.is_due(0).await);
        fails(&rig, 5).await;
    }
}

use std::time::Duration;

use model::{ConnectionId, HealthStatus, RunStatus};
use serde_json::json;
use testkit::TestDatabase;
use tokio::time::timeout;
use uuid::Uuid;

use crate::desk::Desk;
use crate::rig::{Setup, TENANT};
use crate::site;

const HEALTHY: ConnectionId = ConnectionId::from_uuid(Uuid::from_u128(9));

/// An instance that answers nothing for an hour keeps no other one waiting.
#[tokio::test]
async fn a_sick_connection_does_not_slow_the_others() {
    for database in TestDatabase::both() {
        let healthy = site::start(30).await;
        let desk = Desk::on(database, Setup::default(), &[&healthy.address().to_string()]).await;
        desk.rig.fault(&json!({"slow": 3_600_000}), &[]);
        desk.connect(HEALTHY, healthy.address()).await;
        let engine = desk.rig.through(&desk.live.sessions, &Setup::default());
        let serving = tokio::spawn({
            let engine = engine.clone();
            async move { engine.serve().await }
        });
        let fetched = async {
            loop {
                let runs = desk.rig.store.runs(TENANT, HEALTHY, 1).await.unwrap();
                if runs.first().is_some_and(|run| run.status == RunStatus::Succeeded) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_mins(1), fetched).await.expect("the healthy one waits");
        let health = desk.rig.store.health(TENANT, HEALTHY).await.unwrap().unwrap();
        assert_eq!(health.status, HealthStatus::Verified);
        assert_eq!(desk.rig.last_run().await.status, RunStatus::Running, "the sick one");
        engine.stop();
        serving.await.unwrap();
    }
}

use connector::{IncidentSource, MatchStatus, Tried};
use model::{ConnectionId, ConnectionStatus};
use serde_json::json;
use snow_sim::Simulator;
use uuid::Uuid;

use crate::desk::{ANN, Desk, add, add_ann, call, numbers};
use crate::rig::{CONNECTION, Setup, TENANT};
use crate::site;

const OTHER: ConnectionId = ConnectionId::from_uuid(Uuid::from_u128(3));

/// Two instances at which Ann calls.
async fn two() -> (Desk, Simulator) {
    let other = site::start(10).await;
    let desk = Desk::with(Setup::default(), &[&other.address().to_string()]).await;
    add_ann(&desk.rig.sim);
    let there = add(&other, ANN, "");
    call(&other, &there, "C1", 7);
    call(&other, &there, "C2", 10);
    desk.connect(OTHER, other.address()).await;
    (desk, other)
}

#[tokio::test]
async fn incidents_of_all_instances_are_one_list() {
    let (desk, other) = two().await;
    let list = desk.ask_all(ANN).await;
    assert_eq!(numbers(&list), ["C2", "A2", "A1", "C1"]);
    let connections: Vec<_> = list.incidents.iter().map(|row| row.connection).collect();
    assert_eq!(connections, [OTHER, CONNECTION, CONNECTION, OTHER]);
    assert_eq!((list.source, list.reason.as_deref()), (IncidentSource::Live, None));
    let tried = |column: &str, found| Tried { column: column.into(), value: ANN.into(), found };
    assert_eq!(list.matching.tried, [tried("email", 1), tried("user_name", 1)]);
    assert_eq!(list.matching.status, MatchStatus::Matched);

    let nobody = desk.ask_all("nobody").await;
    assert_eq!(
        (nobody.matching.status, nobody.source),
        (MatchStatus::NotFound, IncidentSource::Live)
    );
    let reason = nobody.reason.unwrap();
    for sim in [&desk.rig.sim, &other] {
        let said = format!("http://{}: User not found in ServiceNow", sim.address());
        assert!(reason.contains(&said), "{reason}");
    }
}

#[tokio::test]
async fn a_list_is_as_good_as_the_worst() {
    let (desk, other) = two().await;
    desk.rig.pass().await;
    let both = ["C2", "A2", "A1", "C1"];
    desk.rig.fault(&json!("hibernating"), &[]);
    let list = desk.ask_all(ANN).await;
    assert_eq!((list.source, numbers(&list)), (IncidentSource::Cache, both.to_vec()));
    let reason = list.reason.unwrap();
    let said = format!("http://{}: ServiceNow gave no usable answer", desk.rig.sim.address());
    assert!(reason.starts_with(&said), "{reason}");
    assert!(!reason.contains(&other.address().to_string()), "{reason}");

    // What is off makes a list worse only where it adds to it.
    desk.rig.change(|connection| connection.status = ConnectionStatus::Disabled).await;
    let list = desk.ask_all(ANN).await;
    assert_eq!((list.source, numbers(&list)), (IncidentSource::Cache, both.to_vec()));
    let dora = add(&other, "dora", "dora@contoso.example");
    call(&other, &dora, "D1", 3);
    let list = desk.ask_all("dora").await;
    assert_eq!((list.source, list.reason), (IncidentSource::Live, None));
}

#[tokio::test]
async fn a_slow_instance_keeps_nobody_waiting_beyond_the_deadline() {
    let (desk, _other) = two().await;
    desk.rig.pass().await;
    desk.rig.fault(&json!({"slow": 3_600_000}), &[]);
    let pass_the_deadline = async {
        let queried = async || {
            let connection = desk.rig.store.load_connection(TENANT, OTHER).await.unwrap();
            connection.unwrap().last_queried.is_some()
        };
        while !queried().await {}
        desk.deadline.pass();
    };
    let (list, ()) = tokio::join!(desk.ask_all(ANN), pass_the_deadline);
    assert_eq!(numbers(&list), ["C2", "A2", "A1", "C1"]);
    let reason = list.reason.unwrap();
    assert!(reason.contains("ServiceNow did not answer within 5 s."), "{reason}");
}

#[tokio::test]
async fn a_tenant_without_connections_is_told_so() {
    let desk = Desk::open().await;
    let nobody = servicenow::Text::parse(ANN).unwrap();
    let stranger = model::TenantId::from_uuid(Uuid::from_u128(9));
    let list = desk.live.of_tenant(stranger, &nobody, None).await.unwrap();
    assert_eq!((list.source, list.matching.status), (IncidentSource::Cache, MatchStatus::Unknown));
    assert_eq!(list.reason.as_deref(), Some("There is no connection to ServiceNow."));
}

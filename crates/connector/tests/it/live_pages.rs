use connector::{IncidentSource, UserIncidentList, UserIncidentPosition};
use model::{ConnectionId, ConnectionStatus, Timestamp};
use serde_json::json;
use servicenow::Text;
use snow_sim::{Closes, Simulator};
use uuid::Uuid;

use crate::desk::{ANN, Desk, add};
use crate::rig::{CONNECTION, Setup, TENANT};
use crate::site;

const OTHER: ConnectionId = ConnectionId::from_uuid(Uuid::from_u128(1));

/// Somebody who calls all the time: three in each second, then some of which it is not known when.
fn call(sim: &Simulator, caller: &str, incidents: usize) {
    for number in 0..incidents {
        let second = number / 3 + 1;
        let opened = format!("2026-05-01 10:{:02}:{:02}", second / 60, second % 60);
        let opened = if number < 4 { String::new() } else { opened };
        let set = json!({"caller_id": caller, "number": format!("A{number:04}"),
            "opened_at": opened, "short_description": "again"});
        sim.edit(json!({"table": "incident", "set": set})).unwrap();
    }
}

/// All keys of all pages, each with where it came from, and how many pages there were.
async fn all(
    desk: &Desk,
    mut page: impl AsyncFnMut(&Desk, Option<&UserIncidentPosition>) -> UserIncidentList,
) -> (Vec<(Option<i64>, String, ConnectionId)>, usize) {
    let (mut behind, mut keys, mut pages) = (None, Vec::new(), 0);
    loop {
        let list = page(desk, behind.as_ref()).await;
        assert!(list.incidents.len() <= UserIncidentList::MOST);
        keys.extend(list.incidents.iter().map(|row| {
            let opened = row.incident.opened.value().map(Timestamp::unix_seconds);
            (opened, row.incident.version.sys_id.clone(), row.connection)
        }));
        pages += 1;
        behind = list.next;
        if behind.is_none() {
            return (keys, pages);
        }
    }
}

fn each_once(keys: &[(Option<i64>, String, ConnectionId)], expected: usize) {
    assert_eq!(keys.len(), expected);
    assert!(keys.is_sorted_by(|before, after| before > after));
}

#[tokio::test]
async fn more_than_a_page_comes_in_pages_wherever_they_are_from() {
    let desk = Desk::open().await;
    let ann = add(&desk.rig.sim, "ann", ANN);
    call(&desk.rig.sim, &ann, 2_300);
    desk.rig.pass().await;
    let (live, pages) = all(&desk, async |desk, behind| {
        let list = desk.ask_behind(ANN, behind).await;
        assert_eq!((list.source, list.reason.as_deref()), (IncidentSource::Live, None));
        list
    })
    .await;
    assert_eq!(pages, 3);
    each_once(&live, 2_300);
    // Every second page is from the database.
    let mut is_live = true;
    let (mixed, pages) = all(&desk, async |desk, behind| {
        if !is_live {
            desk.rig.fault(&json!("bad_gateway"), &[]);
        }
        let list = desk.ask_behind(ANN, behind).await;
        desk.rig.sim.faults(Vec::new());
        assert_eq!(list.source == IncidentSource::Live, is_live);
        is_live = !is_live;
        list
    })
    .await;
    assert_eq!((mixed, pages), (live, 3));
}

#[tokio::test]
async fn hidden_rows_do_not_end_a_list() {
    let setup = Setup { robot: true, ..Setup::default() };
    let desk = Desk::with(setup, &[]).await;
    let ann = add(&desk.rig.sim, "ann", ANN);
    call(&desk.rig.sim, &ann, 2_300);
    // The newest 1,100, so the whole first page and some of the second.
    desk.rig.close(Closes::Rows, "", "number>=A1200");
    let (keys, pages) = all(&desk, async |desk, behind| desk.ask_behind(ANN, behind).await).await;
    each_once(&keys, 1_200);
    assert_eq!(pages, 2);
}

#[tokio::test]
async fn pages_of_several_instances_are_one_list() {
    let other = site::start(10).await;
    let desk = Desk::with(Setup::default(), &[&other.address().to_string()]).await;
    let ann = add(&desk.rig.sim, "ann", ANN);
    call(&desk.rig.sim, &ann, 1_200);
    let there = add(&other, "ann", ANN);
    call(&other, &there, 700);
    desk.connect(OTHER, other.address()).await;
    let person = Text::parse(ANN).unwrap();
    let (keys, pages) = all(&desk, async |desk, behind| {
        desk.live.of_tenant(TENANT, &person, behind).await.unwrap()
    })
    .await;
    each_once(&keys, 1_900);
    assert_eq!(pages, 2);
    assert_eq!(keys.iter().filter(|key| key.2 == CONNECTION).count(), 1_200);
}

#[tokio::test]
async fn a_page_may_begin_anywhere() {
    let desk = Desk::open().await;
    let ann = add(&desk.rig.sim, "ann", ANN);
    call(&desk.rig.sim, &ann, 30);
    desk.rig.pass().await;
    let old = UserIncidentPosition {
        opened: Some(Timestamp::from_unix(1_000_000_000, 0)),
        sys_id: "a".to_owned(),
        connection: CONNECTION,
    };
    let list = desk.ask_behind(ANN, Some(&old)).await;
    assert_eq!(list.incidents.len(), 4, "those without a time");
    let none = UserIncidentPosition { opened: None, sys_id: "0".to_owned(), ..old.clone() };
    let list = desk.ask_behind(ANN, Some(&none)).await;
    assert_eq!(list.incidents.len(), 0);
    assert_eq!(list.reason.as_deref(), Some("There are no further incidents of this person."));
    desk.rig.change(|connection| connection.status = ConnectionStatus::Disabled).await;
    let list = desk.ask_behind(ANN, Some(&old)).await;
    assert_eq!((list.source, list.incidents.len()), (IncidentSource::Cache, 4));
}

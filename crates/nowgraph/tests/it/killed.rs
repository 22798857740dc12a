//! Programs that are killed while they make a pass, and programs that would make the same one.

use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::time::Duration;

use rusqlite::Connection as Database;
use serde_json::Value;

use crate::http::call;
use crate::program::{Running, TENANT, Workplace};
use crate::sync::Site;

const INCIDENTS: u64 = 1000;

/// Check 51.
#[test]
fn passes_go_on_where_a_killed_program_was() {
    let mut site = Site::with_incidents(Workplace::sqlite(), &INCIDENTS.to_string());
    site.workplace.set("NOWGRAPH_SYNC__PAGE_SIZE", "10");
    let database = Database::open(site.workplace.path().join("nowgraph.db")).unwrap();
    // So that no program comes to the end before it is killed.
    let slow = r#"[{"kind":{"slow":30},"path":"/table/incident","probability":1}]"#;
    control(&site, "PUT /_sim/faults", slow);
    for round in 1..=5 {
        let server = site.workplace.serve();
        until(|| count(&database) >= round * INCIDENTS / 10);
        // SIGKILL
        drop(server);
        // By another connection: what this one knows of the index of words is of its last look.
        let file = Database::open(site.workplace.path().join("nowgraph.db")).unwrap();
        let whole: String = file.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
        assert_eq!(whole, "ok");
        let found = stored(&database);
        let expect = shown(&site);
        assert!(found.iter().all(|(id, number)| expect.get(id) == Some(number)), "round {round}");
        // As if its lease had ended by now.
        database.execute("UPDATE sync_state SET lease_until = 0", ()).unwrap();
    }
    let before = count(&database);
    assert!(before < INCIDENTS, "a pass came to its end");
    control(&site, "PUT /_sim/faults", "[]");
    let last = site.json("sync", &[]);
    assert_eq!(last["status"], "succeeded");
    // It begins with the last row again.
    assert!(last["fetched"].as_u64().unwrap() <= INCIDENTS - before + 1, "{last} after {before}");
    assert_eq!(stored(&database), shown(&site));
    let runs = site.json("runs", &[]);
    let statuses = runs.as_array().unwrap().iter().map(|run| run["status"].as_str().unwrap());
    assert_eq!(statuses.filter(|status| *status == "abandoned").count(), 5, "{runs}");
}

/// Check 62.
#[test]
fn two_programs_on_one_database_make_one_pass_at_a_time() {
    let mut site = Site::new(Workplace::postgres());
    site.workplace.set("NOWGRAPH_SYNC__INTERVAL", "1s");
    site.workplace.set("NOWGRAPH_SYNC__PAGE_SIZE", "5");
    let mut servers = [site.workplace.serve(), site.workplace.serve()];
    let done = |runs: &Value| {
        runs.as_array().unwrap().iter().filter(|run| run["status"] == "succeeded").count()
    };
    until(|| done(&site.json("runs", &[])) >= 4);
    for server in &mut servers {
        server.signal("TERM");
    }
    let said = servers.map(Running::ended);
    assert!(said.iter().all(|said| said.code == Some(0)), "{said:?}");
    let runs = site.json("runs", &[]);
    let mut passes: Vec<_> = runs.as_array().unwrap().iter().collect();
    passes.reverse();
    for pair in passes.windows(2) {
        let (ended, began) =
            (pair[0]["finishedDateTime"].as_str(), pair[1]["startedDateTime"].as_str());
        assert!(ended.unwrap() <= began.unwrap(), "two at a time: {pair:#?}");
    }
    let stored: u64 = passes.iter().map(|run| run["stored"].as_u64().unwrap()).sum();
    assert_eq!(stored, 50, "{runs}");
}

/// Rows of a deleted connection go step by step, whoever does it next, and others' rows stay.
#[test]
fn a_killed_deletion_is_carried_on() {
    let site = Site::new(Workplace::sqlite());
    assert_eq!(site.json("sync", &[])["status"], "succeeded");
    let path = site.workplace.path().join("nowgraph.db");
    let database = Database::open(&path).unwrap();
    // All columns but the keys as they are: many rows of this connection, and some of another.
    copy(&database, "sys_id || '-' || step.value", "connection_id", 400);
    copy(&database, "sys_id", "'22222222-2222-2222-2222-222222222222'", 1);
    assert_eq!(count(&database), 50 * 402);

    let delete = ["connection", "delete", &site.id, "--tenant", TENANT];
    let mut deletion = site.workplace.command(&delete).spawn().unwrap();
    until(|| count(&database) < 17_000);
    // SIGKILL
    deletion.kill().unwrap();
    deletion.wait().unwrap();
    let left = count(&database);
    assert!(left > 50, "it came to its end");
    let server = site.workplace.serve();
    until(|| count(&database) < left.min(9_000));
    drop(server);
    assert!(count(&database) > 50, "it came to its end");
    let file = Database::open(&path).unwrap();
    let whole: String = file.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");

    let token = site.workplace.token("ServiceNowIncident.Read.All");
    let server = site.workplace.serve();
    let list = "GET /connector/v1/incidents?$count=true&$top=1";
    let shown = call(&server.address, list, &token, "").expect(200).json();
    assert_eq!(shown["@odata.count"], 50, "{shown}");
    until(|| count(&database) == 50);
}

/// Copies what the connection has, with other keys.
fn copy(database: &Database, sys_id: &str, connection: &str, times: u32) {
    let mut columns = database.prepare("SELECT name FROM pragma_table_info('incident')").unwrap();
    let columns = columns.query_map((), |row| row.get(0)).unwrap();
    let columns: Vec<String> = columns.collect::<Result<_, _>>().unwrap();
    let values = columns.iter().map(|name| match name.as_str() {
        "sys_id" => sys_id.to_owned(),
        "connection_id" => connection.to_owned(),
        name => name.to_owned(),
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let columns = columns.join(", ");
    database
        .execute_batch(&format!(
            "INSERT INTO incident ({columns}) SELECT {values} FROM incident, \
             (WITH RECURSIVE step (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM step \
             WHERE value < {times}) SELECT value FROM step) AS step WHERE length(sys_id) = 32"
        ))
        .unwrap();
}

fn until(mut done: impl FnMut() -> bool) {
    let (_silent, alarm) = channel::<()>();
    for _ in 0..60_000 {
        if done() {
            return;
        }
        alarm.recv_timeout(Duration::from_millis(1)).unwrap_err();
    }
    panic!("it does not come");
}

fn control(site: &Site, head: &str, body: &str) {
    assert!(call(&site.simulator.address, head, "", body).status < 300);
}

fn count(database: &Database) -> u64 {
    let count: i64 =
        database.query_row("SELECT count(*) FROM incident", (), |row| row.get(0)).unwrap();
    count.try_into().unwrap()
}

/// Numbers by keys, as they are stored.
fn stored(database: &Database) -> BTreeMap<String, String> {
    let mut rows =
        database.prepare("SELECT sys_id, number FROM incident WHERE removed IS NULL").unwrap();
    let rows = rows.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// The same as the instance has them.
fn shown(site: &Site) -> BTreeMap<String, String> {
    let path =
        "GET /api/now/table/incident?sysparm_fields=sys_id,number&x-sn-apikey=now_snow-sim-api-key";
    let answer = call(&site.simulator.address, path, "", "").expect(200).json();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = answer["result"].as_array().unwrap().iter();
    rows.map(|row| (text(row, "sys_id"), text(row, "number"))).collect()
}

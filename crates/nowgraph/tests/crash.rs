//! The program is killed while it writes, again and again. What it had acknowledged must be there.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests"
)]

#[path = "it/http.rs"]
#[expect(dead_code, reason = "this test needs less of it")]
mod http;
#[path = "it/program.rs"]
#[expect(dead_code, reason = "this test needs less of it")]
mod program;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http::{CONNECTIONS, Connection, call};
use program::{WRITE, Workplace};
use serde_json::Value;

/// Several of them write to each connection.
const WRITERS: usize = 8;
const WRITTEN: usize = 3;

/// What a writer reports.
#[derive(Debug)]
enum Report {
    /// The server has answered: this is stored.
    Acknowledged { id: String, version: i64, value: String },
    /// The server was killed before it answered: this may be stored.
    Unanswered { id: String, value: String },
}

/// What is known of a connection.
#[derive(Debug, Default)]
struct Known {
    created: String,
    acknowledged: HashMap<i64, String>,
    unanswered: HashSet<String>,
}

#[test]
fn acknowledged_writes_survive_kill_9() {
    let mut workplace = Workplace::sqlite();
    workplace.set("NOWGRAPH_LIMITS__REQUESTS_PER_SECOND", "1000000");
    workplace.run(&["migrate"]);
    // The same token in all rounds, so that the signing key has to survive as well.
    let token = workplace.token(WRITE);
    let mut known = create(&workplace, &token);
    let file = workplace.path().join("nowgraph.db");
    let ids: Vec<_> = known.keys().cloned().collect();
    for round in 0..rounds() {
        let serve = workplace.serve();
        check(&serve.address, &token, &mut known);
        check_file(&file, &known);
        let (reports, writers) = write(&serve.address, &token, round, &ids);
        let heard = until_the_moment(&reports);
        // SIGKILL
        drop(serve);
        for report in heard.into_iter().chain(reports) {
            note(report, &mut known);
        }
        for writer in writers {
            writer.join().unwrap();
        }
    }
    let serve = workplace.serve();
    check(&serve.address, &token, &mut known);
    check_file(&file, &known);
    let fresh = workplace.token(WRITE);
    call(&serve.address, &format!("GET {CONNECTIONS}"), &fresh, "").expect(200);
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
fn rounds() -> usize {
    std::env::var("NOWGRAPH_TEST_CRASH_ROUNDS").map_or(5, |rounds| rounds.parse().unwrap())
}

fn create(workplace: &Workplace, token: &str) -> HashMap<String, Known> {
    let serve = workplace.serve();
    let create = || {
        let answer = call(&serve.address, &format!("POST {CONNECTIONS}"), token, "{}").expect(201);
        let body = answer.json();
        let acknowledged = HashMap::from([(1, String::new())]);
        let known =
            Known { created: text(&body["createdDateTime"]), acknowledged, ..Known::default() };
        (text(&body["id"]), known)
    };
    (0..WRITTEN).map(|_| create()).collect()
}

/// Writes with all writers until the server is gone.
fn write(
    address: &str,
    token: &str,
    round: usize,
    ids: &[String],
) -> (Receiver<Report>, Vec<JoinHandle<()>>) {
    let (sender, reports) = channel();
    let start = |writer: usize| {
        let connection = Connection::open(address);
        let (id, name) = (ids[writer % ids.len()].clone(), format!("{round}-{writer}"));
        let (token, sender) = (token.to_owned(), sender.clone());
        thread::spawn(move || write_to(connection, &token, &id, &name, &sender))
    };
    (reports, (0..WRITERS).map(start).collect())
}

fn write_to(
    mut connection: Connection,
    token: &str,
    id: &str,
    name: &str,
    reports: &Sender<Report>,
) {
    for count in 0.. {
        let (id, value) = (id.to_owned(), format!("{name}-{count}"));
        match patch(&mut connection, token, &id, &value) {
            Ok(version) => reports.send(Report::Acknowledged { id, version, value }).unwrap(),
            Err(_killed) => return reports.send(Report::Unanswered { id, value }).unwrap(),
        }
    }
}

fn patch(connection: &mut Connection, token: &str, id: &str, value: &str) -> io::Result<i64> {
    let method = "#microsoft.graph.serviceNowOauthSecretAuthentication";
    let body =
        format!(r#"{{"authenticationMethod":{{"@odata.type":"{method}","appId":"{value}"}}}}"#);
    let answer = connection.call(&format!("PATCH {CONNECTIONS}/{id}"), token, &body)?.expect(200);
    assert_eq!(answer.json()["authenticationMethod"]["appId"], value);
    Ok(version(answer.header("etag")))
}

/// The reports until a moment that nobody can foresee: after some acknowledgements, and then some
/// microseconds, so that it is not always the same step of a commit.
fn until_the_moment(reports: &Receiver<Report>) -> Vec<Report> {
    let chance = RandomState::new().hash_one(());
    let (count, microseconds) = (1 + chance % 200, chance / 200 % 10_000);
    let heard = (0..count).map(|_| reports.recv().unwrap()).collect();
    let (_silent, alarm) = channel::<()>();
    let rung = alarm.recv_timeout(Duration::from_micros(microseconds));
    assert_eq!(rung, Err(RecvTimeoutError::Timeout));
    heard
}

fn note(report: Report, known: &mut HashMap<String, Known>) {
    match report {
        Report::Acknowledged { id, version, value } => {
            let twice = known.get_mut(&id).unwrap().acknowledged.insert(version, value);
            assert_eq!(twice, None, "version {version} of {id} was given twice");
        }
        Report::Unanswered { id, value } => {
            known.get_mut(&id).unwrap().unanswered.insert(value);
        }
    }
}

/// What is stored is the last acknowledged write, or one that came after it and got no answer.
fn check(address: &str, token: &str, known: &mut HashMap<String, Known>) {
    for (id, known) in known {
        let answer = call(address, &format!("GET {CONNECTIONS}/{id}"), token, "").expect(200);
        let (body, version) = (answer.json(), version(answer.header("etag")));
        let value = text(&body["authenticationMethod"]["appId"]);
        assert_eq!(text(&body["createdDateTime"]), known.created);
        let last = *known.acknowledged.keys().max().unwrap();
        let unanswered = std::mem::take(&mut known.unanswered);
        if version == last {
            assert_eq!(value, known.acknowledged[&last], "version {version} of {id}");
        } else {
            let possible = last + 1..=last + i64::try_from(unanswered.len()).unwrap();
            assert!(possible.contains(&version), "version {version} of {id}, not {possible:?}");
            assert!(unanswered.contains(&value), "{value:?} in {id}, not of {unanswered:?}");
            known.acknowledged.insert(version, value);
        }
    }
}

/// Each version has its audit record, and the file is whole.
fn check_file(path: &Path, known: &HashMap<String, Known>) {
    let file = rusqlite::Connection::open(path).unwrap();
    let verdict: String = file.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    for (id, known) in known {
        let count = "SELECT count(*) FROM audit_event WHERE connection_id = ?1";
        let events: i64 = file.query_row(count, [id], |row| row.get(0)).unwrap();
        assert_eq!(Some(&events), known.acknowledged.keys().max(), "audit events of {id}");
    }
}

/// An `ETag` is made of the version.
fn version(etag: &str) -> i64 {
    etag.trim_start_matches("W/\"").trim_end_matches('"').parse().unwrap()
}

/// Empty for null.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

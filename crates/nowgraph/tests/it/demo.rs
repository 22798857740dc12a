use std::process::Command;

use serde_json::{Value, json};

use crate::documentation::shell;
use crate::http::{Answer, CONNECTIONS, Connection, call};
use crate::program::{Running, TENANT, Workplace};

const DOCUMENTED: &str = "315bc12c-c12c-315b-2cc1-5b312cc15b31";

const SIMULATED: &str = "4d0c9a1e-7b52-4f86-a3d1-6e9f2c8b5a40";
const INCIDENTS: &str = "GET /connector/v1/incidents";

/// Token and request, as printed.
fn printed(demo: &mut Running) -> (String, String) {
    let token = demo.stdout_line("eyJ");
    (token, demo.stdout_line("curl "))
}

#[test]
fn the_printed_request_works_as_it_stands() {
    let workplace = Workplace::sqlite();
    let mut demo = workplace.start(&["demo", "--listen", "127.0.0.1:0"]);
    let (token, request) = printed(&mut demo);
    let answer = Command::new("sh").args(["-c", &request]).env("NO_PROXY", "*").output().unwrap();
    let answer = String::from_utf8(answer.stdout).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer to curl");
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["id"], DOCUMENTED);
    assert_eq!(body["@odata.type"], "#microsoft.graph.serviceNowConnection");
    assert_eq!(body["instanceUrl"], "https://example.com/instanceUrl/");
    assert_eq!(body["incidentApiUrl"], "https://example.com/incidentApiUrl/");
    let method = json!({
        "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
        "appId": "App Id value",
    });
    assert_eq!(body["authenticationMethod"], method);
    assert_eq!(body["serviceNowConnectionStatus"], "enabled");
    assert_eq!(body["lastQueriedDateTime"], "2017-01-01T08:00:30.0527314Z");
    let all = call(&demo.address, &format!("GET {CONNECTIONS}"), &token, "").expect(200).json();
    assert_eq!(all["value"].as_array().unwrap().len(), 4);
    demo.signal("INT");
    let said = demo.ended();
    assert_eq!(said.code, Some(0), "{said}");
    assert!(std::fs::read_dir(workplace.path()).unwrap().next().is_none(), "nothing is kept");
}

#[test]
fn data_is_kept_where_asked_and_the_old_token_still_works() {
    let workplace = Workplace::sqlite();
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--data", "new/folder"];
    let mut demo = workplace.start(&arguments);
    let (token, _) = printed(&mut demo);
    let one = format!("{CONNECTIONS}/{DOCUMENTED}");
    let body = r#"{"instanceUrl":"https://kept.service-now.com"}"#;
    call(&demo.address, &format!("PATCH {one}"), &token, body).expect(200);
    demo.signal("TERM");
    assert_eq!(demo.ended().code, Some(0));
    let demo = workplace.start(&arguments);
    let kept = call(&demo.address, &format!("GET {one}"), &token, "").expect(200).json();
    assert_eq!(kept["instanceUrl"], "https://kept.service-now.com");
}

#[test]
fn in_a_container_it_needs_its_public_url() {
    let mut workplace = Workplace::sqlite();
    let arguments = ["demo", "--listen", "0.0.0.0:0"];
    assert_eq!(workplace.run(&arguments).code, Some(2));
    workplace.set("NOWGRAPH_PUBLIC_URL", "http://graph.contoso.example:8080");
    let mut demo = workplace.start(&arguments);
    let (_, request) = printed(&mut demo);
    let url = format!("'http://graph.contoso.example:8080{CONNECTIONS}/{DOCUMENTED}'");
    assert!(request.contains(&url), "{request}");
}

/// Where the simulated instance of a demo is.
fn simulator(demo: &mut Running) -> String {
    demo.stdout_line("simulated ServiceNow on http://").rsplit('/').next().unwrap().to_owned()
}

/// Waits until so many passes over a connection have ended.
fn passes(demo: &mut Running, connection: &str, count: usize) {
    for _ in 0..count {
        while !demo.log_line("a pass ended").contains(connection) {}
    }
}

fn patch(demo: &Running, token: &str, status: &str) {
    let body = json!({"serviceNowConnectionStatus": status}).to_string();
    call(&demo.address, &format!("PATCH {CONNECTIONS}/{SIMULATED}"), token, &body).expect(200);
}

#[test]
fn incidents_are_fetched_from_the_start_and_a_person_has_some() {
    let workplace = Workplace::sqlite();
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--data", "d", "--incidents", "300"];
    let mut demo = workplace.start(&arguments);
    let (token, _) = printed(&mut demo);
    let export = demo.stdout_line("export TOKEN=");
    // A machine may be too busy for what is otherwise over before it answers.
    passes(&mut demo, SIMULATED, 1);
    let pasted = |command: String| shell(&workplace, &format!("{export}; {command}"));
    let newest = pasted(demo.stdout_line("curl -s "));
    let page: Value = serde_json::from_str(&newest).unwrap();
    assert_eq!(page["value"].as_array().unwrap().len(), 5, "{page}");
    assert!(stored(&demo, &token, "").parse::<u32>().unwrap() >= 300);
    let table = pasted(demo.stdout_line("nowgraph incidents "));
    assert!(table.starts_with("NUMBER "), "{table}");
    assert!(table.contains("\nsource  live at "), "{table}");
}

/// A second instance, whose connection goes on, shows that fetching would have been seen.
#[test]
fn a_patch_of_the_status_stops_and_starts_the_fetching() {
    let mut workplace = Workplace::sqlite();
    let other = workplace.start(&["simulate", "--listen", "127.0.0.1:0", "--incidents", "3"]);
    workplace.set("NOWGRAPH_EGRESS__PRIVATE", &other.address);
    workplace.set("NOWGRAPH_SYNC__INTERVAL", "1s");
    let mut demo = workplace.start(&["demo", "--listen", "127.0.0.1:0", "--incidents", "50"]);
    let simulator = simulator(&mut demo);
    let (token, _) = printed(&mut demo);
    let control = connect(&demo, &token, &other.address);
    passes(&mut demo, &control, 1);
    patch(&demo, &token, "disabled");
    // What was under way is over.
    passes(&mut demo, &control, 2);
    call(&simulator, "DELETE /_sim/log", "", "").expect(204);
    let rows = |demo: &Running| {
        let filter = format!("$filter=connectionId%20eq%20'{SIMULATED}'&$orderby=sysId");
        call(&demo.address, &format!("{INCIDENTS}?{filter}"), &token, "").expect(200).json()["value"].take()
    };
    let before = rows(&demo);
    call(&simulator, "POST /_sim/life", "", r#"{"steps":100}"#).expect(200);
    passes(&mut demo, &control, 3);
    assert_eq!(call(&simulator, "GET /_sim/log", "", "").expect(200).json(), json!([]));
    assert_eq!(rows(&demo), before);

    patch(&demo, &token, "enabled");
    passes(&mut demo, SIMULATED, 1);
    assert_ne!(rows(&demo), before);
    assert_ne!(call(&simulator, "GET /_sim/log", "", "").expect(200).json(), json!([]));
}

/// An enabled connection to another simulated instance.
fn connect(demo: &Running, token: &str, instance: &str) -> String {
    let body = json!({
        "@odata.type": "#microsoft.graph.serviceNowConnection",
        "instanceUrl": format!("http://{instance}"),
        "incidentApiUrl": "/api/now/table/incident",
        "serviceNowConnectionStatus": "enabled",
    });
    let made = call(&demo.address, &format!("POST {CONNECTIONS}"), token, &body.to_string());
    let id = made.expect(201).json()["id"].as_str().unwrap().to_owned();
    let credential = r#"{"kind":"apiKey","apiKey":"now_snow-sim-api-key"}"#;
    let path = format!("PUT /connector/v1/connections/{id}/credential");
    call(&demo.address, &path, token, credential).expect(204);
    id
}

/// The simulated instance begins anew, and what is stored follows it.
#[test]
fn it_goes_on_with_what_it_kept() {
    let mut workplace = Workplace::sqlite();
    workplace.set("NOWGRAPH_SYNC__INTERVAL", "1s");
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--data", "d", "--incidents", "100"];
    let mut demo = workplace.start(&arguments);
    let instance = simulator(&mut demo);
    let (token, _) = printed(&mut demo);
    call(&instance, "POST /_sim/life", "", r#"{"steps":300}"#).expect(200);
    passes(&mut demo, SIMULATED, 2);
    assert!(stored(&demo, &token, "").parse::<u32>().unwrap() > 120);
    demo.signal("TERM");
    assert_eq!(demo.ended().code, Some(0));

    let mut demo = workplace.start(&arguments);
    let instance = simulator(&mut demo);
    call(&instance, "POST /_sim/clock", "", r#"{"freeze":true}"#).expect(200);
    passes(&mut demo, SIMULATED, 3);
    for state in ["1", "2", "3", "6", "7", "8"] {
        let filter = format!("?$filter=state%20eq%20'{state}'");
        assert_eq!(stored(&demo, &token, &filter), there(&instance, state), "state {state}");
    }
    let runs =
        format!("GET /connector/v1/connections/{SIMULATED}/runs?$filter=status%20eq%20'failed'");
    assert_eq!(call(&demo.address, &runs, &token, "").expect(200).json()["value"], json!([]));
    let who = ["--tenant", TENANT, "--data", "d", "--json"];
    let list = workplace.stdout(&[&["connection", "list"], &who[..]].concat());
    assert_eq!(list.matches(&format!("http://{instance}")).count(), 1, "{list}");
}

fn stored(demo: &Running, token: &str, filter: &str) -> String {
    let count = call(&demo.address, &format!("{INCIDENTS}/$count{filter}"), token, "");
    count.expect(200).body.trim_start_matches('\u{feff}').to_owned()
}

/// How many rows in a state the instance has.
fn there(instance: &str, state: &str) -> String {
    let path = format!("/api/now/table/incident?sysparm_limit=1&sysparm_query=state={state}");
    let mut connection = Connection::open(instance);
    let key = "x-sn-apikey: now_snow-sim-api-key";
    connection.write(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{key}\r\n\r\n")).unwrap();
    let answer: Answer = connection.read().unwrap().expect(200);
    answer.header("x-total-count").to_owned()
}

#[test]
fn settings_of_somebody_else_are_left_alone() {
    let workplace = Workplace::sqlite();
    let theirs = "[sync]\ninterval = \"1h\"\n";
    let file = workplace.write("nowgraph.toml", theirs, 0o600);
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--data", ".", "--incidents", "5"];
    let mut demo = workplace.start(&arguments);
    demo.stdout_line("every 3600 seconds");
    assert_eq!(std::fs::read_to_string(file).unwrap(), theirs);
}

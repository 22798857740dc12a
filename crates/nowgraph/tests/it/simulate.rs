use std::io::{BufRead as _, BufReader};
use std::process::Command;

use reqwest::Version;

use crate::http::call;
use crate::program::Workplace;
use crate::tls::Trusting;

#[test]
fn the_simulated_instance_says_what_opens_it() {
    let workplace = Workplace::sqlite();
    let mut simulator =
        workplace.start(&["simulate", "--listen", "127.0.0.1:0", "--incidents", "3"]);
    for name in ["client_id=", "client_secret=", "user=", "password=", "api_key="] {
        assert!(simulator.stdout_line(name).len() > name.len());
    }
    let control = simulator.stdout_line("control=");
    assert_eq!(control, format!("control=http://{}/_sim/", simulator.address));
    call(&simulator.address, "GET /api/now/table/incident", "none", "").expect(401);
    let log = call(&simulator.address, "GET /_sim/log", "", "").expect(200).json();
    assert_eq!(log[0]["path"], "/api/now/table/incident");
    simulator.signal("TERM");
    assert_eq!(simulator.ended().code, Some(0));
}

#[test]
fn the_signal_that_ends_the_simulated_instance_is_told() {
    for signal in ["TERM", "INT", "HUP"] {
        let workplace = Workplace::sqlite();
        let simulator =
            workplace.start(&["simulate", "--listen", "127.0.0.1:0", "--incidents", "3"]);
        simulator.signal(signal);
        let said = simulator.ended();
        assert_eq!(said.code, Some(0), "{said}");
        assert!(said.stderr.contains(&format!("SIG{signal}")), "{said}");
    }
}

#[test]
fn a_log_that_nobody_reads_ends_nothing() {
    let workplace = Workplace::sqlite();
    let arguments = ["simulate", "--listen", "127.0.0.1:0", "--incidents", "3"];
    let mut child = workplace.command(&arguments).spawn().unwrap();
    drop(child.stderr.take());
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on "), "{line}");
    let kill = format!("kill -TERM {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_local_authority_vouches_for_the_simulated_instance() {
    let workplace = Workplace::sqlite();
    let authority = workplace.stdout(&["ca", "export"]);
    let mut simulator =
        workplace.start(&["simulate", "--tls-dev", "--listen", "127.0.0.1:0", "--incidents", "3"]);
    assert_eq!(simulator.scheme, "https");
    assert!(simulator.stdout_line("control=").starts_with("control=https://"));
    let url = format!("https://{}/api/now/table/incident", simulator.address);
    let answer = Trusting::new(&authority).get(&url, "none", |it| it).unwrap();
    assert_eq!((answer.status, answer.version), (401, Version::HTTP_11));
}

#[test]
fn faults_that_are_none_are_refused() {
    let workplace = Workplace::sqlite();
    workplace.write("faults.json", "[{\"kind\":\"gremlins\"}]", 0o600);
    let said = workplace.run(&["simulate", "--listen", "127.0.0.1:0", "--faults", "faults.json"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("faults.json is no list of faults"), "{said}");
}

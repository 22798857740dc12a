use std::process::Stdio;

use crate::http::{CONNECTIONS, Connection, call};
use crate::program::{READ, Said, TENANT, WRITE, Workplace};

#[test]
fn the_address_is_announced_and_sigterm_ends_with_0() {
    for workplace in Workplace::both() {
        let serve = workplace.serve();
        assert_eq!(call(&serve.address, "GET /livez", "", "").expect(200).body, "ok\n");
        call(&serve.address, "GET /readyz", "", "").expect(200);
        let base = format!("http://{}", serve.address);
        let announcement = format!(
            "listening on {base}\nconsole on {base}/console\n\
             make the first account at {base}/console/first-administrator?link="
        );
        serve.signal("TERM");
        let Said { code, stdout, stderr } = serve.ended();
        assert_eq!(code, Some(0));
        let link = stdout.strip_prefix(&announcement).expect("the addresses come first");
        assert_eq!((link.len(), link.lines().count()), (44, 1), "{link}");
        for line in stderr.lines() {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(event["level"], "INFO", "{line}");
        }
    }
}

#[test]
fn requests_under_way_are_finished() {
    let workplace = Workplace::sqlite();
    workplace.run(&["migrate"]);
    let token = workplace.token(WRITE);
    for signal in ["TERM", "INT"] {
        let mut serve = workplace.serve();
        let body = format!(r#"{{"instanceUrl":"https://{signal}.service-now.com"}}"#);
        let mut connection = Connection::open(&serve.address);
        connection.begin(&format!("POST {CONNECTIONS}"), &token, body.len());
        let (first, rest) = body.split_at(10);
        connection.write(first).unwrap();
        let mut idle = Connection::open(&serve.address);
        idle.call("GET /livez", "", "").unwrap().expect(200);
        serve.signal(signal);
        serve.log_line("stopping");
        connection.write(rest).unwrap();
        connection.read().unwrap().expect(201);
        assert!(idle.read().is_err(), "an idle connection is closed");
        assert_eq!(serve.ended().code, Some(0));
        let listed = workplace.stdout(&["connection", "list", "--tenant", TENANT]);
        assert!(listed.contains(&format!("https://{signal}.service-now.com")), "{listed}");
    }
}

#[test]
fn a_second_signal_ends_at_once() {
    let workplace = Workplace::sqlite();
    let mut serve = workplace.serve();
    let mut connection = Connection::open(&serve.address);
    connection.begin(&format!("POST {CONNECTIONS}"), &workplace.token(WRITE), 10);
    serve.signal("TERM");
    serve.log_line("stopping");
    serve.signal("TERM");
    let said = serve.ended();
    assert_eq!(said.code, Some(1), "{said}");
    assert!(said.stderr.ends_with("error: stopped before open requests were finished\n"), "{said}");
}

#[test]
fn a_taken_port_is_told_with_the_way_out() {
    let workplace = Workplace::sqlite();
    let serve = workplace.serve();
    let address = &serve.address;
    let problem = format!(
        "error: cannot listen on {address}: another program does; \
         choose another address with --listen\n"
    );
    let other = Workplace::sqlite();
    other.fails(&["serve", "--listen", address], 1, &problem);
    other.fails(&["demo", "--listen", address], 1, &problem);
    assert!(!other.path().join("nowgraph.db").exists(), "the port comes first");
}

#[test]
fn the_log_has_a_line_a_request_and_keeps_secrets() {
    let workplace = Workplace::sqlite();
    let serve = workplace.serve();
    let token = workplace.token(READ);
    let filter = "$filter=instanceUrl%20eq%20'Kennwort'";
    call(&serve.address, &format!("GET {CONNECTIONS}?{filter}"), &token, "").expect(200);
    call(&serve.address, &format!("GET {CONNECTIONS}?{filter}"), &format!("{token}x"), "")
        .expect(401);
    serve.signal("TERM");
    let log = serve.ended().stderr;
    let requests: Vec<_> = log.lines().filter(|line| line.contains("http.status")).collect();
    assert_eq!(requests.len(), 2, "{log}");
    assert!(requests.iter().all(|line| line.contains(CONNECTIONS)), "{log}");
    let (_, signature) = token.rsplit_once('.').unwrap();
    for secret in ["Kennwort", "filter", signature, token.split_at(40).0] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[test]
fn the_variable_of_the_log_is_heeded() {
    let mut workplace = Workplace::sqlite();
    workplace.set("RUST_LOG", "error");
    let serve = workplace.serve();
    call(&serve.address, "GET /livez", "", "").expect(200);
    serve.signal("TERM");
    assert_eq!(serve.ended().stderr, "");
    workplace.set("RUST_LOG", "nowgraph=loud");
    let said = workplace.run(&["migrate"]);
    assert_eq!(said.code, Some(2), "{said}");
    assert!(said.stderr.starts_with("error: variable RUST_LOG: "), "{said}");
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let workplace = Workplace::sqlite();
    workplace.run(&["migrate"]);
    let mut command = workplace.command(&["metadata"]);
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = command.stdout(Stdio::from(full)).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("error: cannot write to standard output: "), "{told}");
}

#[test]
fn the_deepest_expressions_are_answered_by_a_process_that_goes_on() {
    let workplace = Workplace::sqlite();
    let serve = workplace.serve();
    let token = workplace.token(READ);
    let nested = |name: &str, depth: usize, inner: &str| {
        format!("{}{inner}{}", format!("{name}(").repeat(depth), ")".repeat(depth))
    };
    let get = |query: &str| {
        let head = format!("GET {CONNECTIONS}?{}", query.replace(' ', "%20"));
        call(&serve.address, &head, &token, "")
    };
    for depth in [90, 98] {
        let lower = nested("tolower", depth, "id");
        for query in [
            format!("$filter={lower} eq 'x'"),
            format!("$orderby={lower}"),
            format!("$compute={lower} as l"),
            format!("$filter={} eq 'x'&@a={lower}", nested("tolower", depth, "@a")),
        ] {
            let answer = get(&query);
            assert!(matches!(answer.status, 200 | 400 | 501), "{}: {query}", answer.status);
        }
    }
    for depth in [100, 200, 700] {
        for name in ["tolower", "concat", "cast", "case"] {
            get(&format!("$filter={} eq 'x'", nested(name, depth, "id"))).expect(400);
        }
    }
    call(&serve.address, "GET /livez", "", "").expect(200);
}

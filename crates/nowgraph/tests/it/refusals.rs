//! What cannot be read as a request has Graph's error all the same.

use crate::http::{CONNECTIONS, Connection, call};
use crate::program::Workplace;

fn get(target: &str, fields: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n")
}

#[track_caller]
fn check(address: &str, request: &str, status: u16, code: &str) {
    let mut connection = Connection::open(address);
    // The connection is in use already, and its earlier answers are as they were.
    connection.call("GET /livez", "", "").unwrap().expect(200);
    connection.call("GET /beta/deviceManagement", "", "").unwrap().expect(401);
    connection.write(request).unwrap();
    let answer = connection.read().unwrap().expect(status);
    let body = answer.json();
    let error = &body["error"];
    assert_eq!(error["code"], code, "{body}");
    assert!(!error["message"].as_str().unwrap().is_empty(), "{body}");
    let inner = &error["innerError"];
    assert!(inner["date"].as_str().unwrap().starts_with("20"), "{body}");
    for name in ["request-id", "client-request-id"] {
        assert_eq!(answer.header(name).len(), 36, "{body}");
        assert_eq!(inner[name], answer.header(name), "{body}");
    }
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("connection"), "close");
    assert!(answer.header("date").ends_with(" GMT"));
    assert!(connection.read().is_err(), "the connection is closed");
}

#[test]
fn what_is_no_request_has_the_shape_of_graph() {
    let workplace = Workplace::sqlite();
    let serve = workplace.serve();
    let check = |request: &str, status, code| check(&serve.address, request, status, code);
    for target in ["/beta?$search=\"x\"", "/beta?$filter=a b", "/beta?<", "/beta?>"] {
        check(&get(target, ""), 400, "BadRequest");
    }
    for fields in [
        "Content-Length: 1\r\nContent-Length: 2\r\n",
        "Content-Length: x\r\n",
        "X: a\r\n folded\r\n",
        "X: a\0b\r\n",
    ] {
        check(&get("/beta", fields), 400, "BadRequest");
    }
    check(&get(&format!("/beta?x={}", "a".repeat(70 * 1024)), ""), 414, "UriTooLong");
    let many = "X: 1\r\n".repeat(150);
    check(&get("/beta", &many), 431, "RequestHeaderFieldsTooLarge");
    call(&serve.address, "GET /livez", "", "").expect(200);
}

/// Whoever sends all of a body first reads no answer when the connection breaks before.
#[test]
fn refusals_are_answered_whatever_came_along() {
    let workplace = Workplace::sqlite();
    let serve = workplace.serve();
    for path in [CONNECTIONS, "/beta/nothing", "/connector/v1/incidents"] {
        for length in [2, 60_000, 1_000_000, 4_000_000] {
            let refused = call(&serve.address, &format!("POST {path}"), "", &" ".repeat(length));
            assert_eq!(refused.status, 401, "{path} {length}");
        }
    }
}

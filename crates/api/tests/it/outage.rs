use serde_json::json;
use testkit::{Answer, CONNECTIONS, Fault, Proxy, Server, Setup, TestDatabase};

use crate::given;

async fn start() -> (Proxy, Server, String) {
    let database = TestDatabase::postgres();
    let proxy = Proxy::before(database.server()).await;
    let server = Server::start(database.through(proxy.address), Setup::default()).await;
    let admin = server.admin().await;
    // The key of the tokens is known from now on.
    server.call("GET", CONNECTIONS).token(&admin).send().await.expect(200);
    (proxy, server, admin)
}

async fn post(server: &Server, admin: &str) -> Answer {
    server.call("POST", CONNECTIONS).token(admin).json(&json!({})).send().await
}

#[track_caller]
fn unavailable(answer: Answer) {
    assert_eq!(answer.header("retry-after"), "1");
    let message = answer.error(503, "ServiceUnavailable");
    assert!(message.ends_with("Nothing was changed."), "{message}");
}

#[tokio::test]
async fn after_a_503_nothing_was_written() {
    let (proxy, server, admin) = start().await;
    let one = given::connection(&server, &admin).await;
    let before = server.call("GET", &one).token(&admin).send().await.expect(200).body;
    proxy.fault(Fault::Down);
    let patch = json!({ "serviceNowConnectionStatus": "enabled" });
    let (list, get, posted, patched, deleted) = tokio::join!(
        server.call("GET", CONNECTIONS).token(&admin).send(),
        server.call("GET", &one).token(&admin).send(),
        post(&server, &admin),
        server.call("PATCH", &one).token(&admin).json(&patch).send(),
        server.call("DELETE", &one).token(&admin).send(),
    );
    for answer in [list, get, posted, patched, deleted] {
        unavailable(answer);
    }
    proxy.fault(Fault::None);
    assert_eq!(given::count(&server, &admin).await, 1);
    let after = server.call("GET", &one).token(&admin).send().await.expect(200).body;
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_broken_commit_is_asked_for_and_done_once() {
    let (proxy, server, admin) = start().await;
    for (fault, rows) in [(Fault::CommitLost, 1), (Fault::AnswerLost, 2)] {
        proxy.fault(fault);
        let id = post(&server, &admin).await.expect(201).json()["id"].clone();
        assert_eq!(given::count(&server, &admin).await, rows, "{fault:?}");
        let path = format!("{CONNECTIONS}/{}", id.as_str().unwrap());
        server.call("GET", &path).token(&admin).send().await.expect(200);
    }
    let one = given::connection(&server, &admin).await;
    for (fault, status) in [(Fault::CommitLost, "enabled"), (Fault::AnswerLost, "disabled")] {
        proxy.fault(fault);
        let patch = json!({ "serviceNowConnectionStatus": status });
        let patched = server.call("PATCH", &one).token(&admin).json(&patch).send().await;
        assert_eq!(patched.expect(200).json()["serviceNowConnectionStatus"], status);
    }
    proxy.fault(Fault::AnswerLost);
    server.call("DELETE", &one).token(&admin).send().await.expect(204);
    assert_eq!(given::count(&server, &admin).await, 2);
}

#[tokio::test]
async fn an_outcome_that_stays_unknown_is_no_503() {
    for (fault, rows) in [(Fault::CommitLostForGood, 0), (Fault::AnswerLostForGood, 1)] {
        let (proxy, server, admin) = start().await;
        proxy.fault(fault);
        let answer = post(&server, &admin).await;
        assert!(!answer.headers.contains_key("retry-after"));
        answer.error(500, "InternalServerError");
        proxy.fault(Fault::None);
        assert_eq!(given::count(&server, &admin).await, rows, "{fault:?}");
    }
}

use serde_json::json;
use snow_sim::{Fault, FaultKind, Simulator, Status};

use crate::site::{Site, send};

const PATH: &str = "/api/now/table/incident?sysparm_fields=number";

pub(crate) fn always(kind: FaultKind) -> Fault {
    Fault {
        kind,
        requests: Vec::new(),
        path: String::new(),
        method: String::new(),
        probability: None,
        times: None,
    }
}

fn second(kind: FaultKind) -> Vec<Fault> {
    vec![Fault { requests: vec![2], path: "/incident".to_owned(), ..always(kind) }]
}

/// Check 30.
#[tokio::test]
async fn faults_meet_the_request_that_they_name() {
    let site = Site::with(5).await;
    let cancelled = "Transaction cancelled: maximum execution time exceeded Check logs";
    for (kind, status, holds) in [
        (FaultKind::Hibernating, 200, "Your instance is hibernating"),
        (FaultKind::Login, 200, "Sign In | ServiceNow"),
        (FaultKind::ErrorInResult, 200, "],\"error\":{\"detail\":\"Transaction cancelled"),
        (FaultKind::TextInResult, 200, ",\"Transaction cancelled\"]}"),
        (FaultKind::CutJson, 200, "{\"result\":["),
        (FaultKind::BrokenJson, 200, "\"number\"\"INC0010001\"}{\"number\""),
        (FaultKind::EmptyPage, 200, "{\"result\":[]}"),
        (FaultKind::Quota, 500, cancelled),
        (FaultKind::BadGateway, 502, "<center>nginx</center>"),
        (FaultKind::Unavailable, 503, "503 Service Temporarily Unavailable"),
        (FaultKind::GatewayTimeout, 504, "504 Gateway Time-out"),
        (FaultKind::Status(Status::try_from(408).unwrap()), 408, "Operation Failed"),
        (FaultKind::Unauthorized, 401, "User is not authenticated"),
        (FaultKind::TooMany(Some("3".to_owned())), 429, "Rate limit exceeded"),
        (FaultKind::TooMany(None), 429, "Rate limit exceeded"),
        (FaultKind::Redirect("https://login.example/".to_owned()), 302, ""),
        (FaultKind::Slow(1), 200, "INC0010005"),
    ] {
        site.sim.faults(second(kind.clone()));
        assert_eq!(site.get(PATH).await.rows().len(), 5);
        let said = site.get(PATH).await;
        assert_eq!(said.status, status, "{kind:?}");
        assert!(said.text.contains(holds), "{kind:?}: {}", said.text);
        match &kind {
            FaultKind::Redirect(to) => assert_eq!(said.header("location"), Some(to.as_str())),
            FaultKind::TooMany(after) => assert_eq!(said.header("retry-after"), after.as_deref()),
            FaultKind::EmptyPage => assert_eq!(said.header("x-total-count"), Some("5")),
            FaultKind::CutJson => assert!(!said.text.ends_with('}')),
            _ => {}
        }
        assert_eq!(site.get(PATH).await.rows().len(), 5);
    }
}

/// Check 30: a list that is empty, and one in XML.
#[tokio::test]
async fn what_is_spoilt_is_in_the_form_that_was_asked_for() {
    let site = Site::with(5).await;
    let empty = "/api/now/table/incident?sysparm_query=number=none";
    for kind in [FaultKind::BrokenJson, FaultKind::CutJson] {
        site.sim.faults(vec![always(kind.clone())]);
        for path in [PATH, empty, "/api/now/stats/incident?sysparm_count=true"] {
            let said = site.get(path).await;
            assert!(
                serde_json::from_str::<serde_json::Value>(&said.text).is_err(),
                "{}",
                said.text
            );
        }
    }
    let known = Simulator::CREDENTIALS;
    for (kind, path, holds, sound) in [
        (FaultKind::ErrorInResult, PATH, "</result><error><message>Transaction cancelled", true),
        (FaultKind::TextInResult, PATH, "<result>Transaction cancelled</result></response>", true),
        (FaultKind::EmptyPage, PATH, "?><response></response>", true),
        (FaultKind::CutJson, PATH, "<number>INC0010001</number>", false),
        (FaultKind::BrokenJson, PATH, "<number>INC0010001<number>", false),
        (FaultKind::BrokenJson, empty, "<response><response>", false),
        (FaultKind::Quota, PATH, "<status>failure</status></response>", true),
    ] {
        site.sim.faults(vec![always(kind.clone())]);
        let asked = site.client.get(site.url(path)).basic_auth(known.user, Some(known.password));
        let said = send(asked.header("accept", "application/xml")).await;
        assert_eq!(said.header("content-type"), Some("application/xml;charset=UTF-8"), "{kind:?}");
        assert!(said.text.contains(holds), "{kind:?}: {}", said.text);
        assert_eq!(is_closed(&said.text), sound, "{kind:?}: {}", said.text);
    }
}

/// Whether as many elements are closed as were opened.
fn is_closed(xml: &str) -> bool {
    let count = |what: &str| xml.matches(what).count();
    count("<") - count("</") - count("<?") - count("/>") == count("</")
}

/// Check 30: what a transport has to notice.
#[tokio::test]
async fn connections_break_as_they_are_told_to() {
    let site = Site::with(5).await;
    for encoding in ["identity", "gzip"] {
        site.sim.faults(second(FaultKind::Reset));
        site.get(PATH).await;
        let asked = site.ask("GET", PATH).header("accept-encoding", encoding);
        assert!(asked.send().await.is_err(), "{encoding}");
        for kind in [FaultKind::CutBody(20), FaultKind::WrongLength] {
            site.sim.faults(second(kind.clone()));
            site.get(PATH).await;
            let asked = site.ask("GET", PATH).header("accept-encoding", encoding);
            let response = asked.send().await.unwrap();
            assert_eq!(response.status(), 200, "{kind:?} in {encoding}");
            assert!(response.bytes().await.is_err(), "{kind:?} in {encoding}");
        }
        site.sim.faults(second(FaultKind::Garbled));
        site.get(PATH).await;
        let response = site.ask("GET", PATH).send().await.unwrap();
        let read = response.json::<serde_json::Value>().await;
        assert!(read.is_err(), "garbled in {encoding}");
    }
}

#[tokio::test]
async fn a_cancelled_insert_has_happened_all_the_same() {
    let site = Site::with(0).await;
    let fault = always(FaultKind::CommitThenFail);
    site.sim.faults(vec![Fault { method: "POST".to_owned(), times: Some(1), ..fault }]);
    let post = async || {
        let body = json!({"correlation_id": "c"});
        send(site.ask("POST", "/api/now/table/incident").json(&body)).await.status
    };
    let there = async || site.list("sysparm_query=correlation_id=c").await.len();
    assert_eq!((post().await, there().await), (500, 1));
    assert_eq!((post().await, there().await), (201, 2));
}

/// What has no rows is not spoilt as rows are, and nothing is undone that was never done.
#[tokio::test]
async fn faults_of_rows_and_writes_leave_all_else_alone() {
    let site = Site::with(3).await;
    let id = site.list("").await[0]["sys_id"].as_str().unwrap().to_owned();
    let row = format!("/api/now/table/incident/{id}");
    let body = json!({"urgency": "1"});
    let kinds = ["error_in_result", "text_in_result", "empty_page", "commit_then_fail"];
    for kind in kinds {
        let writes = kind == "commit_then_fail";
        for (method, path, spares) in [
            ("GET", PATH, writes),
            ("PATCH", row.as_str(), !writes),
            ("GET", &row, true),
            ("GET", "/api/now/stats/incident?sysparm_count=true", true),
            ("GET", "/api/now/v1/table/incident?sysparm_query=number=none", true),
            ("GET", "/api/now/table/incident?sysparm_limit=0", true),
            ("GET", "/api/now/table/nothing", true),
            ("PATCH", "/api/now/table/incident/none", true),
            ("GET", "/login.do", true),
        ] {
            let ask = async || send(site.ask(method, path).json(&body)).await;
            site.sim.faults(Vec::new());
            let sound = ask().await;
            send(site.bare("PUT", "/_sim/faults").json(&json!([{"kind": kind}]))).await;
            let said = ask().await;
            let same = (said.status, &said.text) == (sound.status, &sound.text);
            assert_eq!(same, spares, "{kind} of {method} {path}: {}", said.text);
        }
        let said = send(site.bare("GET", PATH)).await;
        assert_eq!(said.status, 401, "{kind}");
    }
}

#[tokio::test]
async fn faults_of_broken_json_keep_the_status_of_failures() {
    let site = Site::with(1).await;
    for kind in [FaultKind::CutJson, FaultKind::BrokenJson] {
        site.sim.faults(vec![always(kind.clone())]);
        let said = site.get("/api/now/table/nothing").await;
        assert_eq!((said.status, said.json()["status"].as_str()), (400, Some("failure")));
    }
}

/// What has struck as often as it was to is listed no longer, and what is listed is taken.
#[tokio::test]
async fn a_fault_that_is_over_is_gone() {
    let site = Site::with(1).await;
    let faults = json!([{"kind": "quota", "times": 1}, {"kind": {"slow": 0}, "times": 2}]);
    send(site.bare("PUT", "/_sim/faults").json(&faults)).await;
    assert_eq!(site.get(PATH).await.status, 500);
    let listed = send(site.bare("GET", "/_sim/faults")).await.json();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["times"]), (1, &json!(2)));
    assert_eq!(send(site.bare("PUT", "/_sim/faults").json(&listed)).await.status, 204);
}

#[tokio::test]
async fn a_fault_looks_at_the_address() {
    let site = Site::with(5).await;
    let path = "sysparm_offset=2".to_owned();
    site.sim.faults(vec![Fault { path, ..always(FaultKind::Quota) }]);
    assert_eq!(site.get(PATH).await.status, 200);
    assert_eq!(site.get(&format!("{PATH}&sysparm_offset=2")).await.status, 500);
    assert_eq!(site.get("/api/now/table/sys_user").await.status, 200);
    site.sim.faults(vec![Fault { path: "/oauth_token.do".to_owned(), ..always(FaultKind::Login) }]);
    let known = Simulator::CREDENTIALS;
    let form = [("client_id", known.client_id), ("grant_type", "client_credentials")];
    let said = send(site.bare("POST", "/oauth_token.do").form(&form)).await;
    assert!(said.status == 200 && said.text.contains("Sign In"), "{}", said.text);
}

#[tokio::test]
async fn a_seed_says_when_a_fault_with_a_probability_strikes() {
    let pattern = async || {
        let site = Site::with(1).await;
        let fault =
            Fault { probability: Some(0.3.try_into().unwrap()), ..always(FaultKind::BadGateway) };
        site.sim.faults(vec![fault]);
        let mut failed = Vec::new();
        for number in 0..60 {
            if site.get(PATH).await.status == 502 {
                failed.push(number);
            }
        }
        failed
    };
    let first = pattern().await;
    assert!((6..40).contains(&first.len()), "{first:?}");
    assert_eq!(pattern().await, first);
}

#[tokio::test]
async fn faults_that_are_set_again_strike_again_at_the_same_requests() {
    let site = Site::with(1).await;
    let faults = json!([{"kind": "bad_gateway", "probability": 0.3}]);
    let pattern = async || {
        send(site.bare("PUT", "/_sim/faults").json(&faults)).await;
        let mut failed = Vec::new();
        for number in 0..40 {
            if site.get(PATH).await.status == 502 {
                failed.push(number);
            }
        }
        failed
    };
    let first = pattern().await;
    assert!((4..30).contains(&first.len()), "{first:?}");
    // Whatever else is drawn in between.
    send(site.bare("PUT", "/_sim/faults").json(&json!([]))).await;
    send(site.ask("POST", "/api/now/table/incident").json(&json!({}))).await;
    assert_eq!(pattern().await, first);
}

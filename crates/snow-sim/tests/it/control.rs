use serde_json::json;
use snow_sim::{Fault, FaultKind};

use crate::site::{Site, send};

fn third(kind: FaultKind) -> Vec<Fault> {
    vec![Fault {
        kind,
        requests: vec![2],
        path: "/incident".to_owned(),
        method: String::new(),
        probability: None,
        times: None,
    }]
}

/// Check 30.
#[tokio::test]
async fn faults_meet_the_request_that_they_name() {
    let site = Site::with(5).await;
    let path = "/api/now/table/incident?sysparm_fields=number";
    for (kind, status, holds) in [
        (FaultKind::Hibernating, 200, "Your instance is hibernating"),
        (FaultKind::Login, 200, "Sign In | ServiceNow"),
        (FaultKind::ErrorInResult, 200, "],\"error\":{\"message\":\"Transaction cancelled"),
        (FaultKind::TextInResult, 200, ",\"Transaction cancelled\"]}"),
        (FaultKind::CutJson, 200, "{\"result\":["),
        (FaultKind::Quota, 500, "Transaction cancelled: maximum execution time exceeded"),
        (FaultKind::BadGateway, 502, "<center>nginx</center>"),
        (FaultKind::TooMany(Some("3".to_owned())), 429, "Rate limit exceeded"),
        (FaultKind::Slow(1), 200, "INC0010005"),
    ] {
        site.sim.faults(third(kind.clone()));
        assert_eq!(site.get(path).await.rows().len(), 5);
        let said = site.get(path).await;
        assert_eq!(said.status, status, "{kind:?}");
        assert!(said.text.contains(holds), "{kind:?}: {}", said.text);
        assert_eq!(site.get(path).await.rows().len(), 5);
    }
    for kind in [FaultKind::Reset, FaultKind::CutBody(20), FaultKind::WrongLength] {
        site.sim.faults(third(kind.clone()));
        site.get(path).await;
        let broken = match site.ask("GET", path).header("accept-encoding", "identity").send().await
        {
            Ok(response) => response.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(broken, "{kind:?}");
    }
    site.sim.faults(third(FaultKind::CommitThenFail));
    site.get(path).await;
    let said =
        send(site.ask("POST", "/api/now/table/incident").json(&json!({"correlation_id": "c"})))
            .await;
    assert_eq!(said.status, 500);
    assert_eq!(site.list("sysparm_query=correlation_id=c").await.len(), 1);
}

/// Check 40.
#[tokio::test]
async fn the_clock_and_the_rows_obey() {
    let site = Site::with(5).await;
    let control = async |method: &str, path: &str, body: serde_json::Value| {
        let said = send(site.bare(method, &format!("/_sim/{path}")).json(&body)).await;
        assert!(said.status < 300, "{}", said.text);
        said.text
    };
    let told =
        control("POST", "clock", json!({"set": "2030-01-01 00:00:00", "freeze": true})).await;
    assert_eq!(told, "{\"now\":\"2030-01-01 00:00:00\"}");
    control("POST", "snapshot", json!({"name": "a"})).await;
    let ties = json!([{"table": "incident", "query": "numberISNOTEMPTY", "set": {"sys_updated_on": "2040-01-01 00:00:00"}},
        {"table": "incident", "set": {"number": "LATE", "sys_updated_on": "2020-01-01 00:00:00", "sys_created_on": "2020-01-01 00:00:00"}}]);
    control("POST", "edits", ties).await;
    let future = site.list("sysparm_query=sys_updated_on=2040-01-01 00:00:00").await;
    assert_eq!(future.len(), 5);
    let late = site.list("sysparm_query=number=LATE").await;
    assert_eq!(late[0]["sys_updated_on"], "2020-01-01 00:00:00");
    control("POST", "life", json!({"steps": 200})).await;
    assert!(site.list("sysparm_query=short_descriptionSTARTSWITHOpened by life").await.len() > 10);
    control("POST", "restore", json!({"name": "a"})).await;
    assert_eq!(site.list("").await.len(), 5);
    assert!(site.sim.log().last().unwrap().path.ends_with("/incident"));
    site.sim.settings(|settings| settings.hibernating = true);
    assert!(site.get("/oauth_token.do").await.text.contains("hibernating"));
}

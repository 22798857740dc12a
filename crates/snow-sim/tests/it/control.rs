use serde_json::json;
use snow_sim::Simulator;

use crate::site::{Site, send};

const KNOWN: snow_sim::Credentials = Simulator::CREDENTIALS;

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

#[tokio::test]
async fn a_snapshot_holds_rights_tokens_switches_and_the_clock() {
    let site = Site::with(3).await;
    site.user("agent", &[], &["snc_basic_auth_api_access"]);
    site.sim.settings(|settings| settings.access_seconds = 60);
    site.sim.snapshot("before");
    let path = "/api/now/table/incident";
    site.sim
        .edit(
            json!({"table": "sys_user_has_role", "query": "user.user_name=agent", "delete": true}),
        )
        .unwrap();
    site.sim.settings(|settings| settings.access_seconds = 5);
    site.sim.jump(3600);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", KNOWN.client_id),
        ("client_secret", KNOWN.client_secret),
    ];
    let token = async || send(site.bare("POST", "/oauth_token.do").form(&form)).await.json();
    let later = token().await;
    assert_eq!(
        (send(site.as_user("agent", "GET", path)).await.status, &later["expires_in"]),
        (401, &json!(4))
    );
    site.sim.restore("before").unwrap();
    assert_eq!(send(site.as_user("agent", "GET", path)).await.status, 200);
    let stale = site.bare("GET", path).bearer_auth(later["access_token"].as_str().unwrap());
    assert_eq!(send(stale).await.status, 401);
    assert_eq!(token().await["expires_in"], 59);
    let clock = send(site.bare("GET", "/_sim/clock")).await.json();
    assert_eq!(clock["now"], "2026-06-01 12:00:00");
    assert!(site.sim.restore("nothing").is_err());
}

#[tokio::test]
async fn life_goes_on_with_the_clock() {
    let site = Site::with(50).await;
    let newer = "sysparm_query=sys_updated_on>=2026-06-01 12:00:00&sysparm_fields=number,state";
    site.sim.settings(|settings| settings.life = 2);
    assert!(site.list(newer).await.is_empty());
    site.sim.jump(60);
    let touched = site.list(newer).await;
    assert!((20..=120).contains(&touched.len()), "{}", touched.len());
    assert_eq!(site.list(newer).await, touched);
    let states: std::collections::HashSet<&str> =
        touched.iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert!(states.len() > 1, "{states:?}");
    // What happened while the clock jumped did not happen in one second.
    let seconds = site.list(&newer.replace("number,state", "sys_updated_on")).await;
    let seconds: std::collections::HashSet<&str> =
        seconds.iter().map(|row| row["sys_updated_on"].as_str().unwrap()).collect();
    assert!(seconds.len() > 20, "{seconds:?}");
    assert!(seconds.iter().all(|second| *second <= "2026-06-01 12:01:00"), "{seconds:?}");
    let done = "sysparm_query=resolved_atISNOTEMPTY^resolved_by";
    assert!(site.list(&format!("{done}ISEMPTY")).await.is_empty());
    assert!(!site.list(&format!("{done}.nameISNOTEMPTY")).await.is_empty());
}

#[tokio::test]
async fn who_is_being_answered_is_answered_before_the_end() {
    let site = Site::with(3).await;
    let slow = json!([{"kind": {"slow": 100}}]);
    send(site.bare("PUT", "/_sim/faults").json(&slow)).await;
    let address = site.sim.address();
    let (asked, sim) = (site.ask("GET", "/api/now/table/incident"), site.sim);
    let answered = tokio::spawn(async move { asked.send().await.unwrap().status().as_u16() });
    while sim.log().is_empty() {
        tokio::task::yield_now().await;
    }
    sim.stop().await;
    assert_eq!(answered.await.unwrap(), 200);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

/// Nothing is lost of those who write while an edit looks for its rows.
#[tokio::test]
async fn edits_and_writes_come_one_after_the_other() {
    let site = Site::with(3000).await;
    let edit = json!([{"table": "incident", "query": "short_descriptionLIKEa^descriptionLIKEe",
        "set": {"correlation_id": "edited"}, "touch": true}]);
    let edits: Vec<_> = (0..8)
        .map(|_| {
            let asked = site.bare("POST", "/_sim/edits").json(&edit);
            tokio::spawn(async move { send(asked).await.status })
        })
        .collect();
    for number in 0..40 {
        let body = json!({"short_description": format!("written {number}")});
        let said = send(site.ask("POST", "/api/now/table/incident").json(&body)).await;
        assert_eq!(said.status, 201, "{}", said.text);
    }
    for edit in edits {
        assert_eq!(edit.await.unwrap(), 200);
    }
    let written = site.list("sysparm_query=short_descriptionSTARTSWITHwritten").await;
    let numbers: std::collections::HashSet<&str> =
        written.iter().map(|row| row["number"].as_str().unwrap()).collect();
    assert_eq!((written.len(), numbers.len()), (40, 40));
    let left = "sysparm_query=short_descriptionLIKEa^descriptionLIKEe^correlation_id!=edited";
    assert!(site.list(left).await.is_empty());
}

/// Many rows are changed and deleted in another way than few.
#[tokio::test]
async fn an_edit_of_many_rows_does_what_one_of_few_does() {
    for (count, rows) in [(1200, 1200), (900, 900)] {
        let site = Site::with(count).await;
        let set = json!({"correlation_id": "many", "caller_id": "", "assigned_to": "x"});
        let edit =
            json!({"table": "incident", "query": "numberISNOTEMPTY", "set": set, "touch": true});
        assert_eq!(site.sim.edit(edit).unwrap(), rows.to_string());
        let changed = "sysparm_query=correlation_id=many^assigned_to=x^caller_idISEMPTY\
                       ^sys_updated_on=2026-06-01 12:00:00^ORDERBYsys_id\
                       &sysparm_fields=sys_id,sys_mod_count,sys_updated_by";
        let found = site.list(changed).await;
        assert_eq!(found.len(), rows);
        assert_eq!(found[0]["sys_updated_by"], "system");
        assert_ne!(found[0]["sys_mod_count"], "0");
        assert!(found.is_sorted_by_key(|row| row["sys_id"].as_str().unwrap().to_owned()));
        let delete = json!({"table": "incident", "query": "correlation_id=many", "delete": true});
        assert_eq!(site.sim.edit(delete).unwrap(), rows.to_string());
        assert!(site.list("").await.is_empty());
        let id = found[0]["sys_id"].as_str().unwrap();
        let path = format!("/api/now/table/sys_audit_delete?documentkey={id}");
        assert_eq!(site.get(&path).await.rows().len(), 1);
        let traces = site.get("/api/now/table/sys_audit_delete?sysparm_limit=10000").await;
        assert_eq!(traces.rows().len(), rows);
        site.sim.edit(json!({"table": "incident", "set": {"number": "NEW"}})).unwrap();
        assert_eq!(site.list("sysparm_query=number=NEW").await.len(), 1);
    }
}

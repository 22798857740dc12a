use serde_json::{Value, json};

use crate::site::{Site, send};

async fn created(site: &Site, body: Value) -> Value {
    let said = send(
        site.ask("POST", "/api/now/table/incident?sysparm_exclude_reference_link=true").json(&body),
    )
    .await;
    assert_eq!(said.status, 201, "{}", said.text);
    said.json()["result"].clone()
}

/// Check 27.
#[tokio::test]
async fn a_new_incident_has_number_priority_and_state() {
    let site = Site::with(0).await;
    let row = created(
        &site,
        json!({"short_description": "x", "impact": "1", "urgency": "2", "sys_id": "no"}),
    )
    .await;
    assert_eq!(
        (&row["number"], &row["state"], &row["priority"]),
        (&json!("INC0010001"), &json!("1"), &json!("2"))
    );
    assert_eq!(row["sys_id"].as_str().unwrap().len(), 32);
    let row =
        created(&site, json!([{"short_description": "first"}, {"short_description": "second"}]))
            .await;
    assert_eq!(
        (&row["number"], &row["short_description"]),
        (&json!("INC0010002"), &json!("first"))
    );
    assert_eq!(site.list("").await.len(), 2);
    for (impact, urgency, priority) in
        [("1", "1", "1"), ("2", "2", "3"), ("3", "1", "3"), ("3", "3", "5")]
    {
        let row =
            created(&site, json!({"impact": impact, "urgency": urgency, "priority": "1"})).await;
        assert_eq!(row["priority"], priority);
    }
}

/// Checks 26 and 28.
#[tokio::test]
async fn updates_count_and_deletes_leave_a_trace() {
    let site = Site::with(0).await;
    let id = created(&site, json!({"short_description": "x"})).await["sys_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/now/table/incident/{id}");
    site.sim.jump(60);
    for (method, text, count, updated) in
        [("PATCH", "y", "1", "2026-06-01 12:01:00"), ("PUT", "z", "2", "2026-06-01 12:01:00")]
    {
        let said = send(site.ask(method, &path).json(&json!({"short_description": text}))).await;
        let row = &said.json()["result"];
        assert_eq!((said.status, &row["sys_mod_count"]), (200, &json!(count)));
        assert_eq!(row["sys_updated_on"], updated);
    }
    site.sim.jump(60);
    let said = send(site.ask("PATCH", &path).json(&json!({"short_description": "z"}))).await;
    let row = &said.json()["result"];
    assert_eq!(
        (&row["sys_mod_count"], &row["sys_updated_on"]),
        (&json!("2"), &json!("2026-06-01 12:01:00"))
    );
    let refused = send(site.ask("PATCH", &path).json(&json!({"state": "6"}))).await;
    assert_eq!(refused.status, 403);
    let resolving = json!({"state": "6", "close_code": "Duplicate", "close_notes": "x"});
    assert_eq!(send(site.ask("PATCH", &path).json(&resolving)).await.status, 200);
    assert_eq!(send(site.ask("DELETE", &path)).await.status, 204);
    assert_eq!(site.get(&path).await.status, 404);
    let trace =
        site.get(&format!("/api/now/table/sys_audit_delete?sysparm_query=documentkey={id}")).await;
    assert_eq!(trace.rows()[0]["tablename"], "incident");
}

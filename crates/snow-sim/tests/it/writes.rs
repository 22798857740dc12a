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
    let by = async || site.list("sysparm_fields=resolved_by.user_name,reopen_count").await;
    let resolved = json!([{"resolved_by.user_name": "admin", "reopen_count": "0"}]);
    assert_eq!(json!(by().await), resolved);
    let closed = async |state: &str| {
        site.sim.jump(60);
        let said = send(site.ask("PATCH", &path).json(&json!({"state": state}))).await;
        said.json()["result"]["closed_at"].as_str().unwrap().to_owned()
    };
    assert_eq!(closed("7").await, "2026-06-01 12:03:00");
    assert_eq!(closed("2").await, "");
    let reopened = json!([{"resolved_by.user_name": "", "reopen_count": "1"}]);
    assert_eq!(json!(by().await), reopened);
    assert_eq!(closed("7").await, "2026-06-01 12:05:00");
    assert_eq!(send(site.ask("DELETE", &path)).await.status, 204);
    assert_eq!(site.get(&path).await.status, 404);
    let trace =
        site.get(&format!("/api/now/table/sys_audit_delete?sysparm_query=documentkey={id}")).await;
    assert_eq!(trace.rows()[0]["tablename"], "incident");
}

/// Check 33, for writes.
#[tokio::test]
async fn records_may_come_in_xml() {
    let site = Site::with(0).await;
    let send_xml = async |method: &str, path: &str, body: &str| {
        let asked = site.ask(method, path).header("content-type", "application/xml");
        send(asked.body(body.to_owned())).await
    };
    let body = "<request><entry><short_description>Tea &amp; cake</short_description>\
                <urgency>1</urgency></entry></request>";
    let said = send_xml("POST", "/api/now/table/incident", body).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let row = said.json()["result"].clone();
    assert_eq!((&row["short_description"], &row["priority"]), (&json!("Tea & cake"), &json!("3")));
    let path = format!("/api/now/table/incident/{}", row["sys_id"].as_str().unwrap());
    let body = "<request><entry><urgency>3</urgency></entry></request>";
    assert_eq!(send_xml("PATCH", &path, body).await.json()["result"]["priority"], "5");
    let broken = send_xml("PATCH", &path, "<request><entry>").await;
    assert_eq!(broken.status, 400);
    assert_eq!(broken.json()["error"]["message"], "Exception while reading request");
}

#[tokio::test]
async fn what_is_written_as_people_read_it_is_understood() {
    let site = Site::with(0).await;
    let path = "/api/now/table/incident?sysparm_input_display_value=true\
                &sysparm_exclude_reference_link=true";
    let body = json!({"state": "In Progress", "impact": "1 - High", "caller_id": "System Administrator",
        "opened_at": "2026-01-15 08:00:00"});
    let row = send(site.ask("POST", path).json(&body)).await.json()["result"].clone();
    assert_eq!((&row["state"], &row["impact"]), (&json!("2"), &json!("1")));
    // The administrator lives in Los Angeles.
    assert_eq!(row["opened_at"], "2026-01-15 16:00:00");
    assert_eq!(row["caller_id"], row["opened_by"]);
    let silent = site
        .ask(
            "PATCH",
            &format!(
                "/api/now/table/incident/{}?sysparm_suppress_auto_sys_field=true",
                row["sys_id"].as_str().unwrap()
            ),
        )
        .header("x-no-response-body", "TRUE");
    let said = send(silent.json(&json!({"short_description": "quiet"}))).await;
    assert_eq!((said.status, said.text.as_str()), (204, ""));
    let after = &site.list("").await[0];
    assert_eq!(
        (&after["short_description"], &after["sys_mod_count"]),
        (&json!("quiet"), &json!("0"))
    );
}

#[tokio::test]
async fn a_person_writes_times_as_they_are_shown() {
    let site = Site::with(0).await;
    site.user(
        "berlin",
        &[("time_zone", "Europe/Berlin"), ("date_format", "dd/MM/yyyy hh:mm:ss a")],
        &["itil", "snc_basic_auth_api_access"],
    );
    let path = "/api/now/table/incident?sysparm_input_display_value=true";
    let write = async |opened: &str| {
        let body = json!({"opened_at": opened});
        send(site.as_user("berlin", "POST", path).json(&body)).await
    };
    for (shown, stored) in [
        ("29/03/2026 03:30:00 AM", "2026-03-29 01:30:00"),
        ("2026-03-29 03:30:00", "2026-03-29 01:30:00"),
    ] {
        assert_eq!(write(shown).await.json()["result"]["opened_at"], stored, "{shown}");
    }
    assert_eq!(write("03/29/2026 03:30:00 AM").await.status, 501);
}

#[tokio::test]
async fn a_body_without_a_record_makes_none() {
    let site = Site::with(0).await;
    for (kind, body, status) in [
        ("application/json", "", 400),
        ("application/json", "[]", 400),
        ("application/json", "{\"records\":[]}", 400),
        ("application/json", "null", 400),
        ("application/json", "[1]", 400),
        ("application/xml", "", 400),
        ("application/xml", "<?xml version=\"1.0\"?>", 400),
        ("application/xml", "text", 400),
        ("application/json", "{}", 201),
        ("application/xml", "<request><entry/></request>", 201),
    ] {
        let asked = site.ask("POST", "/api/now/table/incident").header("content-type", kind);
        let said = send(asked.body(body)).await;
        assert_eq!(said.status, status, "{kind} {body:?}: {}", said.text);
        if status == 400 {
            assert_eq!(said.json()["error"]["message"], "Exception while reading request");
        }
    }
    assert_eq!(site.list("").await.len(), 2);
}

/// No public source says what an instance makes of these.
#[tokio::test]
async fn values_that_a_column_is_not_known_to_keep_are_refused_loudly() {
    let site = Site::with(0).await;
    let id = created(&site, json!({})).await["sys_id"].as_str().unwrap().to_owned();
    let row = json!(site.list("").await);
    let (path, shown) = ("/api/now/table/incident", "?sysparm_input_display_value=true");
    for (body, shown) in [
        (json!({"opened_at": "2026-02-30"}), ""),
        (json!({"opened_at": "garbage"}), ""),
        (json!({"opened_at": "2026-01-02T03:04:05Z"}), ""),
        (json!({"state": "In Progress"}), ""),
        (json!({"state": " 2"}), ""),
        (json!({"state": true}), ""),
        (json!({"state": "Nonsense"}), shown),
        (json!({"impact": 1.5}), ""),
        (json!({"reopen_count": "many"}), ""),
        (json!({"active": "yes"}), ""),
        (json!({"short_description": "x".repeat(161)}), ""),
        (json!({"caller_id": "Nobody Of This Name"}), shown),
        (json!({"state": "2", "incident_state": "3"}), ""),
    ] {
        for (method, path) in [("POST", path.to_owned()), ("PATCH", format!("{path}/{id}"))] {
            let said = send(site.ask(method, &format!("{path}{shown}")).json(&body)).await;
            let marked = (said.status, said.header("x-snow-sim"));
            assert_eq!(marked, (501, Some("not-simulated")), "{method} {body}: {}", said.text);
        }
    }
    assert_eq!(json!(site.list("").await), row);
    created(&site, json!({"short_description": "é".repeat(160), "state": 2, "active": true})).await;
    for name in ["twin", "twin "] {
        site.user(name, &[("name", "Twin")], &[]);
    }
    let said =
        send(site.ask("POST", &format!("{path}{shown}")).json(&json!({"caller_id": "Twin"})));
    assert_eq!(said.await.status, 501);
}

#[tokio::test]
async fn columns_begin_with_what_the_dictionary_says_and_states_go_together() {
    let site = Site::with(0).await;
    for (table, body, field, expected) in [
        ("sys_user", json!({"user_name": "new"}), "active", "true"),
        ("sys_user", json!({"user_name": "old", "active": "false"}), "active", "false"),
        ("sys_user_group", json!({"name": "new"}), "active", "true"),
        ("incident", json!({}), "incident_state", "1"),
        ("incident", json!({"incident_state": "2"}), "state", "2"),
    ] {
        let path = format!("/api/now/table/{table}");
        let said = send(site.ask("POST", &path).json(&body)).await;
        assert_eq!(said.json()["result"][field], expected, "{table} {body}");
    }
    let id = created(&site, json!({})).await["sys_id"].as_str().unwrap().to_owned();
    let path = format!("/api/now/table/incident/{id}");
    for (set, other) in [("state", "incident_state"), ("incident_state", "state")] {
        for value in ["3", "2"] {
            let said = send(site.ask("PATCH", &path).json(&json!({set: value}))).await;
            assert_eq!(said.json()["result"][other], value, "{set}");
        }
    }
    let edit = json!({"table": "incident", "sys_id": id, "set": {"state": "3"}});
    site.sim.edit(edit).unwrap();
    assert_eq!(site.get(&path).await.json()["result"]["incident_state"], "3");
}

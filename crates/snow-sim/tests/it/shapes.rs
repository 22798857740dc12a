use serde_json::{Value, json};

use crate::site::Site;

/// Checks 11, 12 and 14.
#[tokio::test]
async fn values_have_six_shapes() {
    let site = Site::with(1).await;
    let user =
        site.get("/api/now/table/sys_user?sysparm_query=user_name=admin").await.rows()[0]["sys_id"]
            .clone();
    let user = user.as_str().unwrap();
    let edit = json!({"table": "incident", "query": "number=INC0010001", "set": {"caller_id": user,
        "assigned_to": "", "state": "1", "active": "true", "reopen_count": "0"}});
    site.sim.edit(edit).unwrap();
    let link = site.url(&format!("/api/now/table/sys_user/{user}"));
    let name = "System Administrator";
    let both = json!({"display_value": name, "value": user});
    for (parameters, state, caller, nobody) in [
        ("", json!("1"), json!({"link": link, "value": user}), json!("")),
        ("sysparm_exclude_reference_link=true", json!("1"), json!(user), json!("")),
        (
            "sysparm_display_value=True",
            json!("New"),
            json!({"display_value": name, "link": link}),
            json!(""),
        ),
        (
            "sysparm_display_value=true&sysparm_exclude_reference_link=true",
            json!("New"),
            json!(name),
            json!(""),
        ),
        (
            "sysparm_display_value=all",
            json!({"display_value": "New", "value": "1"}),
            json!({"display_value": name, "link": link, "value": user}),
            json!({"display_value": "", "value": ""}),
        ),
        (
            "sysparm_display_value=all&sysparm_exclude_reference_link=true",
            json!({"display_value": "New", "value": "1"}),
            both,
            json!({"display_value": "", "value": ""}),
        ),
        (
            "sysparm_display_value=False&sysparm_query=&sysparm_view=",
            json!("1"),
            json!({"link": link, "value": user}),
            json!(""),
        ),
    ] {
        let row = &site.list(parameters).await[0];
        assert_eq!(
            (&row["state"], &row["caller_id"], &row["assigned_to"]),
            (&state, &caller, &nobody),
            "{parameters}"
        );
    }
    let row = &site.list("").await[0];
    let scalars = row.as_object().unwrap().values().filter(|value| !value.is_object());
    assert!(scalars.into_iter().all(Value::is_string), "{row}");
    assert_eq!((&row["active"], &row["reopen_count"]), (&json!("true"), &json!("0")));
}

/// Check 13.
#[tokio::test]
async fn fields_are_chosen_trimmed_and_walked() {
    let site = Site::with(1).await;
    let rows = site
        .list("sysparm_fields=number, caller_id.sys_class_name,caller_id.user_name , nonsense")
        .await;
    let names: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["caller_id.user_name", "number"]);
    let twice = site.get("/api/now/table/incident?sysparm_fields=state,state").await;
    assert_eq!(twice.text.matches("\"state\"").count(), 1, "{}", twice.text);
    assert!(site.list("sysparm_fields=").await[0].as_object().unwrap().len() > 30);
}

/// Check 22.
#[tokio::test]
async fn people_read_times_in_their_zone() {
    let site = Site::with(1).await;
    site.user(
        "berlin",
        &[("time_zone", "Europe/Berlin"), ("date_format", "dd/MM/yyyy HH:mm:ss")],
        &["itil", "snc_basic_auth_api_access"],
    );
    let edit = json!({"table": "incident", "query": "number=INC0010001", "set": {"opened_at": "2026-03-29 01:30:00"}});
    site.sim.edit(edit).unwrap();
    let read = async |query: &str| {
        let path = format!("/api/now/table/incident?sysparm_fields=opened_at&{query}");
        crate::site::send(site.as_user("berlin", "GET", &path)).await.rows()
    };
    let shown = read("sysparm_display_value=all").await[0]["opened_at"].clone();
    assert_eq!(
        shown,
        json!({"display_value": "29/03/2026 03:30:00", "value": "2026-03-29 01:30:00"})
    );
    assert_eq!(read("sysparm_query=opened_at=2026-03-29 01:30:00").await.len(), 1);
    let generated = "sysparm_query=opened_at=javascript:gs.dateGenerate('2026-03-29','03:30:00')";
    assert_eq!(read(generated).await.len(), 1);
    // The end of the years of four digits, and one hour.
    let edit = json!({"table": "incident", "query": "number=INC0010001", "set": {"opened_at": "9999-12-31 23:59:59"}});
    site.sim.edit(edit).unwrap();
    let shown = read("sysparm_display_value=true").await[0]["opened_at"].clone();
    assert_eq!(shown, "01/01/10000 00:59:59");
}

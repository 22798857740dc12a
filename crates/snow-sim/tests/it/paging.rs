use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::site::Site;

fn relations(link: &str) -> Vec<&str> {
    link.split("rel=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Checks 5, 8, 9 and 10.
#[tokio::test]
async fn pages_say_what_is_around_them() {
    let site = Site::with(10_001).await;
    let said = site.get("/api/now/table/incident?sysparm_fields=sys_id").await;
    assert_eq!(said.rows().len(), 10_000);
    assert_eq!(said.header("x-total-count"), Some("10001"));
    assert_eq!(relations(said.header("link").unwrap()), ["first", "next", "last"]);
    let all = site.get("/api/now/table/incident?sysparm_fields=sys_id&sysparm_limit=10001").await;
    assert_eq!((all.rows().len(), all.header("link")), (10_001, None));
    let middle = "/api/now/table/incident?sysparm_fields=sys_id&sysparm_limit=10&sysparm_offset=20";
    let said = site.get(middle).await;
    let link = said.header("link").unwrap();
    assert_eq!(relations(link), ["first", "prev", "next", "last"]);
    assert!(link.contains("sysparm_fields=sys_id"), "{link}");
    let said = site.get(&format!("{middle}&sysparm_suppress_pagination_header=true")).await;
    assert_eq!(said.header("link"), None);
    let said = site.get(&format!("{middle}&sysparm_no_count=true")).await;
    assert_eq!(said.header("x-total-count"), None);
}

#[tokio::test]
async fn a_walk_by_key_sees_every_row_once() {
    let site = Site::with(2500).await;
    // Many rows in one second, as the job that closes leaves them.
    let edit = serde_json::json!({"table": "incident", "query": "state=7",
        "set": {"sys_updated_on": "2026-05-01 02:00:00"}});
    site.sim.edit(edit).unwrap();
    let mut seen = HashSet::new();
    let mut after: Option<(String, String)> = None;
    for filter in ["", "active=false^"] {
        seen.clear();
        after = None;
        loop {
            let at = after.as_ref().map_or(filter.to_owned(), |(time, id)| {
                format!(
                    "{filter}sys_updated_on>{time}^NQ{filter}sys_updated_on={time}^sys_id>{id}^"
                )
            });
            let query = format!("sysparm_query={at}ORDERBYsys_updated_on^ORDERBYsys_id");
            let rows = site
                .list(&format!("{query}&sysparm_limit=400&sysparm_fields=sys_id,sys_updated_on"))
                .await;
            let Some(last) = rows.last() else { break };
            let text = |name: &str| last[name].as_str().unwrap().to_owned();
            after = Some((text("sys_updated_on"), text("sys_id")));
            for row in &rows {
                assert!(seen.insert(row["sys_id"].as_str().unwrap().to_owned()));
            }
        }
        let total = site.list(&format!("sysparm_query={filter}&sysparm_fields=sys_id")).await.len();
        assert_eq!(seen.len(), total, "{filter}");
    }
    assert!(after.is_some());
}

/// Check 39, and stats and batch of check 37.
#[tokio::test]
async fn neighbours_of_the_table_api_answer() {
    let site = Site::with(30).await;
    let said = site
        .get("/api/now/stats/incident?sysparm_count=true&sysparm_max_fields=sys_updated_on")
        .await;
    assert_eq!(said.json()["result"]["stats"]["count"], "30");
    assert!(
        said.json()["result"]["stats"]["max"]["sys_updated_on"]
            .as_str()
            .unwrap()
            .starts_with("2026-")
    );
    let grouped = site
        .get("/api/now/stats/incident?sysparm_count=true&sysparm_group_by=state&sysparm_sum_fields=sys_mod_count\
              &sysparm_avg_fields=impact&sysparm_min_fields=number&sysparm_query=stateIN7,8")
        .await
        .json()["result"]
        .clone();
    let rows = site
        .list("sysparm_query=stateIN7,8&sysparm_fields=state,impact,sys_mod_count,number")
        .await;
    for group in grouped.as_array().unwrap() {
        let state = &group["groupby_fields"][0];
        assert_eq!(state["field"], "state");
        let rows: Vec<_> = rows.iter().filter(|row| row["state"] == state["value"]).collect();
        let sum = |name: &str| -> i64 {
            rows.iter().map(|row| row[name].as_str().unwrap().parse::<i64>().unwrap()).sum()
        };
        let stats = &group["stats"];
        let mean = sum("impact") * 10_000 / i64::try_from(rows.len()).unwrap();
        assert_eq!(stats["count"], rows.len().to_string());
        assert_eq!(stats["sum"]["sys_mod_count"], sum("sys_mod_count").to_string());
        assert_eq!(stats["avg"]["impact"], format!("{}.{:04}", mean / 10_000, mean % 10_000));
        assert_eq!(stats["min"]["number"], rows[0]["number"]);
    }
    assert!(grouped.as_array().is_some_and(|groups| !groups.is_empty()), "{grouped}");
    let said = site.get("/api/now/stats/incident?sysparm_having=count^state^>^1").await;
    assert_eq!(said.status, 501);
    let body = serde_json::json!({"batch_request_id": 1, "rest_requests": [{"id": "7", "method": "GET",
        "url": "/api/now/table/incident?sysparm_limit=2&sysparm_fields=number",
        "headers": [{"name": "Accept", "value": "application/json"}]}]});
    let said = crate::site::send(site.ask("POST", "/api/now/v1/batch").json(&body)).await;
    assert_eq!(said.json()["batch_request_id"], "1");
    let answered = &said.json()["serviced_requests"][0];
    assert_eq!((&answered["id"], &answered["status_code"]), (&"7".into(), &200.into()));
    let inner = STANDARD.decode(answered["body"].as_str().unwrap()).unwrap();
    assert!(String::from_utf8(inner).unwrap().starts_with("{\"result\":[{\"number\":\"INC"));
    let body = serde_json::json!({"url": "api/now/table/incident?sysparm_query=number=INC0010003&sysparm_fields=number"});
    let said = crate::site::send(site.ask("POST", "/api/now/tinyurl").json(&body)).await;
    let tiny = said.json()["result"]["tiny_url"].as_str().unwrap().to_owned();
    let (_, tiny) = tiny.split_once("sysparm_tiny=").unwrap();
    let rows = site.list(&format!("sysparm_tiny={tiny}")).await;
    assert_eq!(rows, [serde_json::json!({"number": "INC0010003"})]);
}

#[tokio::test]
async fn a_tinyurl_that_is_unknown_or_of_another_table_is_refused_loudly() {
    let site = Site::with(3).await;
    let tiny = async |url: &str| {
        let body = serde_json::json!({"url": url});
        let said = crate::site::send(site.ask("POST", "/api/now/tinyurl").json(&body)).await;
        let tiny = said.json()["result"]["tiny_url"].as_str().unwrap().to_owned();
        tiny.split_once("sysparm_tiny=").unwrap().1.to_owned()
    };
    let known = tiny("api/now/table/incident?sysparm_limit=1").await;
    for path in ["/api/now/table/incident", "/api/now/v2/table/incident"] {
        assert_eq!(site.get(&format!("{path}?sysparm_tiny={known}")).await.rows().len(), 1);
    }
    let nested = tiny(&format!("api/now/table/incident?sysparm_tiny={known}")).await;
    for path in [
        "table/incident?sysparm_tiny=unknown".to_owned(),
        format!("table/sys_user?sysparm_tiny={known}"),
        format!("stats/incident?sysparm_count=true&sysparm_tiny={known}"),
        format!("table/incident?sysparm_tiny={nested}"),
    ] {
        let said = site.get(&format!("/api/now/{path}")).await;
        assert_eq!(
            (said.status, said.header("x-snow-sim")),
            (501, Some("not-simulated")),
            "{path}: {}",
            said.text
        );
    }
}

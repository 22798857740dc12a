use serde_json::{Value, json};
use snow_sim::{Acl, Closes};

use crate::site::{Said, Site, send};

const STATS: &str = "/api/now/stats/incident?sysparm_count=true";

/// Incidents with known answers, and an agent whom a rule binds.
async fn site(table: &str, closes: Closes, field: &str, query: &str) -> Site {
    let site = Site::with(0).await;
    site.user("agent", &[], &["itil", "snc_basic_auth_api_access"]);
    for (number, state, priority) in [("A1", "1", "2"), ("A2", "2", "10"), ("A3", "2", "")] {
        let set = json!({"number": number, "state": state, "priority": priority});
        site.sim.edit(json!({"table": "incident", "set": set})).unwrap();
    }
    let (table, field, query) = (table.to_owned(), field.to_owned(), query.to_owned());
    let rule = Acl { table, closes, roles: Vec::new(), field, query };
    site.sim.settings(|settings| settings.acls.push(rule));
    site
}

async fn read(site: &Site, parameters: &str) -> Said {
    send(site.as_user("agent", "GET", &format!("{STATS}&{parameters}"))).await
}

#[tokio::test]
async fn stats_of_what_is_closed_are_forbidden() {
    let check = async |site: Site, parameters: &str, status: u16| {
        assert_eq!(read(&site, parameters).await.status, status, "{parameters}");
        assert_eq!(site.get(&format!("{STATS}&{parameters}")).await.status, 200, "{parameters}");
    };
    let description = || site("incident", Closes::Field, "description", "");
    for parameters in ["sysparm_max_fields=description", "sysparm_group_by=state,description"] {
        check(description().await, parameters, 403).await;
    }
    check(description().await, "sysparm_max_fields=number", 200).await;
    check(description().await, "sysparm_query=descriptionISEMPTY", 403).await;
    let ranges = || site("incident", Closes::QueryRange, "description", "");
    for parameters in ["sysparm_min_fields=description", "sysparm_group_by=description"] {
        check(ranges().await, parameters, 403).await;
    }
    check(ranges().await, "sysparm_query=descriptionISEMPTY", 200).await;
    let people = || site("sys_user", Closes::Table, "", "");
    check(people().await, "sysparm_group_by=caller_id.email", 403).await;
    check(people().await, "sysparm_group_by=caller_id", 200).await;
    check(site("incident", Closes::Rows, "", "state=1").await, "sysparm_query=state=2", 403).await;
    check(site("incident", Closes::Rows, "", "state=7").await, "", 200).await;
    let hidden = site("incident", Closes::Rows, "", "state=1").await;
    hidden.sim.settings(|settings| settings.stats_of_hidden = true);
    assert_eq!(read(&hidden, "").await.json()["result"]["stats"]["count"], "3");
    let before = site("incident", Closes::BeforeQuery, "", "state=1").await;
    assert_eq!(read(&before, "").await.json()["result"]["stats"]["count"], "2");
}

#[tokio::test]
async fn groups_and_extremes_go_by_the_type_of_the_column() {
    let site = site("incident", Closes::Insert, "", "").await;
    let ask = async |parameters: &str| {
        let said = site.get(&format!("{STATS}&{parameters}")).await;
        assert_eq!(said.status, 200, "{parameters}: {}", said.text);
        said.json()["result"].clone()
    };
    let stats = ask("sysparm_max_fields=priority&sysparm_min_fields=priority,closed_at").await;
    let expected = json!({"count": "3", "max": {"priority": "10"},
        "min": {"priority": "2", "closed_at": ""}});
    assert_eq!(stats["stats"], expected);
    let values = |groups: &Value| {
        let groups = groups.as_array().unwrap().iter();
        let value = groups.map(|group| group["groupby_fields"][0]["value"].as_str().unwrap());
        value.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(values(&ask("sysparm_group_by=priority").await), ["", "2", "10"]);
    let labels = ask("sysparm_group_by=state&sysparm_display_value=TRUE").await;
    assert_eq!(values(&labels), ["New", "In Progress"]);
    assert_eq!(ask("sysparm_count=").await["stats"]["count"], "3");
}

#[tokio::test]
async fn what_stats_do_not_serve_is_refused_loudly() {
    let site = site("incident", Closes::Insert, "", "").await;
    for parameters in [
        "sysparm_group_by=nonsense",
        "sysparm_group_by=state,caller_id.nonsense",
        "sysparm_max_fields=nonsense",
        "sysparm_sum_fields=short_description",
        "sysparm_avg_fields=opened_at",
        "sysparm_stddev_fields=state",
        "sysparm_max_fields=caller_id.user_password",
        "sysparm_having=count^state^%3E^1",
        "sysparm_order_by=AVG^state",
        "sysparm_group_by=state&sysparm_display_value=all",
        "sysparm_group_by=opened_at&sysparm_display_value=true",
    ] {
        let said = site.get(&format!("{STATS}&{parameters}")).await;
        let marked = (said.status, said.header("x-snow-sim"));
        assert_eq!(marked, (501, Some("not-simulated")), "{parameters}");
    }
    for count in ["1", "yes", "on"] {
        let said = site.get(&format!("/api/now/stats/incident?sysparm_count={count}")).await;
        assert_eq!(said.status, 501, "{count}");
    }
}

use serde_json::json;
use snow_sim::{Acl, Closes, RateLimit};

use crate::site::{Said, Site, send};

fn acl(closes: Closes, field: &str, query: &str) -> Acl {
    Acl {
        table: "incident".to_owned(),
        closes,
        roles: Vec::new(),
        field: field.to_owned(),
        query: query.to_owned(),
    }
}

async fn closed(rule: Acl) -> Site {
    let site = Site::with(40).await;
    site.user("agent", &[], &["itil", "snc_basic_auth_api_access"]);
    let half =
        json!({"table": "incident", "query": "number<INC0010021", "set": {"category": "network"}});
    site.sim.edit(half).unwrap();
    let rest = json!({"table": "incident", "query": "number>=INC0010021", "set": {"category": "software"}});
    site.sim.edit(rest).unwrap();
    site.sim.settings(|settings| settings.acls.push(rule));
    site
}

async fn read(site: &Site, query: &str) -> Said {
    send(site.as_user("agent", "GET", &format!("/api/now/table/incident?{query}"))).await
}

/// Checks 16 and 23.
#[tokio::test]
async fn hidden_rows_make_pages_short_but_stay_in_the_count() {
    let site = closed(acl(Closes::Rows, "", "category=network")).await;
    let first = read(&site, "sysparm_limit=15").await;
    assert_eq!((first.rows().len(), first.header("x-total-count")), (0, Some("40")));
    let second = read(&site, "sysparm_limit=15&sysparm_offset=15").await;
    assert_eq!(second.rows().len(), 10);
    let id = site.list("sysparm_query=category=network&sysparm_limit=1").await[0]["sys_id"].clone();
    let path = |id: &str| format!("/api/now/table/incident/{id}");
    let hidden = send(site.as_user("agent", "GET", &path(id.as_str().unwrap()))).await;
    let missing = send(site.as_user("agent", "GET", &path(&"0".repeat(32)))).await;
    assert_eq!((hidden.status, &hidden.text), (404, &missing.text));
    let site = closed(acl(Closes::BeforeQuery, "", "category=network")).await;
    let first = read(&site, "sysparm_limit=15").await;
    assert_eq!((first.rows().len(), first.header("x-total-count")), (15, Some("20")));
}

/// Check 24.
#[tokio::test]
async fn ranges_and_order_by_a_closed_field_are_forbidden() {
    let site = closed(acl(Closes::QueryRange, "sys_updated_on", "")).await;
    for (query, status) in [
        ("sys_updated_on>=2020-01-01", 403),
        ("ORDERBYsys_updated_on", 403),
        ("sys_updated_on=2020-01-01 00:00:00", 200),
        ("ORDERBYsys_id", 200),
    ] {
        let said = read(&site, &format!("sysparm_query={query}")).await;
        assert_eq!(said.status, status, "{query}");
    }
}

/// Check 25.
#[tokio::test]
async fn a_closed_field_is_absent() {
    let site = closed(acl(Closes::Field, "description", "")).await;
    let row = &read(&site, "sysparm_limit=1").await.rows()[0];
    assert!(row.get("description").is_none() && row.get("number").is_some());
    assert!(site.list("sysparm_limit=1").await[0].get("description").is_some());
}

#[tokio::test]
async fn closed_tables_and_writes_say_why() {
    let detail = async |closes, query: &str| {
        let site = closed(acl(closes, "", query)).await;
        let body = json!({"short_description": "x"});
        let said = send(site.as_user("agent", "POST", "/api/now/table/incident").json(&body)).await;
        assert_eq!(said.status, 403);
        said.json()["error"]["detail"].as_str().unwrap().to_owned()
    };
    assert_eq!(detail(Closes::Api, "").await, "Failed API level ACL Validation");
    assert_eq!(detail(Closes::Table, "").await, "No permission to read table 'incident'");
    assert_eq!(
        detail(Closes::Insert, "").await,
        "ACL Exception Insert Failed due to security constraints"
    );
    let aborted = "Operation against file 'incident' was aborted by Business Rule 'Rule^1'";
    assert_eq!(detail(Closes::Abort, "Rule^1").await, aborted);
}

#[tokio::test]
async fn what_is_missing_is_missing_to_those_who_may_not_write_too() {
    for (method, closes) in
        [("PATCH", Closes::Update), ("DELETE", Closes::Delete), ("PUT", Closes::Abort)]
    {
        let site = closed(acl(closes, "", "")).await;
        let id = site.list("sysparm_limit=1").await[0]["sys_id"].as_str().unwrap().to_owned();
        for (id, status) in [(id.as_str(), 403), ("none", 404), (&"0".repeat(32), 404)] {
            let path = format!("/api/now/table/incident/{id}");
            let asked = site.as_user("agent", method, &path).json(&json!({"urgency": "1"}));
            let said = send(asked).await;
            assert_eq!(said.status, status, "{method} {id}: {}", said.text);
            let missing = said.json()["error"]["message"] == "No Record found";
            assert_eq!(missing, status == 404, "{}", said.text);
        }
    }
}

/// Check 29.
#[tokio::test]
async fn rates_are_limited_by_the_hour_and_known_late() {
    let site = Site::with(1).await;
    let rule = RateLimit { id: "r1".to_owned(), limit: 2, user: None, role: None, table: None };
    site.sim.settings(|settings| settings.rate_limits.push(rule));
    let said = site.get("/api/now/table/incident").await;
    assert_eq!(
        (said.status, said.header("x-ratelimit-limit"), said.header("x-ratelimit-rule")),
        (200, Some("2"), Some("r1"))
    );
    site.sim.jump(1800);
    assert_eq!(site.get("/api/now/table/incident").await.status, 200);
    let said = site.get("/api/now/table/incident").await;
    assert_eq!((said.status, said.header("retry-after")), (429, Some("1800")));
    assert_eq!(
        said.json()["error"]["detail"],
        "Rate limit of 2 requests per hour for Table API exceeded"
    );
    site.sim.jump(1800);
    site.sim.settings(|settings| settings.rate_lag = true);
    for _ in 0..4 {
        assert_eq!(site.get("/api/now/table/incident").await.status, 200);
    }
    site.sim.jump(30);
    assert_eq!(site.get("/api/now/table/incident").await.status, 429);
}

#[tokio::test]
async fn the_nearest_rate_rule_counts_and_of_roles_the_lowest() {
    let site = Site::with(1).await;
    for (name, roles) in [("one", &["itil", "agent"][..]), ("two", &["itil"]), ("three", &[])] {
        site.user(name, &[("web_service_access_only", "true")], roles);
    }
    let rule = |id: &str, limit: u32| RateLimit {
        id: id.to_owned(),
        limit,
        user: None,
        role: None,
        table: Some("incident".to_owned()),
    };
    let role =
        |id: &str, limit, role: &str| RateLimit { role: Some(role.to_owned()), ..rule(id, limit) };
    let only =
        |id: &str, limit, user: &str| RateLimit { user: Some(user.to_owned()), ..rule(id, limit) };
    let rules = vec![
        rule("all", 9),
        role("itil", 5, "itil"),
        role("agent", 3, "agent"),
        only("two", 7, "two"),
    ];
    site.sim.settings(|settings| settings.rate_limits = rules);
    for (user, id, limit) in [("one", "agent", 3), ("two", "two", 7), ("three", "all", 9)] {
        for _ in 0..limit {
            let said = send(site.as_user(user, "GET", "/api/now/table/incident")).await;
            assert_eq!((said.status, said.header("x-ratelimit-rule")), (200, Some(id)));
        }
        for (path, api) in [("table", "Table API"), ("stats", "Aggregate API")] {
            let asked = site.as_user(user, "GET", &format!("/api/now/{path}/incident"));
            let said = send(asked).await;
            let detail = format!("Rate limit of {limit} requests per hour for {api} exceeded");
            assert_eq!((said.status, &said.json()["error"]["detail"]), (429, &json!(detail)));
        }
        let said = send(site.as_user(user, "GET", "/api/now/table/sys_user")).await;
        assert_eq!((said.status, said.header("x-ratelimit-limit")), (200, None));
    }
}

fn of(table: &str, closes: Closes, field: &str, query: &str) -> Acl {
    Acl { table: table.to_owned(), ..acl(closes, field, query) }
}

/// What an agent may ask of people, seen from their incidents.
#[tokio::test]
async fn a_walk_meets_the_rules_of_the_table_that_it_leads_to() {
    let email = "sysparm_fields=number,caller_id.email,caller_id.name";
    let keys = |said: &Said| {
        let row = said.rows().remove(0);
        row.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    };
    for (rule, expected) in [
        (of("sys_user", Closes::Field, "email", ""), "caller_id.name number"),
        (of("sys_user", Closes::Table, "", ""), "number"),
        (of("sys_user", Closes::Api, "", ""), "caller_id.email caller_id.name number"),
        (of("sys_user", Closes::QueryRange, "email", ""), "caller_id.email caller_id.name number"),
        (of("incident", Closes::Field, "caller_id", ""), "number"),
    ] {
        let said = format!("{:?} {}", rule.closes, rule.field);
        let site = closed(rule).await;
        assert_eq!(keys(&read(&site, email).await), expected, "{said}");
        assert_eq!(site.list(email).await[0].as_object().unwrap().len(), 3, "{said}");
    }
    for (rule, query, status) in [
        (of("sys_user", Closes::Field, "email", ""), "caller_id.email=a", 403),
        (of("sys_user", Closes::Field, "email", ""), "number=1^ORcaller_id.emailISEMPTY", 403),
        (of("sys_user", Closes::Field, "email", ""), "ORDERBYcaller_id.email", 403),
        (of("sys_user", Closes::Field, "email", ""), "numberSAMEAScaller_id.email", 403),
        (of("sys_user", Closes::Field, "email", ""), "caller_id.name=a", 200),
        (of("sys_user", Closes::Table, "", ""), "caller_id.name=a", 403),
        (of("sys_user", Closes::Table, "", ""), "caller_idISNOTEMPTY", 200),
        (of("sys_user", Closes::Api, "", ""), "caller_id.name=a", 200),
        (of("sys_user", Closes::QueryRange, "email", ""), "caller_id.email=a", 200),
        (of("sys_user", Closes::QueryRange, "email", ""), "caller_id.emailANYTHING", 200),
        (of("sys_user", Closes::QueryRange, "email", ""), "caller_id.emailSTARTSWITHa", 403),
        (of("sys_user", Closes::QueryRange, "email", ""), "ORDERBYDESCcaller_id.email", 403),
        (of("incident", Closes::Field, "caller_id", ""), "caller_id.name=a", 403),
        (of("incident", Closes::Field, "description", ""), "ORDERBYdescription", 403),
    ] {
        let closes = format!("{:?} {query}", rule.closes);
        let site = closed(rule).await;
        assert_eq!(read(&site, &format!("sysparm_query={query}")).await.status, status, "{closes}");
    }
}

#[tokio::test]
async fn a_hidden_row_shows_nothing_of_itself_in_those_that_refer_to_it() {
    let site = closed(of("sys_user", Closes::Rows, "", "active=false")).await;
    for (name, active) in [("seen", "true"), ("unseen", "false")] {
        site.user(name, &[("active", active)], &[]);
        let users = site.get(&format!("/api/now/table/sys_user?user_name={name}")).await.rows();
        let set = json!({"number": name, "caller_id": users[0]["sys_id"]});
        site.sim.edit(json!({"table": "incident", "set": set})).unwrap();
    }
    let fields = "sysparm_fields=caller_id.email,number,caller_id.name,caller_id\
                  &sysparm_exclude_reference_link=true&sysparm_query=number";
    let row = read(&site, &format!("{fields}=seen")).await.rows().remove(0);
    assert_eq!(row.as_object().unwrap().len(), 4);
    let row = read(&site, &format!("{fields}=unseen")).await.rows().remove(0);
    let keys: Vec<&String> = row.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["caller_id", "number"]);
    let id = row["caller_id"].as_str().unwrap();
    let said = send(site.as_user("agent", "GET", &format!("/api/now/table/sys_user/{id}"))).await;
    assert_eq!(said.status, 404);
}

/// Who has no role makes nobody an administrator.
#[tokio::test]
async fn system_tables_are_for_administrators() {
    let site = Site::with(1).await;
    site.user("person", &[], &["itil", "snc_basic_auth_api_access"]);
    let users = site.get("/api/now/table/sys_user?user_name=person").await.rows();
    let id = users[0]["sys_id"].as_str().unwrap();
    let own = format!("sys_user/{id}");
    let insert = "ACL Exception Insert Failed due to security constraints";
    let roles = "No permission to read table 'sys_user_has_role'";
    let cases = [
        ("GET", "sys_user", 200, ""),
        ("GET", own.as_str(), 200, ""),
        ("GET", "sys_choice", 200, ""),
        ("GET", "sys_user_group", 200, ""),
        ("GET", "sys_user_has_role", 403, roles),
        ("GET", "sys_user_has_role/none", 403, roles),
        ("GET", "sys_properties", 403, "No permission to read table 'sys_properties'"),
        ("GET", "sys_dictionary", 403, "No permission to read table 'sys_dictionary'"),
        ("GET", "sys_db_object", 403, "No permission to read table 'sys_db_object'"),
        ("GET", "sys_audit_delete", 403, "No permission to read table 'sys_audit_delete'"),
        ("POST", "sys_user_has_role", 403, insert),
        ("POST", "sys_properties", 403, insert),
        ("POST", "sys_user", 403, insert),
        ("PATCH", &own, 403, "ACL Exception Update Failed due to security constraints"),
        ("DELETE", &own, 403, "ACL Exception Delete Failed due to security constraints"),
        (
            "PATCH",
            "sys_user/none",
            404,
            "Record doesn't exist or ACL restricts the record retrieval",
        ),
    ];
    let body = json!({"user": id, "role": "admin", "user_password": "mine"});
    for (method, path, status, detail) in cases {
        let asked = site.as_user("person", method, &format!("/api/now/table/{path}"));
        let said = send(asked.json(&body)).await;
        assert_eq!(said.status, status, "{method} {path}: {}", said.text);
        assert!(status == 200 || said.json()["error"]["detail"] == detail, "{}", said.text);
    }
    let count = "/api/now/stats/sys_user_has_role?sysparm_count=true";
    assert_eq!(send(site.as_user("person", "GET", count)).await.status, 403);
    site.sim.settings(|settings| settings.open_system_tables = true);
    let asked = site.as_user("person", "POST", "/api/now/table/sys_user_has_role").json(&body);
    assert_eq!(send(asked).await.status, 201);
}

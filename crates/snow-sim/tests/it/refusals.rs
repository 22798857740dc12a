//! What the control interface does not take.

use serde_json::{Value, json};

use crate::site::{Site, send};

/// Each body is refused with these words, and leaves everything as it was.
async fn check(method: &str, path: &str, cases: &[(&str, &str)]) {
    let site = Site::with(2).await;
    for (body, says) in cases {
        let asked = site.bare(method, &format!("/_sim/{path}")).body((*body).to_owned());
        let said = send(asked).await;
        assert_eq!(said.status, 400, "{path} {body}: {}", said.text);
        let error = said.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(says), "{path} {body}: {error}");
    }
    let settings = send(site.bare("GET", "/_sim/settings")).await.json();
    assert_eq!((&settings["life"], &settings["acls"]), (&json!(0), &json!([])));
    assert_eq!(send(site.bare("GET", "/_sim/faults")).await.json(), json!([]));
}

#[tokio::test]
async fn nonsense_about_faults_is_refused_with_the_member_that_is_wrong() {
    let cases = [
        (r#"[{"kind":{"status":99}}]"#, "[0].kind.status: a status is from 400 to 599, not 99"),
        (r#"[{"kind":{"status":101}}]"#, "from 400 to 599, not 101"),
        (r#"[{"kind":{"status":1000}}]"#, "from 400 to 599, not 1000"),
        (
            r#"[{"kind":"reset"},{"kind":"reset","probability":7}]"#,
            "[1].probability: a probability",
        ),
        (r#"[{"kind":"reset","probability":-0.1}]"#, "from 0 to 1"),
        (r#"[{"kind":"reset","chance":0.5}]"#, "`chance`"),
        (r#"[{"kind":"meteor"}]"#, "`meteor`"),
        (r#"[{"kind":"reset","requests":[0]}]"#, "counted from 1"),
        (r#"[{"kind":"reset","requests":[]}]"#, "[0].requests: a list of no requests"),
        (r#"[{"kind":"reset","times":0}]"#, "[0].times: a fault strikes once or more"),
        (r#"[{"kind":{"redirect":""}}]"#, "[0].kind.redirect: it is an http or https URL"),
        (r#"[{"kind":{"redirect":"x y"}}]"#, "not \"x y\""),
        (r#"[{"kind":{"redirect":"javascript:alert(1)"}}]"#, "[0].kind.redirect"),
        (r#"[{"kind":"reset","method":"get"}]"#, "one of GET, HEAD"),
        (r#"[{"kind":"reset","times":-1}]"#, "[0].times"),
        (r#"[{"kind":{"slow":99999999999}}]"#, "[0].kind.slow: a number is from 0 to 3600000"),
        (r#"[{"kind":{"redirect":"a\r\nb"}}]"#, "stands in a header"),
        (r#"[{"kind":{"too_many":"\u0001"}}]"#, "stands in a header"),
        (r#"{"kind":"reset"}"#, "sequence"),
        ("[] []", "trailing"),
        ("[", "EOF"),
    ];
    check("PUT", "faults", &cases).await;
}

#[tokio::test]
async fn nonsense_about_switches_is_refused_with_the_member_that_is_wrong() {
    let cases = [
        (r#"{"lives":1}"#, "`lives`"),
        (r#"{"life":-1}"#, "life: a number is from 0 to 10000"),
        (r#"{"life":null}"#, "life"),
        (r#"{"hibernating":true,"life":1e30}"#, "life"),
        (r#"{"access_seconds":9000000000000}"#, "access_seconds"),
        (r#"{"time_zone":"Mars/Olympus"}"#, "time_zone: a time zone is one of the IANA database"),
        (r#"{"date_format":"dd.MM.yy"}"#, "date_format"),
        (r#"{"unknown_path_status":200}"#, "400 or 404"),
        (r#"{"grants":["magic"]}"#, "grants: they are password"),
        (r#"{"challenges":["a\nb"]}"#, "challenges"),
        (r#"{"no_audit_delete":["x"]}"#, "no_audit_delete: there is no table \"x\""),
        (r#"{"cors":[{"domain":"*","methods":[]}]}"#, "cors[0].domain: a domain is written"),
        (r#"{"cors":[{"domain":"https://a","methods":["get"]}]}"#, "cors[0].methods"),
        (r#"{"sso":""}"#, "sso: it is an http or https URL"),
        (r#"{"sso":"x y"}"#, "sso: it is an http or https URL"),
        (r#"{"rate_limits":[{"id":"","limit":1}]}"#, "rate_limits[0].id: a rule needs one"),
        (
            r#"{"rate_limits":[{"id":"a","limit":1},{"id":"a","limit":2,"user":"admin"}]}"#,
            "rate_limits[1].id: \"a\" is another's",
        ),
        (r#"{"rate_limits":[{"id":"a","limit":1,"user":"no"}]}"#, "rate_limits[0].user: there is"),
        (r#"{"rate_limits":[{"id":"a","limit":1,"table":"x"}]}"#, "rate_limits[0].table"),
        (r#"{"acls":[{"table":"x","closes":"api"}]}"#, "acls[0].table: there is no table"),
        (r#"{"acls":[{"table":"incident","closes":"eyes"}]}"#, "`eyes`"),
        (
            r#"{"acls":[{"table":"incident","closes":"field","field":"x"}]}"#,
            "acls[0].field: incident",
        ),
        (
            r#"{"acls":[{"table":"incident","closes":"api","field":"state"}]}"#,
            "acls[0].field: only",
        ),
        (r#"{"acls":[{"table":"incident","closes":"api","who":"x"}]}"#, "`who`"),
        (r#"{"acls":[{"table":"incident","closes":"rows","query":"x=1"}]}"#, "acls[0].query: it"),
        (
            r#"{"acls":[{"table":"incident","closes":"api","query":"state=1"}]}"#,
            "acls[0].query: only",
        ),
        ("[]", "map"),
        ("", "EOF"),
    ];
    check("PATCH", "settings", &cases).await;
}

#[tokio::test]
async fn nonsense_about_all_else_is_refused_with_the_member_that_is_wrong() {
    let cases = [
        (r#"{"steps":-1}"#, "steps: a number is from 0 to 100000 here, not -1"),
        (r#"{"steps":1000000}"#, "from 0 to 100000"),
        (r#"{"step":1}"#, "`step`"),
    ];
    check("POST", "life", &cases).await;
    let cases = [
        (r#"{"set":"2026-02-30 00:00:00"}"#, "set: a time is written"),
        (r#"{"set":5}"#, "set"),
        (r#"{"freeze":true,"jump":9223372036854775807}"#, "jump: the clock goes from the year 0"),
        (r#"{"jump":1e30}"#, "jump"),
        (r#"{"leap":1}"#, "`leap`"),
        ("{}", "say `set`, `jump` or `freeze`"),
    ];
    check("POST", "clock", &cases).await;
    let cases = [
        (r#"{"name":5}"#, "name"),
        (r#"{"name":""}"#, "name: a snapshot needs one"),
        (r#"{"nome":"a"}"#, "`nome`"),
    ];
    check("POST", "snapshot", &cases).await;
    check("POST", "restore", &[(r#"{"name":"none"}"#, "no snapshot of this name")]).await;
    let cases = [
        (r#"{"api_key":"","user":"admin"}"#, "api_key: it is of visible ASCII characters"),
        (r#"{"api_key":"a b","user":"admin"}"#, "api_key: it is of visible ASCII characters"),
        (r#"{"api_key":"k"}"#, "user: an API key needs one"),
        (r#"{"api_key":"k","user":"nobody"}"#, "user: there is no active user \"nobody\""),
        (r#"{"api_key":"k","user":"admin","client_id":"c"}"#, "api_key: beside it"),
        (r#"{"client_id":"c","redirect_uris":["/back"]}"#, "redirect_uris: they are whole URLs"),
        (r#"{"client_id":"c","redirect_uris":["javascript:alert(1)"]}"#, "redirect_uris"),
        (r#"{"client_secret":"s"}"#, "client_id: a client needs one"),
        (r#"{"client":"c"}"#, "`client`"),
    ];
    check("POST", "clients", &cases).await;
    check("POST", "edits", &[(r#"{"table":"incident"}"#, "sequence"), ("[5]", "[0]")]).await;
}

#[tokio::test]
async fn what_the_control_interface_does_not_have_is_named() {
    let site = Site::with(0).await;
    for (method, path) in [("DELETE", "clock"), ("GET", "nothing"), ("POST", "")] {
        let said = send(site.bare(method, &format!("/_sim/{path}"))).await;
        let names = format!("no {method} /_sim/{path}");
        assert!(said.status == 404 && said.text.contains(&names), "{}", said.text);
    }
}

#[tokio::test]
async fn what_is_shown_is_taken() {
    let site = Site::with(1).await;
    let faults = json!([{"kind": {"status": 408}, "requests": [3], "path": "x", "method": "GET",
        "probability": 0.5, "times": 2}]);
    for (method, path, body) in [
        ("PUT", "faults", faults),
        (
            "PATCH",
            "settings",
            json!({"cors": [{"domain": "https://*.a.example", "methods": ["GET"],
            "expose": [], "max_age": 0}], "acls": [{"table": "incident", "closes": "abort",
            "roles": [], "field": "", "query": "A rule"}]}),
        ),
    ] {
        let url = format!("/_sim/{path}");
        assert!(send(site.bare(method, &url).json(&body)).await.status < 300);
        let shown = send(site.bare("GET", &url)).await.json();
        let again = send(site.bare(method, &url).json(&shown)).await;
        assert!(again.status < 300, "{}", again.text);
        assert_eq!(send(site.bare("GET", &url)).await.json(), shown);
    }
}

/// Edits are carried out all or none.
#[tokio::test]
async fn one_bad_edit_undoes_those_before_it() {
    let site = Site::with(3).await;
    let ids = site.list("sysparm_fields=sys_id").await;
    let id = ids[0]["sys_id"].as_str().unwrap();
    let good = json!({"table": "incident", "sys_id": id, "set": {"short_description": "changed"}});
    let mut random = None;
    for (bad, says) in [
        (json!({"table": "x"}), "[2].table: there is no table \"x\""),
        (json!({"table": "incident", "sys_id": "0"}), "[2].sys_id"),
        (json!({"table": "incident", "query": "nonsense=1"}), "[2].query: it names an unknown"),
        (json!({"table": "incident", "query": "state=1", "sys_id": id}), "[2].query"),
        (json!({"table": "incident", "set": {"colour": "red"}}), "[2].set: incident has no field"),
        (json!({"table": "incident", "set": {"opened_at": "soon"}}), "[2].set.opened_at"),
        (json!({"table": "incident", "set": {"sys_id": id}}), "[2].set.sys_id"),
        (
            json!({"table": "incident", "query": "numberISNOTEMPTY", "set": {"sys_id": "0".repeat(32)}}),
            "[2].set.sys_id",
        ),
        (json!({"table": "incident"}), "[2].set: an edit sets something, or deletes"),
        (json!({"table": "incident", "sys_id": id, "touch": true}), "[2].set: an edit sets"),
        (json!({"table": "incident", "query": "state=1"}), "[2].set: an edit sets"),
        (json!({"table": "sys_user_has_role", "set": {"role": "x"}}), "[2].set.user: a role needs"),
        (
            json!({"table": "sys_user_has_role", "set": {"role": "x", "user": id}}),
            "[2].set.user: there is no user",
        ),
        (json!({"table": "incident", "delete": true}), "[2].delete"),
        (json!({"table": "incident", "set": {"state": 1}}), "[2].set.state"),
        (json!({"table": "incident", "sett": {}}), "`sett`"),
    ] {
        let new = json!({"table": "incident", "set": {"number": "NEW"}});
        let edits = json!([good.clone(), new.clone(), bad]);
        let said = send(site.bare("POST", "/_sim/edits").json(&edits)).await;
        assert!(
            said.status == 400 && said.text.contains(&says.replace('"', "\\\"")),
            "{}",
            said.text
        );
        let found = site.list("sysparm_query=short_description=changed^ORnumber=NEW").await;
        assert_eq!(found, Vec::<Value>::new(), "{says}");
        // Nor have the edits drawn ids.
        let said = send(site.bare("POST", "/_sim/edits").json(&json!([new]))).await.json();
        let id = said[0].as_str().unwrap().to_owned();
        site.sim.edit(json!({"table": "incident", "sys_id": id, "delete": true})).unwrap();
        assert_ne!(random.replace(id.clone()), Some(id));
    }
    let said = send(site.bare("POST", "/_sim/edits").json(&json!([good]))).await;
    assert_eq!((said.status, said.json()), (200, json!(["1"])));
}

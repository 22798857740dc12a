use serde_json::Value;

use crate::http::{CONNECTIONS, call};
use crate::program::{READ, Said, TENANT, Workplace};

/// Runs `nowgraph connection …` for the tenant.
fn connection(workplace: &Workplace, arguments: &[&str]) -> Said {
    workplace.run(&[&["connection"], arguments, &["--tenant", TENANT]].concat())
}

#[track_caller]
fn json(workplace: &Workplace, arguments: &[&str]) -> Value {
    let said = connection(workplace, &[arguments, &["--json"]].concat());
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    serde_json::from_str(&said.stdout).unwrap()
}

#[test]
fn a_connection_is_administered_beside_a_running_server() {
    for workplace in Workplace::both() {
        let serve = workplace.serve();
        let token = workplace.token(READ);
        let instance = "https://contoso.service-now.com";
        let made = json(&workplace, &["create", "--instance-url", instance, "--app-id", "a"]);
        let id = made["id"].as_str().unwrap();
        let get = || call(&serve.address, &format!("GET {CONNECTIONS}/{id}"), &token, "");
        let answered = get().expect(200).json();
        for (name, value) in made.as_object().unwrap() {
            assert_eq!(value, &answered[name], "{name}");
        }
        assert_eq!(made["serviceNowConnectionStatus"], "disabled");
        assert_eq!(made["incidentApiUrl"], "/api/now/table/incident");
        assert_eq!(json(&workplace, &["list"]), Value::Array(vec![made.clone()]));

        let changed = json(&workplace, &["update", id, "--status", "enabled", "--app-id", ""]);
        assert_eq!(changed["authenticationMethod"]["appId"], Value::Null);
        assert_eq!(changed["instanceUrl"], instance);
        assert_eq!(get().expect(200).json()["serviceNowConnectionStatus"], "enabled");
        let cleared = ["update", id, "--instance-url", "", "--incident-api-url", ""];
        let cleared = json(&workplace, &cleared);
        assert_eq!(
            (&cleared["instanceUrl"], &cleared["incidentApiUrl"]),
            (&Value::Null, &Value::Null)
        );

        let deleted = connection(&workplace, &["delete", id]);
        assert_eq!((deleted.code, deleted.stdout), (Some(0), format!("deleted {id}\n")));
        get().expect(404);
        assert_eq!(json(&workplace, &["list"]), Value::Array(vec![]));
    }
}

#[test]
fn what_is_not_there_is_told() {
    let workplace = Workplace::sqlite();
    let id = "315bc12c-c12c-315b-2cc1-5b312cc15b31";
    for command in [&["list"][..], &["show", id], &["update", id], &["delete", id]] {
        let arguments = [&["connection"], command, &["--tenant", TENANT]].concat();
        let none =
            "error: there is no database sqlite://nowgraph.db; `nowgraph migrate` would make one\n";
        workplace.fails(&arguments, 1, none);
    }
    workplace.run(&["migrate"]);
    for command in [&["show", id][..], &["update", id, "--status", "enabled"], &["delete", id]] {
        let arguments = [&["connection"], command, &["--tenant", TENANT]].concat();
        workplace.fails(&arguments, 1, &format!("error: tenant {TENANT} has no connection {id}\n"));
    }
}

#[test]
fn the_rules_about_urls_hold() {
    let mut workplace = Workplace::sqlite();
    let create = |workplace: &Workplace, instance: &str, api: &str| {
        connection(workplace, &["create", "--instance-url", instance, "--incident-api-url", api])
    };
    let instance = "https://contoso.service-now.com";
    assert_eq!(create(&workplace, instance, "/x").code, Some(0));
    for (instance, api, problem) in [
        (
            "http://127.0.0.1:8181",
            "/x",
            "instanceUrl must use https; plain http is only allowed for a host:port listed in egress.private",
        ),
        ("https://a:b@contoso.example", "/x", "instanceUrl must not contain credentials"),
        (instance, "/a/../b", "incidentApiUrl must not contain a '..' path segment"),
        (
            instance,
            "https://evil.example/x",
            "incidentApiUrl must have the same scheme, host and port as instanceUrl",
        ),
    ] {
        let said = create(&workplace, instance, api);
        let expect =
            Said { code: Some(1), stdout: String::new(), stderr: format!("error: {problem}\n") };
        assert_eq!(said, expect);
    }
    workplace.set("NOWGRAPH_EGRESS__PRIVATE", "127.0.0.1:8181");
    assert_eq!(create(&workplace, "http://127.0.0.1:8181", "/x").code, Some(0));
}

#[test]
fn text_of_others_has_no_power_over_the_terminal() {
    let workplace = Workplace::sqlite();
    let said = connection(&workplace, &["create", "--app-id", "\u{1b}[2Jx\ny"]);
    assert!(said.stdout.contains("appId           \\u{1b}[2Jx\\ny\n"), "{said}");
}

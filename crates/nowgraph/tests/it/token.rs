use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::http::{CONNECTIONS, call};
use crate::program::{READ, TENANT, WRITE, Workplace};

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[test]
fn a_running_server_takes_it_at_once_even_if_it_made_the_key() {
    for workplace in Workplace::both() {
        let serve = workplace.serve();
        let list = format!("GET {CONNECTIONS}");
        // The server has looked for keys, and there was none.
        call(&serve.address, &list, "e30.e30.e30", "").expect(401);
        let printed =
            workplace.run(&["token", "--tenant", TENANT, "--app", "a", "--permission", READ]);
        assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
        let token = printed.stdout.strip_suffix('\n').unwrap();
        assert!(!token.contains(char::is_whitespace), "{token}");
        call(&serve.address, &list, token, "").expect(200);
        call(&serve.address, &list, &workplace.token(READ), "").expect(200);
    }
}

#[test]
fn it_says_what_was_asked_for() {
    let workplace = Workplace::sqlite();
    let made = workplace.run(&["token", "--tenant", TENANT, "--app", "ci", "--permission", READ]);
    assert!(made.stderr.contains("made a new database"), "{made}");
    let app = claims(made.stdout.trim_end());
    assert_eq!(app["roles"], json!([READ]));
    assert_eq!((&app["tid"], &app["idtyp"]), (&json!(TENANT), &json!("app")));
    assert_eq!(app["exp"].as_i64().unwrap() - app["iat"].as_i64().unwrap(), 3600);
    let user = claims(&workplace.stdout(&[
        "token",
        "--tenant",
        TENANT,
        "--user",
        "ada@contoso.example",
        "--expires",
        "86400",
        "--permission",
        "devicemanagementconfiguration.read.all",
        "--permission",
        WRITE,
        "--role",
        "intuneadministrator",
        "--role",
        "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    ]));
    assert_eq!(user["scp"], format!("{READ} {WRITE}"));
    assert_eq!(user["preferred_username"], "ada@contoso.example");
    assert_eq!(user["exp"].as_i64().unwrap() - user["iat"].as_i64().unwrap(), 86400);
    let roles = ["3a2c62db-5318-420d-8d74-23affee5d9d5", "f2ef992c-3afb-46b9-b7cf-a126ee74c451"];
    assert_eq!(user["wids"], json!(roles));
}

#[test]
fn users_write_by_their_role() {
    let workplace = Workplace::sqlite();
    let serve = workplace.serve();
    let user =
        ["token", "--tenant", TENANT, "--user", "ada@contoso.example", "--permission", WRITE];
    let create = format!("POST {CONNECTIONS}");
    call(&serve.address, &create, &workplace.stdout(&user), "{}").expect(403);
    let administrator = [&user[..], &["--role", "IntuneAdministrator"]].concat();
    call(&serve.address, &create, &workplace.stdout(&administrator), "{}").expect(201);
}

#[test]
fn bad_values_are_explained() {
    let workplace = Workplace::sqlite();
    let check = |arguments: &str, expect: &str| {
        let arguments = arguments.replace("TENANT", TENANT);
        let said = workplace.run(&arguments.split(' ').collect::<Vec<_>>());
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{arguments}: {said}");
        assert!(said.stderr.starts_with("error: "), "{arguments}: {said}");
        assert!(said.stderr.contains(expect), "{arguments}: {said}");
    };
    check("token", "--tenant <GUID>");
    check("token --tenant TENANT --permission AuditLog.Read.All", "<--app <NAME>|--user <UPN>>");
    let app = "token --tenant TENANT --app a";
    check(app, "--permission <P>");
    check(
        &format!("{app} --permission DeviceManagementConfiguration.ReadWriteAll"),
        "a similar value exists: 'DeviceManagementConfiguration.ReadWrite.All'",
    );
    let app = format!("{app} --permission AuditLog.Read.All");
    check(&format!("{app} --user b"), "cannot be used with");
    check(&format!("{app} --role GlobalReader"), "cannot be used with");
    check(&format!("{app} --expires 0"), "0 is not in 1..=31536000");
    check(&format!("{app} --expires soon"), "'soon' for '--expires <SECS>'");
    check(&app.replace("TENANT", "contoso"), "'contoso' for '--tenant <GUID>'");
    check(
        &format!("{} --role Janitor", app.replace("--app", "--user")),
        "known are GlobalAdministrator, IntuneAdministrator, GlobalReader and their template ids",
    );
    check(&app.replace("--app a", "--app="), "a value is required for '--app <NAME>'");
    assert!(!workplace.path().join("nowgraph.db").exists(), "nothing was made");
}

#[test]
fn a_token_that_nobody_will_take_comes_with_a_warning() {
    let mut workplace = Workplace::sqlite();
    workplace.run(&["migrate"]);
    workplace.set("NOWGRAPH_AUTH__MODE", "oidc");
    workplace.set("NOWGRAPH_AUTH__ISSUERS", "https://id.contoso.example");
    workplace.set("NOWGRAPH_AUTH__AUDIENCES", "api://nowgraph");
    let said = workplace.run(&["token", "--tenant", TENANT, "--app", "a", "--permission", READ]);
    assert_eq!((said.code, said.stdout.lines().count()), (Some(0), 1), "{said}");
    assert!(said.stderr.contains("serve with these settings refuses this token"), "{said}");
    let serve = workplace.serve();
    call(&serve.address, &format!("GET {CONNECTIONS}"), said.stdout.trim_end(), "").expect(401);
}

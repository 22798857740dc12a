use std::fs;

use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::Value;

use crate::program::{Said, TENANT, Workplace};

const INSTANCE: &str = "https://contoso.service-now.com";

/// Runs `nowgraph connection credential …` for the tenant.
fn credential(workplace: &Workplace, arguments: &[&str], input: &str) -> Said {
    let all = [&["connection", "credential"], arguments, &["--tenant", TENANT]].concat();
    workplace.fed(&all, input)
}

/// A new connection's id.
fn connection(workplace: &Workplace) -> String {
    let create = ["connection", "create", "--instance-url", INSTANCE, "--tenant", TENANT, "--json"];
    let made: Value = serde_json::from_str(&workplace.run(&create).stdout).unwrap();
    made["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn set(workplace: &Workplace, arguments: &[&str], input: &str) -> Value {
    let said = credential(workplace, &[&["set"], arguments, &["--json"]].concat(), input);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    serde_json::from_str(&said.stdout).unwrap()
}

#[test]
fn every_kind_is_set_without_a_secret_in_an_argument() {
    for mut workplace in Workplace::both() {
        workplace.set("NOWGRAPH_CREDENTIALS__BASIC", "true");
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        workplace.write("robot.pem", &pair.serialize_pem(), 0o600);
        workplace.write("secrets", "hush-client\nhush-token\n", 0o600);
        let id = connection(&workplace);
        let user = ["--user-name", "robot"];
        let jwt = ["--key-id", "k1", "--subject", "robot", "--private-key", "robot.pem"];
        let json = r#"{"kind":"clientCredentials","clientSecret":"hush"}"#;
        for (kind, arguments, input) in [
            ("clientCredentials", &["--kind", "clientCredentials"][..], "hush-client"),
            ("password", &[&["--kind", "password"], &user[..]].concat(), "hush-1\r\nhush 2\r\n"),
            ("refreshToken", &["--kind", "refreshToken", "--secrets", "secrets"], ""),
            ("jwtBearer", &[&["--kind", "jwtBearer"], &jwt[..]].concat(), "hush-client\n"),
            ("apiKey", &["--kind", "apiKey"], "hush\n"),
            ("basic", &[&["--kind", "basic"], &user[..]].concat(), "hush\n"),
            ("clientCredentials", &[], json),
        ] {
            let shown = set(&workplace, &[&[id.as_str()], arguments].concat(), input);
            assert_eq!(shown["kind"], kind);
            let has_user = ["password", "jwtBearer", "basic"].contains(&kind);
            assert_eq!(shown["userName"], if has_user { "robot".into() } else { Value::Null });
            let again = credential(&workplace, &["show", &id, "--json"], "");
            assert_eq!(serde_json::from_str::<Value>(&again.stdout).unwrap(), shown);
        }
        let shown = credential(&workplace, &["show", &id], "");
        assert!(shown.stdout.starts_with("kind            clientCredentials\n"), "{shown}");
        assert!(shown.stdout.contains(&format!("setFor          {INSTANCE}:443\n")), "{shown}");
        let deleted = credential(&workplace, &["delete", &id], "");
        let expect = format!("deleted the credential of {id}\n");
        assert_eq!((deleted.code, deleted.stdout), (Some(0), expect));
        let none = credential(&workplace, &["show", &id], "");
        assert_eq!(none.stderr, format!("error: connection {id} has no credential\n"));
    }
}

#[test]
fn no_secret_is_said_or_written() {
    let mut workplace = Workplace::sqlite();
    let id = connection(&workplace);
    workplace.set("RUST_LOG", "trace");
    let arguments = ["set", &id, "--kind", "password", "--user-name", "robot"];
    let said = credential(&workplace, &arguments, "hush-client\nhush-password\n");
    assert_eq!(said.code, Some(0), "{said}");
    let wrong = credential(&workplace, &["set", &id], r#"{"kind":"apiKey","apiKey":["hush"]}"#);
    let wrong_kind = credential(&workplace, &["set", &id], r#"{"kind":"hush"}"#);
    for said in [&said, &wrong, &wrong_kind] {
        assert!(!said.to_string().contains("hush"), "{said}");
    }
    for file in fs::read_dir(workplace.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(4).any(|bytes| bytes == b"hush"));
    }
    let file = rusqlite::Connection::open(workplace.path().join("nowgraph.db")).unwrap();
    let select = "SELECT actor || ' ' || json_group_array(property ORDER BY place)
        FROM audit_event JOIN audit_changed_property USING (tenant_id, event_id)
        WHERE activity = 'setCredential'";
    let event: String = file.query_row(select, (), |row| row.get(0)).unwrap();
    assert_eq!(event, r#"command line ["kind","clientSecret","userName","password"]"#);
}

#[test]
fn mistakes_are_told() {
    let workplace = Workplace::sqlite();
    let id = connection(&workplace);
    let check = |arguments: &[&str], input: &str, problem: &str| {
        let said = credential(&workplace, arguments, input);
        let stderr = format!("error: {problem}\n");
        assert_eq!(said, Said { code: Some(1), stdout: String::new(), stderr }, "{arguments:?}");
    };
    let none = format!("connection {id} has no credential");
    check(&["show", &id], "", &none);
    check(&["delete", &id], "", &none);
    let stranger = "315bc12c-c12c-315b-2cc1-5b312cc15b31";
    let nobody = format!("tenant {TENANT} has no connection {stranger}");
    check(&["show", stranger], "", &nobody);
    check(&["delete", stranger], "", &nobody);
    check(&["set", stranger, "--kind", "apiKey"], "k", &nobody);
    check(&["set", &id], "", "the credential is not JSON (line 1, column 0)");
    check(&["set", &id], "{}", "kind is missing");
    let basic = ["set", &id, "--kind", "basic", "--user-name", "u"];
    check(&basic, "p", "kind basic needs credentials.basic = true");
    check(&basic[..4], "p", "userName is missing: --user-name gives it");
    check(
        &["set", &id, "--kind", "apiKey", "--subject", "u"],
        "k",
        "subject is not a member of kind apiKey",
    );
    check(
        &["set", &id, "--kind", "refreshToken"],
        "one",
        "expected one line each for clientSecret, refreshToken; there are 1",
    );
    check(&["set", &id, "--kind", "apiKey"], "\n", "apiKey must not be empty");
    check(
        &["set", &id, "--kind", "apiKey", "--secrets", "none"],
        "",
        "cannot read none: No such file or directory (os error 2)",
    );
    workplace.write("robot.pem", "7", 0o600);
    check(
        &[
            "set",
            &id,
            "--kind",
            "jwtBearer",
            "--key-id",
            "k",
            "--subject",
            "u",
            "--private-key",
            "robot.pem",
        ],
        "s",
        "privateKey must be one RSA private key in PEM form",
    );
}

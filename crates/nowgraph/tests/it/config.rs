use crate::http::{CONNECTIONS, call};
use crate::program::{READ, Workplace};

/// Fails with exit code 2 and one sentence.
#[track_caller]
fn refused(workplace: &Workplace, arguments: &[&str], problem: &str) {
    workplace.fails(arguments, 2, &format!("error: {problem}\n"));
}

#[test]
fn mistakes_name_key_and_place() {
    let check = |file: &str, problem: &str| {
        let workplace = Workplace::sqlite();
        workplace.write("nowgraph.toml", file, 0o644);
        refused(&workplace, &["serve", "--config", "nowgraph.toml"], problem);
    };
    check("\nlisen = \"x\"\n", "nowgraph.toml line 2: lisen is not a known setting");
    check(
        "[limits]\nrequests_per_second = 0\n",
        "nowgraph.toml line 2: limits.requests_per_second must be a whole number from 1 to 4294967295",
    );
    check(
        "database = \"mysql://x\"\n",
        "nowgraph.toml line 1: database is not usable: a database URL begins with sqlite:// or postgres://",
    );
    check(
        "master_key_file = \"none\"\n",
        "nowgraph.toml line 1: master_key_file: the master key none cannot be read: No such file or directory (os error 2)",
    );
    check(
        "[egress]\nca_file = \"none.pem\"\n",
        "nowgraph.toml line 2: egress.ca_file: cannot read none.pem: No such file or directory (os error 2)",
    );
    check(
        "[egress]\nca_file = \"nowgraph.toml\"\n",
        "nowgraph.toml line 2: egress.ca_file: nowgraph.toml cannot be used: no certificate in PEM form",
    );
    check(
        "[egress]\nclient_certificate_file = \"nowgraph.toml\"\nclient_key_file = \"nowgraph.toml\"\n",
        "nowgraph.toml line 2: egress.client_certificate_file: there is no certificate in nowgraph.toml; it has to be PEM text",
    );
    check(
        "[egress]\nproxy = \"http://ann:hunter2@proxy.example:3128\"\n",
        "nowgraph.toml line 2: egress.proxy: the host proxy.example is not among the hosts of egress.allow, nor proxy.example:3128 in egress.private",
    );
    check(
        "[egress]\nallow = [\"10.0.0.1\"]\nproxy = \"http://10.0.0.1:3128\"\n",
        "nowgraph.toml line 3: egress.proxy: the host 10.0.0.1 has no public address, and 10.0.0.1:3128 is not in egress.private",
    );
    check(
        "[egress]\nallow = [\"proxy.example\"]\nproxy = \"http://proxy.example\"\nproxy_password_file = \"nowgraph.toml\"\n",
        "nowgraph.toml line 4: egress.proxy_password_file: nowgraph.toml cannot be used: name and password for a proxy are written user:password, on one line",
    );
    check(
        "[auth]\ntenants = [\"contoso\"]\n",
        "nowgraph.toml line 2: auth.tenants must be a list of GUIDs",
    );
    check(
        "[auth]\nmode = \"oidc\"\nissuers = [\"http://id.contoso.example\"]\naudiences = [\"a\"]\n",
        "nowgraph.toml line 3: auth.issuers: \"http://id.contoso.example\" must use https and a public address, or its host:port be in egress.private",
    );
}

#[test]
fn flags_and_variables_are_places_too() {
    let mut workplace = Workplace::sqlite();
    let public = "listen is not a loopback address, so public_url must be set, e.g. to https://graph.contoso.example";
    refused(&workplace, &["serve", "--listen", "0.0.0.0:0"], &format!("--listen: {public}"));
    refused(
        &workplace,
        &["serve", "--listen", "8080"],
        "--listen: listen must be ADDRESS:PORT, e.g. 127.0.0.1:8080",
    );
    refused(
        &workplace,
        &["migrate", "--config", "none.toml"],
        "none.toml: cannot be read: No such file or directory (os error 2)",
    );
    refused(
        &workplace,
        &["migrate", "--database", "postgres://localhost/x"],
        "master_key_file must be set: PostgreSQL has no place beside it for a key; `openssl rand -hex 32` makes one, in a file of mode 0600",
    );
    workplace.set("NOWGRAPH_LISTEN", "[::]:0");
    refused(&workplace, &["serve"], &format!("variable NOWGRAPH_LISTEN: {public}"));
    workplace.set("NOWGRAPH_LISTEN", "127.0.0.1:0");
    workplace.set("NOWGRAPH_LISTN", "x");
    refused(&workplace, &["serve"], "variable NOWGRAPH_LISTN: listn is not a known setting");
}

#[test]
fn variables_of_kubernetes_are_ignored() {
    let mut workplace = Workplace::sqlite();
    workplace.set("NOWGRAPH_SERVICE_HOST", "10.0.0.1");
    workplace.set("NOWGRAPH_PORT", "tcp://10.0.0.1:80");
    workplace.set("NOWGRAPH_PORT_80_TCP_ADDR", "10.0.0.1");
    let serve = workplace.serve();
    call(&serve.address, "GET /livez", "", "").expect(200);
}

#[test]
fn later_layers_win_and_paths_are_relative() {
    let mut workplace = Workplace::sqlite();
    let file = "listen = \"127.0.0.1:1\"\ndatabase = \"sqlite://file.db\"\n";
    workplace.write("nowgraph.toml", file, 0o644);
    let migrate = ["migrate", "--config", "nowgraph.toml"];
    assert_eq!(workplace.run(&migrate).stdout, "sqlite://file.db is up to date\n");
    workplace.set("NOWGRAPH_DATABASE", "sqlite://variable.db");
    assert_eq!(workplace.run(&migrate).stdout, "sqlite://variable.db is up to date\n");
    let flag = [&migrate[..], &["--data", "."]].concat();
    assert_eq!(workplace.run(&flag).stdout, "sqlite://./nowgraph.db is up to date\n");
    for name in ["file.db", "variable.db", "nowgraph.db"] {
        assert!(workplace.path().join(name).exists(), "{name}");
        assert!(workplace.path().join(format!("{name}.key")).exists(), "{name}.key");
    }
    let serve = workplace.start(&["serve", "--config", "nowgraph.toml", "--listen", "127.0.0.1:0"]);
    call(&serve.address, "GET /livez", "", "").expect(200);
}

#[test]
fn an_empty_variable_is_the_empty_list() {
    let mut workplace = Workplace::sqlite();
    let other = "[auth]\ntenants = [\"22222222-2222-2222-2222-222222222222\"]\n";
    workplace.write("nowgraph.toml", other, 0o644);
    let start = ["serve", "--listen", "127.0.0.1:0", "--config", "nowgraph.toml"];
    let list = format!("GET {CONNECTIONS}");
    let serve = workplace.start(&start);
    let token = workplace.token(READ);
    call(&serve.address, &list, &token, "").expect(401);
    workplace.set("NOWGRAPH_AUTH__TENANTS", "");
    let serve = workplace.start(&start);
    call(&serve.address, &list, &token, "").expect(200);
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let mut workplace = Workplace::sqlite();
    workplace.write("master.key", &"5a".repeat(32), 0o644);
    workplace.set("NOWGRAPH_MASTER_KEY_FILE", "master.key");
    refused(
        &workplace,
        &["migrate"],
        "variable NOWGRAPH_MASTER_KEY_FILE: master_key_file: the master key master.key is open to others, its mode should be 0600",
    );
    workplace.write("master.key", &"5a".repeat(32), 0o640);
    assert_eq!(workplace.run(&["migrate"]).code, Some(0));
    workplace.write("master.key", &"5b".repeat(32), 0o600);
    let said = workplace.run(&["migrate"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("the secrets were sealed under master key "), "{said}");
}

#[test]
fn a_database_without_its_key_is_not_given_a_new_one() {
    let workplace = Workplace::sqlite();
    workplace.run(&["migrate"]);
    std::fs::remove_file(workplace.path().join("nowgraph.db.key")).unwrap();
    workplace.fails(
        &["migrate"],
        1,
        "error: cannot use the database sqlite://nowgraph.db: \
         the database nowgraph.db exists, but not its master key nowgraph.db.key\n",
    );
}

use std::fs;

use super::*;

fn load(file: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nowgraph.toml");
    fs::write(&path, file).unwrap();
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let sources = Sources {
        file: Some(&path),
        variables: variables.iter().map(own).collect(),
        flags: vec![],
    };
    let shorten = |text: String| text.replace(&folder.path().display().to_string(), "");
    Config::load(&sources).map_err(|error| shorten(error.to_string()))
}

#[test]
fn later_layers_win() {
    let file = "listen = \"127.0.0.1:1\"\n[limits]\nrequests_per_second = 7\n";
    let config = load(file, &[("NOWGRAPH_LISTEN", "127.0.0.1:2")]).unwrap();
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.requests_per_second.get(), 7);
    let flags = vec![("listen", "--listen", "127.0.0.1:3".to_owned())];
    let config = Config::load(&Sources { flags, ..Sources::default() }).unwrap();
    assert_eq!(config.listen.port(), 3);
}

#[test]
fn lists_are_separated_by_commas_and_may_be_empty() {
    let file = "[egress]\nprivate = [\"127.0.0.1:1\"]\n";
    let two = load(file, &[("NOWGRAPH_EGRESS__PRIVATE", "a:1, b:2")]).unwrap();
    assert_eq!(two.egress.private, ["a:1", "b:2"].map(|pair| pair.parse().unwrap()));
    let none = load(file, &[("NOWGRAPH_EGRESS__PRIVATE", "")]).unwrap();
    assert!(none.egress.private.is_empty());
}

#[test]
fn a_section_may_be_empty() {
    let file = "[auth]\n# mode = \"oidc\"\n[egress]\n";
    assert_eq!(load(file, &[]).unwrap().auth.mode, AuthMode::Builtin);
}

#[test]
fn variables_of_kubernetes_are_not_ours() {
    let injected = [
        ("NOWGRAPH_SERVICE_HOST", "10.0.0.1"),
        ("NOWGRAPH_PORT", "tcp://10.0.0.1:80"),
        ("NOWGRAPH_PORT_80_TCP", "x"),
        ("NOWGRAPHITE", "x"),
    ];
    assert!(load("", &injected).is_ok());
}

#[track_caller]
fn check(file: &str, variables: &[(&str, &str)], expect: &str) {
    let error = load(file, variables).unwrap_err();
    assert!(error.starts_with(expect), "{error:?} does not begin with {expect:?}");
}

#[test]
fn what_signing_in_to_the_console_needs_is_named() {
    let id = "[console]\nclient_id = \"c\"\n";
    let roles = "roles = [\"roles:Desk=incidentViewer\"]\n";
    let issuers = "[auth]\nissuers = [\"https://id.contoso.example\"]\n";
    check(id, &[], "/nowgraph.toml line 2: console.client_id is set, so auth.issuers must be");
    let without = format!("{id}{issuers}");
    check(&without, &[], "/nowgraph.toml line 2: console.client_id is set, so console.roles must");
    let problem = "/nowgraph.toml line 2: console.roles is set, so console.client_id must be";
    check(&format!("[console]\n{roles}"), &[], problem);
    let secret = "[console]\nclient_secret_file = \"s\"\n";
    check(secret, &[], "/nowgraph.toml line 2: console.client_secret_file is set, so console.cli");
    let king = "[console]\nroles = [\"roles:Desk=king\"]\n";
    check(king, &[], "/nowgraph.toml line 2: console.roles cannot be read: \"king\" is none of");
    let config = load(&format!("{id}{roles}{issuers}"), &[]).unwrap();
    assert_eq!(config.console.client_id, "c");
}

#[test]
fn mistakes_of_the_connector_are_named_with_their_place() {
    check(
        "[egress]\nprivate = [\"10.0.0.1\"]\n",
        &[],
        "/nowgraph.toml line 2: egress.private must be a list of HOST:PORT: \"10.0.0.1\" is not",
    );
    check(
        "[egress]\nallow = [\"snow.contoso.example\", \"*\"]\n",
        &[],
        "/nowgraph.toml line 2: egress.allow must be a list of hosts: \"*\" is neither",
    );
    check(
        "[sync]\nquery = \"sys_created_on>javascript:gs.daysAgo(1)\"\n",
        &[],
        "/nowgraph.toml line 2: sync.query must not contain 'javascript:'",
    );
    check(
        "[sync]\npage_size = 0\n",
        &[],
        "/nowgraph.toml line 2: sync.page_size must be a whole number from 1",
    );
    check(
        "[sync]\nretention = \"forever\"\n",
        &[],
        "/nowgraph.toml line 2: sync.retention must be a time from 1s to 7300d",
    );
    check(
        "[live]\ntimeout = \"5\"\n",
        &[],
        "/nowgraph.toml line 2: live.timeout must be a time from 1s to 365d",
    );
    check(
        "[live]\nmatch = [\"email\", \"U PN\"]\n",
        &[],
        "/nowgraph.toml line 2: live.match must be a list of columns of sys_user: ",
    );
    check("", &[("NOWGRAPH_LIVE__MATCH", "")], "variable NOWGRAPH_LIVE__MATCH: live.match must");
}

#[test]
fn mistakes_are_named_with_their_place() {
    check("\nlisten = 5\n", &[], "/nowgraph.toml line 2: listen must be a text");
    check("[auth]\nmoda = \"x\"\n", &[], "/nowgraph.toml line 2: auth.moda is not a known setting");
    check("[auht]\n", &[], "/nowgraph.toml line 1: auht is not a known setting");
    check("auth = \"x\"\n", &[], "/nowgraph.toml line 1: auth is not a known setting");
    check(
        "[auth]\nmode = \"none\"\n",
        &[],
        "/nowgraph.toml line 2: auth.mode must be \"builtin\" or \"oidc\"",
    );
    check(
        "[auth]\ngrants = [\"roles:a=King\"]\n",
        &[],
        "/nowgraph.toml line 2: auth.grants cannot be read: \"King\" is neither a permission",
    );
    check("listen = \"x\"\n", &[], "/nowgraph.toml line 1: listen must be ADDRESS:PORT");
    check("listen = \n", &[], "/nowgraph.toml line 1: ");
    check("", &[("NOWGRAPH_LISTE", "x")], "variable NOWGRAPH_LISTE: liste is not a known setting");
    check(
        "",
        &[("NOWGRAPH_LIMITS__REQUESTS_PER_SECOND", "0")],
        "variable NOWGRAPH_LIMITS__REQUESTS_PER_SECOND: limits.requests_per_second must be",
    );
    check(
        "\nlisten = \"0.0.0.0:80\"\n",
        &[],
        "/nowgraph.toml line 2: listen is not a loopback address, so public_url must be set",
    );
    check(
        "[auth]\nmode = \"oidc\"\n",
        &[],
        "/nowgraph.toml line 2: auth.mode is \"oidc\", so auth.issuers must name an issuer",
    );
    check(
        "[tls]\nkey_file = \"k.pem\"\n",
        &[],
        "/nowgraph.toml line 2: tls.key_file is set, so tls.certificate_file must be set too",
    );
    check(
        "[tls]\ncertificate_file = \"c.pem\"\nkey_file = \"\"",
        &[],
        "/nowgraph.toml line 2: tls.certificate_file is set, so tls.key_file must be set too",
    );
    check(
        "[tls]\ncertificate_file = \"c.pem\"\n",
        &[("NOWGRAPH_TLS__DEV", "true")],
        "variable NOWGRAPH_TLS__DEV: tls.dev makes a certificate of its own",
    );
    check(
        "[egress]\nclient_key_file = \"k.pem\"\n",
        &[],
        "/nowgraph.toml line 2: egress.client_key_file is set, so egress.client_certificate_file",
    );
    check(
        "[egress]\nproxy = \"ann:hunter2@proxy.example:3128\"\n",
        &[],
        "/nowgraph.toml line 2: egress.proxy must be http://HOST:PORT",
    );
    check(
        "[egress]\nproxy_password_file = \"p\"\n",
        &[],
        "/nowgraph.toml line 2: egress.proxy_password_file is set, so egress.proxy must be set",
    );
    check(
        "[egress]\nproxy = \"http://ann@proxy.example\"\nproxy_password_file = \"p\"\n",
        &[],
        "/nowgraph.toml line 3: egress.proxy_password_file is set, so egress.proxy must not",
    );
    check("[tls]\ndev = 1\n", &[], "/nowgraph.toml line 2: tls.dev must be true or false");
}

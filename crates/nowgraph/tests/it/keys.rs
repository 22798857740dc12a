use std::fs;

use crate::http::{CONNECTIONS, call};
use crate::program::{READ, Workplace};

/// The id that a line ends with.
fn id(line: &str) -> &str {
    line.rsplit_once(' ').unwrap().1
}

#[test]
fn keys_are_exchanged_beside_a_running_server() {
    for mut workplace in Workplace::both() {
        let serve = workplace.serve();
        let token = workplace.token(READ);
        let answers = || call(&serve.address, &format!("GET {CONNECTIONS}"), &token, "");
        answers().expect(200);
        let rotated = workplace.stdout(&["keys", "rotate"]);
        assert!(rotated.starts_with("values sealed under data key "), "{rotated}");
        assert!(rotated.ends_with(": 2"), "the signing key and that of skip tokens: {rotated}");
        answers().expect(200);

        workplace.write("new.key", &"c3".repeat(32), 0o600);
        let wrap = ["keys", "rotate", "--master-key-file", "new.key"];
        let wrapped = workplace.stdout(&wrap);
        assert!(wrapped.starts_with("data keys wrapped by master key "), "{wrapped}");
        answers().expect(200);
        let refused = workplace.run(&["keys", "rotate"]);
        let needed = format!("the secrets were sealed under master key {}", id(&wrapped));
        assert_eq!(refused.code, Some(1));
        assert!(refused.stderr.contains(&needed), "{refused}");

        workplace.set("NOWGRAPH_MASTER_KEY_FILE", "new.key");
        let again = workplace.stdout(&["keys", "rotate"]);
        assert!(again.ends_with(": 2") && again != rotated, "{again}");
        assert_eq!(workplace.token(READ).matches('.').count(), 2);
        answers().expect(200);
        let restarted = workplace.serve();
        call(&restarted.address, &format!("GET {CONNECTIONS}"), &token, "").expect(200);
    }
}

#[test]
fn mistakes_are_told() {
    let workplace = Workplace::sqlite();
    let none =
        "error: there is no database sqlite://nowgraph.db; `nowgraph migrate` would make one\n";
    workplace.fails(&["keys", "rotate"], 1, none);
    workplace.run(&["migrate"]);
    let wrap = ["keys", "rotate", "--master-key-file", "new.key"];
    let missing =
        "error: the master key new.key cannot be read: No such file or directory (os error 2)\n";
    workplace.fails(&wrap, 1, missing);
    workplace.write("new.key", "7", 0o600);
    let wrong = "error: the master key new.key is not 32 bytes in hexadecimal or base64\n";
    workplace.fails(&wrap, 1, wrong);
    let key = fs::read(workplace.path().join("nowgraph.db.key")).unwrap();
    assert_eq!(key.len(), 64, "it stays");
}

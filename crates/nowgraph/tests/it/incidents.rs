use serde_json::{Value, json};

use crate::http::call;
use crate::program::{Said, TENANT, Workplace};
use crate::sync::Site;

const ANN: &str = "ann@contoso.example";

impl Site {
    fn incidents(&self, person: &str, further: &[&str]) -> Said {
        let arguments = ["incidents", "--tenant", TENANT, "--user", person];
        self.workplace.run(&[&arguments[..], further].concat())
    }

    fn edit(&self, edit: &Value) {
        let edits = json!([edit]).to_string();
        call(&self.simulator.address, "POST /_sim/edits", "", &edits).expect(200);
    }
}

#[test]
fn the_incidents_of_a_person_are_shown() {
    for workplace in Workplace::both() {
        let site = Site::new(workplace);
        let (ann, description) = ("a".repeat(32), "Screen \u{1b}[2J stays black");
        site.edit(&json!({"table": "sys_user", "set": {"sys_id": ann, "email": ANN}}));
        site.edit(&json!({"table": "incident", "set": {"caller_id": ann, "number": "A1",
            "opened_at": "2026-05-01 09:00:00", "short_description": description}}));

        let said = site.incidents("Ann@Contoso.example", &[]);
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{said}");
        let lines: Vec<_> = said.stdout.lines().collect();
        assert!(lines[0].starts_with("NUMBER  OPENED                STATE"), "{said}");
        assert!(lines[1].starts_with("A1      2026-05-01T09:00:00Z"), "{said}");
        assert!(lines[1].ends_with(r"Screen \u{1b}[2J stays black"), "{said}");
        assert!(lines[3].starts_with("source  live at "), "{said}");
        assert_eq!(lines[4], "match   matched (email 1)");
        assert_eq!(lines.len(), 5, "{said}");

        let said = site.incidents(ANN, &["--json", "--connection", &site.id]);
        let list: Value = serde_json::from_str(&said.stdout).unwrap();
        let tried = json!([{"column": "email", "value": ANN, "found": 1}]);
        assert_eq!(list["match"], json!({"status": "matched", "tried": tried}));
        assert_eq!((&list["source"], &list["reason"]), (&json!("live"), &Value::Null));
        let incident = &list["incidents"][0];
        assert_eq!(
            (&incident["connectionId"], &incident["callerId"]),
            (&json!(site.id), &json!(ann))
        );
        assert_eq!(incident["openedDateTime"], "2026-05-01T09:00:00Z");
        assert_eq!(incident["shortDescription"], description);

        let nobody = site.incidents("nobody@contoso.example", &[]).stdout;
        assert!(nobody.contains("match   notFound (email 0, user_name 0)\n"));
        assert!(nobody.contains("reason  User not found in ServiceNow: "), "{nobody}");
        site.connection("update", &["--status", "disabled"]);
        let off = site.incidents(ANN, &[]).stdout;
        assert!(off.contains("reason  The connection is disabled"), "{off}");
    }
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let mut site = Site::new(Workplace::sqlite());
    let said = site.incidents("javascript:gs.getUserID()", &[]);
    assert_eq!(said.code, Some(2), "{said}");
    assert!(said.stderr.contains("must not begin with 'javascript:'"), "{said}");
    let said = site.incidents(ANN, &["--connection", TENANT]);
    assert_eq!(said.stderr, format!("error: tenant {TENANT} has no connection {TENANT}\n"));
    site.workplace.set("NOWGRAPH_LIVE__MATCH", "user_name");
    let said = site.incidents(ANN, &[]).stdout;
    assert!(said.contains("match   notFound (user_name 0)\n"), "{said}");
}

use serde_json::Value;

use crate::program::{Running, Said, TENANT, Workplace};

/// A workplace with a simulated instance, and a disabled connection to it.
struct Site {
    workplace: Workplace,
    _simulator: Running,
    id: String,
    secret: String,
}

impl Site {
    fn new(mut workplace: Workplace) -> Self {
        let mut simulator =
            workplace.start(&["simulate", "--listen", "127.0.0.1:0", "--incidents", "50"]);
        let mut told = |name: &str| simulator.stdout_line(name).replace(name, "");
        let (client, secret) = (told("client_id="), told("client_secret="));
        workplace.set("NOWGRAPH_EGRESS__PRIVATE", &simulator.address);
        let url = format!("http://{}", simulator.address);
        let create = ["create", "--instance-url", &url, "--app-id", &client, "--json"];
        let made = run(&workplace, &create).stdout;
        let made: Value = serde_json::from_str(&made).unwrap();
        let id = made["id"].as_str().unwrap().to_owned();
        Self { workplace, _simulator: simulator, id, secret }
    }

    fn set_secret(&self, secret: &str) {
        let set = ["connection", "credential", "set", &self.id, "--tenant", TENANT];
        let set = [&set[..], &["--kind", "clientCredentials"]].concat();
        let said = self.workplace.fed(&set, secret);
        assert_eq!(said.code, Some(0), "{said}");
    }

    fn test(&self, further: &[&str]) -> Said {
        run(&self.workplace, &[&["test", &self.id], further].concat())
    }
}

fn run(workplace: &Workplace, arguments: &[&str]) -> Said {
    workplace.run(&[&["connection"], arguments, &["--tenant", TENANT]].concat())
}

#[test]
fn a_connection_is_tested_step_by_step() {
    for workplace in Workplace::both() {
        let site = Site::new(workplace);
        let said = site.test(&[]);
        assert_eq!(said.code, Some(1), "{said}");
        assert_eq!(said.stderr, "error: the test failed at token\n");
        let token = said.stdout.lines().find(|line| line.contains(" token ")).unwrap();
        assert!(token.starts_with("FAIL token") && token.contains("no credential"), "{said}");
        assert_eq!(said.stdout.matches("\nskip ").count(), 5, "{said}");

        site.set_secret("wrong\n");
        assert!(site.test(&[]).stdout.contains("Check the client secret"));
        let queried = |site: &Site| run(&site.workplace, &["show", &site.id]).stdout;
        assert!(queried(&site).contains("lastQueried     never"));

        site.set_secret(&site.secret);
        let said = site.test(&[]);
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{said}");
        assert_eq!(said.stdout.lines().count(), 10, "{said}");
        assert!(said.stdout.lines().all(|line| line.starts_with("ok ")), "{said}");
        assert!(said.stdout.contains("50 incidents match, and 50 came."), "{said}");
        assert!(!said.stdout.contains('\u{1b}'), "{said}");
        assert!(!queried(&site).contains("never"), "a test is a query");

        let report: Value = serde_json::from_str(&site.test(&["--json"]).stdout).unwrap();
        assert_eq!((&report["status"], &report["matched"]), (&"passed".into(), &50.into()));
        assert_eq!(report["steps"][7]["name"], "syncQuery");
    }
}

#[test]
fn settings_of_egress_and_sync_count() {
    let mut site = Site::new(Workplace::sqlite());
    site.set_secret(&site.secret);
    site.workplace.set("NOWGRAPH_SYNC__QUERY", "u_nothing=1");
    site.workplace.set("NOWGRAPH_SYNC__PAGE_SIZE", "20");
    let said = site.test(&[]);
    assert_eq!(said.code, Some(0), "a warning is no failure: {said}");
    let query = said.stdout.lines().find(|line| line.contains(" syncQuery ")).unwrap();
    assert!(query.starts_with("warn") && query.contains("u_nothing"), "{said}");
    assert!(said.stdout.contains("50 incidents match, and 20 came."), "{said}");
    site.workplace.set("NOWGRAPH_EGRESS__PRIVATE", "");
    let said = site.test(&[]);
    assert!(said.stdout.starts_with("FAIL policy"), "{said}");
    let said = site.workplace.run(&["connection", "test", TENANT, "--tenant", TENANT]);
    assert!(said.stderr.contains("has no connection"), "{said}");
}

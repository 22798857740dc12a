use serde_json::Value;

use crate::program::{Running, Said, TENANT, Workplace};

/// A workplace with a simulated instance, and an enabled connection that can sign in to it.
pub(crate) struct Site {
    pub(crate) workplace: Workplace,
    pub(crate) simulator: Running,
    pub(crate) id: String,
}

impl Site {
    pub(crate) fn new(workplace: Workplace) -> Self {
        Self::with_incidents(workplace, "50")
    }

    pub(crate) fn with_incidents(mut workplace: Workplace, count: &str) -> Self {
        let mut simulator =
            workplace.start(&["simulate", "--listen", "127.0.0.1:0", "--incidents", count]);
        let mut told = |name: &str| simulator.stdout_line(name).replace(name, "");
        let (client, secret) = (told("client_id="), told("client_secret="));
        workplace.set("NOWGRAPH_EGRESS__PRIVATE", &simulator.address);
        let url = format!("http://{}", simulator.address);
        let create = ["create", "--instance-url", &url, "--app-id", &client, "--json"];
        let create = [&create[..], &["--incident-api-url", "api/now/table/incident"]].concat();
        let made = run(&workplace, &[&create[..], &["--status", "enabled"]].concat());
        let made: Value = serde_json::from_str(&made.stdout).unwrap();
        let id = made["id"].as_str().unwrap().to_owned();
        let set = ["connection", "credential", "set", &id, "--tenant", TENANT];
        let said = workplace.fed(&[&set[..], &["--kind", "clientCredentials"]].concat(), &secret);
        assert_eq!(said.code, Some(0), "{said}");
        Self { workplace, simulator, id }
    }

    pub(crate) fn connection(&self, command: &str, further: &[&str]) -> Said {
        run(&self.workplace, &[&[command, &self.id], further].concat())
    }

    pub(crate) fn json(&self, command: &str, further: &[&str]) -> Value {
        let said = self.connection(command, &[further, &["--json"]].concat());
        serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{said}"))
    }
}

fn run(workplace: &Workplace, arguments: &[&str]) -> Said {
    workplace.run(&[&["connection"], arguments, &["--tenant", TENANT]].concat())
}

#[test]
fn incidents_are_fetched_from_the_command_line() {
    for workplace in Workplace::both() {
        let site = Site::new(workplace);
        assert_eq!(site.json("health", &[])["status"], "notVerified");
        let run = site.json("sync", &[]);
        assert_eq!((&run["kind"], &run["status"]), (&"incremental".into(), &"succeeded".into()));
        assert_eq!((&run["fetched"], &run["matched"]), (&50.into(), &50.into()));
        assert_eq!(
            (&run["connectionId"], &run["errorCode"]),
            (&site.id.as_str().into(), &Value::Null)
        );
        assert_eq!(site.json("health", &[])["status"], "verified");

        let said = site.connection("sync", &["--reconcile"]);
        assert_eq!(said.code, Some(0), "{said}");
        assert!(said.stdout.contains(" reconcile   succeeded "), "{said}");
        let runs = site.json("runs", &[]);
        assert_eq!((runs.as_array().unwrap().len(), &runs[1]["id"]), (2, &run["id"]));
        assert!(!site.connection("show", &[]).stdout.contains("never"), "{said}");
        assert!(site.connection("health", &[]).stdout.starts_with("status          verified\n"));
    }
}

#[test]
fn what_cannot_be_fetched_is_said() {
    let site = Site::new(Workplace::sqlite());
    let said = site.connection("update", &["--status", "disabled"]);
    assert_eq!(said.code, Some(0), "{said}");
    let said = site.connection("sync", &[]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(1), "error: the pass failed\n"), "{said}");
    assert!(said.stdout.contains("The connection is disabled."), "{said}");
    site.connection("update", &["--status", "enabled"]);
    let path = ["--incident-api-url", "api/now/table/nothing"];
    assert_eq!(site.connection("update", &path).code, Some(0));
    assert_eq!(site.json("sync", &[])["errorCode"], "invalidTable");
    assert_eq!(site.json("health", &[])["status"], "error");
    let said = run(&site.workplace, &["sync", TENANT]);
    assert!(said.stderr.contains("has no connection"), "{said}");
}

/// The server does by itself what is due, and ends with everything where it can go on.
#[test]
fn a_server_fetches_by_itself() {
    let mut site = Site::new(Workplace::sqlite());
    site.workplace.set("NOWGRAPH_SYNC__INTERVAL", "1s");
    let mut server = site.workplace.start(&["serve", "--listen", "127.0.0.1:0"]);
    server.log_line("a pass ended");
    assert_eq!(site.json("health", &[])["status"], "verified");
    site.simulator.signal("KILL");
    server.log_line("a pass failed");
    assert_eq!(site.json("health", &[])["status"], "unreachable");
    server.signal("TERM");
    let said = server.ended();
    assert_eq!(said.code, Some(0), "{said}");
}

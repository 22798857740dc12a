use crate::http::call;
use crate::program::{TENANT, Workplace};

const ADA: &str = "ada@contoso.example";

#[test]
fn accounts_are_made_and_listed_and_given_another_password() {
    for workplace in Workplace::both() {
        workplace.run(&["migrate"]);
        let create = ["account", "create", "--tenant", TENANT, "--user", ADA];
        let made = workplace.stdout(&[&create[..], &["--role", "incidentViewer"]].concat());
        let first = made.strip_prefix("password=").expect("a password").trim_end().to_owned();
        assert_eq!(first.len(), 20, "{made}");
        let again = workplace.run(&[&create[..], &["--role", "auditor"]].concat());
        assert_eq!(again.code, Some(1), "{again}");
        assert!(again.stderr.contains("the user name is taken"), "{again}");
        let listed = workplace.stdout(&["account", "list", "--tenant", TENANT]);
        assert!(listed.contains(ADA) && listed.contains("incidentViewer"), "{listed}");
        assert!(!listed.contains(&first), "{listed}");
        let other = workplace.stdout(&["account", "password", "--user", "ADA@contoso.example"]);
        assert!(other.starts_with("password=") && !other.contains(&first), "{other}");
        let nobody = workplace.run(&["account", "password", "--user", "nobody"]);
        assert_eq!(nobody.code, Some(1), "{nobody}");
        let serve = workplace.serve();
        call(&serve.address, "GET /console/sign-in", "", "").expect(200);
        let may = ["--permission", "AuditLog.Read.All"];
        let token = ["token", "--tenant", TENANT, "--app", "auditor"];
        let token = workplace.stdout(&[&token[..], &may].concat());
        let events = call(&serve.address, "GET /connector/v1/auditEvents", token.trim(), "");
        let events = events.expect(200).body;
        for expect in ["createAccount", "updateAccount", "command line", ADA] {
            assert!(events.contains(expect), "{expect} in {events}");
        }
        assert!(!events.contains(&first), "{events}");
        let said = {
            serve.signal("TERM");
            serve.ended()
        };
        assert!(!said.stdout.contains("first account"), "there is one: {said}");
    }
}

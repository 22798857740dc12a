use serde_json::{Value, json};

use crate::http::call;
use crate::program::{TENANT, Workplace};
use crate::sync::Site;

#[test]
fn a_person_is_erased_and_kept_out() {
    for workplace in Workplace::both() {
        let site = Site::new(workplace);
        let (ann, mail) = ("a".repeat(32), "ann@contoso.example");
        let edits = json!([
            {"table": "sys_user", "set": {"sys_id": ann, "email": mail, "name": "Ann Miller"}},
            {"table": "incident", "set": {"caller_id": ann, "number": "A1"}},
        ]);
        let edited = call(&site.simulator.address, "POST /_sim/edits", "", &edits.to_string());
        edited.expect(200);
        assert_eq!(site.json("sync", &[])["fetched"], 51);
        let erase = |further: &[&str]| {
            let arguments = ["erase", "--tenant", TENANT, "--user", mail];
            site.workplace.stdout(&[&arguments[..], further].concat())
        };
        let expect = format!(
            "incidents of {mail} erased: 1; of others, on which {mail} works: 0\n\
             kept out: {ann} of connection {}",
            site.id
        );
        assert_eq!(erase(&[]), expect);
        // The comparison of all rows misses them, and does not store them all the same.
        let stored = || {
            let run = site.json("sync", &["--reconcile"]);
            assert_eq!(run["status"], "succeeded", "{run}");
            run["stored"].clone()
        };
        assert_eq!(stored(), 0);
        assert_eq!(erase(&["--readmit", "--user-id", &ann]), "keys that may be stored again: 1");
        assert_eq!(stored(), 1);
        assert_eq!(erase(&["--once"]), expect.lines().next().unwrap());
        assert_eq!(stored(), 1);

        let server = site.workplace.serve();
        let token = site.workplace.token("AuditLog.Read.All");
        let path = "GET /connector/v1/auditEvents?$filter=subject%20ne%20null&$select=activity,subject,rows";
        let page = call(&server.address, path, &token, "");
        let events = page.expect(200).json();
        let told = |event: &Value| {
            let text = |name: &str| event[name].as_str().unwrap().to_owned();
            (text("activity"), text("subject"), event["rows"].clone())
        };
        let told: Vec<_> = events["value"].as_array().unwrap().iter().map(told).collect();
        let expect =
            [("erase", mail, json!(1)), ("readmit", mail, Value::Null), ("erase", mail, json!(1))]
                .map(|(activity, subject, rows)| (activity.to_owned(), subject.to_owned(), rows));
        assert_eq!(told, expect);
    }
}

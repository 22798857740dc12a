use std::collections::BTreeSet;

use model::Role;
use testkit::Server;

use crate::fixture::{ID, fetched};
use crate::visitor::Visitor;

/// Attributes whose values are ids on the page.
const REFERENCES: [&str; 6] =
    ["for", "form", "popovertarget", "aria-labelledby", "aria-describedby", "aria-controls"];

/// Nothing of it is on any page: the policy would stop what runs, and templates that are not
/// rendered show their own words.
const FORBIDDEN: [&str; 7] =
    ["{{", "{%", " style=", "<style", "<script>", " onclick=", "javascript:"];

#[track_caller]
fn check(path: &str, html: &str) {
    for forbidden in FORBIDDEN {
        assert!(!html.contains(forbidden), "{path}: {forbidden}");
    }
    assert_eq!(html.matches("<h1").count(), 1, "{path}: one first heading");
    let mut ids = BTreeSet::new();
    for id in values(html, "id") {
        assert!(ids.insert(id), "{path}: two have the id {id}");
    }
    for reference in REFERENCES {
        for id in values(html, reference).flat_map(str::split_whitespace) {
            assert!(ids.contains(id), "{path}: {reference} names {id}, which is not there");
        }
    }
}

fn values<'h>(html: &'h str, attribute: &str) -> impl Iterator<Item = &'h str> {
    let begin = format!(" {attribute}=\"");
    let begins: Vec<_> = html.match_indices(&begin).map(|(at, _)| at + begin.len()).collect();
    begins.into_iter().map(|at| html[at..].split('"').next().unwrap())
}

#[tokio::test]
async fn what_pages_refer_to_is_on_them() {
    let server = Server::sqlite().await;
    let mut guest = Visitor::new(&server);
    check("sign-in", guest.get("/console/sign-in").await.expect(200).text());
    fetched(&server).await;
    let mut somebody = Visitor::signed_in(&server, &Role::ALL).await;
    let one = format!("/console/connectors/{ID}");
    somebody.fill(&one, &format!("{one}/sync"), &[]).await.expect(303);
    for (path, status) in [
        ("/console/overview", 200),
        ("/console/connectors", 200),
        ("/console/connectors?done=deleted", 200),
        ("/console/connectors/new", 200),
        (&one, 200),
        (&format!("{one}?done=saved"), 200),
        (&format!("{one}/delete"), 200),
        (&format!("{one}/credential"), 200),
        (&format!("{one}/credential?kind=jwtBearer"), 200),
        ("/console/troubleshoot", 200),
        ("/console/troubleshoot?search=ad", 200),
        ("/console/troubleshoot?search=a%00", 422),
        ("/console/troubleshoot?user=ada@contoso.example", 200),
        ("/console/troubleshoot?user=nobody", 200),
        ("/console/audit", 200),
        ("/console/nowhere", 404),
    ] {
        check(path, somebody.get(path).await.expect(status).text());
    }
    let new = "/console/connectors/new";
    check(new, somebody.fill(new, new, &[]).await.expect(422).text());
    let typed = [("instance_url", "https://a.service-now.com"), ("incident_api_url", "/x")];
    check(&one, somebody.fill(&one, &one, &typed).await.expect(409).text());
    let test = format!("{one}/test");
    check(&test, somebody.fill(&one, &test, &[]).await.expect(200).text());
    let credential = format!("{one}/credential");
    let kind = [("kind", "password"), ("userName", "x")];
    check(&credential, somebody.fill(&credential, &credential, &kind).await.expect(422).text());
}

use model::{Activity, Role};
use testkit::{Server, Setup, TENANT, TestDatabase, Visibility};

use crate::fixture::{ADAM, HOSTILE, fetched, fetched_of, incident};
use crate::visitor::{Visitor, between, read};

const ADA: &str = "/console/troubleshoot?user=ada@contoso.example";

#[tokio::test]
async fn the_incidents_of_a_person_are_found_filtered_and_exported() {
    for server in Server::both().await {
        fetched(&server).await;
        let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
        let home = agent.get("/console").await.expect(303);
        assert_eq!(home.header("location"), "/console/troubleshoot");
        let several = agent.get("/console/troubleshoot?search=ada").await.expect(200);
        let text = read(&several);
        assert!(text.contains("Ada Byron ada@contoso.example"), "{text}");
        assert!(text.contains("Adam Ries adam@contoso.example"), "{text}");
        let one = agent.get("/console/troubleshoot?search=byron").await.expect(303);
        let location = one.header("location").to_owned();
        assert!(location.starts_with("/console/troubleshoot?user=ada%40contoso.example&"));

        let shown = agent.get(&location).await.expect(200);
        let text = read(&shown);
        assert!(text.contains("Stored copy"), "{text}");
        assert!(text.contains("Incidents 30 15 open, 15 closed"), "{text}");
        assert!(text.contains("New 15"), "{text}");
        assert!(text.contains("1 to 25 of 30"), "{text}");
        assert!(!shown.text().contains("<script>alert"), "{}", shown.text());
        assert!(shown.text().contains("<td class=\"long\">=cmd|"), "{}", shown.text());
        assert_eq!(shown.text().matches(r#"aria-sort="descending""#).count(), 1);

        let filtered = format!("{location}&page=1").replace("work=all", "work=open");
        let filtered =
            filtered.replace("sort=opened&order=descending", "sort=number&order=ascending");
        let shown = agent.get(&filtered).await.expect(200);
        assert!(read(&shown).contains("1 to 15 of 15"), "{}", read(&shown));
        let first = between(shown.text(), "<tbody>", "</tr>");
        assert!(first.contains("INC0000"), "{first}");

        let csv = filtered.replace("/troubleshoot?", "/troubleshoot/incidents.csv?");
        let csv = agent.get(&csv).await.expect(200);
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(csv.header("content-disposition"), "attachment; filename=\"incidents.csv\"");
        let mut lines = csv.text().split("\r\n");
        let heading = "\u{feff}\"Incident\",\"Short description\",\"Status\",\"Priority\",\"Opened\",\"Assignment group\"";
        assert_eq!(lines.next(), Some(heading));
        let line = lines.next().unwrap();
        assert!(line.starts_with("\"INC0000\",\"'=cmd|"), "{line}");
        assert_eq!(csv.text().matches("\r\n").count(), 16);

        let events = server.store.audit_events(TENANT, 10).await.unwrap();
        let views: Vec<_> =
            events.iter().filter(|e| e.activity == Activity::ViewIncidents).collect();
        assert_eq!(views.len(), 3);
        assert!(views.iter().all(|event| event.subject.as_deref() == Some("ada@contoso.example")
            && event.actor == "incidentViewer@contoso.example"
            && event.rows == Some(30)));
    }
}

#[tokio::test]
async fn an_empty_list_says_why() {
    let server = Server::sqlite().await;
    fetched(&server).await;
    let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    let page = agent.get("/console/troubleshoot?user=eve@contoso.example").await.expect(200);
    let text = read(&page);
    assert!(text.contains("Why is nothing here?"), "{text}");
    assert!(text.contains("User ID (user_name) eve@contoso.example 0"), "{text}");
    let page = agent.get("/console/troubleshoot?search=a%00b").await.expect(422);
    assert!(page.text().contains("id=\"user-error\""));
}

#[tokio::test]
async fn only_viewers_see_incidents() {
    let server = Server::sqlite().await;
    for (role, status) in
        [(Role::ConnectorAdministrator, 403), (Role::IncidentViewer, 200), (Role::Auditor, 403)]
    {
        let mut somebody = Visitor::signed_in(&server, &[role]).await;
        for path in [
            "/console/troubleshoot",
            "/console/troubleshoot?user=ada",
            "/console/troubleshoot/people?search=ada",
            "/console/troubleshoot/incidents.csv?user=ada",
        ] {
            somebody.get(path).await.expect(status);
        }
    }
}

#[tokio::test]
async fn nobody_sees_incidents_by_rights_that_are_not_his_own() {
    let setup = Setup { visibility: Visibility::Agent, ..Setup::default() };
    let server = Server::start(TestDatabase::sqlite(), setup).await;
    fetched(&server).await;
    let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    for (path, status) in [
        ("/console/troubleshoot", 200),
        ("/console/troubleshoot?search=ada", 200),
        ("/console/troubleshoot?user=ada@contoso.example", 200),
        ("/console/troubleshoot/people?search=ada", 403),
        ("/console/troubleshoot/incidents.csv?user=ada@contoso.example", 403),
    ] {
        let refused = agent.get(path).await.expect(status);
        assert!(read(&refused).contains("rights that you have in ServiceNow"), "{path}");
        assert!(!refused.text().contains("INC0"), "{path}");
    }
    let events = server.store.audit_events(TENANT, 10).await.unwrap();
    assert!(events.iter().all(|event| event.activity != Activity::ViewIncidents));
}

#[tokio::test]
async fn rows_are_picked_by_what_they_show() {
    let server = Server::sqlite().await;
    fetched(&server).await;
    let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    for (query, expect) in [
        ("status=New", "1 to 15 of 15"),
        ("priority=P1", "1 to 6 of 6"),
        ("device=PC-1", "1 to 10 of 10"),
        ("device=PC-1&status=New", "1 to 5 of 5"),
        ("device=nowhere", "No incident matches."),
        ("group=Network+%3Cb%3E", "1 to 25 of 30"),
    ] {
        let page = agent.get(&format!("{ADA}&{query}")).await.expect(200);
        let text = read(&page);
        assert!(text.contains(expect), "{query}: {text}");
        assert!(text.contains("Clear"), "{query}");
    }
    let page = agent.get(ADA).await.expect(200);
    let text = read(&page);
    assert!(!text.contains("Clear"), "{text}");
    // All are of one group: there is nothing to pick.
    assert!(!page.text().contains("name=\"group\""), "{text}");
}

#[tokio::test]
async fn all_that_is_known_of_an_incident_is_in_its_panel() {
    let server = Server::sqlite().await;
    fetched(&server).await;
    let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    let page = agent.get(&format!("{ADA}&find=INC0007")).await.expect(200);
    let id = "i1";
    assert!(page.text().contains(&format!("popovertarget=\"{id}\"")), "{}", page.text());
    let panel = between(page.text(), &format!("popover id=\"{id}\""), "</dl>");
    for expect in ["ada@contoso.example", "Closed", "PC-1", "2023-11-14 22:13:27 UTC"] {
        assert!(panel.contains(expect), "{expect} in {panel}");
    }
    assert!(!panel.contains("<script"), "{panel}");
    assert!(panel.contains("&lt;script") || panel.contains("&#60;script"), "{panel}");
    assert!(HOSTILE.contains("<script"));
}

#[tokio::test]
async fn people_are_suggested_while_somebody_types() {
    for server in Server::both().await {
        fetched(&server).await;
        let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
        let found = agent.get("/console/troubleshoot/people?search=ada").await.expect(200);
        let people = found.json();
        let names: Vec<_> = people.as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(names, ["Ada Byron", "Adam Ries"]);
        assert_eq!(people[0]["query"], "user=ada%40contoso.example");
        for nobody in ["", "search=", "search=a%00b", "search=zoe"] {
            let found = agent.get(&format!("/console/troubleshoot/people?{nobody}")).await;
            assert_eq!(found.expect(200).text(), "[]", "{nobody}");
        }
    }
}

#[tokio::test]
async fn whoever_has_more_than_a_thousand_is_shown_all_in_turn() {
    for server in Server::both().await {
        fetched_of(&server, (0..1003).chain(ADAM..=ADAM).map(incident).collect()).await;
        let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
        let newest = agent.get(ADA).await.expect(200);
        let text = read(&newest);
        assert!(text.contains("Newest incidents 1000"), "{text}");
        assert!(text.contains("INC1002") && !text.contains("INC0001"), "{text}");
        let (before, _) = newest.text().split_once("\">Older incidents").unwrap();
        let (_, older) = before.rsplit_once("href=\"").unwrap();
        let older = older.replace("&#38;", "&").replace("&amp;", "&");
        let older = agent.get(&older).await.expect(200);
        let text = read(&older);
        assert!(text.contains("Older incidents 3 2 open, 1 closed"), "{text}");
        assert!(text.contains("1 to 3 of 3"), "{text}");
        assert!(text.contains("INC0002") && text.contains("INC0000"), "{text}");

        let csv = agent.get(&ADA.replace("troubleshoot?", "troubleshoot/incidents.csv?")).await;
        assert_eq!(csv.expect(200).text().matches("\r\n\"INC").count(), 1003);
        let events = server.store.audit_events(TENANT, 10).await.unwrap();
        let views = events.iter().filter(|event| event.activity == Activity::ViewIncidents);
        let mut rows: Vec<_> = views.filter_map(|event| event.rows).collect();
        rows.sort_unstable();
        assert_eq!(rows, [3, 1000, 1003]);
    }
}

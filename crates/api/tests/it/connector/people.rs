use model::Permission::ServiceNowIncidentReadAll;
use serde_json::{Value, json};

use super::{Desk, OTHER_TENANT, ROOT, store};

fn names(page: &Value) -> String {
    let people = page["value"].as_array().unwrap();
    people.iter().map(|it| it["displayName"].as_str().unwrap()).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn callers_are_found_while_somebody_types() {
    for desk in Desk::both().await {
        let [east, west] = desk.ids.each_ref().map(String::as_str);
        store(&desk.server, (super::TENANT, east), &[("e7", "1", "1", "adam", 1)]).await;
        store(&desk.server, (super::TENANT, west), &[("w8", "1", "1", "dora.ada", 1)]).await;
        for (query, expect) in [
            ("search=ada", "ada Ünal, adam Ünal, dora.ada Ünal"),
            ("$search=ADA", "ada Ünal, adam Ünal, dora.ada Ünal"),
            ("search=ada&$top=1", "ada Ünal"),
            ("search=ada&top=0", ""),
            ("search=%C3%BCnal b", "bob Ünal"),
            ("search=b u", ""),
            ("search=bob@contoso.ex", "bob Ünal"),
            ("search=contoso", "ada Ünal, bob Ünal, adam Ünal, dora.ada Ünal"),
            ("search=zoe", ""),
            ("search=da", ""),
            ("search=%25", ""),
            ("search=\"ada' or 1=1--", ""),
            ("search=' ada*", "ada Ünal, adam Ünal, dora.ada Ünal"),
        ] {
            let page = desk.get(&format!("people?{query}")).await;
            assert_eq!(page.status, 200, "{query}: {}", page.text());
            let (mut found, mut wanted) = (names(&page.json()), expect.to_owned());
            if query == "search=contoso" {
                let sorted = |text: &str| {
                    let mut all: Vec<_> = text.split(", ").map(str::to_owned).collect();
                    all.sort();
                    all.join(", ")
                };
                (found, wanted) = (sorted(&found), sorted(&wanted));
            }
            assert_eq!(found, wanted, "{query}");
        }
        let expect = json!({
            "@odata.context": format!("{ROOT}/$metadata#Collection(nowgraph.person)"),
            "value": [{
                "@odata.type": "#nowgraph.person",
                "displayName": "bob Ünal",
                "userPrincipalName": "",
                "email": "bob@contoso.example",
            }],
        });
        assert_eq!(desk.get("people?search=bob").await.expect(200).json(), expect);
    }
}

#[tokio::test]
async fn names_follow_what_the_instance_says_and_go_with_the_incidents() {
    for desk in Desk::both().await {
        let west = desk.ids[1].as_str();
        let count = async |search: &str| {
            let page = desk.get(&format!("people?search={search}")).await.expect(200).json();
            page["value"].as_array().unwrap().len()
        };
        assert_eq!(count("bob").await, 1);
        desk.server.execute("DELETE FROM incident WHERE sys_id = 'e2'");
        assert_eq!(count("bob").await, 0, "nobody without incidents");
        store(&desk.server, (super::TENANT, west), &[("w3", "1", "1", "bob", 1)]).await;
        assert_eq!(count("bob").await, 1);
        let path = format!("{}/{west}", testkit::CONNECTIONS);
        let admin = desk.server.admin().await;
        desk.server.call("DELETE", &path).token(&admin).send().await.expect(204);
        assert_eq!(count("bob").await, 0);
        assert_eq!(count("ada").await, 1, "at the other connection");
    }
}

#[tokio::test]
async fn what_nobody_should_search_for_is_refused() {
    for desk in Desk::both().await {
        let long = format!("search={}", "a".repeat(10_000));
        for (query, word) in [
            ("", "must not be empty"),
            (long.as_str(), "must not be longer than 254"),
            ("search=a%0Ab", "control characters"),
            ("search=a&$search=b", "more than once"),
            ("search=a&$top=-1", "$top"),
            ("search=a&$top=x", "$top"),
            ("search=a&$skip=1", "$skip"),
            ("search=a&$filter=x eq 1", "$filter"),
        ] {
            let said = desk.get(&format!("people?{query}")).await.error(400, "BadRequest");
            assert!(said.contains(word), "{query}: {said}");
        }
        let admin = desk.server.admin().await;
        desk.get_as(&admin, "people?search=ada").await.error(403, "Forbidden");
        let stranger = desk.server.app_token(OTHER_TENANT, &[ServiceNowIncidentReadAll]).await;
        let found = desk.get_as(&stranger, "people?search=ada").await.expect(200).json();
        assert_eq!(names(&found), "ada Ünal", "of the own tenant");
        let found = desk.get_as(&stranger, "people?search=bob").await.expect(200).json();
        assert_eq!(names(&found), "");
    }
}

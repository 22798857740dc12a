//! The incidents of one person, asked from a simulated instance at the moment of the request.

use std::net::SocketAddr;

use api::Visibility;
use model::Permission::{AuditLogReadAll, ServiceNowIncidentReadAll};
use serde_json::{Value, json};
use snow_sim::{Simulator, Size};
use testkit::{Answer, CONNECTIONS, Server, Setup, TENANT, TestDatabase};

use super::{OTHER_TENANT, ROOT, connection};

/// A server whose tenant has a connection to an instance where Ann has two incidents.
pub(super) struct Live {
    pub(super) server: Server,
    pub(super) sim: Simulator,
    pub(super) id: String,
    token: String,
}

const ANN: &str = "ann@contoso.example";

impl Live {
    pub(super) async fn both() -> [Self; 2] {
        let [sqlite, postgres] = TestDatabase::both();
        [Self::over(sqlite).await, Self::over(postgres).await]
    }

    async fn over(database: TestDatabase) -> Self {
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let size = Size { incidents: 5, users: 5, seed: 1 };
        let sim = Simulator::start(nowhere, &size, None, Box::new(|| 0)).await.unwrap();
        let plain_http = vec![sim.address().to_string().parse().unwrap()];
        let server = Server::start(database, Setup { plain_http, ..Setup::default() }).await;
        let permissions = [ServiceNowIncidentReadAll, AuditLogReadAll];
        let token = server.app_token(TENANT, &permissions).await;
        let id = connect(&server, &format!("http://{}", sim.address())).await;
        let ann = add(&sim, "ann", "Ann@Contoso.example");
        call(&sim, &ann, "A1", "2026-05-01 08:00:00");
        call(&sim, &ann, "A2", "2026-05-01 09:00:00");
        Self { server, sim, id, token }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        let path = format!("/connector/v1/{}", path.replace("{id}", &self.id));
        self.server.call("GET", &path).token(&self.token).send().await
    }

    pub(super) async fn json(&self, path: &str) -> Value {
        self.get(path).await.expect(200).json()
    }

    async fn switch(&self, status: &str) {
        let body = json!({ "serviceNowConnectionStatus": status });
        let path = format!("{CONNECTIONS}/{}", self.id);
        let admin = self.server.admin().await;
        self.server.call("PATCH", &path).token(&admin).json(&body).send().await.expect(200);
    }
}

/// A connection that is on and can sign in.
async fn connect(server: &Server, url: &str) -> String {
    let body = json!({
        "instanceUrl": url,
        "incidentApiUrl": "api/now/table/incident",
        "serviceNowConnectionStatus": "enabled",
    });
    let admin = server.admin().await;
    let created = server.call("POST", CONNECTIONS).token(&admin).json(&body).send().await;
    let id = created.expect(201).json()["id"].as_str().unwrap().to_owned();
    let key = json!({ "kind": "apiKey", "apiKey": Simulator::CREDENTIALS.api_key });
    let path = format!("/connector/v1/connections/{id}/credential");
    server.call("PUT", &path).token(&admin).json(&key).send().await.expect(204);
    id
}

pub(super) fn add(sim: &Simulator, user_name: &str, email: &str) -> String {
    let set = json!({ "user_name": user_name, "name": user_name, "email": email });
    sim.edit(json!({ "table": "sys_user", "set": set })).unwrap()
}

pub(super) fn call(sim: &Simulator, caller: &str, number: &str, opened: &str) -> String {
    let set = json!({ "caller_id": caller, "number": number, "opened_at": opened });
    sim.edit(json!({ "table": "incident", "set": set })).unwrap()
}

fn numbers(list: &Value) -> String {
    let rows = list["incidents"].as_array().unwrap();
    rows.iter().map(|row| row["number"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_list_is_asked_from_the_instance() {
    for live in Live::both().await {
        for path in ["connections/{id}/userIncidents", "userIncidents"] {
            let list = live.json(&format!("{path}?userPrincipalName={ANN}")).await;
            assert_eq!(numbers(&list), "A2 A1", "{path}");
            let newest = &list["incidents"][0];
            assert_eq!(newest.as_object().unwrap().len(), 1 + 34);
            let (sys_id, origin) = (newest["sysId"].as_str().unwrap(), live.sim.address());
            let page = format!("http://{origin}/nav_to.do?uri=incident.do%3Fsys_id%3D{sys_id}");
            for (name, expect) in [
                ("@odata.type", json!("#nowgraph.incident")),
                ("connectionId", json!(live.id)),
                ("callerEmail", json!("Ann@Contoso.example")),
                ("openedDateTime", json!("2026-05-01T09:00:00Z")),
                ("webUrl", json!(page)),
                ("removedDateTime", Value::Null),
            ] {
                assert_eq!(newest[name], expect, "{path}: {name}");
            }
            let mut rest = list.clone();
            rest.as_object_mut().unwrap().remove("incidents");
            let tried = json!({
                "@odata.type": "#nowgraph.triedColumn", "column": "email", "value": ANN, "found": 1,
            });
            let expect = json!({
                "@odata.context": format!("{ROOT}/$metadata#nowgraph.userIncidentList"),
                "@odata.type": "#nowgraph.userIncidentList",
                "source": "live",
                "asOfDateTime": "2026-01-02T03:04:05Z",
                "match": {
                    "@odata.type": "#nowgraph.userMatch", "status": "matched", "tried": [tried],
                },
                "reason": null,
            });
            assert_eq!(rest, expect, "{path}");
        }
        let bare = live
            .json(
                "userIncidents?USERPRINCIPALNAME=ann&$format=application/json;odata.metadata=none",
            )
            .await;
        assert_eq!(
            (numbers(&bare), &bare["incidents"][0]["@odata.type"]),
            ("A2 A1".into(), &Value::Null)
        );
    }
}

#[tokio::test]
async fn who_saw_whose_incidents_is_recorded() {
    for live in Live::both().await {
        live.json(&format!("userIncidents?userPrincipalName={ANN}")).await;
        live.server.clock.advance_seconds(1);
        live.json("connections/{id}/userIncidents?userPrincipalName=nobody").await;
        let path = "auditEvents?$filter=activity%20eq%20'viewIncidents'&$select=actor,connectionId,subject,query,rows";
        let events = live.json(path).await["value"].as_array().unwrap().clone();
        let told = |event: &Value| {
            [event["connectionId"].clone(), event["subject"].clone(), event["rows"].clone()]
        };
        let expect =
            [[json!(live.id), json!("nobody"), json!(0)], [Value::Null, json!(ANN), json!(2)]];
        assert_eq!(events.iter().map(told).collect::<Vec<_>>(), expect);
        assert!(events.iter().all(|event| event["query"].is_null()));
    }
}

#[tokio::test]
async fn stored_incidents_are_answered_where_the_instance_is_not_asked() {
    for live in Live::both().await {
        live.switch("disabled").await;
        let list = live.json(&format!("userIncidents?userPrincipalName={ANN}")).await;
        assert_eq!((&list["source"], numbers(&list)), (&json!("cache"), String::new()));
        let reason = list["reason"].as_str().unwrap();
        assert!(reason.starts_with("The connection is disabled"), "{reason}");
        assert_eq!(list["match"]["status"], "unknown");
    }
}

#[tokio::test]
async fn a_sick_connection_does_not_spoil_the_others() {
    for live in Live::both().await {
        let gone = connect(&live.server, "https://gone.example").await;
        let list = live.json(&format!("userIncidents?userPrincipalName={ANN}")).await;
        assert_eq!((&list["source"], numbers(&list)), (&json!("cache"), "A2 A1".into()));
        assert!(
            list["reason"].as_str().unwrap().starts_with("https://gone.example:443: "),
            "{list:#}"
        );
        let path = format!("connections/{gone}/userIncidents?userPrincipalName={ANN}");
        let list = live.json(&path).await;
        assert_eq!((&list["source"], numbers(&list)), (&json!("cache"), String::new()));
    }
}

#[tokio::test]
async fn more_than_a_thousand_come_in_pages() {
    for live in Live::both().await {
        let bob = add(&live.sim, "bob", "bob@contoso.example");
        for number in 0..1003 {
            let opened = format!("2026-04-{:02} 0{}:00:00", 1 + number % 20, number % 7);
            call(&live.sim, &bob, &format!("B{number}"), &opened);
        }
        for root in ["userIncidents", "connections/{id}/userIncidents"] {
            let first = live.json(&format!("{root}?userPrincipalName=bob&x=a%20b")).await;
            let link = first["incidents@odata.nextLink"].as_str().unwrap();
            let next = link.strip_prefix(&format!("{ROOT}/")).unwrap();
            let next_root = root.replace("{id}", &live.id);
            assert!(
                next.starts_with(&format!("{next_root}?userPrincipalName=bob&x=a%20b&")),
                "{next}"
            );
            let second = live.json(next).await;
            assert_eq!(second["incidents@odata.nextLink"], Value::Null);
            let mut all: Vec<_> = [&first, &second]
                .into_iter()
                .flat_map(|list| list["incidents"].as_array().unwrap())
                .map(|row| row["number"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(first["incidents"].as_array().unwrap().len(), 1000);
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 1003);
            live.get(&next.replace("=bob", "=ann")).await.error(400, "BadRequest");
            live.get(&format!("{next}x")).await.error(400, "BadRequest");
        }
    }
}

#[tokio::test]
async fn hostile_names_are_refused_or_match_nothing() {
    for live in Live::both().await {
        let long = format!("userPrincipalName={}", "a".repeat(10_000));
        for (query, word) in [
            ("", "must not be empty"),
            ("userPrincipalName=", "must not be empty"),
            (long.as_str(), "must not be longer than 254"),
            ("userPrincipalName=a%00b", "U+0000"),
            ("userPrincipalName=a%0d%0ab", "control characters"),
            ("userPrincipalName=javascript:gs.sleep(1)", "must not begin with 'javascript:'"),
            ("userPrincipalName=%20JavaScript%20:x", "must not begin with 'javascript:'"),
            ("userPrincipalName=ann%5E", "must not end with '^'"),
            ("userPrincipalName=a&userprincipalname=b", "more than once"),
            ("userPrincipalName=%ff", "not valid"),
            ("userPrincipalName=ann&$filter=x%20eq%201", "$filter"),
            ("userPrincipalName=ann&$skiptoken=x", "token"),
        ] {
            for path in ["userIncidents", "connections/{id}/userIncidents"] {
                let answer = live.get(&format!("{path}?{query}")).await;
                let said = answer.error(400, "BadRequest");
                assert!(said.contains(word), "{query}: {said}");
            }
        }
        for name in
            ["ann%5ENQactive=true", "'%20or%201=1--", "%22ann%22", "ann%5EORemail!=x", "*", "%25"]
        {
            let list = live.json(&format!("userIncidents?userPrincipalName={name}")).await;
            assert_eq!(
                (&list["match"]["status"], numbers(&list)),
                (&json!("notFound"), String::new())
            );
        }
    }
}

#[tokio::test]
async fn other_tenants_and_other_rights_are_kept_out() {
    for live in Live::both().await {
        let foreign = connection(&live.server, OTHER_TENANT, "https://east.service-now.com").await;
        let unknown = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
        for id in [foreign.as_str(), unknown, "x"] {
            let path = format!("connections/{id}/userIncidents?userPrincipalName={ANN}");
            live.get(&path).await.error(404, "ResourceNotFound");
        }
        let admin = live.server.admin().await;
        let path = format!("/connector/v1/userIncidents?userPrincipalName={ANN}");
        live.server.call("GET", &path).token(&admin).send().await.error(403, "Forbidden");
        live.server.call("POST", &path).token(&admin).send().await.error(405, "MethodNotAllowed");
        let stranger = live.server.app_token(OTHER_TENANT, &[ServiceNowIncidentReadAll]).await;
        let list = live.server.call("GET", &path).token(&stranger).send().await.expect(200).json();
        assert_eq!(numbers(&list), "");
        assert!(!list.to_string().contains(&live.sim.address().to_string()), "{list:#}");
    }
}

#[tokio::test]
async fn nobody_looks_by_the_rights_of_others() {
    for database in TestDatabase::both() {
        let setup = Setup { visibility: Visibility::Agent, ..Setup::default() };
        let server = Server::start(database, setup).await;
        let token = server.app_token(TENANT, &[ServiceNowIncidentReadAll]).await;
        for path in [
            "incidents",
            "incidents/$count",
            "incidents/a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11/x",
            "people?search=ann",
            "userIncidents?userPrincipalName=ann",
            "connections/a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11/userIncidents?userPrincipalName=ann",
        ] {
            let answer = server.call("GET", &format!("/connector/v1/{path}")).token(&token);
            let said = answer.send().await.error(403, "Forbidden");
            assert!(said.contains("live.visibility"), "{path}: {said}");
        }
    }
}

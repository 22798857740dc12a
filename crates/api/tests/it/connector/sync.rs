use model::Permission;
use serde_json::{Value, json};
use testkit::{CONNECTIONS, TENANT};

use super::{Desk, ROOT};

const PATH: &str = "connections/{west}/sync";

#[tokio::test]
async fn a_pass_is_asked_for_and_found_among_the_runs() {
    for desk in Desk::both().await {
        let asked = desk.call("POST", PATH).await.send().await.expect(202);
        let run = asked.json();
        let west = &desk.ids[1];
        let id = run["id"].as_str().unwrap();
        let expect = json!({
            "@odata.context": format!("{ROOT}/$metadata#connections('{west}')/runs/$entity"),
            "@odata.type": "#nowgraph.syncRun",
            "id": id,
            "connectionId": west,
            "kind": "incremental",
            "status": "queued",
            "queuedDateTime": "2026-01-02T03:04:05Z",
            "startedDateTime": null,
            "finishedDateTime": null,
            "fetched": 0,
            "stored": 0,
            "removed": 0,
            "matched": null,
            "readable": null,
            "errorCode": null,
            "errorMessage": null,
        });
        assert_eq!(run, expect);
        let location = asked.header("location").strip_prefix("http://127.0.0.1:8080").unwrap();
        let admin = desk.server.admin().await;
        let found = desk.server.call("GET", location).token(&admin).send().await.expect(200);
        assert_eq!(found.json(), expect);
        // The one that waits is the answer again.
        let again = desk.call("POST", PATH).await.json(&json!({})).send().await.expect(202);
        assert_eq!(again.json()["id"], id);
        desk.server.clock.advance_seconds(1);
        let body = json!({ "kind": "reconcile" });
        let other = desk.call("POST", PATH).await.json(&body).send().await.expect(202).json();
        assert_eq!(other["kind"], "reconcile");
        let runs = desk.call("GET", "connections/{west}/runs").await.send().await.expect(200);
        let runs = runs.json();
        assert_eq!(statuses(&runs)[..2], ["reconcile queued", "incremental queued"]);
        let path = "connections/{west}/runs?$filter=status eq 'abandoned'&$select=kind,status";
        let runs = desk.call("GET", path).await.send().await.expect(200).json();
        assert_eq!(statuses(&runs), ["incremental abandoned"]);
    }
}

#[tokio::test]
async fn a_pass_that_cannot_begin_has_failed_at_once() {
    for desk in Desk::both().await {
        let graph = format!("{CONNECTIONS}/{}", desk.ids[1]);
        let admin = desk.server.admin().await;
        let body = json!({ "serviceNowConnectionStatus": "disabled" });
        desk.server.call("PATCH", &graph).token(&admin).json(&body).send().await.expect(200);
        let run = desk.call("POST", PATH).await.send().await.expect(202).json();
        assert_eq!((&run["status"], &run["errorCode"]), (&json!("failed"), &json!("disabled")));
        assert_eq!(run["finishedDateTime"], "2026-01-02T03:04:05Z");
    }
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    for desk in Desk::both().await {
        for (body, target) in [
            (json!({ "kind": "all" }), json!("kind")),
            (json!({ "kind": null }), json!("kind")),
            (json!({ "kind": 1 }), json!("kind")),
            (json!({ "kinds": "x" }), json!("kinds")),
            (json!([]), Value::Null),
        ] {
            let answer = desk.call("POST", PATH).await.json(&body).send().await;
            assert_eq!(answer.status, 400, "{body}");
            assert_eq!(answer.json()["error"]["target"], target, "{body}: {}", answer.text());
        }
        let read = [Permission::DeviceManagementConfigurationReadAll];
        let reader = desk.server.app_token(TENANT, &read).await;
        let refused = desk.server.call("POST", &desk.path(PATH)).token(&reader).send().await;
        refused.error(403, "Forbidden");
        desk.get_as(&reader, "connections/{west}/runs").await.expect(200);
        desk.get("connections/{west}/runs").await.error(403, "Forbidden");
    }
}

#[tokio::test]
async fn connections_are_listed_with_their_passes() {
    for desk in Desk::both().await {
        let path =
            "connections?$expand=runs($select=status)&$orderby=instanceUrl&$select=instanceUrl";
        let page = desk.call("GET", path).await.send().await.expect(200).json();
        let urls: Vec<_> = page["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                assert_eq!(row["runs"].as_array().unwrap().len(), 1, "{row}");
                row["instanceUrl"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(urls, ["https://east.service-now.com/", "https://west.service-now.com"]);
    }
}

fn statuses(page: &Value) -> Vec<String> {
    let rows = page["value"].as_array().unwrap().iter();
    rows.map(|row| format!("{} {}", row["kind"], row["status"]).replace('"', "")).collect()
}

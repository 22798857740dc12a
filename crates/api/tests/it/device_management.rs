use serde_json::{Value, json};
use testkit::TENANT;

use crate::scene::Scene;

const ROOT: &str = "http://127.0.0.1:8080/beta";
const DEVICE_MANAGEMENT: &str = "/beta/deviceManagement";

async fn read(scene: &Scene, below: &str) -> Value {
    let path = format!("{DEVICE_MANAGEMENT}{below}").replace(' ', "%20");
    let answer = scene.call("GET", &path).send().await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

#[tokio::test]
async fn the_singleton_is_read_as_any_entity() {
    let scene = Scene::sqlite().await;
    let tenant = TENANT.to_string();
    let whole = read(&scene, "").await;
    assert_eq!(whole["id"], tenant);
    assert_eq!(read(&scene, "/microsoft.graph.deviceManagement").await, whole);
    let context = format!("{ROOT}/$metadata#deviceManagement/id");
    assert_eq!(read(&scene, "/id").await, json!({"@odata.context": context, "value": tenant}));
    let reference = json!({
        "@odata.context": format!("{ROOT}/$metadata#$ref"),
        "@odata.id": format!("{ROOT}/deviceManagement"),
    });
    assert_eq!(read(&scene, "/$ref").await, reference);
    let value = scene.call("GET", &format!("{DEVICE_MANAGEMENT}/ID/$value")).send().await;
    assert_eq!(value.expect(200).text(), tenant);
    for (below, status) in [
        ("/id?$select=id", 400),
        ("/$ref?$select=id", 400),
        ("/microsoft.graph.entity", 400),
        ("/microsoft.graph.serviceNowConnection", 400),
    ] {
        let answer = scene.call("GET", &format!("{DEVICE_MANAGEMENT}{below}")).send().await;
        assert_eq!(answer.status, status, "{below}: {}", answer.text());
    }
}

#[tokio::test]
async fn its_connections_are_expanded() {
    for mut scene in Scene::both().await {
        let mut ids = Vec::new();
        for url in ["https://a.example", "https://b.example", "https://c.example"] {
            ids.push(scene.row(&json!({"instanceUrl": url})).await);
        }
        let all = scene.everything().await;
        let id = |index: usize| json!({"id": ids[index]});
        for (expand, expect) in [
            ("serviceNowConnections", json!({"serviceNowConnections": all})),
            ("*", json!({"serviceNowConnections": all})),
            ("serviceNowConnections($expand=*)", json!({"serviceNowConnections": all})),
            ("serviceNowConnections($levels=max)", json!({"serviceNowConnections": all})),
            (
                "microsoft.graph.deviceManagement/ServiceNowConnections($select=id;$top=2;$skip=1)",
                json!({"serviceNowConnections": [id(1), id(2)]}),
            ),
            (
                "serviceNowConnections($select=id;$count=true;$filter=instanceUrl ne null;$orderby=instanceUrl desc;$top=1)",
                json!({"serviceNowConnections@odata.count": 3, "serviceNowConnections": [id(2)]}),
            ),
            (
                "serviceNowConnections/$count($filter=instanceUrl eq 'https:%2F%2Fb.example')",
                json!({"serviceNowConnections@odata.count": 1}),
            ),
            (
                "serviceNowConnections/$ref($skip=2)",
                json!({"serviceNowConnections": [{
                    "@odata.id": format!("{ROOT}/deviceManagement/serviceNowConnections/{}", ids[2])
                }]}),
            ),
            (
                "serviceNowConnections($compute=length(instanceUrl) as n;$select=n;$top=1)",
                json!({"serviceNowConnections": [{"n": 17}]}),
            ),
        ] {
            let mut found =
                read(&scene, &format!("?$select=serviceNowConnections&$expand={expand}")).await;
            let members = found.as_object_mut().unwrap();
            members.retain(|name, _| name.starts_with("serviceNow") && !name.ends_with("Link"));
            strip_types(members.get_mut("serviceNowConnections"), expand.contains("$select"));
            assert_eq!(found, expect, "{expand}");
        }
    }
}

/// What a selection does not ask for, and is told all the same.
fn strip_types(connections: Option<&mut Value>, selects: bool) {
    let connections = connections.and_then(Value::as_array_mut).filter(|_| selects);
    for connection in connections.into_iter().flatten() {
        connection.as_object_mut().unwrap().retain(|name, _| !name.contains('@'));
    }
}

#[tokio::test]
async fn what_cannot_be_expanded_is_refused() {
    let scene = Scene::sqlite().await;
    for (expand, status, named) in [
        ("nothing", 400, "'nothing'"),
        ("id", 400, "'id'"),
        ("serviceNowConnections($expand=x)", 400, "'x'"),
        ("serviceNowConnections($levels=2)", 501, "$levels of more than 1"),
        ("serviceNowConnections($search=x)", 501, "$search"),
        ("serviceNowConnections($skiptoken=x)", 400, "$skiptoken"),
    ] {
        let path = format!("{DEVICE_MANAGEMENT}?$expand={expand}");
        let answer = scene.call("GET", &path).send().await;
        assert_eq!(answer.status, status, "{expand}: {}", answer.text());
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(named), "{expand}: {message}");
    }
}

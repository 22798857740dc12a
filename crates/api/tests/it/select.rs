use serde_json::{Value, json};
use testkit::CONNECTIONS;

use crate::scene::{OAUTH, Scene, oauth, path, query};

fn names(object: &Value) -> Vec<&str> {
    let names = object.as_object().expect("an object").keys().map(String::as_str);
    names.filter(|name| !name.starts_with('@')).collect()
}

#[tokio::test]
async fn only_what_is_selected_is_answered() {
    let all = [
        "authenticationMethod",
        "createdDateTime",
        "id",
        "incidentApiUrl",
        "instanceUrl",
        "lastModifiedDateTime",
        "lastQueriedDateTime",
        "serviceNowConnectionStatus",
    ];
    for scene in Scene::both().await {
        let id = scene.create(&json!({"authenticationMethod": oauth("a")})).await;
        let cases: [(&str, &str, &[&str]); 10] = [
            ("$select", "id,instanceUrl", &["id", "instanceUrl"]),
            ("select", "id", &["id"]),
            ("$SELECT", "ID", &["id"]),
            ("$select", " id , instanceUrl ", &["id", "instanceUrl"]),
            ("$select", "id,id", &["id"]),
            ("$select", "*", &all),
            ("$select", "*,id", &all),
            ("$select", "authenticationMethod", &["authenticationMethod"]),
            ("$select", "lastQueriedDateTime", &["lastQueriedDateTime"]),
            ("$select", "microsoft.graph.serviceNowConnection/id", &["id"]),
        ];
        for (name, value, expect) in cases {
            let query = query(&[(name, value)]);
            let list = scene.call("GET", &format!("{CONNECTIONS}{query}")).send().await;
            assert_eq!(list.status, 200, "{value}: {}", list.text());
            let mut found =
                names(&list.json()["value"][0]).into_iter().map(str::to_owned).collect::<Vec<_>>();
            found.sort();
            assert_eq!(found, expect, "{value}");
            let one =
                scene.call("GET", &format!("{}{query}", path(&id))).send().await.expect(200).json();
            let mut found = names(&one);
            found.sort_unstable();
            assert_eq!(found, expect, "{value}");
        }
    }
}

#[tokio::test]
async fn a_property_within_a_property_can_be_selected() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({"authenticationMethod": oauth("a")})).await;
        let cast = "microsoft.graph.serviceNowOauthSecretAuthentication/appId";
        let method = json!({"@odata.type": OAUTH, "appId": "a"});
        let own = cast.strip_suffix("/appId").unwrap();
        for select in [
            format!("authenticationMethod/{cast}"),
            format!("authenticationMethod/{own}"),
            format!("authenticationMethod/{own}($select=appId)"),
            format!("authenticationMethod/{own},authenticationMethod/{cast}"),
            "authenticationMethod/graph.serviceNowAuthenticationMethod".to_owned(),
            format!("authenticationMethod($select={cast})"),
            format!("authenticationMethod(select=*),AuthenticationMethod/{cast}"),
        ] {
            let page = scene.list(&[("$select", &select)]).await.expect(200).json();
            assert_eq!(page["value"][0]["authenticationMethod"], method, "{select}");
            assert_eq!(names(&page["value"][0]), ["authenticationMethod"], "{select}");
            let one = scene.call("GET", &format!("{}?$select={select}", path(&id))).send().await;
            assert_eq!(one.expect(200).json()["authenticationMethod"], method, "{select}");
        }
    }
}

#[tokio::test]
async fn the_context_names_the_selection() {
    let scene = Scene::sqlite().await;
    let id = scene.create(&json!({})).await;
    let page = scene.list(&[("$select", "ID,instanceurl")]).await.expect(200).json();
    let context = "http://127.0.0.1:8080/beta/$metadata#deviceManagement/serviceNowConnections";
    assert_eq!(page["@odata.context"], format!("{context}(id,instanceUrl)"));
    let one = scene.call("GET", &format!("{}?$select=id", path(&id))).send().await;
    assert_eq!(one.expect(200).json()["@odata.context"], format!("{context}(id)/$entity"));
    let cast = "authenticationMethod/microsoft.graph.serviceNowOauthSecretAuthentication";
    let page = scene.list(&[("$select", cast)]).await.expect(200).json();
    assert_eq!(page["@odata.context"], format!("{context}({cast})"));
}

#[tokio::test]
async fn answers_to_writes_can_be_selected_too() {
    let scene = Scene::sqlite().await;
    let call = scene.call("POST", &format!("{CONNECTIONS}?$select=id"));
    let created = call.json(&json!({})).send().await.expect(201).json();
    assert_eq!(names(&created), ["id"]);
    let id = created["id"].as_str().unwrap();
    let call = scene.call("PATCH", &format!("{}?$select=id", path(id)));
    assert_eq!(names(&call.json(&json!({})).send().await.expect(200).json()), ["id"]);
}

#[tokio::test]
async fn what_cannot_be_selected_is_named() {
    let scene = Scene::sqlite().await;
    let cases = [
        ("nope", "nope"),
        ("id,nope", "nope"),
        ("id/nope", "nope"),
        ("authenticationMethod/nope", "nope"),
        ("instance_url", "instance_url"),
        ("microsoft.graph.nope/id", "microsoft.graph.nope"),
        ("microsoft.graph.serviceNowConnection", "a property behind the type"),
        ("authenticationMethod/microsoft.graph.entity", "microsoft.graph.entity"),
        ("id,,id", ","),
        (",", ","),
    ];
    for (select, named) in cases {
        let message = scene.list(&[("$select", select)]).await;
        assert_eq!(message.status, 400, "{select}: {}", message.text());
        let message = message.error(400, "BadRequest");
        assert!(message.contains(named), "{select}: {message}");
    }
}

#[tokio::test]
async fn properties_are_computed() {
    for scene in Scene::both().await {
        let body = json!({"instanceUrl": "https://a.example"});
        let id = scene.create(&body).await;
        let long = query(&[("$compute", "length(instanceUrl) as long"), ("$select", "id,long")]);
        let all = query(&[("$compute", "id as same"), ("$filter", "same ne null")]);
        let list =
            scene.call("GET", &format!("{CONNECTIONS}{long}")).send().await.expect(200).json();
        assert_eq!(list["value"][0]["long"], 17);
        let one = scene.call("GET", &format!("{}{long}", path(&id))).send().await;
        assert_eq!(names(&one.expect(200).json()), ["id", "long", "long@odata.type"]);
        let list =
            scene.call("GET", &format!("{CONNECTIONS}{all}")).send().await.expect(200).json();
        assert_eq!(list["value"][0]["same"], id.as_str());
        let singleton = scene.call("GET", "/beta/deviceManagement?$compute=1%20as%20one").send();
        assert_eq!(singleton.await.expect(200).json()["one"], 1);
        let inside = query(&[("$select", "authenticationMethod($compute=1 as one)")]);
        for compute in [&long, &inside] {
            let post = format!("{CONNECTIONS}{compute}");
            scene.call("POST", &post).json(&body).send().await.error(501, "NotImplemented");
        }
        let patch = format!("{}{long}", path(&id));
        scene.call("PATCH", &patch).json(&body).send().await.error(501, "NotImplemented");
    }
}

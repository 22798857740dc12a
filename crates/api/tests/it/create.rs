use insta::{allow_duplicates, assert_snapshot};
use serde_json::{Value, json};
use testkit::{CONNECTIONS, Server, Setup, TestDatabase};

use crate::scene::{OAUTH, Scene, oauth, path};
use crate::shown::shown;

/// The body of the create page, with its type names.
fn documented(prefix: &str) -> Value {
    json!({
        "@odata.type": format!("{prefix}microsoft.graph.serviceNowConnection"),
        "instanceUrl": "https://example.com/instanceUrl/",
        "incidentApiUrl": "https://example.com/incidentApiUrl/",
        "authenticationMethod": {
            "@odata.type": format!("{prefix}microsoft.graph.serviceNowOauthSecretAuthentication"),
            "appId": "App Id value"
        },
        "serviceNowConnectionStatus": "enabled",
        "lastQueriedDateTime": "2017-01-01T00:00:30.0527314-08:00"
    })
}

#[tokio::test]
async fn a_created_connection_is_answered_with_its_location_and_an_etag() {
    for scene in Scene::both().await {
        let answer = scene.post(&documented("#")).await.expect(201);
        allow_duplicates! { assert_snapshot!(shown(&answer), @r##"
        201
        cache-control: no-cache
        client-request-id: <guid>
        content-length: 602
        content-type: application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8
        etag: W/"1"
        location: http://127.0.0.1:8080/beta/deviceManagement/serviceNowConnections/<guid>
        odata-version: 4.0
        request-id: <guid>
        vary: odata-maxversion
        vary: accept-encoding
        x-ms-ags-diagnostic: {"ServerInfo":{"DataCenter":"nowgraph","Slice":"E","Ring":"4","ScaleUnit":"000","RoleInstance":"0"}}

        {
          "@odata.context": "http://127.0.0.1:8080/beta/$metadata#deviceManagement/serviceNowConnections/$entity",
          "@odata.type": "#microsoft.graph.serviceNowConnection",
          "authenticationMethod": {
            "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
            "appId": "App Id value"
          },
          "createdDateTime": "2026-01-02T03:04:05Z",
          "id": "<guid>",
          "incidentApiUrl": "https://example.com/incidentApiUrl/",
          "instanceUrl": "https://example.com/instanceUrl/",
          "lastModifiedDateTime": "2026-01-02T03:04:05Z",
          "lastQueriedDateTime": "2017-01-01T08:00:30.0527314Z",
          "serviceNowConnectionStatus": "enabled"
        }
        "##); }
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(answer.header("location"), format!("http://127.0.0.1:8080{}", path(&id)));
        assert_eq!(answer.json(), scene.show(&id).await);
        assert_eq!(answer.header("etag"), scene.get(&id).await.header("etag"));
    }
}

#[tokio::test]
async fn type_names_need_no_hash_and_the_connection_no_type() {
    for scene in Scene::both().await {
        let mut without = documented("#");
        without.as_object_mut().unwrap().remove("@odata.type");
        let mut expect = None;
        for body in [documented("#"), documented(""), documented("#Graph.").clone(), without] {
            let body: Value =
                serde_json::from_str(&body.to_string().replace("#Graph.microsoft.graph", "Graph"))
                    .unwrap();
            let mut created = scene.post(&body).await.expect(201).json();
            assert_eq!(created["authenticationMethod"]["@odata.type"], OAUTH);
            let id = created.as_object_mut().unwrap().remove("id");
            assert!(id.is_some());
            assert_eq!(*expect.get_or_insert_with(|| created.clone()), created, "{body}");
        }
    }
}

#[tokio::test]
async fn the_same_body_twice_makes_two() {
    for scene in Scene::both().await {
        let (one, two) = (scene.create(&json!({})).await, scene.create(&json!({})).await);
        assert_ne!(one, two);
        for id in [&one, &two] {
            assert!(id.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f' | '-')), "{id}");
        }
        assert_eq!(scene.everything().await.as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn an_empty_body_makes_a_disabled_connection_of_nulls() {
    for scene in Scene::both().await {
        let created = scene.post(&json!({})).await.expect(201).json();
        for name in ["instanceUrl", "incidentApiUrl", "authenticationMethod", "lastQueriedDateTime"]
        {
            assert_eq!(created.get(name), Some(&Value::Null), "{name}");
        }
        assert_eq!(created["serviceNowConnectionStatus"], "disabled");
        assert_eq!(created["createdDateTime"], created["lastModifiedDateTime"]);
    }
}

#[tokio::test]
async fn what_the_service_sets_is_ignored_in_a_body() {
    for scene in Scene::both().await {
        let body = json!({
            "id": "22222222-2222-2222-2222-222222222222",
            "createdDateTime": "1999-01-01T00:00:00Z",
            "lastModifiedDateTime": "1999-01-01T00:00:00Z"
        });
        let created = scene.post(&body).await.expect(201).json();
        assert_ne!(created["id"], body["id"]);
        assert_eq!(created["createdDateTime"], "2026-01-02T03:04:05Z");
        assert_eq!(created["lastModifiedDateTime"], "2026-01-02T03:04:05Z");
        scene.get("22222222-2222-2222-2222-222222222222").await.error(404, "ResourceNotFound");
    }
}

#[tokio::test]
async fn text_is_kept_byte_for_byte() {
    let texts =
        ["", " ", "  a ", "ÄÖ\u{308}", "😀", "a\tb\r\nc", "'\"\\", "\u{1}\u{7f}\u{2028}", "null"];
    for scene in Scene::both().await {
        for text in texts {
            let id = scene.create(&json!({"authenticationMethod": oauth(text)})).await;
            assert_eq!(scene.show(&id).await["authenticationMethod"]["appId"], text);
        }
    }
}

#[tokio::test]
async fn minimal_return_is_an_empty_answer_with_the_address() {
    for scene in Scene::both().await {
        let call = scene.call("POST", CONNECTIONS).header("prefer", "return=minimal");
        let answer = call.json(&json!({})).send().await.expect(204);
        assert_eq!((answer.text(), answer.header("content-type")), ("", ""));
        assert_eq!(answer.header("preference-applied"), "return=minimal");
        assert_eq!(answer.header("location"), answer.header("odata-entityid"));
        let path = answer.header("location").strip_prefix("http://127.0.0.1:8080").unwrap();
        scene.call("GET", path).send().await.expect(200);
    }
}

#[tokio::test]
async fn links_are_built_from_the_public_url() {
    let public_url = Some("https://graph.contoso.example/now".to_owned());
    let setup = Setup { public_url, ..Setup::default() };
    let scene = Scene::of(Server::start(TestDatabase::sqlite(), setup).await).await;
    let answer = scene.post(&json!({})).await.expect(201);
    let base = "https://graph.contoso.example/now/beta/";
    assert!(answer.header("location").starts_with(base), "{}", answer.header("location"));
    assert!(answer.json()["@odata.context"].as_str().unwrap().starts_with(base));
    scene.create(&json!({})).await;
    let page = scene.list(&[("$top", "1")]).await.expect(200).json();
    assert!(page["@odata.nextLink"].as_str().unwrap().starts_with(base));
}

use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use testkit::CONNECTIONS;

use crate::scene::{Scene, oauth, path};
use crate::shown::shown;

#[tokio::test]
async fn one_connection_is_answered_bare_with_every_property_and_an_etag() {
    for mut scene in Scene::both().await {
        let id = scene.row(&json!({"authenticationMethod": oauth("abc")})).await;
        let answer = scene.get(&id).await;
        allow_duplicates! { assert_snapshot!(shown(&answer), @r##"
        200
        cache-control: no-cache
        client-request-id: <guid>
        content-length: 505
        content-type: application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8
        etag: W/"1"
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
            "appId": "abc"
          },
          "createdDateTime": "2026-01-02T03:04:06Z",
          "id": "<guid>",
          "incidentApiUrl": null,
          "instanceUrl": null,
          "lastModifiedDateTime": "2026-01-02T03:04:06Z",
          "lastQueriedDateTime": null,
          "serviceNowConnectionStatus": "disabled"
        }
        "##); }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    for scene in Scene::both().await {
        let unknown = [
            "00000000-0000-0000-0000-000000000000",
            "not-a-guid",
            "a%20b%2Fc%27d",
            "1",
            "('00000000-0000-0000-0000-000000000000')",
            "%F0%9F%98%80",
        ];
        for id in unknown {
            for method in ["GET", "PATCH", "DELETE"] {
                let answer = scene.call(method, &path(id)).json(&json!({})).send().await;
                assert_eq!(answer.status, 404, "{method} {id}: {}", answer.text());
            }
        }
        assert_eq!(scene.everything().await, json!([]));
        let answer = scene.get("00000000-0000-0000-0000-000000000000").await;
        allow_duplicates! { assert_snapshot!(shown(&answer), @r##"
            404
            cache-control: no-cache
            client-request-id: <guid>
            content-length: 644
            content-type: application/json
            odata-version: 4.0
            request-id: <guid>
            vary: odata-maxversion
            vary: accept-encoding
            x-ms-ags-diagnostic: {"ServerInfo":{"DataCenter":"nowgraph","Slice":"E","Ring":"4","ScaleUnit":"000","RoleInstance":"0"}}

            {
              "error": {
                "code": "ResourceNotFound",
                "innerError": {
                  "client-request-id": "<guid>",
                  "date": "2026-01-02T03:04:05",
                  "request-id": "<guid>"
                },
                "message": "{\r\n  \"_version\": 3,\r\n  \"Message\": \"An error has occurred - Operation ID (for customer support): <guid> - Activity ID: <guid> - Url: http://127.0.0.1:8080/beta/deviceManagement/serviceNowConnections/<guid>\",\r\n  \"CustomApiErrorPhrase\": \"\",\r\n  \"RetryAfter\": null,\r\n  \"ErrorSourceService\": \"\",\r\n  \"HttpHeaders\": \"{}\"\r\n}"
              }
            }
            "##); }
    }
}

#[tokio::test]
async fn keys_may_be_written_in_parentheses_and_paths_and_ids_in_any_case() {
    let scene = Scene::sqlite().await;
    let id = scene.create(&json!({})).await;
    let expect = scene.show(&id).await;
    let paths = [
        format!("{CONNECTIONS}('{id}')"),
        format!("{CONNECTIONS}(id='{id}')"),
        format!("{CONNECTIONS}/{}", id.to_uppercase()),
        format!("/BETA/DeviceManagement/SERVICENOWCONNECTIONS/{id}"),
        format!("/beta//deviceManagement/serviceNowConnections/{id}"),
        format!("{CONNECTIONS}/{id}/"),
    ];
    for path in paths {
        let answer = scene.call("GET", &path).send().await;
        assert_eq!((answer.status, answer.json()), (200, expect.clone()), "{path}");
    }
}

#[tokio::test]
async fn an_etag_that_is_known_saves_the_body_until_something_changes() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        let first = scene.get(&id).await.expect(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        let again = |tag: &str| scene.call("GET", &path(&id)).header("if-none-match", tag).send();
        let unmodified = again(&tag).await.expect(304);
        assert_eq!((unmodified.text(), unmodified.header("etag")), ("", tag.as_str()));
        scene.patch(&id, &json!({"serviceNowConnectionStatus": "enabled"})).await.expect(200);
        assert_ne!(again(&tag).await.expect(200).header("etag"), tag);
    }
}

#[tokio::test]
async fn options_that_pick_rows_are_refused_on_one_connection() {
    let scene = Scene::sqlite().await;
    let id = scene.create(&json!({})).await;
    for option in ["$filter=true", "$orderby=id", "$top=1", "$skip=1", "$count=true", "$nope=1"] {
        let call = scene.call("GET", &format!("{}?{option}", path(&id)));
        call.send().await.error(400, "BadRequest");
    }
    scene.call("GET", &format!("{}?custom=1", path(&id))).send().await.expect(200);
}

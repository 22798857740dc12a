use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use testkit::CONNECTIONS;

use crate::scene::{Scene, oauth};
use crate::shown::shown;

#[tokio::test]
async fn an_empty_collection_is_an_empty_value() {
    for scene in Scene::both().await {
        let answer = scene.list(&[]).await;
        allow_duplicates! { assert_snapshot!(shown(&answer), @r##"
        200
        cache-control: no-cache
        client-request-id: <guid>
        content-length: 107
        content-type: application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8
        odata-version: 4.0
        request-id: <guid>
        vary: odata-maxversion
        vary: accept-encoding
        x-ms-ags-diagnostic: {"ServerInfo":{"DataCenter":"nowgraph","Slice":"E","Ring":"4","ScaleUnit":"000","RoleInstance":"0"}}

        {
          "@odata.context": "http://127.0.0.1:8080/beta/$metadata#deviceManagement/serviceNowConnections",
          "value": []
        }
        "##); }
    }
}

#[tokio::test]
async fn a_page_has_its_rows_a_count_and_a_link() {
    for mut scene in Scene::both().await {
        let first = json!({
            "instanceUrl": "https://contoso.service-now.com",
            "incidentApiUrl": "/api/now/table/incident",
            "authenticationMethod": oauth("App Id value"),
            "serviceNowConnectionStatus": "enabled"
        });
        scene.row(&first).await;
        scene.row(&json!({})).await;
        let answer = scene.list(&[("$top", "1"), ("$count", "true")]).await;
        allow_duplicates! { assert_snapshot!(shown(&answer), @r##"
        200
        cache-control: no-cache
        client-request-id: <guid>
        content-length: 789
        content-type: application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8
        odata-version: 4.0
        request-id: <guid>
        vary: odata-maxversion
        vary: accept-encoding
        x-ms-ags-diagnostic: {"ServerInfo":{"DataCenter":"nowgraph","Slice":"E","Ring":"4","ScaleUnit":"000","RoleInstance":"0"}}

        {
          "@odata.context": "http://127.0.0.1:8080/beta/$metadata#deviceManagement/serviceNowConnections",
          "@odata.count": 2,
          "@odata.nextLink": "http://127.0.0.1:8080/beta/deviceManagement/serviceNowConnections?$top=1&$count=true&$skiptoken=<token>",
          "value": [
            {
              "@odata.type": "#microsoft.graph.serviceNowConnection",
              "authenticationMethod": {
                "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
                "appId": "App Id value"
              },
              "createdDateTime": "2026-01-02T03:04:06Z",
              "id": "<guid>",
              "incidentApiUrl": "/api/now/table/incident",
              "instanceUrl": "https://contoso.service-now.com",
              "lastModifiedDateTime": "2026-01-02T03:04:06Z",
              "lastQueriedDateTime": null,
              "serviceNowConnectionStatus": "enabled"
            }
          ]
        }
        "##); }
    }
}

#[tokio::test]
async fn option_names_need_no_dollar_and_no_case() {
    for mut scene in Scene::both().await {
        for status in ["disabled", "enabled", "enabled"] {
            scene.row(&json!({"serviceNowConnectionStatus": status})).await;
        }
        let cases = [
            ("$filter", "serviceNowConnectionStatus eq 'enabled'", "bc"),
            ("filter", " SERVICENOWCONNECTIONSTATUS EQ 'Enabled' ", "bc"),
            ("$FILTER", "not (serviceNowConnectionStatus eq 'enabled')", "a"),
            ("OrderBy", "createdDateTime  DESC , id", "cba"),
            ("$top", " 2 ", "ab"),
            ("TOP", "2", "ab"),
            ("skip", "1", "bc"),
            ("$Skip", "5", ""),
            ("$count", "TRUE", "abc"),
            ("$format", "json", "abc"),
            ("$expand", "*", "abc"),
            ("bogus", "1", "abc"),
            ("bogus", "$filter", "abc"),
        ];
        for (name, value, expect) in cases {
            assert_eq!(scene.letters(&[(name, value)]).await, expect, "{name}={value}");
        }
        let plus = format!("{CONNECTIONS}?filter=serviceNowConnectionStatus+eq+'enabled'&&top=1&");
        let page = scene.call("GET", &plus).send().await.expect(200);
        assert_eq!(scene.letters_of(&page), "b");
    }
}

#[tokio::test]
async fn options_are_obeyed_or_refused_by_name() {
    let scene = Scene::sqlite().await;
    scene.create(&json!({})).await;
    let bad = [
        "$top=-1",
        "$top=x",
        "$top=",
        "$top=1.0",
        "$top=99999999999999999999",
        "$skip=-1",
        "$skip=x",
        "$count=yes",
        "$count=",
        "$filter=",
        "$filter=bad%20syntax",
        "$orderby=nope",
        "$orderby=",
        "$expand=x",
        "$search=%22x%22",
        "search=x",
        "$bogus=1",
        "$id=1",
        "$levels=1",
        "$top=1&top=1",
        "$filter=true&FILTER=true",
        "$filter=%ff",
        "$filter=%zz",
        "$skiptoken=x",
        "$skiptoken=",
        "@p=1&@p=2",
    ];
    for option in bad {
        let answer = scene.call("GET", &format!("{CONNECTIONS}?{option}")).send().await;
        assert_eq!(answer.status, 400, "{option}: {}", answer.text());
        answer.error(400, "BadRequest");
    }
    for option in ["$apply=identity", "$deltatoken=x", "$index=1", "$schemaversion=1"] {
        let message = scene.call("GET", &format!("{CONNECTIONS}?{option}")).send().await;
        let message = message.error(501, "NotImplemented");
        let name = option.split('=').next().unwrap();
        assert!(message.contains(name), "{message}");
    }
    let xml = scene.call("GET", &format!("{CONNECTIONS}?$format=xml")).send().await;
    xml.error(406, "NotAcceptable");
}

#[tokio::test]
async fn an_expansion_is_refused_in_the_words_of_graph() {
    let scene = Scene::sqlite().await;
    let answer = scene.list(&[("$expand", "manager($select=id)")]).await;
    assert_eq!(
        answer.error(400, "BadRequest"),
        "Parsing OData Select and Expand failed: Could not find a property named 'manager' on \
         type 'microsoft.graph.serviceNowConnection'."
    );
}

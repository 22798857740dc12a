use serde_json::{Value, json};
use testkit::{CONNECTIONS, Server};

/// The body of the request in Microsoft's reference page.
fn documented() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.serviceNowConnection",
        "instanceUrl": "https://example.com/instanceUrl/",
        "incidentApiUrl": "https://example.com/incidentApiUrl/",
        "authenticationMethod": {
            "@odata.type": "microsoft.graph.serviceNowOauthSecretAuthentication",
            "appId": "App Id value"
        },
        "serviceNowConnectionStatus": "enabled",
        "lastQueriedDateTime": "2017-01-01T00:00:30.0527314-08:00"
    })
}

#[tokio::test]
async fn the_documented_request_has_the_documented_answer() {
    for server in Server::both().await {
        let admin = server.admin().await;
        let created = server.call("POST", CONNECTIONS).token(&admin).json(&json!({})).send().await;
        let id = created.expect(201).json()["id"].as_str().unwrap().to_owned();
        let path = format!("{CONNECTIONS}/{id}");
        let answer = server.call("PATCH", &path).token(&admin).json(&documented()).send().await;
        let mut expect = documented();
        expect["@odata.context"] =
            "http://127.0.0.1:8080/beta/$metadata#deviceManagement/serviceNowConnections/$entity"
                .into();
        expect["id"] = id.into();
        expect["authenticationMethod"]["@odata.type"] =
            "#microsoft.graph.serviceNowOauthSecretAuthentication".into();
        expect["createdDateTime"] = "2026-01-02T03:04:05Z".into();
        expect["lastModifiedDateTime"] = "2026-01-02T03:04:05.0000001Z".into();
        expect["lastQueriedDateTime"] = "2017-01-01T08:00:30.0527314Z".into();
        assert_eq!(answer.expect(200).json(), expect);
    }
}

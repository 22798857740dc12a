use serde_json::json;
use testkit::{CONNECTIONS, Server};

use crate::given;
use crate::scene::{OAUTH, Scene};

#[tokio::test]
async fn one_connection_has_many_spellings() {
    for server in Server::both().await {
        let admin = server.admin().await;
        let one = given::connection(&server, &admin).await;
        let id = one.rsplit('/').next().unwrap();
        let expect = server.call("GET", &one).token(&admin).send().await.expect(200).body;
        let upper = id.to_uppercase();
        for path in [
            format!("{CONNECTIONS}('{id}')"),
            format!("{CONNECTIONS}(id='{id}')"),
            format!("{CONNECTIONS}(ID='{id}')"),
            format!("{CONNECTIONS}(%27{id}%27)"),
            format!("{CONNECTIONS}/('{id}')"),
            format!("{CONNECTIONS}/{upper}"),
            format!("{CONNECTIONS}('{upper}')"),
            format!("{CONNECTIONS}/{id}/"),
            format!("{CONNECTIONS}(@id)?@id='{id}'"),
            format!("{CONNECTIONS}(id=@id)?@id=%27{id}%27"),
            format!("{CONNECTIONS}//{id}"),
            format!("/BETA/DeviceManagement/SERVICENOWCONNECTIONS/{id}"),
            format!("//beta//deviceManagement/serviceNowConnections/{id}"),
            format!("/beta/%64eviceManagement/serviceNowConnections/{id}"),
        ] {
            let answer = server.call("GET", &path).token(&admin).send().await;
            assert_eq!(answer.status, 200, "{path} {}", answer.text());
            assert_eq!(answer.body, expect, "{path}");
        }
        let patch = server.call("PATCH", &format!("{CONNECTIONS}('{id}')")).token(&admin);
        patch.json(&json!({})).send().await.expect(200);
        let delete = server.call("DELETE", &format!("{CONNECTIONS}(id='{id}')/")).token(&admin);
        delete.send().await.expect(204);
        server.call("GET", &one).token(&admin).send().await.expect(404);
    }
}

#[tokio::test]
async fn the_collection_has_many_spellings() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    given::connection(&server, &admin).await;
    let expect = server.call("GET", CONNECTIONS).token(&admin).send().await.expect(200).body;
    for path in [
        "/beta/DeviceManagement/SERVICENOWCONNECTIONS",
        "/beta//deviceManagement/serviceNowConnections",
        "/Beta/deviceManagement/serviceNowConnections/",
        "/beta/deviceManagement//serviceNowConnections//",
        "/beta/deviceManagement/serviceNowConnections/microsoft.graph.serviceNowConnection",
        "/beta/deviceManagement/graph.deviceManagement/serviceNowConnections",
    ] {
        let answer = server.call("GET", path).token(&admin).send().await.expect(200);
        assert_eq!(answer.body, expect, "{path}");
    }
    for path in ["/$count", "/$COUNT", "//$count/"] {
        let path = format!("{CONNECTIONS}{path}");
        assert_eq!(server.call("GET", &path).token(&admin).send().await.expect(200).text(), "1");
    }
}

#[tokio::test]
async fn what_is_no_id_is_not_there() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    let id = one.rsplit('/').next().unwrap();
    let bare = id.replace('-', "");
    for key in [
        "/a%20b%2Fc%27d",
        "/%2e%2e",
        "/not-a-guid",
        "/null",
        "('it''s')",
        "('')",
        "/%F0%9F%98%80",
        &format!("/{id}%2F"),
        &format!("/{id}%20"),
        &format!("/'{id}'"),
        &format!("/{bare}"),
        &format!("/%7B{id}%7D"),
        &format!("/urn:uuid:{id}"),
    ] {
        let path = format!("{CONNECTIONS}{key}");
        for method in ["GET", "DELETE"] {
            let answer = server.call(method, &path).token(&admin).send().await;
            assert_eq!(answer.status, 404, "{method} {path} {}", answer.text());
            answer.error(404, "ResourceNotFound");
        }
    }
    for key in
        ["()", "(1)", "(id=1)", "(name='x')", "('a','b')", "(id='a',id='b')", "('x", "(null)"]
    {
        let path = format!("{CONNECTIONS}{key}");
        let answer = server.call("GET", &path).token(&admin).send().await;
        assert_eq!(answer.status, 400, "{path} {}", answer.text());
        answer.error(400, "BadRequest");
    }
    for encoded in ["/%", "/%zz", "/%ff", "/%00"] {
        let path = format!("{CONNECTIONS}{encoded}");
        server.call("GET", &path).token(&admin).send().await.error(400, "BadRequest");
    }
    assert_eq!(given::count(&server, &admin).await, 1);
}

#[tokio::test]
async fn properties_have_urls_of_their_own() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({"instanceUrl": "https://a.example"})).await;
        let upper = id.to_uppercase();
        for (path, status, expect) in [
            (format!("/{id}/instanceUrl/$value"), 200, "https://a.example"),
            (format!("('{upper}')/INSTANCEURL/$value"), 200, "https://a.example"),
            (format!("(@k)/instanceUrl/$value?@k='{id}'"), 200, "https://a.example"),
            (format!("/{id}/serviceNowConnectionStatus/$value"), 200, "disabled"),
            (format!("/{id}/lastQueriedDateTime"), 204, ""),
            (format!("/{id}/lastQueriedDateTime/$value"), 204, ""),
            (format!("/{id}/authenticationMethod"), 204, ""),
            (format!("/$filter(instanceUrl ne null)/{id}/id/$value"), 200, id.as_str()),
        ] {
            let path = format!("{CONNECTIONS}{path}").replace(' ', "%20");
            let answer = scene.call("GET", &path).send().await;
            assert_eq!((answer.status, answer.text()), (status, expect), "{path}");
        }
        let method = json!({"@odata.type": OAUTH, "appId": "App A"});
        let id_of_app = scene.create(&json!({"authenticationMethod": method})).await;
        for (id, below, status, expect) in
            [(&id_of_app, "/appId/$value", 200, "App A"), (&id, "", 204, "")]
        {
            let cast = "authenticationMethod/microsoft.graph.serviceNowOauthSecretAuthentication";
            let path = format!("{CONNECTIONS}/{id}/{cast}{below}");
            let answer = scene.call("GET", &path).send().await;
            assert_eq!((answer.status, answer.text()), (status, expect), "{path}");
        }
        let path = format!("{CONNECTIONS}/{id}/instanceUrl");
        let found = scene.call("GET", &path).send().await.expect(200).json();
        let root = "http://127.0.0.1:8080/beta/$metadata";
        let context = format!("{root}#deviceManagement/serviceNowConnections('{id}')/instanceUrl");
        assert_eq!(found, json!({"@odata.context": context, "value": "https://a.example"}));
        for path in [
            format!("{CONNECTIONS}/not-a-guid/instanceUrl"),
            format!("{CONNECTIONS}/00000000-0000-0000-0000-000000000000/instanceUrl"),
            format!("{CONNECTIONS}/$filter(false)/{id}"),
        ] {
            scene.call("GET", &path).send().await.error(404, "ResourceNotFound");
        }
    }
}

#[tokio::test]
async fn the_collection_can_be_filtered_in_the_path() {
    for scene in Scene::both().await {
        for url in ["https://a.example", "https://b.example", "https://c.example"] {
            scene.create(&json!({"instanceUrl": url})).await;
        }
        for (path, expect) in [
            ("/$filter(instanceUrl gt 'https:%2F%2Fa.example')/$count", "2"),
            ("/$filter(@f)/$count?@f=instanceUrl eq 'https://a.example'", "1"),
            ("/$filter(true)/$filter(endswith(instanceUrl,'example'))/$count?$filter=false", "0"),
        ] {
            let path = format!("{CONNECTIONS}{path}").replace(' ', "%20");
            let answer = scene.call("GET", &path).send().await.expect(200);
            assert_eq!(answer.text(), expect, "{path}");
        }
        let mut path = format!("{CONNECTIONS}/$filter(@f)?$top=1&@f=instanceUrl%20ne%20null");
        let mut found = 0;
        loop {
            let page = scene.call("GET", &path).send().await.expect(200).json();
            found += page["value"].as_array().unwrap().len();
            let Some(next) = page["@odata.nextLink"].as_str() else { break };
            path = next.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        }
        assert_eq!(found, 3);
    }
}

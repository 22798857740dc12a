use serde_json::json;
use testkit::{CONNECTIONS, Server};

use crate::given;

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

use serde_json::{Value, json};
use testkit::{Answer, CONNECTIONS, Server};

use crate::given;

const JSON: &str = "application/json;odata.metadata=";

async fn get(server: &Server, path: &str, accept: &str) -> Answer {
    let admin = server.admin().await;
    server.call("GET", path).token(&admin).header("accept", accept).send().await
}

#[tokio::test]
async fn accept_and_format_pick_the_amount_of_metadata() {
    let server = Server::sqlite().await;
    let one = given::connection(&server, &server.admin().await).await;
    let check = async |accept: &str, option: &str, level: &str| {
        let answer = get(&server, &format!("{one}{option}"), accept).await.expect(200);
        let content_type = answer.header("content-type");
        assert!(content_type.starts_with(&format!("{JSON}{level};")), "{accept} {option}");
    };
    for accept in ["", "*/*", "application/*", "application/json", "text/html, */*;q=0.1"] {
        check(accept, "", "minimal").await;
    }
    check("application/json;odata.metadata=none", "", "none").await;
    check("application/json;odata.metadata=full", "", "full").await;
    check("application/json; metadata=Full", "", "full").await;
    check("application/json;odata.metadata=none;q=0.5, application/json", "", "minimal").await;
    check("application/xml", "?$format=json", "minimal").await;
    check("*/*", "?$format=application/json;odata.metadata=full", "full").await;
    check("*/*", "?format=JSON", "minimal").await;
    for accept in ["application/xml", "text/html", "application/json;q=0", "application/atom+xml"] {
        get(&server, &one, accept).await.error(406, "NotAcceptable");
    }
    get(&server, &format!("{one}?$format=xml"), "*/*").await.error(406, "NotAcceptable");
}

#[tokio::test]
async fn without_metadata_only_links_and_counts_are_left() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    given::connection(&server, &admin).await;
    let one = given::connection(&server, &admin).await;
    let body = json!({ "authenticationMethod": {
        "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication", "appId": "x",
    }});
    server.call("PATCH", &one).token(&admin).json(&body).send().await.expect(200);
    let bare = get(&server, &one, &format!("{JSON}none")).await.expect(200);
    assert!(!bare.text().contains('@'), "{}", bare.text());
    assert_eq!(bare.json()["authenticationMethod"], json!({ "appId": "x" }));
    let path = format!("{CONNECTIONS}?$top=1&$count=true");
    let page = get(&server, &path, &format!("{JSON}none")).await.expect(200).json();
    let mut keys: Vec<_> = page.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["@odata.count", "@odata.nextLink", "value"]);
    assert_eq!(page["@odata.count"], 2);
}

#[tokio::test]
async fn full_metadata_names_types_and_links() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    let full = get(&server, &one, &format!("{JSON}full")).await.expect(200).json();
    assert_eq!(full["@odata.type"], "#microsoft.graph.serviceNowConnection");
    assert_eq!(full["createdDateTime@odata.type"], "#DateTimeOffset");
    assert_eq!(
        full["serviceNowConnectionStatus@odata.type"],
        "#microsoft.graph.serviceNowConnectionStatus"
    );
    for name in ["@odata.id", "@odata.editLink"] {
        let link = full[name].as_str().unwrap();
        assert!(link.to_lowercase().contains("servicenowconnections"), "{name}: {link}");
    }
    let minimal = get(&server, &one, "application/json").await.expect(200).json();
    for (name, value) in minimal.as_object().unwrap() {
        assert_eq!(&full[name], value, "{name}");
    }
}

#[tokio::test]
async fn big_numbers_are_text_for_who_asks() {
    let server = Server::sqlite().await;
    let path = format!("{CONNECTIONS}?$count=true");
    let accept = "application/json;IEEE754Compatible=true";
    let answer = get(&server, &path, accept).await.expect(200);
    assert_eq!(answer.json()["@odata.count"], Value::from("0"));
    assert!(answer.header("content-type").contains("IEEE754Compatible=true"));
    assert_eq!(get(&server, &path, "*/*").await.expect(200).json()["@odata.count"], 0);
}

#[tokio::test]
async fn counts_are_plain_text() {
    let server = Server::sqlite().await;
    let path = format!("{CONNECTIONS}/$count");
    for accept in ["text/plain;q=0.9", "*/*", "text/plain", "application/json"] {
        let answer = get(&server, &path, accept).await.expect(200);
        assert_eq!((answer.header("content-type"), answer.text()), ("text/plain", "0"));
    }
    get(&server, &path, "application/xml").await.error(406, "NotAcceptable");
}

#[tokio::test]
async fn a_write_that_could_not_be_answered_is_not_done() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let post = server.call("POST", CONNECTIONS).token(&admin).json(&json!({}));
    post.header("accept", "application/xml").send().await.error(406, "NotAcceptable");
    assert_eq!(given::count(&server, &admin).await, 0);
    let one = given::connection(&server, &admin).await;
    // There is nothing to disagree about.
    let delete = server.call("DELETE", &one).token(&admin).header("accept", "application/xml");
    delete.send().await.expect(204);
}

#[tokio::test]
async fn versions_of_odata_are_checked() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let check = async |name: &str, value: &str, status: u16, said: &str| {
        let answer = server.call("GET", CONNECTIONS).token(&admin).header(name, value).send().await;
        assert_eq!(answer.status, status, "{name}: {value}");
        assert_eq!(answer.header("odata-version"), said, "{name}: {value}");
    };
    check("odata-maxversion", "4.0", 200, "4.0").await;
    for value in ["4.01", "5.0"] {
        check("odata-maxversion", value, 200, "4.01").await;
    }
    for value in ["3.0", "2.0;NetFx", "x", ""] {
        check("odata-maxversion", value, 400, "4.0").await;
    }
    // A refusal is of a version too.
    let nothing = server.call("GET", "/beta/nothing").token(&admin);
    let answer = nothing.header("odata-maxversion", "4.01").send().await;
    assert_eq!(answer.header("odata-version"), "4.01", "{}", answer.text());
    check("odata-version", "4.0", 200, "4.0").await;
    check("odata-version", "4.01", 200, "4.0").await;
    check("odata-version", "3.0", 400, "4.0").await;
}

/// JSON format 4.01 section 4.5: what a client of 4.01 reads and what it may send.
#[tokio::test]
async fn control_information_of_4_01_has_no_prefix() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let call = |method: &str, path: &str| {
        server.call(method, path).token(&admin).header("odata-maxversion", "4.01")
    };
    let sent = json!({
        "@type": "#microsoft.graph.serviceNowConnection",
        "authenticationMethod": {
            "@type": "microsoft.graph.serviceNowOauthSecretAuthentication",
            "appId": "app",
        },
    });
    let created = call("POST", CONNECTIONS).json(&sent).send().await.expect(201);
    assert_eq!(created.header("odata-version"), "4.01");
    let one = created.json();
    assert!(
        one["@context"]
            .as_str()
            .unwrap()
            .ends_with("/$metadata#deviceManagement/serviceNowConnections/$entity")
    );
    assert_eq!(one["@type"], "#microsoft.graph.serviceNowConnection");
    assert_eq!(one["authenticationMethod"]["appId"], "app");

    let page = call("GET", &format!("{CONNECTIONS}?$count=true&$top=1"));
    let page = page.header("accept", "application/json;metadata=full").send().await.expect(200);
    assert_eq!(
        page.header("content-type"),
        "application/json;metadata=full;streaming=true;IEEE754Compatible=false;charset=utf-8"
    );
    assert_eq!(page.json()["@count"], 1);
    assert_eq!(page.json()["value"][0]["createdDateTime@type"], "DateTimeOffset");
    for answer in [created.text(), page.text()] {
        assert!(!answer.contains("@odata."), "{answer}");
    }

    let path = format!("{CONNECTIONS}('{}')", one["id"].as_str().unwrap());
    for bare in [call("GET", &format!("{CONNECTIONS}/$count")), call("DELETE", &path)] {
        assert_eq!(bare.send().await.header("odata-version"), "4.01");
    }
    for document in ["/beta", "/beta/$metadata?$format=json"] {
        let answer = call("GET", document).send().await.expect(200);
        assert_eq!(answer.header("odata-version"), "4.01", "{document}");
        assert!(!answer.text().contains("@odata.context"), "{document}");
    }
}

/// OData 4.01 protocol section 8.2.4.
#[tokio::test]
async fn isolation_is_refused_before_anything_is_done() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    for name in ["isolation", "odata-isolation"] {
        let call = |method, path| server.call(method, path).token(&admin).header(name, "snapshot");
        call("GET", CONNECTIONS).send().await.error(412, "PreconditionFailed");
        call("GET", "/beta/$metadata").send().await.error(412, "PreconditionFailed");
        call("POST", CONNECTIONS).json(&json!({})).send().await.error(412, "PreconditionFailed");
        let item = json!({"id": "1", "method": "POST", "url": "/deviceManagement/serviceNowConnections",
            "headers": {"Content-Type": "application/json"}, "body": {}});
        let batch = call("POST", "/beta/$batch").json(&json!({"requests": [item]}));
        batch.send().await.error(412, "PreconditionFailed");
    }
    assert_eq!(given::count(&server, &admin).await, 0);
}

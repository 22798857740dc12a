use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::json;
use testkit::{CONNECTIONS, Server};

/// Every element as its name and attributes, in order, annotations left out.
fn elements(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut found, mut terms) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) | Event::Empty(element) => {
                let text = text(&element);
                if text.starts_with("Annotation ") {
                    terms.push(text);
                } else if !is_value(&text) {
                    found.push(text);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    for term in terms {
        let known = ["Core.V1.Description ", "Core.V1.ODataVersions ", "Capabilities.V1."];
        let known = known.map(|known| format!("Annotation Term=Org.OData.{known}"));
        assert!(known.iter().any(|known| term.starts_with(known)), "{term}");
    }
    found
}

/// Whether the element is a part of the value of an annotation.
fn is_value(text: &str) -> bool {
    ["Collection", "Record", "String"].contains(&text) || text.starts_with("PropertyValue ")
}

fn text(element: &BytesStart<'_>) -> String {
    let mut words = vec![element.name().as_ref().to_owned()];
    words.extend(element.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        format!("{}={}", attribute.key.as_ref(), attribute.value)
    }));
    words.join(" ")
}

#[tokio::test]
async fn the_metadata_document_declares_what_graph_declares() {
    let server = Server::sqlite().await;
    let answer = server.call("GET", "/beta/$metadata").send().await.expect(200);
    assert_eq!(answer.header("content-type"), "application/xml");
    let found = elements(answer.text());
    let schema = found.iter().position(|element| element.starts_with("Schema ")).unwrap();
    assert_eq!(
        found[schema],
        "Schema xmlns=http://docs.oasis-open.org/odata/ns/edm Namespace=microsoft.graph Alias=graph"
    );
    assert_eq!(
        found[schema + 1..],
        [
            "EnumType Name=serviceNowConnectionStatus",
            "Member Name=disabled Value=0",
            "Member Name=enabled Value=1",
            "Member Name=unknownFutureValue Value=2",
            "EntityType Name=entity Abstract=true",
            "Key",
            "PropertyRef Name=id",
            "Property Name=id Type=Edm.String Nullable=false",
            "EntityType Name=deviceManagement BaseType=microsoft.graph.entity",
            "NavigationProperty Name=serviceNowConnections \
             Type=Collection(microsoft.graph.serviceNowConnection) ContainsTarget=true",
            "ComplexType Name=serviceNowAuthenticationMethod Abstract=true",
            "ComplexType Name=serviceNowOauthSecretAuthentication \
             BaseType=microsoft.graph.serviceNowAuthenticationMethod",
            "Property Name=appId Type=Edm.String",
            "EntityType Name=serviceNowConnection BaseType=microsoft.graph.entity",
            "Property Name=authenticationMethod \
             Type=microsoft.graph.serviceNowAuthenticationMethod",
            "Property Name=createdDateTime Type=Edm.DateTimeOffset",
            "Property Name=incidentApiUrl Type=Edm.String",
            "Property Name=instanceUrl Type=Edm.String",
            "Property Name=lastModifiedDateTime Type=Edm.DateTimeOffset",
            "Property Name=lastQueriedDateTime Type=Edm.DateTimeOffset",
            "Property Name=serviceNowConnectionStatus \
             Type=microsoft.graph.serviceNowConnectionStatus Nullable=false",
            "EntityContainer Name=GraphService",
            "Singleton Name=deviceManagement Type=microsoft.graph.deviceManagement",
        ]
    );
}

#[tokio::test]
async fn the_documents_are_for_anyone() {
    let server = Server::sqlite().await;
    for path in ["/beta/$metadata", "/beta/$METADATA/", "//beta/$metadata?$format=xml"] {
        let anonymous = server.call("GET", path).send().await.expect(200);
        let junk = server.call("GET", path).header("authorization", "Bearer junk").send().await;
        assert_eq!(anonymous.body, junk.expect(200).body);
    }
    for path in ["/beta", "/beta/", "/BETA//"] {
        let answer = server.call("GET", path).send().await.expect(200);
        let expect = json!({
            "@odata.context": "http://127.0.0.1:8080/beta/$metadata",
            "value": [
                { "name": "deviceManagement", "kind": "Singleton", "url": "deviceManagement" }
            ]
        });
        assert_eq!(answer.json(), expect);
    }
    for (path, header, value, status, code) in [
        ("/beta/$metadata", "accept", "text/html", 406, "NotAcceptable"),
        ("/beta/$metadata", "odata-maxversion", "3.0", 400, "BadRequest"),
        ("/beta", "odata-maxversion", "3.0", 400, "BadRequest"),
        ("/beta", "accept", "application/xml", 406, "NotAcceptable"),
        ("/beta?$filter=x", "accept", "*/*", 400, "BadRequest"),
    ] {
        server.call("GET", path).header(header, value).send().await.error(status, code);
    }
}

#[tokio::test]
async fn the_model_comes_as_json_to_those_who_ask_for_it() {
    let server = Server::sqlite().await;
    let get = |path, accept| server.call("GET", path).header("accept", accept).send();
    for (path, accept, content_type) in [
        ("/beta/$metadata", "*/*", "application/xml"),
        ("/beta/$metadata", "application/xml, application/json", "application/xml"),
        ("/beta/$metadata", "application/json", "application/json"),
        ("/beta/$metadata", "application/xml;q=0.5, application/json", "application/json"),
        ("/beta/$metadata", "application/json, */*;q=0.1", "application/json"),
        ("/beta/$metadata?$format=json", "application/xml", "application/json"),
        ("/beta/$metadata?$format=xml", "application/json", "application/xml"),
        ("/beta/$metadata?$format=application/json", "*/*", "application/json"),
    ] {
        let answer = get(path, accept).await.expect(200);
        assert_eq!(answer.header("content-type"), content_type, "{path} {accept}");
        assert!(answer.header("vary").contains("accept"), "{}", answer.header("vary"));
    }
    let json = get("/beta/$metadata", "application/json").await.expect(200).json();
    let versions = &json["microsoft.graph"]["GraphService"]["@Org.OData.Core.V1.ODataVersions"];
    assert_eq!(versions, "4.0 4.01");
    let connection = &json["microsoft.graph"]["serviceNowConnection"];
    assert_eq!(connection["$BaseType"], "microsoft.graph.entity");
    let status = json!("microsoft.graph.serviceNowConnectionStatus");
    assert_eq!(connection["serviceNowConnectionStatus"]["$Type"], status);
    assert_eq!(connection["serviceNowConnectionStatus"].get("$Nullable"), None);
    assert_eq!(connection["instanceUrl"]["$Nullable"], true);
}

#[tokio::test]
async fn contexts_lead_to_the_metadata_document() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let list = server.call("GET", CONNECTIONS).token(&admin).send().await.expect(200).json();
    let context = list["@odata.context"].as_str().unwrap();
    let document = context.split('#').next().unwrap();
    let path = document.strip_prefix("http://127.0.0.1:8080").unwrap();
    server.call("GET", path).send().await.expect(200);
}

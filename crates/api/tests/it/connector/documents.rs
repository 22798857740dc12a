use serde_json::{Value, json};
use testkit::Server;

use super::{Desk, ROOT};

const CAPABILITIES: &str = "Org.OData.Capabilities.V1";

#[tokio::test]
async fn the_documents_are_for_anyone() {
    let server = Server::sqlite().await;
    let get = |path: &'static str| server.call("GET", path).send();
    let document = get("/Connector/V1/").await.expect(200).json();
    assert_eq!(document["@odata.context"], format!("{ROOT}/$metadata"));
    let listed = document["value"].as_array().unwrap();
    assert!(
        listed.contains(&json!({"name": "incidents", "kind": "EntitySet", "url": "incidents"}))
    );
    let xml = get("/connector/v1/$metadata").await.expect(200);
    assert_eq!(xml.header("content-type"), "application/xml");
    for element in [
        r#"<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="nowgraph">"#,
        r#"<PropertyRef Name="connectionId"/>"#,
        r#"<Property Name="sysId" Type="Edm.String" Nullable="false""#,
        r#"<Property Name="openedDateTime" Type="Edm.DateTimeOffset""#,
        r#"<EntitySet Name="incidents" EntityType="nowgraph.incident""#,
    ] {
        assert!(xml.text().contains(element), "{element}\n{}", xml.text());
    }
    let json = get("/connector/v1/$metadata?$format=json").await.expect(200).json();
    let ty = &json["nowgraph"]["incident"];
    assert_eq!(ty["$Key"], json!(["connectionId", "sysId"]));
    for (name, property) in ty.as_object().unwrap().iter().filter(|(name, _)| !name.contains('$')) {
        if !name.starts_with('@') {
            assert!(property["@Org.OData.Core.V1.Description"].is_string(), "{name}: {property}");
        }
    }
}

#[tokio::test]
async fn what_is_claimed_of_incidents_is_served() {
    let [desk, _] = Desk::both().await;
    let json = desk.get("$metadata?$format=json").await.expect(200).json();
    let set = &json["nowgraph"]["connector"]["incidents"];
    let claim = |path: &str| {
        let (term, inside) = path.split_once('/').unwrap_or((path, ""));
        let value = &set[format!("@{CAPABILITIES}.{term}")];
        if inside.is_empty() { value.clone() } else { value[inside].clone() }
    };
    for (term, path) in [
        ("CountRestrictions/Countable", "incidents?$count=true"),
        ("FilterRestrictions/Filterable", "incidents?$filter=state eq '1'"),
        ("SearchRestrictions/Searchable", "incidents?$search=x"),
        ("SortRestrictions/Sortable", "incidents?$orderby=number"),
        ("TopSupported", "incidents?$top=1"),
        ("SkipSupported", "incidents?$skip=1"),
        ("ComputeSupported", "incidents?$compute=length(number) as long"),
        ("SelectSupport/Supported", "incidents?$select=number"),
        ("SelectSupport/ComputeSupported", "incidents?$compute=1 as one&$select=one"),
        ("ExpandRestrictions/Expandable", "incidents?$expand=caller"),
        ("IndexableByKey", "incidents/{east}/e1"),
    ] {
        let served = desk.get(path).await.status == 200;
        assert_eq!(claim(term), Value::Bool(served), "{term}: {path}");
    }
    for (term, method) in [
        ("InsertRestrictions/Insertable", "POST"),
        ("UpdateRestrictions/Updatable", "PATCH"),
        ("DeleteRestrictions/Deletable", "DELETE"),
    ] {
        assert_eq!(claim(term), false);
        let path = desk.path("incidents/{east}/e1");
        let answer = desk.server.call(method, &path).token(&desk.token).send().await;
        answer.error(405, "MethodNotAllowed");
    }
}

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
async fn what_is_claimed_of_sets_is_served() {
    let [desk, _] = Desk::both().await;
    let json = desk.get("$metadata?$format=json").await.expect(200).json();
    let admin = desk.server.admin().await;
    for (set, token, property, related, key) in [
        ("incidents", &desk.token, "number", "caller", "/{east}/e1"),
        ("connections", &admin, "instanceUrl", "runs", "/{east}"),
        ("auditEvents", &admin, "actor", "connection", ""),
    ] {
        let claim = |path: &str| {
            let (term, inside) = path.split_once('/').unwrap_or((path, ""));
            let set = &json["nowgraph"]["connector"][set];
            let value = &set[format!("@{CAPABILITIES}.{term}")];
            if inside.is_empty() { value.clone() } else { value[inside].clone() }
        };
        for (term, rest) in [
            ("CountRestrictions/Countable", "?$count=true".to_owned()),
            ("FilterRestrictions/Filterable", format!("?$filter={property} eq '1'")),
            ("SearchRestrictions/Searchable", "?$search=x".to_owned()),
            ("SortRestrictions/Sortable", format!("?$orderby={property}")),
            ("TopSupported", "?$top=1".to_owned()),
            ("SkipSupported", "?$skip=1".to_owned()),
            ("ComputeSupported", format!("?$compute=length({property}) as long")),
            ("SelectSupport/Supported", format!("?$select={property}")),
            ("SelectSupport/ComputeSupported", "?$compute=1 as one&$select=one".to_owned()),
            ("ExpandRestrictions/Expandable", format!("?$expand={related}")),
            ("IndexableByKey", key.to_owned()),
        ] {
            let answer = desk.get_as(token, &format!("{set}{rest}")).await;
            assert_eq!(claim(term), Value::Bool(answer.status == 200), "{term}: {set}{rest}");
        }
        for (term, method) in [
            ("InsertRestrictions/Insertable", "POST"),
            ("UpdateRestrictions/Updatable", "PATCH"),
            ("DeleteRestrictions/Deletable", "DELETE"),
        ] {
            assert_eq!(claim(term), false);
            let path = desk.path(&format!("{set}{key}"));
            let answer = desk.server.call(method, &path).token(token).send().await;
            answer.error(405, "MethodNotAllowed");
        }
    }
}

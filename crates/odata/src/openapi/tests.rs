use super::*;
use crate::edm::{
    Annotation, AnnotationValue, EntityContainer, PrimitiveType, Singleton, TypeRef, fixture,
};

/// Graph's model, with these annotations on the singleton.
fn graph(annotations: &[Annotation]) -> Edm {
    let edm = fixture::graph();
    let singletons = edm
        .container()
        .singletons
        .iter()
        .map(|it| Singleton { annotations: annotations.to_vec(), ..it.clone() });
    let container = EntityContainer { singletons: singletons.collect(), ..edm.container().clone() };
    Edm::new(edm.schemas().to_vec(), container).unwrap()
}

fn written(edm: &Edm, operations: &[Operation]) -> Value {
    let needs = Needs { permissions: vec!["Read", "Write"], roles: vec!["Admin"] };
    let ty = edm.find("microsoft.graph.serviceNowConnection").map(|ty| ty.name().clone());
    let rights: Vec<_> =
        ty.into_iter().map(|ty| Rights { ty, read: needs.clone(), write: needs.clone() }).collect();
    document(
        edm,
        &Service {
            title: "T",
            description: "D",
            version: "1",
            root: "/beta",
            token_url: "/tenant/token",
            rights: &rights,
            operations,
            sentinel: Some("unknownFutureValue"),
        },
    )
}

/// Paths with their methods, the names of their parameters, and the statuses of their answers.
fn outline(document: &Value) -> String {
    let mut lines = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().unwrap().iter().map(|it| {
                let referred = it["$ref"].as_str().and_then(|it| it.rsplit('/').next());
                referred.or(it["name"].as_str()).unwrap()
            });
            let parameters = parameters.collect::<Vec<_>>().join(" ");
            let statuses = operation["responses"].as_object().unwrap().keys();
            let statuses = statuses.map(String::as_str).collect::<Vec<_>>().join(" ");
            lines.push(format!("{method} {path}\n  {parameters}\n  {statuses}"));
        }
    }
    lines.join("\n")
}

#[test]
fn everything_is_served_that_nobody_says_anything_of() {
    insta::assert_snapshot!("outline", outline(&written(&graph(&[]), &[])));
}

#[test]
fn capabilities_take_methods_and_options_away() {
    let no = || AnnotationValue::Boolean(false);
    let runs = AnnotationValue::record([
        ("NavigationProperty", AnnotationValue::NavigationPath("serviceNowConnections".into())),
        ("FilterRestrictions", AnnotationValue::record([("Filterable", no())])),
        ("SkipSupported", no()),
        ("InsertRestrictions", AnnotationValue::record([("Insertable", no())])),
        ("UpdateRestrictions", AnnotationValue::record([("Updatable", no())])),
        ("DeleteRestrictions", AnnotationValue::record([("Deletable", no())])),
        ("CountRestrictions", AnnotationValue::record([("Countable", no())])),
    ]);
    let restricted = AnnotationValue::record([(
        "RestrictedProperties",
        AnnotationValue::Collection(vec![runs]),
    )]);
    let edm = graph(&[Annotation::capability("NavigationRestrictions", restricted)]);
    let all = written(&edm, &[]);
    let paths = all["paths"].as_object().unwrap();
    let list = "/deviceManagement/serviceNowConnections";
    let one = format!("{list}/{{serviceNowConnection-id}}");
    for path in [list, &one] {
        let methods: Vec<_> = paths[path].as_object().unwrap().keys().collect();
        assert_eq!(methods, ["get"], "{path}");
    }
    assert!(!paths.contains_key(&format!("{list}/$count")));
    let text = paths[list].to_string();
    for (name, has) in [("filter", false), ("skip", false), ("count", false), ("top", true)] {
        assert_eq!(text.contains(&format!("/parameters/{name}\"")), has, "{name}");
    }
    assert!(
        all["components"]["schemas"].get("microsoft.graph.serviceNowConnection-create").is_none()
    );
}

#[test]
fn types_become_schemas() {
    let all = written(&graph(&[]), &[]);
    let schemas = &all["components"]["schemas"];
    let method = &schemas["microsoft.graph.serviceNowAuthenticationMethod"];
    let oauth = "microsoft.graph.serviceNowOauthSecretAuthentication";
    assert_eq!(method["oneOf"], json!([{ "$ref": format!("#/components/schemas/{oauth}") }]));
    assert_eq!(
        method["discriminator"]["mapping"][format!("#{oauth}")],
        format!("#/components/schemas/{oauth}")
    );
    let connection = |suffix| &schemas[format!("microsoft.graph.serviceNowConnection{suffix}")];
    let read = &connection("")["properties"];
    assert_eq!(read["@odata.type"]["const"], "#microsoft.graph.serviceNowConnection");
    assert_eq!(read["instanceUrl"]["type"], json!(["string", "null"]));
    assert_eq!(read["createdDateTime"]["readOnly"], true);
    assert_eq!(
        connection("-create")["properties"]["serviceNowConnectionStatus"]["$ref"],
        "#/components/schemas/microsoft.graph.serviceNowConnectionStatus-create"
    );
    let members = |suffix| &schemas[format!("microsoft.graph.serviceNowConnectionStatus{suffix}")];
    assert_eq!(members("-create")["enum"], json!(["disabled", "enabled"]));
    assert_eq!(members("-update")["enum"], json!(["disabled", "enabled", "unknownFutureValue"]));
    assert_eq!(schemas[format!("{oauth}-create")]["required"], json!(["@odata.type"]));
    assert_eq!(schemas[format!("{oauth}-update")].get("required"), None);
    let strict = connection("-create");
    assert_eq!(strict["additionalProperties"], false);
    assert_eq!(connection("").get("additionalProperties"), None);
}

#[test]
fn what_a_caller_needs_is_said_to_people_and_to_programs() {
    let all = written(&graph(&[]), &[]);
    let list = &all["paths"]["/deviceManagement/serviceNowConnections"]["get"];
    let either = json!([
        { "bearer": ["Read"] },
        { "oauth2": ["Read"] },
        { "bearer": ["Write"] },
        { "oauth2": ["Write"] },
    ]);
    assert_eq!(list["security"], either);
    let flow = &all["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"];
    assert_eq!(flow["tokenUrl"], "/tenant/token");
    let scopes: Vec<_> = flow["scopes"].as_object().unwrap().keys().collect();
    assert_eq!(scopes, ["Read", "Write"]);
    let text = list["description"].as_str().unwrap();
    assert!(text.ends_with("Needs `Read` or `Write`; a signed-in user must be Admin besides."));
}

#[test]
fn operations_stand_below_the_service_or_an_entity() {
    let ty = TypeRef::Primitive(PrimitiveType::String);
    let edm = fixture::thing_with(&ty);
    let thing = edm.find("test.thing").unwrap().name().clone();
    let operation = Operation {
        of: Some("things"),
        name: "shake",
        method: "post",
        summary: "Shake it",
        needs: Needs::default(),
        parameters: vec![Parameter {
            name: "times",
            description: "How often.",
            required: true,
            schema: json!({ "type": "integer" }),
        }],
        body: Some(Body::Optional(thing.clone())),
        status: 202,
        answer: Some(TypeRef::Entity(thing.clone())),
    };
    let find = Operation {
        of: None,
        name: "find",
        method: "get",
        body: None,
        status: 200,
        answer: Some(TypeRef::Collection(TypeRef::Entity(thing).into())),
        ..operation.clone()
    };
    let all = outline(&written(&edm, &[operation, find]));
    assert!(
        all.contains("post /things/{a}/{b}/shake\n  a b times format\n  202 400 401 403 404"),
        "{all}"
    );
    assert!(all.contains("get /find\n  times format\n  200 400 401 403 406 412"), "{all}");
}

//! Models for the tests of this crate.

use super::{
    Annotation, Edm, EntityContainer, EntitySet, EnumMember, EnumType, Facets, NavigationProperty,
    PrimitiveType, Property, Schema, SchemaType, Singleton, StructuredType, TypeName, TypeRef,
};

const GRAPH: &str = "microsoft.graph";

/// Microsoft Graph's `serviceNowConnection` and what it hangs on.
pub(crate) fn graph() -> Edm {
    let name = |name| TypeName::from_static(GRAPH, name);
    let entity = StructuredType {
        is_abstract: true,
        key: vec!["id".into()],
        properties: vec![Property {
            nullable: false,
            ..property("id", TypeRef::Primitive(PrimitiveType::String))
        }],
        ..structured(name("entity"))
    };
    let management = StructuredType {
        base: Some(name("entity")),
        navigation: vec![NavigationProperty {
            name: "serviceNowConnections".into(),
            target: name("serviceNowConnection"),
            collection: true,
            contains_target: true,
            partner: None,
            annotations: described("Connections to \"ServiceNow\" & co."),
        }],
        ..structured(name("deviceManagement"))
    };
    let method =
        StructuredType { is_abstract: true, ..structured(name("serviceNowAuthenticationMethod")) };
    let oauth = StructuredType {
        base: Some(name("serviceNowAuthenticationMethod")),
        properties: vec![property("appId", TypeRef::Primitive(PrimitiveType::String))],
        ..structured(name("serviceNowOauthSecretAuthentication"))
    };
    let schema = Schema {
        namespace: GRAPH.into(),
        alias: Some("graph".into()),
        types: vec![
            SchemaType::Enum(status(name("serviceNowConnectionStatus"))),
            SchemaType::Entity(entity),
            SchemaType::Entity(management),
            SchemaType::Entity(connection(name("serviceNowConnection"))),
            SchemaType::Complex(method),
            SchemaType::Complex(oauth),
        ],
    };
    let container = EntityContainer {
        namespace: GRAPH.into(),
        name: "GraphService".into(),
        entity_sets: vec![],
        singletons: vec![Singleton {
            name: "deviceManagement".into(),
            entity_type: name("deviceManagement"),
            annotations: vec![],
        }],
        annotations: vec![],
    };
    Edm::new(vec![schema], container).unwrap()
}

/// A set of things that have a property `p` of the type, not null, one `many` of many of them,
/// and a key of two parts.
pub(crate) fn thing_with(ty: &TypeRef) -> Edm {
    let name = |name| TypeName::from_static("test", name);
    let text = TypeRef::Primitive(PrimitiveType::String);
    let thing = StructuredType {
        key: vec!["a".into(), "b".into()],
        properties: vec![
            Property { nullable: false, ..property("a", text.clone()) },
            Property { nullable: false, ..property("b", text) },
            Property { nullable: false, ..property("p", ty.clone()) },
            Property {
                nullable: false,
                ..property("many", TypeRef::Collection(ty.clone().into()))
            },
        ],
        ..structured(name("thing"))
    };
    let flags = EnumType {
        name: name("flags"),
        is_flags: true,
        members: vec![member("read", 1), member("write", 2), member("huge", 1 << 40)],
        annotations: vec![],
    };
    let schema = Schema {
        namespace: "test".into(),
        alias: None,
        types: vec![SchemaType::Entity(thing), SchemaType::Enum(flags)],
    };
    let container = EntityContainer {
        namespace: "test".into(),
        name: "container".into(),
        entity_sets: vec![EntitySet {
            name: "things".into(),
            entity_type: name("thing"),
            annotations: vec![],
        }],
        singletons: vec![],
        annotations: vec![],
    };
    Edm::new(vec![schema], container).unwrap()
}

fn connection(name: TypeName) -> StructuredType {
    let graph = |name| TypeName::from_static(GRAPH, name);
    let time = TypeRef::Primitive(PrimitiveType::DateTimeOffset);
    let text = TypeRef::Primitive(PrimitiveType::String);
    StructuredType {
        base: Some(graph("entity")),
        properties: vec![
            property(
                "authenticationMethod",
                TypeRef::Complex(graph("serviceNowAuthenticationMethod")),
            ),
            Property { computed: true, ..property("createdDateTime", time.clone()) },
            property("incidentApiUrl", text.clone()),
            Property {
                annotations: described("Where the instance is"),
                ..property("instanceUrl", text)
            },
            Property { computed: true, ..property("lastModifiedDateTime", time.clone()) },
            property("lastQueriedDateTime", time),
            Property {
                nullable: false,
                ..property(
                    "serviceNowConnectionStatus",
                    TypeRef::Enum(graph("serviceNowConnectionStatus")),
                )
            },
        ],
        annotations: described("A connection"),
        ..structured(name)
    }
}

fn status(name: TypeName) -> EnumType {
    EnumType {
        name,
        is_flags: false,
        members: vec![
            EnumMember { annotations: described("Off"), ..member("disabled", 0) },
            member("enabled", 1),
            member("unknownFutureValue", 2),
        ],
        annotations: vec![],
    }
}

fn structured(name: TypeName) -> StructuredType {
    StructuredType {
        name,
        base: None,
        is_abstract: false,
        key: vec![],
        properties: vec![],
        navigation: vec![],
        annotations: vec![],
    }
}

fn property(name: &'static str, ty: TypeRef) -> Property {
    Property {
        name: name.into(),
        ty,
        nullable: true,
        computed: false,
        facets: Facets::default(),
        annotations: vec![],
    }
}

fn member(name: &'static str, value: i64) -> EnumMember {
    EnumMember { name: name.into(), value, annotations: vec![] }
}

fn described(text: &'static str) -> Vec<Annotation> {
    vec![Annotation::description(text)]
}

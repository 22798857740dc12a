//! The part of Microsoft Graph's beta model that is served, as data.

use std::sync::LazyLock;

use odata::edm::{
    Annotation, Edm, EntityContainer, EnumMember, EnumType, Facets, Name, NavigationProperty,
    PrimitiveType, Property, Schema, SchemaType, Singleton, StructuredType, TypeName, TypeRef,
};

use super::capabilities;

/// `microsoft.graph.serviceNowConnection`
pub(crate) const CONNECTION: TypeName = graph("serviceNowConnection");
/// `microsoft.graph.serviceNowOauthSecretAuthentication`
pub(crate) const OAUTH_SECRET: TypeName = graph("serviceNowOauthSecretAuthentication");
/// `microsoft.graph.deviceManagement`
pub(crate) const DEVICE_MANAGEMENT: TypeName = graph("deviceManagement");

/// The member of evolvable enumerations that stands for those to come.
pub(crate) const UNKNOWN_FUTURE_VALUE: &str = "unknownFutureValue";

/// Numeric values of `serviceNowConnectionStatus`.
pub(crate) mod status {
    /// `disabled`
    pub(crate) const DISABLED: i64 = 0;
    /// `enabled`
    pub(crate) const ENABLED: i64 = 1;
    /// `unknownFutureValue`, the sentinel of evolvable enumerations
    pub(crate) const UNKNOWN_FUTURE_VALUE: i64 = 2;
}

/// The model behind `/beta/$metadata`.
pub(crate) fn edm() -> &'static Edm {
    static EDM: LazyLock<Edm> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "constant data; a test builds it")]
        Edm::new(vec![schema()], container()).expect("the model names only its own types")
    });
    &EDM
}

/// The structured type behind `serviceNowConnections`.
pub(crate) fn connection_type() -> &'static StructuredType {
    #[expect(clippy::expect_used, reason = "constant data; a test builds it")]
    edm().structured(&CONNECTION).expect("the model declares the connection")
}

/// The structured type of the singleton.
pub(crate) fn device_management_type() -> &'static StructuredType {
    #[expect(clippy::expect_used, reason = "constant data; a test builds it")]
    edm().structured(&DEVICE_MANAGEMENT).expect("the model declares the singleton")
}

const fn graph(name: &'static str) -> TypeName {
    TypeName::from_static("microsoft.graph", name)
}

fn schema() -> Schema {
    Schema {
        namespace: Name::Borrowed("microsoft.graph"),
        alias: Some(Name::Borrowed("graph")),
        types: vec![
            SchemaType::Enum(connection_status()),
            SchemaType::Entity(entity()),
            SchemaType::Entity(device_management()),
            SchemaType::Complex(authentication_method()),
            SchemaType::Complex(oauth_secret()),
            SchemaType::Entity(connection()),
        ],
    }
}

fn container() -> EntityContainer {
    EntityContainer {
        namespace: Name::Borrowed("microsoft.graph"),
        name: Name::Borrowed("GraphService"),
        entity_sets: vec![],
        singletons: vec![Singleton {
            name: Name::Borrowed("deviceManagement"),
            entity_type: DEVICE_MANAGEMENT,
            annotations: capabilities::of_connections(),
        }],
        annotations: capabilities::of_service(),
    }
}

fn connection_status() -> EnumType {
    let member = |name, value, text| EnumMember {
        name: Name::Borrowed(name),
        value,
        annotations: describe(text),
    };
    EnumType {
        name: graph("serviceNowConnectionStatus"),
        is_flags: false,
        members: vec![
            member("disabled", status::DISABLED, "The connector asks the instance for nothing."),
            member("enabled", status::ENABLED, "The connector fetches incidents."),
            member(
                UNKNOWN_FUTURE_VALUE,
                status::UNKNOWN_FUTURE_VALUE,
                "Stands for members that a later version may add.",
            ),
        ],
        annotations: describe("Whether a ServiceNow connection is in use."),
    }
}

fn entity() -> StructuredType {
    let id = Property {
        nullable: false,
        computed: true,
        ..property("id", string(), "Key, given by the service.")
    };
    StructuredType {
        is_abstract: true,
        key: vec![Name::Borrowed("id")],
        properties: vec![id],
        ..structured(graph("entity"), None, "Base of all entities.")
    }
}

fn device_management() -> StructuredType {
    StructuredType {
        navigation: vec![NavigationProperty {
            name: Name::Borrowed("serviceNowConnections"),
            target: CONNECTION,
            collection: true,
            contains_target: true,
            partner: None,
            annotations: describe("The ServiceNow connections of the tenant."),
        }],
        ..structured(DEVICE_MANAGEMENT, Some(graph("entity")), "Device management of the tenant.")
    }
}

fn authentication_method() -> StructuredType {
    StructuredType {
        is_abstract: true,
        ..structured(
            graph("serviceNowAuthenticationMethod"),
            None,
            "How the connector authenticates at the instance.",
        )
    }
}

fn oauth_secret() -> StructuredType {
    StructuredType {
        properties: vec![property(
            "appId",
            string(),
            "Client id of the OAuth application that is registered at the instance.",
        )],
        ..structured(
            OAUTH_SECRET,
            Some(graph("serviceNowAuthenticationMethod")),
            "OAuth with a client id and a secret that is kept elsewhere.",
        )
    }
}

fn connection() -> StructuredType {
    let date = || TypeRef::Primitive(PrimitiveType::DateTimeOffset);
    let computed = |property: Property| Property { computed: true, ..property };
    let method = TypeRef::Complex(graph("serviceNowAuthenticationMethod"));
    let status = TypeRef::Enum(graph("serviceNowConnectionStatus"));
    StructuredType {
        properties: vec![
            property("authenticationMethod", method, "How to sign in at the instance."),
            computed(property("createdDateTime", date(), "When the connection was created.")),
            property("incidentApiUrl", string(), "Path of the incident table's API."),
            property("instanceUrl", string(), "URL of the ServiceNow instance."),
            computed(property("lastModifiedDateTime", date(), "When it was last changed.")),
            property("lastQueriedDateTime", date(), "When incidents were last queried."),
            Property {
                nullable: false,
                ..property("serviceNowConnectionStatus", status, "Whether it is in use.")
            },
        ],
        ..structured(CONNECTION, Some(graph("entity")), "A connection to a ServiceNow instance.")
    }
}

pub(crate) fn structured(
    name: TypeName,
    base: Option<TypeName>,
    text: &'static str,
) -> StructuredType {
    StructuredType {
        name,
        base,
        is_abstract: false,
        key: vec![],
        properties: vec![],
        navigation: vec![],
        annotations: describe(text),
    }
}

pub(crate) fn property(name: &'static str, ty: TypeRef, text: &'static str) -> Property {
    Property {
        name: Name::Borrowed(name),
        ty,
        nullable: true,
        computed: false,
        facets: Facets::default(),
        annotations: describe(text),
    }
}

pub(crate) fn string() -> TypeRef {
    TypeRef::Primitive(PrimitiveType::String)
}

pub(crate) fn describe(text: &'static str) -> Vec<Annotation> {
    vec![Annotation::description(text)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_sound_and_has_the_properties_of_graph() {
        let names: Vec<_> = edm().properties(connection_type()).map(|p| p.name.as_ref()).collect();
        let expect = [
            "id",
            "authenticationMethod",
            "createdDateTime",
            "incidentApiUrl",
            "instanceUrl",
            "lastModifiedDateTime",
            "lastQueriedDateTime",
            "serviceNowConnectionStatus",
        ];
        assert_eq!(names, expect);
    }
}

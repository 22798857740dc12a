//! A model and rows to test with.

use crate::edm::{
    Edm, EntityContainer, EntitySet, EnumMember, EnumType, Facets, NavigationProperty,
    PrimitiveType, Property, Schema, SchemaType, Singleton, StructuredType, TypeName, TypeRef,
};
use crate::expr::Scope;
use crate::value::{DateTimeOffset, Structured, Value};

const NAMESPACE: &str = "microsoft.graph";

pub(crate) const fn name(name: &'static str) -> TypeName {
    TypeName::from_static(NAMESPACE, name)
}

pub(crate) fn property(name: &'static str, ty: TypeRef) -> Property {
    Property {
        name: name.into(),
        ty,
        nullable: true,
        computed: false,
        facets: Facets::default(),
        annotations: vec![],
    }
}

fn primitive(name: &'static str, ty: PrimitiveType) -> Property {
    property(name, TypeRef::Primitive(ty))
}

fn structured(
    own: &'static str,
    base: Option<&'static str>,
    key: &[&'static str],
    properties: Vec<Property>,
) -> StructuredType {
    StructuredType {
        name: name(own),
        base: base.map(name),
        is_abstract: false,
        key: key.iter().map(|key| (*key).into()).collect(),
        properties,
        navigation: vec![],
        annotations: vec![],
    }
}

fn enumeration(own: &'static str, is_flags: bool, members: &[(&'static str, i64)]) -> SchemaType {
    let member = |&(name, value): &(&'static str, i64)| EnumMember {
        name: name.into(),
        value,
        annotations: vec![],
    };
    SchemaType::Enum(EnumType {
        name: name(own),
        is_flags,
        members: members.iter().map(member).collect(),
        annotations: vec![],
    })
}

fn navigation(own: &'static str, target: &'static str, collection: bool) -> NavigationProperty {
    NavigationProperty {
        name: own.into(),
        target: name(target),
        collection,
        contains_target: true,
        partner: None,
        annotations: vec![],
    }
}

pub(crate) fn edm() -> Edm {
    use PrimitiveType::{
        Boolean, Date, DateTimeOffset, Decimal, Double, Guid, Int32, Int64, String,
    };
    let mut entity = structured("entity", None, &["id"], vec![primitive("id", String)]);
    entity.is_abstract = true;
    let mut management = structured("deviceManagement", Some("entity"), &[], vec![]);
    management.navigation = vec![navigation("serviceNowConnections", "connection", true)];
    let status = TypeRef::Enum(name("status"));
    let method = TypeRef::Complex(name("authenticationMethod"));
    let mut connection = structured(
        "connection",
        Some("entity"),
        &[],
        vec![
            property("authenticationMethod", method),
            primitive("name", String),
            primitive("active", Boolean),
            primitive("count", Int32),
            primitive("total", Int64),
            primitive("price", Decimal),
            primitive("ratio", Double),
            primitive("guid", Guid),
            primitive("createdDateTime", DateTimeOffset),
            primitive("birthday", Date),
            property("status", status),
            property("colors", TypeRef::Enum(name("colors"))),
            property("tags", TypeRef::Collection(Box::new(TypeRef::Primitive(String)))),
        ],
    );
    connection.navigation = vec![navigation("parent", "connection", false)];
    let mut abstract_method = structured("authenticationMethod", None, &[], vec![]);
    abstract_method.is_abstract = true;
    let secret = structured(
        "secretAuthentication",
        Some("authenticationMethod"),
        &[],
        vec![primitive("appId", String), primitive("level", Int32)],
    );
    let order = structured(
        "order",
        None,
        &["region", "number"],
        vec![primitive("region", String), primitive("number", Int64)],
    );
    let item = structured("item", None, &["key"], vec![primitive("key", Guid)]);
    let special = structured("specialItem", Some("item"), &[], vec![primitive("extra", String)]);
    let schema = Schema {
        namespace: NAMESPACE.into(),
        alias: Some("graph".into()),
        types: vec![
            SchemaType::Entity(entity),
            SchemaType::Entity(management),
            SchemaType::Entity(connection),
            SchemaType::Complex(abstract_method),
            SchemaType::Complex(secret),
            SchemaType::Entity(order),
            SchemaType::Entity(item),
            SchemaType::Entity(special),
            enumeration("status", false, &[("disabled", 0), ("enabled", 1), ("unknown", 2)]),
            enumeration("colors", true, &[("red", 1), ("green", 2), ("blue", 4)]),
        ],
    };
    let set = |name: &'static str, ty| EntitySet {
        name: name.into(),
        entity_type: self::name(ty),
        annotations: vec![],
    };
    let container = EntityContainer {
        namespace: NAMESPACE.into(),
        name: "Service".into(),
        entity_sets: vec![set("orders", "order"), set("items", "item")],
        singletons: vec![Singleton {
            name: "deviceManagement".into(),
            entity_type: name("deviceManagement"),
            annotations: vec![],
        }],
        annotations: vec![],
    };
    Edm::new(vec![schema], container).unwrap()
}

pub(crate) fn now() -> DateTimeOffset {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

pub(crate) fn scope(edm: &Edm) -> Scope<'_> {
    Scope {
        edm,
        entity_type: edm.structured(&name("connection")).unwrap(),
        now: now(),
        aliases: &[],
        computed: &[],
        shape: None,
        nested: false,
    }
}

/// A row with something in every property.
pub(crate) fn full() -> Structured {
    let secret = Structured {
        type_name: name("secretAuthentication"),
        properties: vec![
            ("appId".into(), Value::String("app".into())),
            ("level".into(), Value::Int(3)),
        ],
    };
    row(&[
        ("id", Value::String("1".into())),
        ("authenticationMethod", Value::Structured(secret)),
        ("name", Value::String("Grüße".into())),
        ("active", Value::Boolean(true)),
        ("count", Value::Int(7)),
        ("total", Value::Int(i64::MAX)),
        ("price", Value::Decimal("2.50".parse().unwrap())),
        ("ratio", Value::Double(-1.5)),
        ("guid", Value::Guid("11111111-1111-1111-1111-111111111111".parse().unwrap())),
        ("createdDateTime", Value::DateTimeOffset("2020-02-29T10:20:30.5Z".parse().unwrap())),
        ("birthday", Value::Date("2020-02-29".parse().unwrap())),
        ("status", Value::Enum(1)),
        ("colors", Value::Enum(5)),
    ])
}

/// A row in which everything but these is null.
pub(crate) fn row(values: &[(&'static str, Value)]) -> Structured {
    let edm = edm();
    let ty = edm.structured(&name("connection")).unwrap();
    let value = |property: &Property| {
        let found = values.iter().find(|(name, _)| *name == property.name);
        found.map_or(Value::Null, |(_, value)| value.clone())
    };
    let properties =
        edm.properties(ty).map(|property| (property.name.clone(), value(property))).collect();
    Structured { type_name: name("connection"), properties }
}

//! A model and a row for the targets: something of every kind.

use odata::edm::{
    Edm, EntityContainer, EntitySet, EnumMember, EnumType, Facets, NavigationProperty,
    PrimitiveType, Property, Schema, SchemaType, Singleton, StructuredType, TypeName, TypeRef,
};
use odata::value::{DateTimeOffset, Structured, Value};

/// The entity type that expressions are about.
pub const THING: TypeName = TypeName::from_static("ns", "thing");
const PART: TypeName = TypeName::from_static("ns", "part");
const BIG_PART: TypeName = TypeName::from_static("ns", "bigPart");
const COLOUR: TypeName = TypeName::from_static("ns", "colour");

pub fn edm() -> Edm {
    let mut thing = structured(THING, None, properties());
    thing.key = vec!["id".into()];
    thing.navigation = vec![navigation("parent", false), navigation("things", true)];
    let text = |name| property(name, TypeRef::Primitive(PrimitiveType::String));
    let colour = EnumType {
        name: COLOUR,
        is_flags: true,
        members: [("red", 1), ("green", 2)]
            .map(|(name, value)| EnumMember { name: name.into(), value, annotations: vec![] })
            .into(),
        annotations: vec![],
    };
    let schema = Schema {
        namespace: "ns".into(),
        alias: Some("n".into()),
        types: vec![
            SchemaType::Entity(thing),
            SchemaType::Complex(structured(PART, None, vec![text("name")])),
            SchemaType::Complex(structured(BIG_PART, Some(PART), vec![text("size")])),
            SchemaType::Enum(colour),
        ],
    };
    let set = EntitySet { name: "things".into(), entity_type: THING, annotations: vec![] };
    let one = Singleton { name: "one".into(), entity_type: THING, annotations: vec![] };
    let container = EntityContainer {
        namespace: "ns".into(),
        name: "container".into(),
        entity_sets: vec![set],
        singletons: vec![one],
        annotations: vec![],
    };
    Edm::new(vec![schema], container).expect("the model is sound")
}

/// A row in which every property has a value.
pub fn row() -> Structured {
    let part = |name: &str| {
        let name = ("name".into(), Value::String(name.to_owned()));
        let properties = vec![name, ("size".into(), Value::Null)];
        Value::Structured(Structured { type_name: BIG_PART, properties })
    };
    let texts = ["a", "ß"].map(|text| Value::String(text.to_owned())).into();
    let values = [
        Value::String("1".to_owned()),
        Value::String("Grüße ' %".to_owned()),
        Value::Boolean(true),
        Value::Int(-7),
        Value::Int(i64::MAX),
        Value::Decimal("2.50".parse().expect("a number")),
        Value::Double(-1.5),
        Value::Guid("11111111-1111-1111-1111-111111111111".parse().expect("a GUID")),
        Value::DateTimeOffset(now()),
        Value::Enum(3),
        part("x"),
        Value::Collection(texts),
        Value::Collection(vec![part("y"), part("z")]),
    ];
    let named = properties().into_iter().map(|property| property.name).zip(values);
    Structured { type_name: THING, properties: named.collect() }
}

pub fn now() -> DateTimeOffset {
    "2024-02-29T23:59:59.9999999Z".parse().expect("a date")
}

fn properties() -> Vec<Property> {
    use PrimitiveType::{Boolean, DateTimeOffset, Decimal, Double, Guid, Int32, Int64, String};
    let many = |ty| TypeRef::Collection(Box::new(ty));
    vec![
        property("id", TypeRef::Primitive(String)),
        property("name", TypeRef::Primitive(String)),
        property("flag", TypeRef::Primitive(Boolean)),
        property("count", TypeRef::Primitive(Int32)),
        property("total", TypeRef::Primitive(Int64)),
        property("price", TypeRef::Primitive(Decimal)),
        property("ratio", TypeRef::Primitive(Double)),
        property("guid", TypeRef::Primitive(Guid)),
        property("time", TypeRef::Primitive(DateTimeOffset)),
        property("colour", TypeRef::Enum(COLOUR)),
        property("part", TypeRef::Complex(PART)),
        property("tags", many(TypeRef::Primitive(String))),
        property("parts", many(TypeRef::Complex(PART))),
    ]
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

fn navigation(name: &'static str, collection: bool) -> NavigationProperty {
    NavigationProperty {
        name: name.into(),
        target: THING,
        collection,
        contains_target: false,
        partner: None,
        annotations: vec![],
    }
}

fn structured(name: TypeName, base: Option<TypeName>, properties: Vec<Property>) -> StructuredType {
    StructuredType {
        name,
        base,
        is_abstract: false,
        key: vec![],
        properties,
        navigation: vec![],
        annotations: vec![],
    }
}

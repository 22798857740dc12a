use super::*;
use crate::edm::{
    Annotation, AnnotationValue, Edm, EntityContainer, Facets, PrimitiveType, Property, Schema,
    SchemaType, StructuredType, TypeName, TypeRef, fixture,
};

#[test]
fn json_declares_what_xml_declares() {
    let pretty = |edm: &Edm| {
        let json: serde_json::Value = serde_json::from_str(&write_json(edm)).unwrap();
        serde_json::to_string_pretty(&json).unwrap()
    };
    insta::assert_snapshot!("graph", pretty(&fixture::graph()));
    let ty = TypeRef::Enum(TypeName::from_static("test", "flags"));
    insta::assert_snapshot!("flags", pretty(&fixture::thing_with(&ty)));
    assert!(write_json(&fixture::graph()).starts_with(
        r#"{"$Version":"4.01","$EntityContainer":"microsoft.graph.GraphService","$Reference":"#
    ));
}

/// A set of things with one property.
fn with(property: Property) -> Edm {
    let ty = TypeName::from_static("t", "thing");
    let thing = StructuredType {
        name: ty.clone(),
        base: None,
        is_abstract: false,
        key: vec![],
        properties: vec![property],
        navigation: vec![],
        annotations: vec![],
    };
    let container = EntityContainer {
        namespace: "t".into(),
        name: "c".into(),
        entity_sets: vec![],
        singletons: vec![],
        annotations: vec![],
    };
    let types = vec![SchemaType::Entity(thing)];
    Edm::new(vec![Schema { namespace: "t".into(), alias: None, types }], container).unwrap()
}

#[test]
fn facets_are_declared() {
    let none = Facets::default();
    for (ty, facets, xml, json) in [
        (PrimitiveType::String, none, "", "{}"),
        (
            PrimitiveType::String,
            Facets { max_length: Some(36), is_ascii: true, ..none },
            r#" MaxLength="36" Unicode="false""#,
            r#"{"$MaxLength":36,"$Unicode":false}"#,
        ),
        (
            PrimitiveType::Decimal,
            none,
            r#" Scale="variable""#,
            r#"{"$Type":"Edm.Decimal","$Scale":"variable"}"#,
        ),
        (
            PrimitiveType::Decimal,
            Facets { precision: Some(18), scale: Some(2), ..none },
            r#" Precision="18" Scale="2""#,
            r#"{"$Type":"Edm.Decimal","$Precision":18,"$Scale":2}"#,
        ),
        (
            PrimitiveType::TimeOfDay,
            Facets { precision: Some(7), ..none },
            r#" Precision="7""#,
            r#"{"$Type":"Edm.TimeOfDay","$Precision":7}"#,
        ),
    ] {
        let name = "p".into();
        let annotations = vec![];
        let ty = TypeRef::Primitive(ty);
        let declared = format!(r#"Name="p" Type="{ty}" Nullable="false"{xml}/>"#);
        let edm =
            with(Property { name, ty, nullable: false, computed: false, facets, annotations });
        assert!(write_xml(&edm).contains(&declared), "{declared}");
        assert!(write_json(&edm).contains(&format!(r#""p":{json}"#)), "{json}");
    }
}

#[test]
fn annotations_have_values_of_every_kind() {
    let value = AnnotationValue::record([
        ("Supported", AnnotationValue::Boolean(true)),
        ("Max", AnnotationValue::Int(20)),
        ("Formats", AnnotationValue::strings(["application/json", "a<b"])),
        ("Path", AnnotationValue::PropertyPath("a/b".into())),
        ("Kind", AnnotationValue::EnumMember { ty: "t.kind".into(), member: "None".into() }),
        (
            "Restricted",
            AnnotationValue::Collection(vec![AnnotationValue::record([(
                "NavigationProperty",
                AnnotationValue::NavigationPath("c".into()),
            )])]),
        ),
    ]);
    let container = EntityContainer {
        namespace: "t".into(),
        name: "c".into(),
        entity_sets: vec![],
        singletons: vec![],
        annotations: vec![Annotation::capability("BatchSupport", value)],
    };
    let schema = Schema { namespace: "t".into(), alias: None, types: vec![] };
    let edm = Edm::new(vec![schema], container).unwrap();
    insta::assert_snapshot!("annotated_xml", write_xml(&edm));
    insta::assert_snapshot!("annotated_json", write_json(&edm));
}

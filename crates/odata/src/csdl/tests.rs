use super::*;
use crate::edm::{
    Annotation, AnnotationValue, Edm, EntityContainer, Schema, TypeName, TypeRef, fixture,
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

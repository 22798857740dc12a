use super::bindings::{Binding, bindings};
use super::references::references;
use crate::edm::{
    Annotation, AnnotationValue, Edm, EnumType, Facets, NavigationProperty, PrimitiveType,
    Property, Schema, SchemaType, StructuredType, TypeName, TypeRef,
};
use crate::payload::JsonText;

/// Writes the model as a CSDL JSON document of version 4.01 (CSDL JSON 4.01 section 3).
pub fn write_json(edm: &Edm) -> String {
    let mut json = JsonText::with_capacity(4096);
    json.begin_object();
    text(&mut json, "$Version", "4.01");
    let container = edm.container();
    json.name("$EntityContainer");
    json.string_of(format_args!("{}.{}", container.namespace, container.name));
    let references = references(edm);
    if !references.is_empty() {
        json.name("$Reference");
        json.begin_object();
        for vocabulary in references {
            json.name(&format!("{}.json", vocabulary.address));
            json.begin_object();
            json.name("$Include");
            json.begin_array();
            json.begin_object();
            text(&mut json, "$Namespace", vocabulary.namespace);
            json.end_object();
            json.end_array();
            json.end_object();
        }
        json.end_object();
    }
    for schema in edm.schemas() {
        json.name(&schema.namespace);
        write_schema(&mut json, edm, schema);
    }
    json.end_object();
    json.finish()
}

fn write_schema(json: &mut JsonText, edm: &Edm, schema: &Schema) {
    json.begin_object();
    if let Some(alias) = &schema.alias {
        text(json, "$Alias", alias);
    }
    for ty in &schema.types {
        match ty {
            SchemaType::Entity(ty) => write_structured(json, "EntityType", ty),
            SchemaType::Complex(ty) => write_structured(json, "ComplexType", ty),
            SchemaType::Enum(ty) => write_enum(json, ty),
        }
    }
    if schema.namespace == edm.container().namespace {
        write_container(json, edm);
    }
    json.end_object();
}

fn write_structured(json: &mut JsonText, kind: &str, ty: &StructuredType) {
    json.name(&ty.name.name);
    json.begin_object();
    text(json, "$Kind", kind);
    if let Some(base) = &ty.base {
        text(json, "$BaseType", &base.to_string());
    }
    if ty.is_abstract {
        flag(json, "$Abstract");
    }
    if !ty.key.is_empty() {
        json.name("$Key");
        json.begin_array();
        for name in &ty.key {
            json.string(name);
        }
        json.end_array();
    }
    for property in &ty.properties {
        write_property(json, property);
    }
    for navigation in &ty.navigation {
        write_navigation(json, navigation);
    }
    write_annotations(json, "", &ty.annotations);
    json.end_object();
}

/// What is the default in JSON, a single text that is not null, is left out.
fn write_property(json: &mut JsonText, property: &Property) {
    json.name(&property.name);
    json.begin_object();
    let item = match &property.ty {
        TypeRef::Collection(item) => {
            flag(json, "$Collection");
            item.as_ref()
        }
        single => single,
    };
    if *item != TypeRef::Primitive(PrimitiveType::String) {
        text(json, "$Type", &item.to_string());
    }
    if property.nullable {
        flag(json, "$Nullable");
    }
    write_facets(json, property, item);
    write_annotations(json, "", &property.annotations);
    json.end_object();
}

fn write_facets(json: &mut JsonText, property: &Property, item: &TypeRef) {
    let Facets { max_length, precision, scale, is_ascii } = property.facets;
    if let Some(length) = max_length {
        json.name("$MaxLength");
        json.literal(length);
    }
    if let Some(digits) = precision {
        json.name("$Precision");
        json.literal(digits);
    }
    match scale {
        Some(digits) => {
            json.name("$Scale");
            json.literal(digits);
        }
        None if *item == TypeRef::Primitive(PrimitiveType::Decimal) => {
            text(json, "$Scale", "variable");
        }
        None => {}
    }
    if is_ascii {
        json.name("$Unicode");
        json.literal(false);
    }
}

fn write_navigation(json: &mut JsonText, navigation: &NavigationProperty) {
    json.name(&navigation.name);
    json.begin_object();
    text(json, "$Kind", "NavigationProperty");
    if navigation.collection {
        flag(json, "$Collection");
    }
    text(json, "$Type", &navigation.target.to_string());
    if !navigation.collection {
        flag(json, "$Nullable");
    }
    if let Some(partner) = &navigation.partner {
        text(json, "$Partner", partner);
    }
    if navigation.contains_target {
        flag(json, "$ContainsTarget");
    }
    write_annotations(json, "", &navigation.annotations);
    json.end_object();
}

fn write_enum(json: &mut JsonText, ty: &EnumType) {
    json.name(&ty.name.name);
    json.begin_object();
    text(json, "$Kind", "EnumType");
    if ty.members.iter().any(|member| i32::try_from(member.value).is_err()) {
        text(json, "$UnderlyingType", "Edm.Int64");
    }
    if ty.is_flags {
        flag(json, "$IsFlags");
    }
    for member in &ty.members {
        json.name(&member.name);
        json.literal(member.value);
        write_annotations(json, &member.name, &member.annotations);
    }
    write_annotations(json, "", &ty.annotations);
    json.end_object();
}

fn write_container(json: &mut JsonText, edm: &Edm) {
    let container = edm.container();
    json.name(&container.name);
    json.begin_object();
    text(json, "$Kind", "EntityContainer");
    for set in &container.entity_sets {
        json.name(&set.name);
        json.begin_object();
        flag(json, "$Collection");
        text(json, "$Type", &set.entity_type.to_string());
        write_bindings(json, edm, &set.entity_type);
        write_annotations(json, "", &set.annotations);
        json.end_object();
    }
    for singleton in &container.singletons {
        json.name(&singleton.name);
        json.begin_object();
        text(json, "$Type", &singleton.entity_type.to_string());
        write_bindings(json, edm, &singleton.entity_type);
        write_annotations(json, "", &singleton.annotations);
        json.end_object();
    }
    write_annotations(json, "", &container.annotations);
    json.end_object();
}

fn write_bindings(json: &mut JsonText, edm: &Edm, ty: &TypeName) {
    let all = bindings(edm, ty);
    if all.is_empty() {
        return;
    }
    json.name("$NavigationPropertyBinding");
    json.begin_object();
    for Binding { path, target } in all {
        text(json, &path, target);
    }
    json.end_object();
}

/// Annotations of the surrounding object or, with a name, of that member of it (section 14.2).
fn write_annotations(json: &mut JsonText, of: &str, annotations: &[Annotation]) {
    for Annotation { term, value } in annotations {
        json.name(&format!("{of}@{term}"));
        write_value(json, value);
    }
}

fn write_value(json: &mut JsonText, value: &AnnotationValue) {
    match value {
        AnnotationValue::Boolean(value) => json.literal(value),
        AnnotationValue::Int(value) => json.literal(value),
        AnnotationValue::String(text)
        | AnnotationValue::PropertyPath(text)
        | AnnotationValue::NavigationPath(text)
        | AnnotationValue::EnumMember { member: text, .. } => json.string(text),
        AnnotationValue::Collection(items) => {
            json.begin_array();
            for item in items {
                write_value(json, item);
            }
            json.end_array();
        }
        AnnotationValue::Record(members) => {
            json.begin_object();
            for (name, value) in members {
                json.name(name);
                write_value(json, value);
            }
            json.end_object();
        }
    }
}

fn text(json: &mut JsonText, name: &str, value: &str) {
    json.name(name);
    json.string(value);
}

/// What is only written where it is so.
fn flag(json: &mut JsonText, name: &str) {
    json.name(name);
    json.literal(true);
}

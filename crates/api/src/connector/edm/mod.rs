//! The model of `/connector/v1`, as data.

mod audit;
mod incident;
mod person;
mod sync;

use std::sync::LazyLock;

use odata::edm::{
    Annotation, Edm, EntityContainer, EntitySet, Facets, Name, PrimitiveType, Property, Schema,
    SchemaType, StructuredType, TypeName, TypeRef,
};

use super::{capabilities, incidents, sets};
use crate::graph::edm::{self, string};
use crate::service::Set;

pub(super) use audit::{AUDIT_EVENT, PROPERTY_CHANGE};
pub(super) use incident::INCIDENT;
pub(super) use person::{PERSON, TRIED_COLUMN, USER_INCIDENT_LIST, USER_MATCH};
pub(super) use sync::{
    CONNECTION, CREDENTIAL, HEALTH, SYNC_REQUEST, SYNC_RUN, TEST_REPORT, TEST_STEP,
};

const NAMESPACE: &str = "nowgraph";
const TEXT: PrimitiveType = PrimitiveType::String;
const DATE: PrimitiveType = PrimitiveType::DateTimeOffset;
const NUMBER: PrimitiveType = PrimitiveType::Int64;

/// The model behind `/connector/v1/$metadata`.
pub(crate) fn edm() -> &'static Edm {
    static EDM: LazyLock<Edm> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "constant data; a test builds it")]
        Edm::new(vec![schema()], container()).expect("the model names only its own types")
    });
    &EDM
}

/// The structured type of what `sync` is told.
pub(super) fn sync_request() -> &'static StructuredType {
    #[expect(clippy::expect_used, reason = "constant data; a test builds it")]
    edm().structured(&SYNC_REQUEST).expect("the model declares the request")
}

const fn own(name: &'static str) -> TypeName {
    TypeName::from_static(NAMESPACE, name)
}

fn schema() -> Schema {
    let entities =
        [incident::incident(), sync::connection(), sync::sync_run(), audit::audit_event()];
    let entities = entities.into_iter().map(SchemaType::Entity);
    let complex = [sync::complex(), person::complex(), vec![audit::property_change()]].concat();
    let complex = complex.into_iter().map(SchemaType::Complex);
    Schema {
        namespace: Name::Borrowed(NAMESPACE),
        alias: None,
        types: entities.chain(complex).collect(),
    }
}

fn container() -> EntityContainer {
    let set = |set: &Set, annotations| EntitySet {
        name: Name::Borrowed(set.path),
        entity_type: set.entities.ty.clone(),
        annotations,
    };
    EntityContainer {
        namespace: Name::Borrowed(NAMESPACE),
        name: Name::Borrowed("connector"),
        entity_sets: vec![
            set(&incidents::SET, capabilities::of_incidents()),
            set(&sets::CONNECTIONS, capabilities::of_connections()),
            set(&sets::AUDIT, capabilities::of_audit_events()),
        ],
        singletons: vec![],
        annotations: capabilities::of_service(),
    }
}

type Described = (&'static str, PrimitiveType, &'static str);

fn properties(all: &[Described]) -> Vec<Property> {
    all.iter().map(|(name, ty, text)| property(name, TypeRef::Primitive(*ty), text)).collect()
}

/// Dates are kept to 100 ns.
fn property(name: &'static str, ty: TypeRef, text: &'static str) -> Property {
    let precision = (ty == TypeRef::Primitive(DATE)).then_some(7);
    let facets = Facets { precision, ..Facets::default() };
    Property { facets, ..edm::property(name, ty, text) }
}

/// A text that is one of some words.
fn word(
    name: &'static str,
    words: impl IntoIterator<Item = &'static str>,
    text: &'static str,
) -> Property {
    let mut word = property(name, string(), text);
    word.annotations.push(Annotation::allowed_values(words));
    word
}

fn key(name: &'static str, text: &'static str) -> Property {
    Property { nullable: false, ..property(name, string(), text) }
}

/// A GUID as text.
fn id(name: &'static str, text: &'static str) -> Property {
    let facets = Facets { max_length: Some(36), is_ascii: true, ..Facets::default() };
    Property { facets, ..key(name, text) }
}

fn many(item: TypeRef) -> TypeRef {
    TypeRef::Collection(Box::new(item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_the_order_of_the_properties() {
        for set in [incidents::SET, sets::CONNECTIONS, sets::RUNS, sets::AUDIT] {
            let entities = set.entities;
            let ty = edm().structured(&entities.ty).unwrap();
            let single = |it: &&Property| !matches!(it.ty, TypeRef::Collection(_));
            let properties: Vec<_> = edm().properties(ty).filter(single).collect();
            let names: Vec<_> = properties.iter().map(|it| it.name.as_ref()).collect();
            let columns: Vec<_> = entities.table.columns.iter().map(|it| it.path).collect();
            assert_eq!(names, columns);
            for (property, column) in properties.iter().zip(entities.table.columns) {
                assert_eq!(property.nullable, column.nullable, "{}", column.path);
            }
        }
    }
}

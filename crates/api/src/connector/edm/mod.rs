//! The model of `/connector/v1`, as data: one file a type.

mod incident;

use std::sync::LazyLock;

use odata::edm::{Edm, EntityContainer, EntitySet, Name, Schema, SchemaType, TypeName};

use super::{capabilities, incidents};

pub(super) use incident::INCIDENT;

const NAMESPACE: &str = "nowgraph";

/// The model behind `/connector/v1/$metadata`.
pub(crate) fn edm() -> &'static Edm {
    static EDM: LazyLock<Edm> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "constant data; a test builds it")]
        Edm::new(vec![schema()], container()).expect("the model names only its own types")
    });
    &EDM
}

const fn own(name: &'static str) -> TypeName {
    TypeName::from_static(NAMESPACE, name)
}

fn schema() -> Schema {
    Schema {
        namespace: Name::Borrowed(NAMESPACE),
        alias: None,
        types: vec![SchemaType::Entity(incident::incident())],
    }
}

fn container() -> EntityContainer {
    EntityContainer {
        namespace: Name::Borrowed(NAMESPACE),
        name: Name::Borrowed("connector"),
        entity_sets: vec![EntitySet {
            name: Name::Borrowed(incidents::SET.path),
            entity_type: INCIDENT,
            annotations: capabilities::of_set(true),
        }],
        singletons: vec![],
        annotations: capabilities::of_service(),
    }
}

#[cfg(test)]
mod tests {
    use store::{Entities, INCIDENTS};

    use super::*;

    #[test]
    fn columns_stand_in_the_order_of_the_properties() {
        let sets: [&Entities; 1] = [incidents::SET.entities];
        for entities in sets {
            let ty = edm().structured(&entities.ty).unwrap();
            let properties: Vec<_> = edm().properties(ty).map(|it| it.name.as_ref()).collect();
            let columns: Vec<_> = entities.table.columns.iter().map(|it| it.path).collect();
            assert_eq!(properties, columns);
            for (property, column) in edm().properties(ty).zip(entities.table.columns) {
                assert_eq!(property.nullable, column.nullable, "{}", column.path);
            }
        }
        assert_eq!(INCIDENTS.columns.len(), 33);
    }
}

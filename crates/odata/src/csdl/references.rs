use crate::edm::{Annotation, Edm, SchemaType, VOCABULARIES, Vocabulary};

/// The vocabularies that annotations of the model come from.
pub(super) fn references(edm: &Edm) -> Vec<Vocabulary> {
    let annotations = annotations(edm);
    let used = |vocabulary: &Vocabulary| {
        annotations.iter().any(|annotation| annotation.vocabulary() == vocabulary.namespace)
    };
    VOCABULARIES.into_iter().filter(used).collect()
}

fn annotations(edm: &Edm) -> Vec<&Annotation> {
    let container = edm.container();
    let mut all: Vec<_> = container.annotations.iter().collect();
    all.extend(container.entity_sets.iter().flat_map(|set| &set.annotations));
    all.extend(container.singletons.iter().flat_map(|one| &one.annotations));
    for ty in edm.schemas().iter().flat_map(|schema| &schema.types) {
        match ty {
            SchemaType::Entity(ty) | SchemaType::Complex(ty) => {
                all.extend(&ty.annotations);
                all.extend(ty.properties.iter().flat_map(|property| &property.annotations));
                all.extend(ty.navigation.iter().flat_map(|navigation| &navigation.annotations));
            }
            SchemaType::Enum(ty) => {
                all.extend(&ty.annotations);
                all.extend(ty.members.iter().flat_map(|member| &member.annotations));
            }
        }
    }
    all
}

use crate::edm::{Edm, Name, NavigationProperty, StructuredType, TypeName};

/// A navigation property of a set or singleton, and the entity set that it leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Binding<'e> {
    /// Its path, with a cast before it where a derived type declares it.
    pub(super) path: String,
    pub(super) target: &'e Name,
}

/// Where navigation properties of entities of a type lead, derived types included (CSDL 4.01 section
/// 13.4): nowhere if they contain what they lead to, or if the container has no set for it, or several.
pub(super) fn bindings<'e>(edm: &'e Edm, ty: &TypeName) -> Vec<Binding<'e>> {
    let Some(root) = edm.structured(ty) else { return Vec::new() };
    let bound = |cast: Option<&StructuredType>, navigation: &NavigationProperty| {
        let target = edm.entity_set_of(&navigation.target)?;
        let path = match cast {
            Some(cast) => format!("{}/{}", cast.name, navigation.name),
            None => navigation.name.to_string(),
        };
        (!navigation.contains_target).then_some(Binding { path, target })
    };
    let own = edm.lineage(root).into_iter().flat_map(|ty| &ty.navigation);
    let mut all: Vec<_> = own.filter_map(|navigation| bound(None, navigation)).collect();
    for name in edm.derived(ty) {
        let Some(derived) = edm.structured(&name) else { continue };
        all.extend(derived.navigation.iter().filter_map(|it| bound(Some(derived), it)));
    }
    all
}

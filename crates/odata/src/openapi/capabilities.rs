use crate::edm::{Annotation, AnnotationValue, Name};

/// What a collection can do, in the terms of the capabilities vocabulary: annotations of an entity
/// set, or what the owner of a navigation property says of it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Capabilities<'e> {
    Annotated(&'e [Annotation]),
    Restricted(&'e [(Name, AnnotationValue)]),
}

const NAMESPACE: &str = "Org.OData.Capabilities.V1.";

impl<'e> Capabilities<'e> {
    /// Whether something is allowed, e.g. `FilterRestrictions/Filterable`. The vocabulary lets
    /// everything be that nobody says anything of.
    pub(super) fn allow(self, path: &str) -> bool {
        !matches!(self.value(path), Some(AnnotationValue::Boolean(false)))
    }

    /// The query options of the service's own.
    pub(super) fn custom_options(self) -> impl Iterator<Item = CustomOption<'e>> {
        let options = match self.value("ReadRestrictions/CustomQueryOptions") {
            Some(AnnotationValue::Collection(options)) => options.as_slice(),
            _ => &[],
        };
        options.iter().filter_map(|option| {
            let text = |name| match member(option, name)? {
                AnnotationValue::String(text) => Some(text.as_ref()),
                _ => None,
            };
            Some(CustomOption { name: text("Name")?, description: text("Description")? })
        })
    }

    /// The same of what a navigation property leads to.
    pub(super) fn below(self, navigation: &str) -> Self {
        let restricted = match self.value("NavigationRestrictions/RestrictedProperties") {
            Some(AnnotationValue::Collection(all)) => all.as_slice(),
            _ => &[],
        };
        let own = restricted.iter().find_map(|record| match record {
            AnnotationValue::Record(members) => {
                let path = member(record, "NavigationProperty");
                let is_own = matches!(path, Some(AnnotationValue::NavigationPath(path)) if path == navigation);
                is_own.then_some(members.as_slice())
            }
            _ => None,
        });
        Self::Restricted(own.unwrap_or_default())
    }

    fn value(self, path: &str) -> Option<&'e AnnotationValue> {
        let (term, name) = path.split_once('/').unwrap_or((path, ""));
        let value = match self {
            Self::Annotated(annotations) => {
                let has_term = |it: &&Annotation| it.term.strip_prefix(NAMESPACE) == Some(term);
                &annotations.iter().find(has_term)?.value
            }
            Self::Restricted(members) => &members.iter().find(|(own, _)| own == term)?.1,
        };
        if name.is_empty() { Some(value) } else { member(value, name) }
    }
}

/// A query option that OData does not define.
#[derive(Debug, Clone, Copy)]
pub(super) struct CustomOption<'e> {
    pub(super) name: &'e str,
    pub(super) description: &'e str,
}

fn member<'e>(record: &'e AnnotationValue, name: &str) -> Option<&'e AnnotationValue> {
    match record {
        AnnotationValue::Record(members) => {
            members.iter().find(|(own, _)| own == name).map(|(_, value)| value)
        }
        _ => None,
    }
}

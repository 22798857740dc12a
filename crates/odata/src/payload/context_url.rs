use std::fmt;

use crate::apply::Shape;
use crate::edm::TypeRef;
use crate::expr::{Computed, PathStep};
use crate::query::{ExpandItem, ExpandKind, QueryOptions, Select};

/// The context URL of an answer (OData 4.01 protocol section 10), which tells what the body is.
///
/// ```
/// use odata::payload::ContextUrl;
///
/// let context = ContextUrl::entity("https://host/beta", "deviceManagement/connections", None);
/// assert_eq!(
///     context.to_string(),
///     "https://host/beta/$metadata#deviceManagement/connections/$entity",
/// );
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ContextUrl<'a> {
    pub(super) root: &'a str,
    pub(super) target: Target<'a>,
    pub(super) select: Option<&'a Select>,
    pub(super) expand: &'a [ExpandItem],
    pub(super) computed: &'a [Computed],
    pub(super) shape: Option<&'a Shape>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'a> {
    ServiceDocument,
    Collection(&'a str),
    Entity(&'a str),
    Fixed(&'a str),
    References(&'a str),
    Reference(&'a str),
    FixedReference(&'a str),
    Type(&'a TypeRef),
}

impl<'a> ContextUrl<'a> {
    /// The service document (section 10.1). `root` is the absolute URL of the service, without a
    /// final slash; so it is in the other functions.
    pub const fn service_document(root: &'a str) -> Self {
        Self {
            root,
            target: Target::ServiceDocument,
            select: None,
            expand: &[],
            computed: &[],
            shape: None,
        }
    }

    /// A collection of entities at a path from the service root (sections 10.2 and 10.7).
    pub const fn collection(root: &'a str, path: &'a str, select: Option<&'a Select>) -> Self {
        Self {
            root,
            target: Target::Collection(path),
            select,
            expand: &[],
            computed: &[],
            shape: None,
        }
    }

    /// An entity of the collection at a path (sections 10.3 and 10.8).
    pub const fn entity(root: &'a str, path: &'a str, select: Option<&'a Select>) -> Self {
        Self { root, target: Target::Entity(path), select, expand: &[], computed: &[], shape: None }
    }

    /// A singleton at a path (sections 10.4 and 10.8).
    pub const fn singleton(root: &'a str, path: &'a str, select: Option<&'a Select>) -> Self {
        Self { root, target: Target::Fixed(path), select, expand: &[], computed: &[], shape: None }
    }

    /// References to the entities of the collection at a path (section 10.11).
    pub const fn references(root: &'a str, path: &'a str) -> Self {
        Self {
            root,
            target: Target::References(path),
            select: None,
            expand: &[],
            computed: &[],
            shape: None,
        }
    }

    /// A reference to an entity of the collection at a path (section 10.12).
    pub const fn reference(root: &'a str, path: &'a str) -> Self {
        Self {
            root,
            target: Target::Reference(path),
            select: None,
            expand: &[],
            computed: &[],
            shape: None,
        }
    }

    /// A reference to the singleton at a path (section 10.12).
    pub const fn reference_to_singleton(root: &'a str, path: &'a str) -> Self {
        let target = Target::FixedReference(path);
        Self { root, target, select: None, expand: &[], computed: &[], shape: None }
    }

    /// A property; `path` leads from the root over the entity, its key in parentheses, to the
    /// property (section 10.13).
    pub const fn property(root: &'a str, path: &'a str) -> Self {
        Self {
            root,
            target: Target::Fixed(path),
            select: None,
            expand: &[],
            computed: &[],
            shape: None,
        }
    }

    /// A value that has no place in the model, told by its type (sections 10.14 and 10.15).
    pub const fn of_type(root: &'a str, ty: &'a TypeRef) -> Self {
        Self {
            root,
            target: Target::Type(ty),
            select: None,
            expand: &[],
            computed: &[],
            shape: None,
        }
    }
}

impl<'a> ContextUrl<'a> {
    /// The same with related entities in the answer (section 10.9).
    #[must_use]
    pub const fn expanding(mut self, expand: &'a [ExpandItem]) -> Self {
        self.expand = expand;
        self
    }

    /// The same, of whose values only what is selected is there (section 10.7).
    #[must_use]
    pub const fn selecting(mut self, select: Option<&'a Select>) -> Self {
        self.select = select;
        self
    }

    /// The same, whose entities hold computed properties too. Only a selection tells of them in the
    /// URL; their types are taken from here.
    #[must_use]
    pub const fn with_computed(mut self, computed: &'a [Computed]) -> Self {
        self.computed = computed;
        self
    }

    /// The same, of what `$apply` has made of the entities.
    #[must_use]
    pub const fn applied(mut self, shape: &'a Shape) -> Self {
        self.shape = Some(shape);
        self
    }

    /// The properties that no model declares.
    pub(super) fn dynamic(&self) -> [&'a [Computed]; 2] {
        [self.shape.map_or(&[][..], |shape| &shape.dynamic), self.computed]
    }

    /// Whether the answer has no entities of the model but what was aggregated of them.
    pub(super) fn is_transient(&self) -> bool {
        self.shape.is_some_and(|shape| shape.declared.is_some())
    }
}

impl fmt::Display for ContextUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/$metadata", self.root)?;
        match self.target {
            Target::ServiceDocument => return Ok(()),
            Target::Collection(path) | Target::Entity(path) | Target::Fixed(path) => {
                write!(f, "#{path}")?;
            }
            Target::References(_) => return f.write_str("#Collection($ref)"),
            Target::Reference(_) | Target::FixedReference(_) => return f.write_str("#$ref"),
            Target::Type(ty) => write!(f, "#{ty}")?,
        }
        match self.shape {
            Some(shape) if self.select.is_none() => shape.write_context(f)?,
            _ => write_shape(self.select, self.expand, f)?,
        }
        match self.target {
            Target::Entity(_) => f.write_str("/$entity"),
            _ => Ok(()),
        }
    }
}

/// What is selected and expanded, in parentheses; expanded entities have their own behind their
/// name (section 10.9). Binding has bounded how deep that goes.
fn write_shape(
    select: Option<&Select>,
    expand: &[ExpandItem],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut separator = "(";
    for path in select.map(Select::paths).unwrap_or_default() {
        for step in path {
            f.write_str(separator)?;
            write_step(step, f)?;
            separator = "/";
        }
        separator = ",";
    }
    for item in expand.iter().filter(|item| item.kind == ExpandKind::Entities) {
        for step in &item.path {
            f.write_str(separator)?;
            write_step(step, f)?;
            separator = "/";
        }
        let QueryOptions { select, expand, .. } = &item.options;
        let mut expand = expand.as_slice();
        if item.levels.is_some() {
            f.write_str("+")?;
            // What repeats the item comes last, and the sign stands for it.
            expand = match expand.split_last() {
                Some((last, others)) if last.path == item.path => others,
                _ => expand,
            };
        }
        if select.is_none() && expand.is_empty() {
            f.write_str("()")?;
        }
        write_shape(select.as_ref(), expand, f)?;
        separator = ",";
    }
    if separator == "(" { Ok(()) } else { f.write_str(")") }
}

fn write_step(step: &PathStep, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match step {
        PathStep::Property(name) => f.write_str(name),
        PathStep::Cast(cast) => write!(f, "{}", cast.ty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edm::{PrimitiveType, TypeName};
    use crate::query::SelectItem;

    #[test]
    fn each_kind_of_answer_has_its_url() {
        let item = |path, select| {
            let options = QueryOptions { select, ..QueryOptions::default() };
            SelectItem { path, options }
        };
        let nested = Select {
            items: vec![item(
                vec![
                    PathStep::Cast(TypeName::from_static("ns", "oauth").into()),
                    PathStep::Property("appId".into()),
                ],
                None,
            )],
        };
        let select = Select {
            items: vec![
                item(vec![PathStep::Property("id".into())], None),
                item(vec![PathStep::Property("method".into())], Some(nested)),
            ],
        };
        let strings = TypeRef::Collection(Box::new(TypeRef::Primitive(PrimitiveType::String)));
        let root = "http://h/beta";
        for (context, expect) in [
            (ContextUrl::service_document(root), ""),
            (ContextUrl::collection(root, "a/b", None), "#a/b"),
            (ContextUrl::collection(root, "b", Some(&select)), "#b(id,method/ns.oauth/appId)"),
            (ContextUrl::entity(root, "b", Some(&select)), "#b(id,method/ns.oauth/appId)/$entity"),
            (ContextUrl::singleton(root, "a", None), "#a"),
            (ContextUrl::references(root, "b"), "#Collection($ref)"),
            (ContextUrl::reference(root, "b"), "#$ref"),
            (ContextUrl::property(root, "a/b('1')/id"), "#a/b('1')/id"),
            (ContextUrl::of_type(root, &strings), "#Collection(Edm.String)"),
            (ContextUrl::entity(root, "b", Some(&Select::default())), "#b/$entity"),
        ] {
            assert_eq!(context.to_string(), format!("http://h/beta/$metadata{expect}"));
        }
    }
}

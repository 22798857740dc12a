use super::item::{Item, ItemStep, items};
use super::nest::{Nest, Shaped, refuse, value_error};
use super::{QueryError, QueryOptions, SystemOption, Target};
use crate::edm::{Edm, StructuredType, TypeRef};
use crate::expr::{Computed, ExprError, PathStep, Scope, TypeCast, cast};

/// `$select` (URL conventions 5.1.4): the properties that are asked for, in asked order. A `*` is
/// told by the absence of a `Select`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Select {
    /// What was asked for, each thing once.
    pub items: Vec<SelectItem>,
}

/// One property that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectItem {
    /// Casts and properties. A property, which may be a navigation property, is the last of them
    /// but for a cast, which leaves values of another type without any property.
    pub path: Vec<PathStep>,
    /// Options in parentheses that say what of the value is asked for.
    pub options: QueryOptions,
}

impl SelectItem {
    /// The path up to the property that is selected, and the cast behind it.
    pub fn split(&self) -> (&[PathStep], Option<&TypeCast>) {
        match self.path.split_last() {
            Some((PathStep::Cast(cast), property)) => (property, Some(cast)),
            _ => (&self.path, None),
        }
    }

    /// Whether its options say more than what is selected within it.
    fn picks(&self) -> bool {
        let QueryOptions { select, .. } = &self.options;
        self.options != QueryOptions { select: select.clone(), ..QueryOptions::default() }
    }
}

impl Select {
    /// The paths to all that is asked for, those of nested `$select`s included.
    pub fn paths(&self) -> Vec<Vec<&PathStep>> {
        let mut paths = Vec::new();
        for item in &self.items {
            match &item.options.select {
                None => paths.push(item.path.iter().collect()),
                Some(nested) => {
                    for rest in nested.paths() {
                        paths.push(item.path.iter().chain(rest).collect());
                    }
                }
            }
        }
        paths
    }
}

/// Reads the value of `$select`; `None` where it asks for everything by `*`.
pub(super) fn select(
    text: &str,
    scope: &Scope<'_>,
    nest: Nest,
) -> Result<Option<Select>, QueryError> {
    let invalid = value_error(SystemOption::Select);
    let mut selected: Vec<SelectItem> = Vec::new();
    let mut everything = false;
    for item in items(text).map_err(invalid)? {
        if item.is("*") {
            everything = true;
            continue;
        }
        let position = item.path.first().map_or(0, |step| step.at);
        let item = bind(&item, scope, nest)?;
        let differs = |other: &SelectItem| {
            other.split().0 == item.split().0 && (other.picks() || item.picks()) && *other != item
        };
        if selected.iter().any(differs) {
            let (found, expected) = ("the same path with other options".to_owned(), "another one");
            return Err(invalid(ExprError::Syntax { position, found, expected }));
        }
        if !selected.contains(&item) {
            selected.push(item);
        }
    }
    if !everything {
        return Ok(Some(Select { items: selected }));
    }
    if selected.iter().any(|item| item.options != QueryOptions::default()) {
        let name = "options in parentheses beside '*'".to_owned();
        return Err(invalid(ExprError::NotServed { position: 0, name }));
    }
    Ok(None)
}

fn bind(item: &Item, scope: &Scope<'_>, nest: Nest) -> Result<SelectItem, QueryError> {
    let invalid = value_error(SystemOption::Select);
    if let [ItemStep { name, .. }] = item.path.as_slice()
        && item.options.is_empty()
        && let Some(computed) = added(scope).find(|one| one.is_named(name))
    {
        let path = vec![PathStep::Property(computed.name.clone())];
        return Ok(SelectItem { path, options: QueryOptions::default() });
    }
    let mut path = Path::new(scope.edm, scope.entity_type);
    for step in &item.path {
        path.step(step).map_err(invalid)?;
    }
    let end = item.path.last().map_or(0, |step| step.at);
    if scope.shape.is_some_and(|shape| !shape.has(&path.steps)) {
        let name = item.path.iter().map(|step| step.name.as_str()).collect::<Vec<_>>().join("/");
        let type_name = "the result of $apply".to_owned();
        return Err(invalid(ExprError::UnknownProperty { position: end, name, type_name }));
    }
    if !path.has_property() {
        let found = item.path.last().map_or("", |step| &step.name);
        return Err(invalid(refuse(end, found, "a property behind the type")));
    }
    if !item.parameters.is_empty() {
        let found = item.parameters.first().map_or("", String::as_str);
        return Err(invalid(refuse(end, found, "options with '=' in the parentheses")));
    }
    let target = if path.items.is_some() { Target::Selected } else { Target::SelectedOne };
    let shaped = match (path.owner, path.items) {
        (Some(ty), _) => Shaped::Structure(ty),
        (None, Some(item)) => Shaped::Items(item),
        (None, None) => Shaped::Value,
    };
    let options = nest.deeper(end)?.options(&item.options, scope, shaped, target)?;
    Ok(SelectItem { path: path.steps, options })
}

/// What `$apply` and `$compute` name.
fn added<'s>(scope: &Scope<'s>) -> impl Iterator<Item = &'s Computed> {
    let applied = scope.shape.map_or(&[][..], |shape| &shape.dynamic);
    applied.iter().chain(scope.computed)
}

/// A path of properties and casts while it is looked up.
struct Path<'e> {
    edm: &'e Edm,
    /// The structured type whose properties come next.
    owner: Option<&'e StructuredType>,
    /// What the owner is called in errors.
    described: String,
    /// The type of the items, if the value is a collection.
    items: Option<&'e TypeRef>,
    steps: Vec<PathStep>,
}

impl<'e> Path<'e> {
    fn new(edm: &'e Edm, ty: &'e StructuredType) -> Self {
        let described = ty.name.to_string();
        Self { edm, owner: Some(ty), described, items: None, steps: Vec::new() }
    }

    fn step(&mut self, step: &ItemStep) -> Result<(), ExprError> {
        let ItemStep { at, name } = step;
        if name.ends_with(".*") || name.starts_with(['$', '@']) {
            return Err(ExprError::NotServed { position: *at, name: name.clone() });
        }
        let unknown = || ExprError::UnknownProperty {
            position: *at,
            name: name.clone(),
            type_name: self.described.clone(),
        };
        let from = self.owner.ok_or_else(unknown)?;
        if name.contains('.') {
            let (step, to) = cast(self.edm, from, name, *at)?;
            if step.is_some() && matches!(self.steps.last(), Some(PathStep::Cast(_))) {
                // It derives from the one before, which so says nothing.
                self.steps.pop();
            }
            self.steps.extend(step);
            self.owner = Some(to);
            self.described = to.name.to_string();
            return Ok(());
        }
        if let Some(property) = self.edm.property(from, name) {
            self.steps.push(PathStep::Property(property.name.clone()));
            self.described = property.ty.to_string();
            self.items = match &property.ty {
                TypeRef::Collection(item) => Some(item),
                _ => None,
            };
            self.owner = inner(self.edm, &property.ty);
            return Ok(());
        }
        // Only its link is asked for, so that nothing can follow.
        let navigation = self.edm.navigation(from, name).ok_or_else(unknown)?;
        self.steps.push(PathStep::Property(navigation.name.clone()));
        self.owner = None;
        Ok(())
    }

    fn has_property(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, PathStep::Property(_)))
    }
}

/// The structured type whose properties can be selected within a value, also item by item.
fn inner<'e>(edm: &'e Edm, ty: &TypeRef) -> Option<&'e StructuredType> {
    match ty {
        TypeRef::Complex(name) | TypeRef::Entity(name) => edm.structured(name),
        TypeRef::Collection(item) => match item.as_ref() {
            TypeRef::Complex(name) | TypeRef::Entity(name) => edm.structured(name),
            TypeRef::Primitive(_) | TypeRef::Enum(_) | TypeRef::Collection(_) => None,
        },
        TypeRef::Primitive(_) | TypeRef::Enum(_) => None,
    }
}

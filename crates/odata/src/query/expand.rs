use super::item::{Item, ItemStep, items};
use super::nest::{Nest, Shaped, refuse, value_error};
use super::{QueryError, QueryOptions, SystemOption, Target};
use crate::edm::{Edm, NavigationProperty, StructuredType, TypeRef};
use crate::expr::{ExprError, PathStep, Scope, cast};

/// One navigation property of `$expand` (URL conventions 5.1.3).
#[derive(Debug, Clone, PartialEq)]
pub struct ExpandItem {
    /// Casts and complex properties, then the navigation property; only a cast may follow it.
    pub path: Vec<PathStep>,
    /// What is asked for in its place.
    pub kind: ExpandKind,
    /// Options in parentheses, bound to the type that the path leads to.
    pub options: QueryOptions,
    /// `$levels`: how often the item is repeated within itself.
    pub levels: Option<Levels>,
}

/// What an [`ExpandItem`] asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpandKind {
    /// The related entities.
    Entities,
    /// Their references, by `/$ref`.
    Ref,
    /// Their number, by `/$count`.
    Count,
}

/// `$levels` (URL conventions 5.1.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Levels {
    /// As many as the service likes.
    Max,
    /// At least one.
    Number(u32),
}

/// Reads the value of `$expand`. A `*` stands for every navigation property that is not named.
pub(super) fn expand(
    text: &str,
    scope: &Scope<'_>,
    nest: Nest,
) -> Result<Vec<ExpandItem>, QueryError> {
    let invalid = value_error(SystemOption::Expand);
    let written = items(text).map_err(invalid)?;
    let (all, named): (Vec<_>, Vec<_>) = written.iter().partition(|item| item.starts("*"));
    let mut expanded: Vec<ExpandItem> = Vec::new();
    for item in named {
        let position = item.path.first().map_or(0, |step| step.at);
        let item = bind(item, scope, nest)?;
        if expanded.iter().any(|other| other.path == item.path) {
            let (found, expected) = ("the same path again".to_owned(), "another one");
            return Err(invalid(ExprError::Syntax { position, found, expected }));
        }
        expanded.push(item);
    }
    for item in all {
        everything(item, scope, nest, &mut expanded)?;
    }
    Ok(expanded)
}

/// `*`, `*/$ref`, `*($levels=…)`
fn everything(
    item: &Item,
    scope: &Scope<'_>,
    nest: Nest,
    expanded: &mut Vec<ExpandItem>,
) -> Result<(), QueryError> {
    let invalid = value_error(SystemOption::Expand);
    let at = item.path.first().map_or(0, |step| step.at);
    let kind = match item.path.get(1..).unwrap_or_default() {
        [] => ExpandKind::Entities,
        [one] if one.name == "$ref" => ExpandKind::Ref,
        [one, ..] => return Err(invalid(refuse(one.at, &one.name, "',' or the end"))),
    };
    let options = SystemOption::Levels;
    if let Some(other) = item.options.iter().find(|one| !options.is_named(&one.name)) {
        let expected = "$levels, the only option of '*'";
        return Err(invalid(refuse(other.at, &other.name, expected)));
    }
    let levels = match levels(item)? {
        levels if repeats_itself(scope.edm, scope.entity_type) => levels,
        Some(Levels::Number(2..)) => {
            let name = "$levels of '*' beyond 1".to_owned();
            return Err(invalid(ExprError::NotServed { position: at, name }));
        }
        // One level is all that is served, and so what `max` means.
        _ => None,
    };
    for navigation in scope.edm.navigations(scope.entity_type) {
        let path = vec![PathStep::Property(navigation.name.clone())];
        if expanded.iter().all(|other| other.path != path) {
            let options = QueryOptions::default();
            expanded.push(ExpandItem { path, kind, options, levels });
        }
    }
    nest.deeper(at)?;
    Ok(())
}

/// Whether all navigation properties are one, and it leads to the same again.
fn repeats_itself(edm: &Edm, ty: &StructuredType) -> bool {
    let only = |ty| match edm.navigations(ty).collect::<Vec<_>>().as_slice() {
        [only] => Some((&only.name, &only.target)),
        _ => None,
    };
    only(ty).is_some_and(|found| edm.structured(found.1).and_then(only) == Some(found))
}

fn bind(item: &Item, scope: &Scope<'_>, nest: Nest) -> Result<ExpandItem, QueryError> {
    let invalid = value_error(SystemOption::Expand);
    let mut path = Path::new(scope.edm, scope.entity_type);
    for step in &item.path {
        path.step(step).map_err(invalid)?;
    }
    let end = item.path.last().map_or(0, |step| step.at);
    let Some(navigation) = path.navigation else {
        return Err(invalid(Path::not_expandable(item)));
    };
    if !item.parameters.is_empty() {
        let found = item.parameters.first().map_or("", String::as_str);
        return Err(invalid(refuse(end, found, "options with '=' in the parentheses")));
    }
    let target = match (path.kind, navigation.collection) {
        (ExpandKind::Entities, true) => Target::Expanded,
        (ExpandKind::Entities, false) => Target::ExpandedOne,
        (ExpandKind::Ref, _) => Target::References,
        (ExpandKind::Count, _) => Target::Count,
    };
    let (levels, options) = (levels(item)?, without_levels(item));
    if levels.is_some() && path.kind != ExpandKind::Entities {
        return Err(QueryError::Misplaced(SystemOption::Levels.name()));
    }
    let shaped = path.owner.map_or(Shaped::Value, Shaped::Structure);
    let options = nest.deeper(end)?.options(&options, scope, shaped, target)?;
    Ok(ExpandItem { path: path.steps, kind: path.kind, options, levels })
}

fn levels(item: &Item) -> Result<Option<Levels>, QueryError> {
    let option = SystemOption::Levels;
    let mut given = item.options.iter().filter(|one| option.is_named(&one.name));
    let Some(first) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(QueryError::Duplicate(option.name().to_owned()));
    }
    let text = first.text.trim_matches([' ', '\t']);
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        _ if text.eq_ignore_ascii_case("max") => Ok(Some(Levels::Max)),
        Ok(number) if number > 0 && digits => Ok(Some(Levels::Number(number))),
        _ => {
            let text = text.chars().take(100).collect();
            Err(QueryError::Levels { text })
        }
    }
}

fn without_levels(item: &Item) -> Vec<super::item::ItemOption> {
    let is_other = |one: &&super::item::ItemOption| !SystemOption::Levels.is_named(&one.name);
    item.options.iter().filter(is_other).cloned().collect()
}

/// A path to a navigation property while it is looked up.
struct Path<'e> {
    edm: &'e Edm,
    /// The structured type whose properties come next.
    owner: Option<&'e StructuredType>,
    navigation: Option<&'e NavigationProperty>,
    kind: ExpandKind,
    steps: Vec<PathStep>,
}

impl<'e> Path<'e> {
    const fn new(edm: &'e Edm, ty: &'e StructuredType) -> Self {
        let (navigation, kind) = (None, ExpandKind::Entities);
        Self { edm, owner: Some(ty), navigation, kind, steps: Vec::new() }
    }

    fn step(&mut self, step: &ItemStep) -> Result<(), ExprError> {
        let (at, name) = (step.at, step.name.as_str());
        if self.kind != ExpandKind::Entities {
            return Err(refuse(at, name, "',' or the end"));
        }
        match name {
            "$ref" if self.navigation.is_some() => self.kind = ExpandKind::Ref,
            "$count" if self.navigation.is_some_and(|one| one.collection) => {
                self.kind = ExpandKind::Count;
            }
            _ if name.starts_with(['$', '@']) => {
                return Err(ExprError::NotServed { position: at, name: name.to_owned() });
            }
            _ => return self.named(at, name),
        }
        Ok(())
    }

    fn named(&mut self, at: usize, name: &str) -> Result<(), ExprError> {
        let unknown = |type_name: String| {
            let (position, name) = (at, name.to_owned());
            ExprError::UnknownProperty { position, name, type_name }
        };
        let from = self.owner.ok_or_else(|| unknown("a value without properties".to_owned()))?;
        if name.contains('.') {
            let (step, to) = cast(self.edm, from, name, at)?;
            self.steps.extend(step);
            self.owner = Some(to);
            return Ok(());
        }
        if self.navigation.is_some() {
            return Err(refuse(at, name, "$ref, $count or a type"));
        }
        if let Some(navigation) = self.edm.navigation(from, name) {
            self.steps.push(PathStep::Property(navigation.name.clone()));
            self.navigation = Some(navigation);
            self.owner = self.edm.structured(&navigation.target);
            return Ok(());
        }
        let property = self.edm.property(from, name);
        let property = property.ok_or_else(|| unknown(from.name.to_string()))?;
        let TypeRef::Complex(ty) = &property.ty else {
            return Err(refuse(at, name, NAVIGATION));
        };
        self.steps.push(PathStep::Property(property.name.clone()));
        self.owner = self.edm.structured(ty);
        Ok(())
    }

    /// The path ends before any navigation property.
    fn not_expandable(item: &Item) -> ExprError {
        let last = item.path.last();
        refuse(last.map_or(0, |step| step.at), last.map_or("", |step| &step.name), NAVIGATION)
    }
}

const NAVIGATION: &str = "a navigation property";

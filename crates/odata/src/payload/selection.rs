use crate::edm::{Edm, Name, TypeName};
use crate::expr::PathStep;
use crate::query::{ExpandItem, ExpandKind, Select};

/// `$select` and `$expand` as a tree: which properties of a structure are written, and what of
/// each.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    /// `None` for all.
    only: Option<Vec<Selected<'a>>>,
    /// Expanded navigation properties, which are written whatever is selected (protocol 11.2.5.2).
    expanded: Vec<Selected<'a>>,
    /// What is expanded in the place of a navigation property; `None` for other properties.
    pub(super) related: Option<ExpandKind>,
}

#[derive(Debug)]
pub(super) struct Selected<'a> {
    /// The property is meant for values of this type only.
    cast: Option<&'a TypeName>,
    name: &'a Name,
    inside: Selection<'a>,
}

static ALL: Selection<'static> = Selection { only: None, expanded: Vec::new(), related: None };

impl<'a> Selection<'a> {
    /// Binding has bounded how deep items are nested.
    pub(super) fn of(select: Option<&'a Select>, expand: &'a [ExpandItem]) -> Self {
        let only = select.and_then(|select| Self::of_paths(&select.paths()).only);
        let expanded = expand.iter().filter_map(|item| {
            let steps: Vec<_> = item.path.iter().collect();
            let (cast, name, _) = first_property(&steps)?;
            let inside = Self::of(item.options.select.as_ref(), &item.options.expand);
            let inside = Self { related: Some(item.kind), ..inside };
            Some(Selected { cast, name, inside })
        });
        Self { only, expanded: expanded.collect(), related: None }
    }

    /// What is to be written of a property of a value of that type; `None` if it is left out.
    /// Control information goes with the property in its name.
    pub(super) fn inside(&self, edm: &Edm, ty: &TypeName, name: &Name) -> Option<&Self> {
        let name = name.split('@').next().unwrap_or(name);
        let find = |list: &'_ [Selected<'a>]| {
            list.iter().position(|selected| selected.name == name && selected.applies(edm, ty))
        };
        if let Some(place) = find(&self.expanded) {
            return self.expanded.get(place).map(|selected| &selected.inside);
        }
        match &self.only {
            None => Some(&ALL),
            Some(list) => list.get(find(list)?).map(|selected| &selected.inside),
        }
    }

    /// Whether related entities are written too.
    pub(super) fn expands(&self) -> bool {
        !self.expanded.is_empty()
    }

    fn of_paths(paths: &[Vec<&'a PathStep>]) -> Self {
        let all = Self { only: None, expanded: Vec::new(), related: None };
        let mut groups: Vec<Group<'_>> = Vec::new();
        for path in paths {
            let Some((cast, name, rest)) = first_property(path) else { return all };
            match groups.iter_mut().find(|group| group.cast == cast && group.name == name) {
                Some(group) => group.rests.push(rest),
                None => groups.push(Group { cast, name, rests: vec![rest] }),
            }
        }
        let selected =
            |Group { cast, name, rests }| Selected { cast, name, inside: Self::of_paths(&rests) };
        Self { only: Some(groups.into_iter().map(selected).collect()), ..all }
    }
}

/// Paths that begin alike, and how each goes on.
struct Group<'a> {
    cast: Option<&'a TypeName>,
    name: &'a Name,
    rests: Vec<Vec<&'a PathStep>>,
}

impl Selected<'_> {
    fn applies(&self, edm: &Edm, ty: &TypeName) -> bool {
        self.cast
            .is_none_or(|cast| edm.structured(ty).is_some_and(|ty| edm.is_assignable(ty, cast)))
    }
}

/// The type that a path begins with, its first property and what follows; `None` at its end.
fn first_property<'a>(
    path: &[&'a PathStep],
) -> Option<(Option<&'a TypeName>, &'a Name, Vec<&'a PathStep>)> {
    let mut cast = None;
    let mut steps = path.iter();
    loop {
        match steps.next()? {
            PathStep::Cast(step) => cast = Some(&step.ty),
            PathStep::Property(name) => return Some((cast, name, steps.copied().collect())),
        }
    }
}

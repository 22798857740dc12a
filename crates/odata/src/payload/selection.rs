use crate::edm::{Edm, Name, TypeName};
use crate::expr::PathStep;
use crate::query::Select;

/// `$select` as a tree: which properties of a structure are written, and what of each.
#[derive(Debug)]
pub(super) enum Selection<'a> {
    All,
    Only(Vec<Selected<'a>>),
}

#[derive(Debug)]
pub(super) struct Selected<'a> {
    /// The property is meant for values of this type only.
    cast: Option<&'a TypeName>,
    name: &'a Name,
    inside: Selection<'a>,
}

impl<'a> Selection<'a> {
    pub(super) fn of(select: Option<&'a Select>) -> Self {
        match select {
            None => Self::All,
            Some(select) => Self::of_paths(&select.paths()),
        }
    }

    /// What is to be written of a property of a value of that type; `None` if it is left out.
    pub(super) fn inside(&self, edm: &Edm, ty: &TypeName, name: &Name) -> Option<&Self> {
        match self {
            Self::All => Some(&Self::All),
            Self::Only(list) => list
                .iter()
                .find(|selected| selected.name == name && selected.applies(edm, ty))
                .map(|selected| &selected.inside),
        }
    }

    fn of_paths(paths: &[Vec<&'a PathStep>]) -> Self {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for path in paths {
            let Some((cast, name, rest)) = first_property(path) else { return Self::All };
            match groups.iter_mut().find(|group| group.cast == cast && group.name == name) {
                Some(group) => group.rests.push(rest),
                None => groups.push(Group { cast, name, rests: vec![rest] }),
            }
        }
        let selected =
            |Group { cast, name, rests }| Selected { cast, name, inside: Self::of_paths(&rests) };
        Self::Only(groups.into_iter().map(selected).collect())
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
            PathStep::Cast(ty) => cast = Some(ty),
            PathStep::Property(name) => return Some((cast, name, steps.copied().collect())),
        }
    }
}

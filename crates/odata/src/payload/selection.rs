use crate::edm::{Edm, Name, TypeName};
use crate::expr::{Computed, PathStep};
use crate::query::{ExpandItem, ExpandKind, QueryOptions, Select, SelectItem};

/// `$select`, `$expand` and `$compute` as a tree: which properties of a structure are written, and
/// what of each.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    /// `None` for all.
    only: Option<Vec<Selected<'a>>>,
    /// Values of these types are written whole.
    whole: Vec<&'a TypeName>,
    /// Expanded navigation properties, which are written whatever is selected (protocol 11.2.5.2).
    expanded: Vec<Selected<'a>>,
    /// What is expanded in the place of a navigation property; `None` for other properties.
    pub(super) related: Option<ExpandKind>,
    /// The properties that no model declares.
    pub(super) dynamic: [&'a [Computed]; 2],
}

#[derive(Debug)]
pub(super) struct Selected<'a> {
    /// The property is meant for values of this type only.
    cast: Option<&'a TypeName>,
    name: &'a Name,
    inside: Selection<'a>,
}

static ALL: Selection<'static> = Selection {
    only: None,
    whole: Vec::new(),
    expanded: Vec::new(),
    related: None,
    dynamic: [&[], &[]],
};

impl<'a> Selection<'a> {
    /// Binding has bounded how deep items are nested.
    pub(super) fn of(
        select: Option<&'a Select>,
        expand: &'a [ExpandItem],
        dynamic: [&'a [Computed]; 2],
    ) -> Self {
        let only = select.map(|select| selected(Ending::of(select)));
        let expanded = expand.iter().filter_map(|item| {
            let steps: Vec<_> = item.path.iter().collect();
            let (cast, name, _) = first_property(&steps)?;
            let QueryOptions { select, expand, compute, .. } = &item.options;
            let inside = Self::of(select.as_ref(), expand, [compute, &[]]);
            let inside = Self { related: Some(item.kind), ..inside };
            Some(Selected { cast, name, inside })
        });
        let expanded = expanded.collect();
        Self { only, whole: Vec::new(), expanded, related: None, dynamic }
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
            Some(_) if self.whole.iter().any(|cast| is_one(edm, ty, cast)) => Some(&ALL),
            Some(list) => list.get(find(list)?).map(|selected| &selected.inside),
        }
    }

    /// Whether related entities are written too.
    pub(super) fn expands(&self) -> bool {
        !self.expanded.is_empty()
    }
}

/// What is left of the path of a selected item, and the options at its end.
struct Ending<'a> {
    steps: Vec<&'a PathStep>,
    options: &'a QueryOptions,
}

impl<'a> Ending<'a> {
    fn of(select: &'a Select) -> Vec<Self> {
        let ending = |SelectItem { path, options }: &'a SelectItem| Ending {
            steps: path.iter().collect(),
            options,
        };
        select.items.iter().map(ending).collect()
    }
}

/// Items that begin alike, and how each goes on.
struct Group<'a> {
    cast: Option<&'a TypeName>,
    name: &'a Name,
    rests: Vec<Ending<'a>>,
}

fn selected(items: Vec<Ending<'_>>) -> Vec<Selected<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for Ending { steps, options } in items {
        let Some((cast, name, steps)) = first_property(&steps) else { continue };
        let rest = Ending { steps, options };
        match groups.iter_mut().find(|group| group.cast == cast && group.name == name) {
            Some(group) => group.rests.push(rest),
            None => groups.push(Group { cast, name, rests: vec![rest] }),
        }
    }
    let selected = |Group { cast, name, rests }| Selected { cast, name, inside: inside(rests) };
    groups.into_iter().map(selected).collect()
}

/// What items ask of the property that all of them lead to.
fn inside(rests: Vec<Ending<'_>>) -> Selection<'_> {
    let (mut all, mut whole) = (false, Vec::new());
    let (mut computed, mut within) = (&[][..], Vec::new());
    for Ending { steps, options } in rests {
        let cast = match steps.as_slice() {
            [] => None,
            [PathStep::Cast(cast)] => Some(&cast.ty),
            _ => {
                within.push(Ending { steps, options });
                continue;
            }
        };
        match (&options.select, cast) {
            (None, None) => all = true,
            (None, Some(cast)) => whole.push(cast),
            (Some(select), _) => within.extend(Ending::of(select).into_iter().map(|ending| {
                let steps = steps.iter().copied().chain(ending.steps).collect();
                Ending { steps, ..ending }
            })),
        }
        if !options.compute.is_empty() {
            computed = &options.compute;
        }
    }
    let only = if all { None } else { Some(selected(within)) };
    Selection { only, whole, expanded: Vec::new(), related: None, dynamic: [computed, &[]] }
}

impl Selected<'_> {
    fn applies(&self, edm: &Edm, ty: &TypeName) -> bool {
        self.cast.is_none_or(|cast| is_one(edm, ty, cast))
    }
}

/// Whether a type is another or derives from it.
fn is_one(edm: &Edm, ty: &TypeName, ancestor: &TypeName) -> bool {
    edm.structured(ty).is_some_and(|ty| edm.is_assignable(ty, ancestor))
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

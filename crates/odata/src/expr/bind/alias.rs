//! Parameter aliases (URL conventions 5.3).

use std::borrow::Cow;

use super::{Binder, Typed, not_served};
use crate::expr::ast::{Literal, Node, NodeKind, StepKind};
use crate::expr::error::ExprError;
use crate::expr::parse::{MAX_DEPTH, parse_value};

/// An alias whose value is looked at.
#[derive(Debug)]
pub(super) struct Alias {
    name: String,
    /// Levels of its value.
    height: usize,
    /// Its value is in parentheses, as a list is.
    is_enclosed: bool,
}

/// A node, or the value of the alias that it is.
pub(super) struct Resolved<'n> {
    pub(super) node: Cow<'n, Node>,
    /// The alias and, where its value is another one, that too.
    through: Vec<Alias>,
}

impl Resolved<'_> {
    /// The value of an alias as the list that it is behind `in`: one constant in parentheses is a
    /// list of one there.
    pub(super) fn listed(self) -> Self {
        let is_constant = matches!(self.node.kind, NodeKind::Literal(_));
        if !is_constant || !self.through.iter().any(|alias| alias.is_enclosed) {
            return self;
        }
        let node = self.node.into_owned();
        let (at, height) = (node.at, node.height + 1);
        let node = Cow::Owned(Node { at, kind: NodeKind::List(vec![node]), height });
        Self { node, through: self.through }
    }
}

impl Binder<'_> {
    /// The node itself or, for a parameter alias, what it stands for; null for an alias without a
    /// value. A value may name other aliases, but not lead back to its own.
    pub(super) fn resolve<'n>(&self, node: &'n Node) -> Result<Resolved<'n>, ExprError> {
        let mut resolved = Resolved { node: Cow::Borrowed(node), through: Vec::new() };
        while let Some(name) = alias(&resolved.node) {
            let name = name.to_owned();
            if name.contains(['.', '#']) {
                return Err(not_served(node.at, &format!("@{name}")));
            }
            let (value, is_enclosed) = self.value_of(&name, node.at)?;
            let outside = || self.aliases.iter().chain(&resolved.through);
            if outside().any(|alias| alias.name == name) {
                let (found, expected) =
                    (format!("'@{name}' within its own value"), "a value that does not need it");
                return Err(ExprError::Syntax { position: node.at, found, expected });
            }
            let height = value.height;
            if outside().map(|alias| alias.height).sum::<usize>() + height > MAX_DEPTH {
                return Err(ExprError::TooComplex { position: node.at, limit: "100 levels" });
            }
            resolved.through.push(Alias { name, height, is_enclosed });
            resolved.node = Cow::Owned(value);
        }
        Ok(resolved)
    }

    /// Binds what [`Self::resolve`] gave.
    pub(super) fn bind_resolved(&mut self, resolved: Resolved<'_>) -> Result<Typed, ExprError> {
        self.inside(resolved, Self::bind)
    }

    /// The same in a way of the caller's; errors within an alias stand where it is used.
    pub(super) fn inside<T>(
        &mut self,
        Resolved { node, through }: Resolved<'_>,
        bind: impl FnOnce(&mut Self, &Node) -> Result<T, ExprError>,
    ) -> Result<T, ExprError> {
        if through.is_empty() {
            return bind(self, &node);
        }
        let outside = self.aliases.len();
        self.aliases.extend(through);
        let bound = bind(self, &node).map_err(|error| error.moved_to(node.at));
        self.aliases.truncate(outside);
        bound
    }

    /// Also whether it is in parentheses.
    fn value_of(&self, name: &str, at: usize) -> Result<(Node, bool), ExprError> {
        let value = self.scope.aliases.iter().find(|(alias, _)| alias == name);
        let is_enclosed = value.is_some_and(|(_, text)| text.trim_start().starts_with('('));
        let mut node = match value {
            Some((_, text)) => parse_value(text).map_err(|error| error.moved_to(at))?,
            None => Node { at: 0, kind: NodeKind::Literal(Literal::Null), height: 1 },
        };
        node.at = at;
        Ok((node, is_enclosed))
    }
}

fn alias(node: &Node) -> Option<&str> {
    let NodeKind::Path(steps) = &node.kind else { return None };
    let [step] = steps.as_slice() else { return None };
    match &step.kind {
        StepKind::At(name) => Some(name),
        _ => None,
    }
}

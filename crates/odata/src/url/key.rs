use super::{KeyError, PathError};
use crate::edm::{Edm, Name, StructuredType, TypeRef};
use crate::expr::{
    Argument, Literal, Node, NodeKind, Step, StepKind, key_value, key_value_of, parse,
};
use crate::value::Value;

/// The key that stands in parentheses: one value, or `name=value` for every key property (URL
/// conventions 4.3.1). `text` begins with the parenthesis. `aliases` have the values of parameter
/// aliases.
pub(super) fn in_parentheses(
    edm: &Edm,
    ty: &StructuredType,
    text: &str,
    aliases: &[(String, String)],
) -> Result<Vec<(Name, Value)>, KeyError> {
    // Read as the arguments of a call, whose grammar is the same.
    let node = parse(&format!("key{text}")).map_err(KeyError::Syntax)?;
    let arguments = arguments(node).ok_or(KeyError::Parentheses)?;
    let names = edm.key(ty);
    let mut values: Vec<Option<Value>> = vec![None; names.len()];
    for argument in arguments {
        let (index, node) = match argument {
            Argument::Positional(node) if names.len() == 1 => (Some(0), node),
            Argument::Positional(_) => return Err(KeyError::Unnamed),
            Argument::Named { name, value } => {
                (names.iter().position(|key| key.eq_ignore_ascii_case(&name)), value)
            }
            Argument::Paired { .. } => return Err(KeyError::Colon),
        };
        let slot = index.and_then(|index| values.get_mut(index).zip(names.get(index)));
        let (slot, name) = slot.ok_or(KeyError::UnknownName)?;
        let literal = constant(node, aliases)?;
        let value = key_value(edm, &literal, key_type(edm, ty, name)).ok_or(KeyError::Type)?;
        if slot.replace(value).is_some() {
            return Err(KeyError::Twice);
        }
    }
    names
        .iter()
        .zip(values)
        .map(|(name, value)| Some((name.clone(), value?)))
        .collect::<Option<Vec<_>>>()
        .filter(|key| !key.is_empty())
        .ok_or(KeyError::Missing)
}

/// A literal, or the one that a parameter alias stands for (URL conventions 5.3).
fn constant(node: Node, aliases: &[(String, String)]) -> Result<Literal, KeyError> {
    let mut value = node.kind;
    let mut through: Vec<String> = Vec::new();
    loop {
        let alias = match value {
            NodeKind::Literal(Literal::Null) => return Err(KeyError::Null),
            NodeKind::Literal(literal) => return Ok(literal),
            NodeKind::Path(steps) => match <[Step; 1]>::try_from(steps) {
                Ok([Step { kind: StepKind::At(alias), .. }]) => Some(alias),
                _ => None,
            },
            _ => None,
        };
        let Some(alias) = alias.filter(|alias| !through.contains(alias)) else {
            return Err(through.pop().map_or(KeyError::NotConstant, KeyError::Alias));
        };
        let text = aliases.iter().find(|(known, _)| *known == alias);
        let (_, text) = text.ok_or_else(|| KeyError::UndefinedAlias(alias.clone()))?;
        value = match parse(text) {
            Ok(node) => node.kind,
            Err(_) => return Err(KeyError::Alias(alias)),
        };
        through.push(alias);
    }
}

/// The key whose values are segments of their own; takes as many as there are key properties.
pub(super) fn in_segments(
    edm: &Edm,
    ty: &StructuredType,
    segments: &mut std::slice::Iter<'_, String>,
    first: &str,
) -> Result<Vec<(Name, Value)>, PathError> {
    let names = edm.key(ty);
    let mut key = Vec::with_capacity(names.len());
    let mut text = first;
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            text = segments.next().ok_or_else(|| bad(first, KeyError::Missing))?;
        }
        let value = key_value_of(edm, text, key_type(edm, ty, name));
        let value = value.ok_or_else(|| bad(text, KeyError::Type))?;
        key.push((name.clone(), value));
    }
    if key.is_empty() { Err(PathError::UnknownSegment(first.to_owned())) } else { Ok(key) }
}

fn key_type<'e>(edm: &'e Edm, ty: &'e StructuredType, name: &str) -> Option<&'e TypeRef> {
    edm.property(ty, name).map(|property| &property.ty)
}

fn arguments(node: Node) -> Option<Vec<Argument>> {
    let NodeKind::Path(steps) = node.kind else { return None };
    let mut steps = steps.into_iter();
    match (steps.next().map(|step| step.kind), steps.next()) {
        (Some(StepKind::Call { arguments, .. }), None) => Some(arguments),
        _ => None,
    }
}

fn bad(segment: &str, error: KeyError) -> PathError {
    PathError::BadKey { segment: segment.to_owned(), error }
}

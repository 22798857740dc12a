use super::PathError;
use crate::edm::{Edm, Name, StructuredType, TypeRef};
use crate::expr::{Argument, Literal, Node, NodeKind, StepKind, key_value, key_value_of, parse};
use crate::value::Value;

/// The key that stands in parentheses: one value, or `name=value` for every key property (URL
/// conventions 4.3.1). `text` begins with the parenthesis.
pub(super) fn in_parentheses(
    edm: &Edm,
    ty: &StructuredType,
    (segment, text): (&str, &str),
) -> Result<Vec<(Name, Value)>, PathError> {
    let bad = |reason: &str| bad(segment, reason);
    // Read as the arguments of a call, whose grammar is the same.
    let node = match parse(&format!("key{text}")) {
        Ok(node) => node,
        Err(error) => return Err(bad(error.to_string().trim_end_matches('.'))),
    };
    let arguments = arguments(node).ok_or_else(|| bad("it is not in one pair of parentheses"))?;
    let names = edm.key(ty);
    let mut values: Vec<Option<Value>> = vec![None; names.len()];
    for argument in arguments {
        let (index, node) = match argument {
            Argument::Positional(node) if names.len() == 1 => (Some(0), node),
            Argument::Positional(_) => return Err(bad("its values must be named")),
            Argument::Named { name, value } => {
                (names.iter().position(|key| key.eq_ignore_ascii_case(&name)), value)
            }
            Argument::Paired { .. } => return Err(bad("it has a colon")),
        };
        let slot = index.and_then(|index| values.get_mut(index).zip(names.get(index)));
        let Some((slot, name)) = slot else {
            return Err(bad("it names what is no key property"));
        };
        let literal = match node.kind {
            NodeKind::Literal(Literal::Null) => return Err(bad("null is no key")),
            NodeKind::Literal(literal) => literal,
            NodeKind::Path(_) => return Err(PathError::NotServed(segment.to_owned())),
            _ => return Err(bad("it is not a constant")),
        };
        let value = key_value(edm, &literal, key_type(edm, ty, name));
        let value = value.ok_or_else(|| bad("the value is not of the type of the key"))?;
        if slot.replace(value).is_some() {
            return Err(bad("a key property is given twice"));
        }
    }
    names
        .iter()
        .zip(values)
        .map(|(name, value)| Some((name.clone(), value?)))
        .collect::<Option<Vec<_>>>()
        .filter(|key| !key.is_empty())
        .ok_or_else(|| bad("a key property is missing"))
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
            text = segments.next().ok_or_else(|| bad(first, "a key property is missing"))?;
        }
        let value = key_value_of(edm, text, key_type(edm, ty, name));
        let value = value.ok_or_else(|| bad(text, "the value is not of the type of the key"))?;
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

fn bad(segment: &str, reason: &str) -> PathError {
    PathError::BadKey { segment: segment.to_owned(), reason: reason.to_owned() }
}

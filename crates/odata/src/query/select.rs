use crate::edm::{Edm, StructuredType, TypeRef};
use crate::expr::{ExprError, PathStep, cast};

/// `$select` (URL conventions 5.1.4): the declared properties that are asked for, in asked order.
/// A `*` is told by the absence of a `Select`.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// One path an item; every path ends in a property.
    pub paths: Vec<Vec<PathStep>>,
}

/// Items that a `$select` may have.
const MAX_ITEMS: usize = 1_000;
/// Steps that an item may have.
const MAX_STEPS: usize = 20;

/// Reads the value of `$select`; `None` where it asks for everything by `*`.
pub(super) fn select(
    edm: &Edm,
    ty: &StructuredType,
    text: &str,
) -> Result<Option<Select>, ExprError> {
    let mut paths: Vec<Vec<PathStep>> = Vec::new();
    let mut everything = false;
    let mut at = 0;
    for (index, item) in text.split(',').enumerate() {
        let trimmed = item.trim_matches([' ', '\t']);
        let blanks = item.len() - item.trim_start_matches([' ', '\t']).len();
        if index == MAX_ITEMS {
            return Err(ExprError::TooComplex { position: at, limit: "1000 items" });
        }
        if trimmed == "*" {
            everything = true;
        } else {
            let path = path(edm, ty, trimmed, at + blanks)?;
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        at += item.chars().count() + 1;
    }
    Ok(if everything { None } else { Some(Select { paths }) })
}

fn path(
    edm: &Edm,
    ty: &StructuredType,
    text: &str,
    start: usize,
) -> Result<Vec<PathStep>, ExprError> {
    refuse_other_forms(text, start)?;
    let mut owner = Some(ty);
    let mut described = ty.name.to_string();
    let mut steps = Vec::new();
    let mut at = start;
    for (index, name) in text.split('/').enumerate() {
        if name.is_empty() {
            return Err(syntax(at, name));
        }
        if index == MAX_STEPS {
            return Err(ExprError::TooComplex { position: at, limit: "20 steps" });
        }
        let unknown = || ExprError::UnknownProperty {
            position: at,
            name: name.to_owned(),
            type_name: described.clone(),
        };
        let from = owner.ok_or_else(unknown)?;
        if name.contains('.') {
            let (step, to) = cast(edm, from, name, at)?;
            steps.extend(step);
            owner = Some(to);
            described = to.name.to_string();
        } else {
            let Some(property) = edm.property(from, name) else {
                return Err(match edm.navigation(from, name) {
                    Some(one) => ExprError::NotServed { position: at, name: one.name.to_string() },
                    None => unknown(),
                });
            };
            steps.push(PathStep::Property(property.name.clone()));
            described = property.ty.to_string();
            owner = inner(edm, &property.ty);
        }
        at += name.chars().count() + 1;
    }
    match steps.last() {
        Some(PathStep::Property(_)) if !text.ends_with('/') => Ok(steps),
        _ => Err(syntax(at.saturating_sub(1), "")),
    }
}

/// Options of an item, and all operations of a namespace (rules `selectOption` and
/// `allOperationsInSchema` of the OData ABNF).
fn refuse_other_forms(text: &str, start: usize) -> Result<(), ExprError> {
    if let Some((before, _)) = text.split_once('(') {
        let position = start + before.chars().count();
        return Err(ExprError::NotServed { position, name: "an option in parentheses".to_owned() });
    }
    if text.ends_with(".*") {
        return Err(ExprError::NotServed { position: start, name: text.to_owned() });
    }
    Ok(())
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

fn syntax(position: usize, found: &str) -> ExprError {
    let found = if found.is_empty() { "nothing".to_owned() } else { format!("'{found}'") };
    ExprError::Syntax { position, found, expected: "a property name" }
}

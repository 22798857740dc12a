use super::convert::structured_name;
use super::{Binder, Typed, mismatch, not_served};
use crate::edm::{Edm, SchemaType, StructuredType, TypeRef};
use crate::expr::ast::{Node, Step, StepKind};
use crate::expr::bound::{Expr, PathStep, PropertyPath};
use crate::expr::error::ExprError;

impl Binder<'_> {
    /// A path of properties and casts, a parameter alias or a function call.
    pub(super) fn path(&mut self, node: &Node, steps: &[Step]) -> Result<Typed, ExprError> {
        match steps {
            [Step { at, kind: StepKind::Call { name, arguments } }] => {
                self.call(*at, name, arguments)
            }
            [Step { kind: StepKind::At(_), .. }] => {
                let resolved = self.resolve(node)?;
                self.bind_resolved(resolved)
            }
            [Step { kind: StepKind::Dollar(name), .. }, rest @ ..]
                if name == "$it" && !rest.is_empty() =>
            {
                self.property(rest)
            }
            _ => self.property(steps),
        }
    }

    fn property(&self, steps: &[Step]) -> Result<Typed, ExprError> {
        let edm = self.scope.edm;
        let mut path = PathBinder { edm, owner: Some(self.scope.entity_type), bound: Vec::new() };
        let mut ty = None;
        for step in steps {
            ty = path.step(step, ty.as_ref())?.or(ty);
        }
        if let (Some(ty), Some(PathStep::Property(_))) = (ty, path.bound.last()) {
            let path = PropertyPath { steps: path.bound, ty: ty.clone() };
            return Ok(Typed { expr: Expr::Property(path), ty: Some(ty) });
        }
        let at = steps.first().map_or(0, |step| step.at);
        Err(not_served(at, "an entity or a cast as a value"))
    }
}

struct PathBinder<'e> {
    edm: &'e Edm,
    /// The structured type whose properties come next; none after a value without properties.
    owner: Option<&'e StructuredType>,
    bound: Vec<PathStep>,
}

impl PathBinder<'_> {
    /// Takes one step; gives the type of the property if it led into one.
    fn step(
        &mut self,
        step: &Step,
        so_far: Option<&TypeRef>,
    ) -> Result<Option<TypeRef>, ExprError> {
        let name = match &step.kind {
            StepKind::Name(name) => name,
            StepKind::Dollar(name) => return Err(not_served(step.at, name)),
            StepKind::At(name) => return Err(not_served(step.at, &format!("@{name}"))),
            StepKind::Call { name, .. } => return Err(self.call(step.at, name)),
        };
        let Some(owner) = self.owner else {
            let found = so_far.map_or_else(|| "null".to_owned(), ToString::to_string);
            return Err(ExprError::UnknownProperty {
                position: step.at,
                name: name.clone(),
                type_name: found,
            });
        };
        if name.contains('.') {
            let (cast, owner) = cast(self.edm, owner, name, step.at)?;
            self.bound.extend(cast);
            self.owner = Some(owner);
            return Ok(None);
        }
        let Some(property) = self.edm.property(owner, name) else {
            if self.edm.navigation(owner, name).is_some() {
                return Err(not_served(step.at, name));
            }
            return Err(ExprError::UnknownProperty {
                position: step.at,
                name: name.clone(),
                type_name: owner.name.to_string(),
            });
        };
        self.bound.push(PathStep::Property(property.name.clone()));
        self.owner = structured_name(&property.ty).and_then(|name| self.edm.structured(name));
        Ok(Some(property.ty.clone()))
    }

    /// Calls on a path: OData defines some, the model has none of its own.
    fn call(&self, at: usize, name: &str) -> ExprError {
        let navigation = self.owner.and_then(|owner| self.edm.navigation(owner, name));
        if is_of_collections(&name.to_ascii_lowercase()) || navigation.is_some() {
            return not_served(at, name);
        }
        ExprError::UnknownFunction { position: at, name: name.to_owned() }
    }
}

/// A cast to a type by qualified name: the step, none where every value is of the type anyway, and
/// the type whose properties come next.
///
/// A value knows its own type only, so a cast to a type from which others derive is not served.
pub(crate) fn cast<'e>(
    edm: &'e Edm,
    from: &'e StructuredType,
    name: &str,
    at: usize,
) -> Result<(Option<PathStep>, &'e StructuredType), ExprError> {
    let unknown = || ExprError::UnknownType { position: at, name: name.to_owned() };
    let Some(SchemaType::Entity(to) | SchemaType::Complex(to)) = edm.find(name) else {
        return Err(unknown());
    };
    if edm.is_assignable(from, &to.name) {
        return Ok((None, to));
    }
    if !edm.is_assignable(to, &from.name) {
        return Err(unknown());
    }
    let mut types = edm.schemas().iter().flat_map(|schema| &schema.types);
    let has_derived = types.any(|ty| match ty {
        SchemaType::Entity(ty) | SchemaType::Complex(ty) => ty.base.as_ref() == Some(&to.name),
        SchemaType::Enum(_) => false,
    });
    if has_derived {
        return Err(not_served(at, &format!("a cast to {}", to.name)));
    }
    Ok((Some(PathStep::Cast(to.name.clone())), to))
}

/// What OData lets follow a collection, by its name in lower case.
pub(super) fn is_of_collections(name: &str) -> bool {
    matches!(name, "any" | "all" | "$count" | "$filter")
}

/// Refuses a type that no operator takes.
pub(super) fn refuse_unheld(at: usize, ty: Option<&TypeRef>) -> Result<(), ExprError> {
    match ty {
        Some(ty @ TypeRef::Collection(_)) => Err(mismatch(at, Some(ty), "a single value")),
        Some(ty) => match super::convert::unheld(ty) {
            Some(primitive) => Err(not_served(at, &primitive.to_string())),
            None => Ok(()),
        },
        None => Ok(()),
    }
}

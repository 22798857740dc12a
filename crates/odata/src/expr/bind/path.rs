use super::convert::structured_name;
use super::lambda::Variable;
use super::{Binder, Typed, constant, mismatch, not_served};
use crate::edm::{Edm, Name, SchemaType, StructuredType, TypeRef};
use crate::expr::ast::{Node, Step, StepKind};
use crate::expr::bound::{Expr, PathStep, PropertyPath, Root, TypeCast};
use crate::expr::error::ExprError;
use crate::value::Value;

impl Binder<'_> {
    /// A path of properties and casts, a parameter alias or a function call.
    pub(super) fn path(&mut self, node: &Node, steps: &[Step]) -> Result<Typed, ExprError> {
        match steps {
            [Step { at, kind: StepKind::Call { name, arguments } }] => {
                self.call(*at, name, arguments)
            }
            [Step { at, kind: StepKind::Call { name, .. } }, ..] => {
                Err(self.path_behind(*at, name))
            }
            [Step { kind: StepKind::At(_), .. }] => {
                let resolved = self.resolve(node)?;
                self.bind_resolved(resolved)
            }
            [Step { at, kind: StepKind::Dollar(name) }, rest @ ..] if name == "$it" => {
                if self.it {
                    return self.property(*at, self.variables.first().cloned(), rest);
                }
                if self.scope.nested {
                    return Err(not_served(*at, "$it within $expand and $select"));
                }
                self.property(*at, None, rest)
            }
            [Step { at, kind: StepKind::Dollar(name) }, rest @ ..] if name == "$this" => {
                match self.variables.iter().rfind(|variable| variable.name.is_none()).cloned() {
                    Some(item) => self.property(*at, Some(item), rest),
                    None => Err(not_served(*at, name)),
                }
            }
            [Step { at, kind: StepKind::Name(name) }, rest @ ..] => {
                let named = |variable: &&Variable| variable.name.as_ref() == Some(name);
                if let Some(variable) = self.variables.iter().rfind(named).cloned() {
                    return self.property(*at, Some(variable), rest);
                }
                let item = self.variables.iter().rfind(|variable| variable.name.is_none());
                let item = item.cloned();
                if item.is_none()
                    && rest.is_empty()
                    && let Some(computed) = self.computed(*at, name)?
                {
                    return Ok(computed);
                }
                self.property(*at, item, steps)
            }
            [Step { at, .. }, ..] => self.property(*at, None, steps),
            [] => Err(not_served(node.at, "an empty path")),
        }
    }

    /// The steps from the entity, or from an item of a collection.
    fn property(
        &mut self,
        at: usize,
        from: Option<Variable>,
        steps: &[Step],
    ) -> Result<Typed, ExprError> {
        let edm = self.scope.edm;
        if from.is_none()
            && let Some(dynamic) = self.dynamic(steps)?
        {
            return Ok(dynamic);
        }
        let (root, owner, mut ty) = match from {
            None => (Root::It, Some(self.scope.entity_type), None),
            Some(Variable { name, number, ty }) => {
                let owner = structured_name(&ty).and_then(|name| edm.structured(name));
                let named = name.is_some();
                let root = if named { Root::Variable(number) } else { Root::This(number) };
                (root, owner, Some(ty))
            }
        };
        let mut path = PathBinder { edm, owner, bound: Vec::new() };
        for (index, step) in steps.iter().enumerate() {
            if let Some(TypeRef::Collection(item)) = &ty
                && let StepKind::Name(name) = &step.kind
                && name.contains('.')
            {
                ty = Some(path.cast_of_items(item, name, step.at)?);
                continue;
            }
            if let Some(ty @ TypeRef::Collection(_)) = &ty {
                if root == Root::It && self.is_gone(&path.bound) {
                    return Err(not_served(at, "a collection that $apply has aggregated away"));
                }
                let collection = PropertyPath { root, steps: path.bound, ty: ty.clone() };
                return match steps.get(index + 1) {
                    None => self.of_collection(collection, step),
                    Some(beyond) => Err(not_served(beyond.at, "a path beyond a collection")),
                };
            }
            let to = path.step(step, ty.as_ref())?;
            if let (Some(TypeRef::Entity(_)), Some(PathStep::Property(name))) =
                (to.as_ref().map(item_of), path.bound.last())
            {
                self.related.get_or_insert_with(|| name.clone());
            }
            ty = to.or(ty);
        }
        let ends_in_value = match path.bound.last() {
            Some(PathStep::Property(_)) => true,
            Some(PathStep::Cast(_)) => false,
            None => root != Root::It,
        };
        match ty {
            // What is aggregated away counts as null (OData Aggregation 4.0, function isdefined).
            Some(ty) if ends_in_value && root == Root::It && self.is_gone(&path.bound) => {
                Ok(Typed { expr: constant(Value::Null), ty: Some(ty) })
            }
            Some(ty) if ends_in_value => {
                let path = PropertyPath { root, steps: path.bound, ty: ty.clone() };
                Ok(Typed { expr: Expr::Property(path), ty: Some(ty) })
            }
            _ => Err(not_served(at, "an entity or a cast as a value")),
        }
    }
}

impl Binder<'_> {
    /// A property that `$apply` has added.
    fn dynamic(&self, steps: &[Step]) -> Result<Option<Typed>, ExprError> {
        let Some(shape) = self.scope.shape else { return Ok(None) };
        let Some((Step { kind: StepKind::Name(name), .. }, rest)) = steps.split_first() else {
            return Ok(None);
        };
        let Some(found) = shape.dynamic.iter().find(|one| one.is_named(name)) else {
            return Ok(None);
        };
        match rest {
            [] => Ok(Some(Typed { expr: found.expr.clone(), ty: found.ty.clone() })),
            [step, ..] => Err(not_served(step.at, "a path within a property that $apply added")),
        }
    }

    /// Whether `$apply` has left nothing of a declared property.
    fn is_gone(&self, steps: &[PathStep]) -> bool {
        self.scope.shape.is_some_and(|shape| !shape.has(steps))
    }
}

/// The type of the items, or of the only value.
fn item_of(ty: &TypeRef) -> &TypeRef {
    match ty {
        TypeRef::Collection(item) => item,
        ty => ty,
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
            StepKind::Aggregate(_) => return Err(not_served(step.at, "aggregate")),
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
        let (name, ty) = self.member(owner, name, step.at)?;
        self.bound.push(PathStep::Property(name));
        self.owner = structured_name(&ty).and_then(|name| self.edm.structured(name));
        Ok(Some(ty))
    }

    /// Goes on with the items of a derived type; gives the type of what is left.
    fn cast_of_items(
        &mut self,
        item: &TypeRef,
        name: &str,
        at: usize,
    ) -> Result<TypeRef, ExprError> {
        let owner = structured_name(item).and_then(|name| self.edm.structured(name));
        let Some(owner) = owner else {
            return Err(ExprError::UnknownType { position: at, name: name.to_owned() });
        };
        let (step, to) = cast(self.edm, owner, name, at)?;
        self.bound.extend(step);
        let item = match item {
            TypeRef::Entity(_) => TypeRef::Entity(to.name.clone()),
            _ => TypeRef::Complex(to.name.clone()),
        };
        Ok(TypeRef::Collection(Box::new(item)))
    }

    /// A property or a navigation property, in its declared spelling, and its type.
    fn member(
        &self,
        owner: &StructuredType,
        name: &str,
        at: usize,
    ) -> Result<(Name, TypeRef), ExprError> {
        if let Some(property) = self.edm.property(owner, name) {
            return Ok((property.name.clone(), property.ty.clone()));
        }
        let Some(navigation) = self.edm.navigation(owner, name) else {
            return Err(ExprError::UnknownProperty {
                position: at,
                name: name.to_owned(),
                type_name: owner.name.to_string(),
            });
        };
        let target = TypeRef::Entity(navigation.target.clone());
        let ty = if navigation.collection { TypeRef::Collection(Box::new(target)) } else { target };
        Ok((navigation.name.clone(), ty))
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
    let cast = TypeCast { ty: to.name.clone(), derived: edm.derived(&to.name) };
    Ok((Some(PathStep::Cast(cast)), to))
}

/// What OData lets follow a collection, by its name in lower case.
pub(super) fn is_of_collections(name: &str) -> bool {
    matches!(name, "any" | "all" | "$count" | "$filter")
}

/// Refuses a type that no operator takes.
pub(super) fn refuse_collection(at: usize, ty: Option<&TypeRef>) -> Result<(), ExprError> {
    match ty {
        Some(ty @ TypeRef::Collection(_)) => Err(mismatch(at, Some(ty), "a single value")),
        Some(_) | None => Ok(()),
    }
}

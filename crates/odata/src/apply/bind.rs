//! Binding: which steps a pipeline comes to, and what the entities have behind each of them.

use super::bound::{GroupKey, Method, Plan, Shape, Step, Through, Total};
use super::{Aggregate, Extreme, Grouping, Pipeline, Transformation};
use crate::edm::{PrimitiveType, TypeRef};
use crate::expr::{
    Computed, Expr, ExprError, Literal, Node, NodeKind, PathStep, PropertyPath, Root, Scope,
    StepKind, computed, condition, order, refuse_taken, value,
};

/// Transformations of a pipeline.
const MAX_STEPS: usize = 32;
/// Properties that are grouped by.
const MAX_KEYS: usize = 16;
/// Structures on the way to one of them.
const MAX_LENGTH: usize = 8;
/// Properties that are added, by all transformations together.
const MAX_ADDED: usize = 64;

/// Looks a pipeline up in the model. Expressions see what the transformation before has left: names
/// that were added stand for their properties, properties that were aggregated away for null.
///
/// What is not served is refused by its name.
pub fn bind(pipeline: &Pipeline, scope: &Scope<'_>) -> Result<Plan, ExprError> {
    if pipeline.len() > MAX_STEPS {
        return Err(not_served(0, &format!("more than {MAX_STEPS} transformations")));
    }
    let mut binder = PlanBinder { scope, steps: Vec::new(), shape: Shape::default() };
    for transformation in pipeline {
        binder.transformation(transformation)?;
    }
    let input = scope.entity_type.name.clone();
    Ok(Plan { input, steps: binder.steps, shape: binder.shape })
}

struct PlanBinder<'s> {
    scope: &'s Scope<'s>,
    steps: Vec<Step>,
    shape: Shape,
}

impl PlanBinder<'_> {
    fn transformation(&mut self, transformation: &Transformation) -> Result<(), ExprError> {
        let step = match transformation {
            Transformation::Identity => return Ok(()),
            Transformation::Filter(node) => Step::Filter(condition(node, &self.scope())?),
            Transformation::Compute(items) => self.compute(items)?,
            Transformation::OrderBy(items) => Step::OrderBy(order(items, &self.scope())?),
            Transformation::Top(number) => Step::Top(*number),
            Transformation::Skip(number) => Step::Skip(*number),
            Transformation::Aggregate(items) => {
                let totals = self.totals(items)?;
                self.shape = Shape { declared: Some(Vec::new()), dynamic: present(&totals) };
                Step::Aggregate(totals)
            }
            Transformation::GroupBy { by, then } => self.group_by(by, then)?,
            Transformation::Extreme { kind, amount, by } => {
                return self.extreme(*kind, amount, by);
            }
            Transformation::Search(_)
            | Transformation::Concat(_)
            | Transformation::Nest(_)
            | Transformation::AddNested { .. }
            | Transformation::Join { .. }
            | Transformation::Ancestors(_)
            | Transformation::Descendants(_)
            | Transformation::Traverse { .. }
            | Transformation::Function(_) => {
                return Err(not_served(place(transformation), transformation.name()));
            }
        };
        self.steps.push(step);
        Ok(())
    }

    /// What the next expression sees.
    fn scope(&self) -> Scope<'_> {
        Scope { computed: &[], shape: Some(&self.shape), ..*self.scope }
    }

    fn compute(&mut self, items: &[(Node, String)]) -> Result<Step, ExprError> {
        let named = items.iter().map(|(node, name)| (node, name.as_str(), node.at));
        let added = computed(named, &self.scope())?;
        let present = added.iter().map(|one| Computed::present(one.name.clone(), one.ty.clone()));
        self.shape.dynamic.extend(present);
        self.bounded()?;
        Ok(Step::Compute(added))
    }

    fn bounded(&self) -> Result<(), ExprError> {
        if self.shape.dynamic.len() > MAX_ADDED {
            return Err(not_served(0, &format!("more than {MAX_ADDED} added properties")));
        }
        Ok(())
    }

    /// Only the first so many of an order, which those that are equal in it keep.
    fn extreme(&mut self, kind: Extreme, amount: &Node, by: &Node) -> Result<(), ExprError> {
        let descending = match kind {
            Extreme::TopCount => true,
            Extreme::BottomCount => false,
            Extreme::TopPercent | Extreme::TopSum | Extreme::BottomPercent | Extreme::BottomSum => {
                return Err(not_served(amount.at, kind.name()));
            }
        };
        let count = match &amount.kind {
            NodeKind::Literal(Literal::Int(count)) => u64::try_from(*count).ok(),
            NodeKind::Literal(_) => None,
            _ => {
                return Err(not_served(
                    amount.at,
                    &format!("{} of a computed number", kind.name()),
                ));
            }
        };
        let Some(count) = count.filter(|count| *count > 0) else {
            return Err(mismatch(amount, None, "a positive integer"));
        };
        let keys = order(&[(by.clone(), descending)], &self.scope())?;
        self.steps.extend([Step::OrderBy(keys), Step::Top(count)]);
        Ok(())
    }

    fn group_by(&mut self, by: &[Grouping], then: &Pipeline) -> Result<Step, ExprError> {
        if by.len() > MAX_KEYS {
            return Err(not_served(0, &format!("groupby of more than {MAX_KEYS} properties")));
        }
        let mut keys: Vec<GroupKey> = Vec::new();
        for grouping in by {
            let key = self.key(grouping)?;
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let totals = match then.as_slice() {
            [] => Vec::new(),
            [Transformation::Aggregate(items)] => self.totals(items)?,
            [Transformation::Aggregate(_), other, ..] | [other, ..] => {
                let name = format!("groupby with {}", other.name());
                return Err(not_served(place(other), &name));
            }
        };
        let (mut declared, mut dynamic) = (Vec::new(), Vec::new());
        for key in &keys {
            let added = self.shape.dynamic.iter().find(|one| is_named(&one.expr, &key.path));
            match added {
                Some(added) => dynamic.push(added.clone()),
                None => declared.push(key.clone()),
            }
        }
        dynamic.extend(present(&totals));
        self.shape = Shape { declared: Some(declared), dynamic };
        Ok(Step::GroupBy { by: keys, totals })
    }

    /// A property that is grouped by: one value, which leads through single ones.
    fn key(&self, grouping: &Grouping) -> Result<GroupKey, ExprError> {
        let node = match grouping {
            Grouping::Property(node) => node,
            Grouping::Rollup(levels) => {
                return Err(not_served(levels.first().map_or(0, |node| node.at), "rollup"));
            }
            Grouping::RollupRecursive { hierarchy, .. } => {
                return Err(not_served(hierarchy.nodes.at, "rolluprecursive"));
            }
        };
        if has_cast(node) {
            return Err(not_served(node.at, "a cast in groupby"));
        }
        match value(node, &self.scope())? {
            (Expr::Property(path), Some(TypeRef::Primitive(_) | TypeRef::Enum(_)))
                if path.root == Root::It =>
            {
                let through = self.through(&path);
                if through.len() > MAX_LENGTH {
                    let name = format!("groupby of a path of more than {MAX_LENGTH} structures");
                    return Err(not_served(node.at, &name));
                }
                Ok(GroupKey { path, through })
            }
            (Expr::Property(_), Some(ty @ (TypeRef::Complex(_) | TypeRef::Entity(_)))) => {
                Err(not_served(node.at, &format!("groupby of {ty}")))
            }
            (_, ty) => Err(mismatch(node, ty.as_ref(), "a property that is there")),
        }
    }

    fn totals(&self, items: &[Aggregate]) -> Result<Vec<Total>, ExprError> {
        if items.len() > MAX_ADDED {
            return Err(not_served(0, &format!("more than {MAX_ADDED} added properties")));
        }
        let mut totals: Vec<Total> = Vec::with_capacity(items.len());
        for item in items {
            let total = self.total(item)?;
            refuse_taken(&total.name, item.operand.at, &present(&totals), &self.scope())?;
            totals.push(total);
        }
        Ok(totals)
    }

    fn total(&self, item: &Aggregate) -> Result<Total, ExprError> {
        let Aggregate { operand: node, with, from, alias } = item;
        if !from.is_empty() {
            return Err(not_served(node.at, "aggregate with 'from'"));
        }
        let count = counted(node);
        if count == Some(false) {
            return Err(not_served(node.at, "$count of related entities in aggregate"));
        }
        let method = match with.as_deref() {
            None if count.is_some() => Method::Count,
            None => return Err(not_served(node.at, "a custom aggregate")),
            Some("sum") => Method::Sum,
            Some("min") => Method::Min,
            Some("max") => Method::Max,
            Some("average") => Method::Average,
            Some("countdistinct") => Method::CountDistinct,
            Some(other) => return Err(not_served(node.at, other)),
        };
        let Some(name) = alias else {
            return Err(ExprError::Syntax {
                position: node.at,
                found: "no name".to_owned(),
                expected: "'as'",
            });
        };
        let name = name.clone().into();
        if method == Method::Count {
            let ty = TypeRef::Primitive(PrimitiveType::Decimal);
            return Ok(Total { name, method, operand: None, operand_type: None, ty });
        }
        let (operand, operand_type) = value(node, &self.scope())?;
        self.refuse_repeated(node, method, &operand)?;
        let ty = result_type(node, method, operand_type.as_ref())?;
        Ok(Total { name, method, operand: Some(operand), operand_type, ty })
    }

    /// A path through a navigation property counts each entity at its end once (section on the
    /// aggregation algorithm); where that makes a difference it is not served.
    fn refuse_repeated(
        &self,
        node: &Node,
        method: Method,
        operand: &Expr,
    ) -> Result<(), ExprError> {
        let (Method::Sum | Method::Average, Expr::Property(path)) = (method, operand) else {
            return Ok(());
        };
        if self.through(path).iter().any(|through| through.related) {
            return Err(not_served(node.at, &format!("{} of related entities", method.name())));
        }
        Ok(())
    }

    /// The structures on a path.
    fn through(&self, path: &PropertyPath) -> Vec<Through> {
        let edm = self.scope.edm;
        let mut through = Vec::new();
        let mut owner = Some(self.scope.entity_type);
        for step in &path.steps {
            let (PathStep::Property(name), Some(ty)) = (step, owner) else { break };
            let found = match edm.navigation(ty, name) {
                Some(navigation) => Some(Through { ty: navigation.target.clone(), related: true }),
                None => match edm.property(ty, name).map(|property| &property.ty) {
                    Some(TypeRef::Complex(name)) => {
                        Some(Through { ty: name.clone(), related: false })
                    }
                    _ => None,
                },
            };
            owner = found.as_ref().and_then(|found| edm.structured(&found.ty));
            through.extend(found);
        }
        through
    }
}

/// The totals as properties that are there.
fn present(totals: &[Total]) -> Vec<Computed> {
    let present = |total: &Total| Computed::present(total.name.clone(), Some(total.ty.clone()));
    totals.iter().map(present).collect()
}

fn is_named(expr: &Expr, key: &PropertyPath) -> bool {
    matches!(expr, Expr::Property(path) if path == key)
}

/// Whether it counts: true for all entities of the input, false for those at a path.
fn counted(node: &Node) -> Option<bool> {
    let NodeKind::Path(steps) = &node.kind else { return None };
    let (last, before) = steps.split_last()?;
    match &last.kind {
        StepKind::Dollar(name) if name == "$count" => Some(before.is_empty()),
        _ => None,
    }
}

fn has_cast(node: &Node) -> bool {
    let NodeKind::Path(steps) = &node.kind else { return false };
    steps.iter().any(|step| matches!(&step.kind, StepKind::Name(name) if name.contains('.')))
}

fn result_type(
    node: &Node,
    method: Method,
    operand: Option<&TypeRef>,
) -> Result<TypeRef, ExprError> {
    use PrimitiveType::{Binary, Byte, Decimal, Double, Int16, Int32, Int64, SByte, Single};
    let primitive = match operand {
        Some(TypeRef::Primitive(ty)) => Some(*ty),
        _ => None,
    };
    let ty = match (method, primitive) {
        (Method::Sum, Some(Byte | SByte | Int16 | Int32)) => Int64,
        (Method::Sum | Method::Average, Some(Byte | SByte | Int16 | Int32 | Int64 | Decimal)) => {
            Decimal
        }
        (Method::Sum | Method::Average, Some(Single | Double)) => Double,
        (Method::Sum | Method::Average, _) => return Err(mismatch(node, operand, "a number")),
        (Method::Min | Method::Max, Some(Binary)) => {
            return Err(not_served(node.at, &format!("{} of Edm.Binary", method.name())));
        }
        (Method::Min | Method::Max, _) => {
            return match operand {
                Some(ty @ (TypeRef::Primitive(_) | TypeRef::Enum(_))) => Ok(ty.clone()),
                ty => Err(mismatch(node, ty, "a value that has an order")),
            };
        }
        (Method::CountDistinct, _) => match operand {
            Some(TypeRef::Primitive(_) | TypeRef::Enum(_)) => Decimal,
            Some(ty) => return Err(not_served(node.at, &format!("countdistinct of {ty}"))),
            None => return Err(mismatch(node, None, "a value")),
        },
        (Method::Count, _) => Decimal,
    };
    Ok(TypeRef::Primitive(ty))
}

/// Where a transformation stands, as far as it tells.
fn place(transformation: &Transformation) -> usize {
    let first = |items: &[(Node, bool)]| items.first().map_or(0, |(node, _)| node.at);
    match transformation {
        Transformation::Filter(node)
        | Transformation::AddNested { path: node, .. }
        | Transformation::Join { property: node, .. }
        | Transformation::Extreme { amount: node, .. }
        | Transformation::Function(node) => node.at,
        Transformation::Compute(items) => items.first().map_or(0, |(node, _)| node.at),
        Transformation::OrderBy(items) => first(items),
        Transformation::Aggregate(items) => items.first().map_or(0, |item| item.operand.at),
        Transformation::Ancestors(relatives) | Transformation::Descendants(relatives) => {
            relatives.hierarchy.nodes.at
        }
        Transformation::Traverse { hierarchy, .. } => hierarchy.nodes.at,
        Transformation::GroupBy { .. }
        | Transformation::Search(_)
        | Transformation::Top(_)
        | Transformation::Skip(_)
        | Transformation::Concat(_)
        | Transformation::Identity
        | Transformation::Nest(_) => 0,
    }
}

fn not_served(position: usize, name: &str) -> ExprError {
    ExprError::NotServed { position, name: name.to_owned() }
}

fn mismatch(node: &Node, found: Option<&TypeRef>, expected: &str) -> ExprError {
    let found = found.map_or_else(|| "null".to_owned(), ToString::to_string);
    ExprError::TypeMismatch { position: node.at, found, expected: expected.to_owned() }
}

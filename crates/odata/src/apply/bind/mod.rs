//! Binding: which steps a pipeline comes to, and what the entities have behind each of them.

mod concat;
mod each;
mod from;
mod over;
mod total;

use super::bound::{GroupKey, Plan, Shape, Step, Through, Total};
use super::{Extreme, Grouping, Pipeline, Transformation};
use crate::edm::{StructuredType, TypeRef};
use crate::expr::{
    Computed, Expr, ExprError, Literal, Node, NodeKind, PathStep, PropertyPath, Root, Scope,
    StepKind, computed, condition, order, value,
};

use total::present;

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
    PlanBinder { scope, steps: Vec::new(), shape: Shape::default() }.pipeline(pipeline)
}

struct PlanBinder<'s> {
    scope: &'s Scope<'s>,
    steps: Vec<Step>,
    shape: Shape,
}

impl PlanBinder<'_> {
    fn pipeline(mut self, pipeline: &Pipeline) -> Result<Plan, ExprError> {
        self.room_for(pipeline)?;
        let mut rest = pipeline.iter();
        while let Some(transformation) = rest.next() {
            match transformation {
                Transformation::Concat(pipelines) => {
                    return self.concat(pipelines, rest.as_slice());
                }
                transformation => self.transformation(transformation)?,
            }
        }
        let input = self.scope.entity_type.name.clone();
        Ok(Plan { input, steps: self.steps, shape: self.shape, concat: Vec::new() })
    }

    fn room_for(&self, pipeline: &Pipeline) -> Result<(), ExprError> {
        if self.steps.len() + pipeline.len() > MAX_STEPS {
            return Err(not_served(0, &format!("more than {MAX_STEPS} transformations")));
        }
        Ok(())
    }

    fn transformation(&mut self, transformation: &Transformation) -> Result<(), ExprError> {
        let step = match transformation {
            Transformation::Identity => return Ok(()),
            Transformation::Filter(node) => Step::Filter(condition(node, &self.scope())?),
            Transformation::Compute(items) => self.compute(items)?,
            Transformation::OrderBy(items) => Step::OrderBy(order(items, &self.scope())?),
            Transformation::Top(number) => Step::Top(*number),
            Transformation::Skip(number) => Step::Skip(*number),
            Transformation::Aggregate(items) => {
                match items.as_slice() {
                    [item] if !item.from.is_empty() => return self.from(&[], item),
                    items => {
                        let totals = self.totals(items)?;
                        self.grouped(Vec::new(), totals);
                    }
                }
                return Ok(());
            }
            Transformation::GroupBy { by, then } => return self.group_by(by, then),
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
        let NodeKind::Literal(literal) = &amount.kind else {
            let name = format!("{} of a computed number", kind.name());
            return Err(not_served(amount.at, &name));
        };
        let count = match literal {
            Literal::Int(count) => u64::try_from(*count).ok().filter(|count| *count > 0),
            _ => None,
        };
        let Some(count) = count else {
            let (position, found) = (amount.at, format!("'{literal}'"));
            return Err(ExprError::Syntax { position, found, expected: "a positive integer" });
        };
        let keys = order(&[(by.clone(), descending)], &self.scope())?;
        self.steps.extend([Step::OrderBy(keys), Step::Top(count)]);
        Ok(())
    }

    fn group_by(&mut self, by: &[Grouping], then: &Pipeline) -> Result<(), ExprError> {
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
        self.of_each(&keys, then)
    }

    /// Groups by some properties, or makes one of all without any.
    fn grouped(&mut self, keys: Vec<GroupKey>, totals: Vec<Total>) {
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
        self.steps.push(if keys.is_empty() {
            Step::Aggregate(totals)
        } else {
            Step::GroupBy { by: keys, totals }
        });
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
        if let Some((_, _, collection)) = self.collection(node) {
            return Err(mismatch(node, Some(&collection), "a path of single values"));
        }
        match value(node, &self.scope())? {
            (Expr::Property(path), Some(TypeRef::Primitive(_) | TypeRef::Enum(_)))
                if path.root == Root::It =>
            {
                let through = self.through(self.scope.entity_type, &path);
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

    /// The structures on a path.
    fn through(&self, from: &StructuredType, path: &PropertyPath) -> Vec<Through> {
        let edm = self.scope.edm;
        let mut through = Vec::new();
        let mut owner = Some(from);
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

fn is_named(expr: &Expr, key: &PropertyPath) -> bool {
    matches!(expr, Expr::Property(path) if path == key)
}

fn has_cast(node: &Node) -> bool {
    let NodeKind::Path(steps) = &node.kind else { return false };
    steps.iter().any(|step| matches!(&step.kind, StepKind::Name(name) if name.contains('.')))
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

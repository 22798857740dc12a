//! What may follow a collection: `any`, `all` and `$count`.

use super::{Binder, Typed, not_served};
use crate::edm::{PrimitiveType, TypeRef};
use crate::expr::ast::{Argument, Literal, Node, NodeKind, Step, StepKind};
use crate::expr::bound::{Expr, PropertyPath, Quantifier};
use crate::expr::error::ExprError;
use crate::search::{self, Search};

/// One item of a collection, as an expression about it sees it.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    /// None for the items of a filtered count, whose properties are named without it.
    pub(super) name: Option<String>,
    pub(super) number: u32,
    pub(super) ty: TypeRef,
}

impl Binder<'_> {
    /// The step behind a collection.
    pub(super) fn of_collection(
        &mut self,
        collection: PropertyPath,
        step: &Step,
    ) -> Result<Typed, ExprError> {
        let TypeRef::Collection(item) = &collection.ty else {
            return Err(unfit(step, &collection.ty));
        };
        let item = item.as_ref().clone();
        match &step.kind {
            StepKind::Dollar(name) if name == "$count" => Ok(count(collection, (0, None), None)),
            StepKind::Call { name, arguments } if name == "$count" => {
                self.filtered_count(step.at, collection, &item, arguments)
            }
            StepKind::Call { name, arguments } => {
                let quantifier = match name.to_ascii_lowercase().as_str() {
                    "any" => Quantifier::Any,
                    "all" => Quantifier::All,
                    _ => return Err(unfit(step, &collection.ty)),
                };
                self.lambda(step.at, (quantifier, collection), item, arguments)
            }
            StepKind::Name(_) | StepKind::Dollar(_) | StepKind::At(_) | StepKind::Aggregate(_) => {
                Err(unfit(step, &collection.ty))
            }
        }
    }

    fn lambda(
        &mut self,
        at: usize,
        (quantifier, collection): (Quantifier, PropertyPath),
        item: TypeRef,
        arguments: &[Argument],
    ) -> Result<Typed, ExprError> {
        let lambda = |variable, condition| {
            let condition: Option<Expr> = condition;
            let condition = condition.map(Box::new);
            Typed::boolean(Expr::Lambda { quantifier, collection, variable, condition })
        };
        let expected = "a variable, a colon and a condition";
        match arguments {
            [] if quantifier == Quantifier::Any => Ok(lambda(0, None)),
            [Argument::Paired { left, right }] => {
                let Some(name) = variable_name(left) else {
                    return Err(super::call::wrong(at, quantifier.name(), expected));
                };
                let (number, condition) = self.about_item(Some(name), item, right)?;
                Ok(lambda(number, Some(condition)))
            }
            _ => Err(super::call::wrong(at, quantifier.name(), expected)),
        }
    }

    fn filtered_count(
        &mut self,
        at: usize,
        collection: PropertyPath,
        item: &TypeRef,
        arguments: &[Argument],
    ) -> Result<Typed, ExprError> {
        let (mut filter, mut search) = ((0, None), None);
        for argument in arguments {
            match argument {
                Argument::Named { name, value } if name == "filter" && filter.1.is_none() => {
                    let (number, condition) = self.about_item(None, item.clone(), value)?;
                    filter = (number, Some(condition));
                }
                Argument::Named { name, value } if name == "search" && search.is_none() => {
                    search = Some(searched(value)?);
                }
                _ => return Err(super::call::wrong(at, "$count", "one $filter and one $search")),
            }
        }
        Ok(count(collection, filter, search))
    }

    /// A condition on an item of a collection, and the number of its variable.
    fn about_item(
        &mut self,
        name: Option<String>,
        ty: TypeRef,
        condition: &Node,
    ) -> Result<(u32, Expr), ExprError> {
        self.variables_made += 1;
        let number = self.variables_made;
        self.variables.push(Variable { name, number, ty });
        let bound = self.boolean(condition);
        self.variables.pop();
        Ok((number, bound?))
    }
}

fn count(
    collection: PropertyPath,
    (variable, filter): (u32, Option<Expr>),
    search: Option<Search>,
) -> Typed {
    let filter = filter.map(Box::new);
    Typed::primitive(Expr::Count { collection, variable, filter, search }, PrimitiveType::Int64)
}

/// A search, which the parser has kept as text.
fn searched(node: &Node) -> Result<Search, ExprError> {
    match &node.kind {
        NodeKind::Literal(Literal::String(text)) => {
            search::parse(text).map_err(|error| error.moved_to(node.at))
        }
        _ => Err(not_served(node.at, "$search for anything but words")),
    }
}

fn variable_name(node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::Path(steps) => match steps.as_slice() {
            [Step { kind: StepKind::Name(name), .. }] if !name.contains('.') => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn unfit(step: &Step, ty: &TypeRef) -> ExprError {
    let name = match &step.kind {
        StepKind::Name(name) | StepKind::Dollar(name) | StepKind::Call { name, .. } => name.clone(),
        StepKind::At(name) => format!("@{name}"),
        StepKind::Aggregate(_) => "aggregate".to_owned(),
    };
    match &step.kind {
        StepKind::Name(_) => {
            ExprError::UnknownProperty { position: step.at, name, type_name: ty.to_string() }
        }
        StepKind::Call { .. } if !super::path::is_of_collections(&name.to_ascii_lowercase()) => {
            ExprError::UnknownFunction { position: step.at, name }
        }
        _ => not_served(step.at, &name),
    }
}

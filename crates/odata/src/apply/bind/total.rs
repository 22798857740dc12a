use super::{MAX_ADDED, PlanBinder, mismatch, not_served};
use crate::apply::Aggregate;
use crate::apply::bound::{Method, Total};
use crate::edm::{PrimitiveType, TypeRef};
use crate::expr::{Computed, Expr, ExprError, Node, NodeKind, StepKind, refuse_taken, value};

impl PlanBinder<'_> {
    pub(super) fn totals(&self, items: &[Aggregate]) -> Result<Vec<Total>, ExprError> {
        if items.len() > MAX_ADDED {
            return Err(not_served(0, &format!("more than {MAX_ADDED} added properties")));
        }
        let mut totals: Vec<Total> = Vec::with_capacity(items.len());
        for item in items {
            if !item.from.is_empty() {
                return Err(not_served(item.operand.at, "aggregate with 'from' beside others"));
            }
            let total = self.total(item)?;
            refuse_taken(&total.name, item.operand.at, &present(&totals), &self.scope())?;
            totals.push(total);
        }
        Ok(totals)
    }

    /// All of it but `from`.
    pub(super) fn total(&self, item: &Aggregate) -> Result<Total, ExprError> {
        let Aggregate { operand: node, with, alias, .. } = item;
        let count = counted(node);
        if count == Some(false) {
            return Err(not_served(node.at, "$count of related entities in aggregate"));
        }
        let method = match with.as_deref() {
            None if count.is_some() => Method::Count,
            with => method(node, with)?,
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
}

/// The totals as properties that are there.
pub(super) fn present(totals: &[Total]) -> Vec<Computed> {
    let present = |total: &Total| Computed::present(total.name.clone(), Some(total.ty.clone()));
    totals.iter().map(present).collect()
}

/// The method of that name; without one it would be the service's own.
pub(super) fn method(node: &Node, with: Option<&str>) -> Result<Method, ExprError> {
    match with {
        None => Err(not_served(node.at, "a custom aggregate, without 'with',")),
        Some("sum") => Ok(Method::Sum),
        Some("min") => Ok(Method::Min),
        Some("max") => Ok(Method::Max),
        Some("average") => Ok(Method::Average),
        Some("countdistinct") => Ok(Method::CountDistinct),
        Some(other) => Err(not_served(node.at, other)),
    }
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

pub(super) fn result_type(
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

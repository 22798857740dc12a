use super::over::Behind;
use super::{MAX_ADDED, PlanBinder, mismatch, not_served};
use crate::apply::Aggregate;
use crate::apply::bound::{Method, Total};
use crate::edm::{Name, PrimitiveType, TypeRef};
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
        let counted = counted(node);
        let method = match with.as_deref() {
            None if counted.is_some() => Method::Count,
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
        if let Some(path) = counted {
            return self.count(name, &path);
        }
        let (over, operand, operand_type) = if let Some(behind) = self.behind(node)? {
            refuse_repeated(node, method, behind.is_related)?;
            (Some(behind.over), behind.operand, behind.ty)
        } else {
            let (operand, ty) = value(node, &self.scope())?;
            let is_related = match &operand {
                Expr::Property(path) => self.is_related(self.scope.entity_type, path),
                _ => false,
            };
            refuse_repeated(node, method, is_related)?;
            (None, operand, ty)
        };
        let ty = result_type(node, method, operand_type.as_ref())?;
        Ok(Total { name, method, over, operand: Some(operand), operand_type, ty })
    }

    /// `$count`, of the entities or of what a path leads to. Nulls do not count.
    fn count(&self, name: Name, path: &Node) -> Result<Total, ExprError> {
        let ty = TypeRef::Primitive(PrimitiveType::Decimal);
        let method = Method::Count;
        if matches!(&path.kind, NodeKind::Path(steps) if steps.is_empty()) {
            let (over, operand, operand_type) = (None, None, None);
            return Ok(Total { name, method, over, operand, operand_type, ty });
        }
        match self.behind(path)? {
            Some(Behind { over, operand, ty: items, is_items: true, .. }) => {
                let is_value = matches!(items, Some(TypeRef::Primitive(_) | TypeRef::Enum(_)));
                let operand_type = items.filter(|_| is_value);
                let operand = is_value.then_some(operand);
                Ok(Total { name, method, over: Some(over), operand, operand_type, ty })
            }
            Some(_) => Err(not_served(path.at, "$count behind a collection in aggregate")),
            None => {
                value(path, &self.scope())?;
                Err(not_served(path.at, "$count of single values in aggregate"))
            }
        }
    }
}

/// A path through a navigation property counts each entity at its end once (section on the
/// aggregation algorithm); where that makes a difference it is not served.
fn refuse_repeated(node: &Node, method: Method, is_related: bool) -> Result<(), ExprError> {
    match method {
        Method::Sum | Method::Average if is_related => {
            Err(not_served(node.at, &format!("{} of related entities", method.name())))
        }
        _ => Ok(()),
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

/// What is counted, if anything is: the entities without any step, or what a path leads to.
fn counted(node: &Node) -> Option<Node> {
    let NodeKind::Path(steps) = &node.kind else { return None };
    let (last, before) = steps.split_last()?;
    match &last.kind {
        StepKind::Dollar(name) if name == "$count" => {
            let mut path = node.clone();
            path.kind = NodeKind::Path(before.to_vec());
            Some(path)
        }
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

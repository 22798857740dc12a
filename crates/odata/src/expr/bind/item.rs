//! Expressions about the items of a collection, which is no property of what they are bound in.

use super::lambda::Variable;
use super::{Binder, Expr, ExprError, OrderBy, Scope, Typed, order_with};
use crate::edm::TypeRef;
use crate::expr::ITEM;
use crate::expr::ast::Node;
use crate::expr::parse::parse;
use crate::expr::parse_option::parse_order_by;

/// Parses and binds a `$filter` of items of a type. `$it` and `$this` are the item, whose
/// properties go without them (URL conventions 5.1.1.14).
pub(crate) fn item_filter(
    text: &str,
    item: &TypeRef,
    scope: &Scope<'_>,
) -> Result<Expr, ExprError> {
    Binder { it: true, ..Binder::about_items(scope, item) }.boolean(&parse(text)?)
}

/// The same within `$select`, where `$it` is not the item but what the whole request is about.
pub(crate) fn nested_filter(
    text: &str,
    item: &TypeRef,
    scope: &Scope<'_>,
) -> Result<Expr, ExprError> {
    Binder::about_items(scope, item).boolean(&parse(text)?)
}

/// Parses and binds an `$orderby` of items of a type.
pub(crate) fn item_order(
    text: &str,
    item: &TypeRef,
    scope: &Scope<'_>,
) -> Result<Vec<OrderBy>, ExprError> {
    let binder = Binder { it: true, ..Binder::about_items(scope, item) };
    order_with(binder, &parse_order_by(text)?)
}

/// The same within `$select`.
pub(crate) fn nested_order(
    text: &str,
    item: &TypeRef,
    scope: &Scope<'_>,
) -> Result<Vec<OrderBy>, ExprError> {
    order_with(Binder::about_items(scope, item), &parse_order_by(text)?)
}

/// Binds a value of items of a type; null alone has none.
pub(crate) fn item_value(
    node: &Node,
    item: &TypeRef,
    scope: &Scope<'_>,
) -> Result<(Expr, Option<TypeRef>), ExprError> {
    let Typed { expr, ty } = Binder { it: true, ..Binder::about_items(scope, item) }.bind(node)?;
    Ok((expr, ty))
}

impl<'s> Binder<'s> {
    fn about_items(scope: &'s Scope<'s>, item: &TypeRef) -> Self {
        let item = Variable { name: None, number: ITEM, ty: item.clone() };
        let binder = Self::new(scope);
        Self { variables: vec![item], variables_made: ITEM, ..binder }
    }
}

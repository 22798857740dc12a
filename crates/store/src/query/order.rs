use odata::edm::{PrimitiveType, TypeRef};
use odata::expr::{Expr, OrderBy, PathStep, PropertyPath, Root};

use super::number::Number;
use super::scalar::{Scalar, Type};
use super::translator::{NotServed, Translator, not_served};
use super::{ColumnKind, Table};

/// More says nothing: rows differ long before.
const KEYS: usize = 32;

impl Table {
    /// The order with the key of the table behind it, so that no two rows are equal in it. The
    /// values of its expressions for a row are the position of the row.
    pub fn complete_order(&self, order: &[OrderBy]) -> Vec<OrderBy> {
        let mut complete = order.to_vec();
        for path in self.key {
            if !order.iter().any(|key| is_property(&key.expr, path)) {
                complete.push(OrderBy { expr: self.key_property(path), descending: false });
            }
        }
        complete
    }

    fn key_property(&self, path: &'static str) -> Expr {
        let column = self.columns.iter().find(|column| column.path == path);
        let ty = match column.map(|column| column.kind) {
            Some(ColumnKind::Guid) => PrimitiveType::Guid,
            Some(ColumnKind::Boolean) => PrimitiveType::Boolean,
            Some(ColumnKind::Int32) => PrimitiveType::Int32,
            Some(ColumnKind::Int64) => PrimitiveType::Int64,
            Some(ColumnKind::Timestamp) => PrimitiveType::DateTimeOffset,
            Some(ColumnKind::Date) => PrimitiveType::Date,
            Some(ColumnKind::TimeOfDay) => PrimitiveType::TimeOfDay,
            Some(ColumnKind::Duration) => PrimitiveType::Duration,
            Some(ColumnKind::Decimal { .. }) => PrimitiveType::Decimal,
            _ => PrimitiveType::String,
        };
        let steps = path.split('/').map(|name| PathStep::Property(name.into())).collect();
        Expr::Property(PropertyPath { root: Root::It, steps, ty: TypeRef::Primitive(ty) })
    }
}

/// One key to sort by; `None` in the list below for a key that is the same for every row.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) value: Scalar,
    pub(super) descending: bool,
}

impl Key {
    /// For `ORDER BY`. PostgreSQL would put nulls above everything; where none are, saying so
    /// would only hide that an index has this order.
    pub(super) fn sql(&self) -> String {
        let Self { value: Scalar { sql, nullable, .. }, descending } = self;
        let direction = match (descending, nullable) {
            (false, false) => "",
            (false, true) => " ASC NULLS FIRST",
            (true, false) => " DESC",
            (true, true) => " DESC NULLS LAST",
        };
        format!("{sql}{direction}")
    }
}

impl Translator<'_> {
    pub(super) fn keys(&mut self, order: &[OrderBy]) -> Result<Vec<Option<Key>>, NotServed> {
        if order.len() > KEYS {
            return not_served(format!("$orderby by more than {KEYS} values"));
        }
        order.iter().map(|key| self.key(key)).collect()
    }

    fn key(&mut self, order: &OrderBy) -> Result<Option<Key>, NotServed> {
        if matches!(order.expr, Expr::Literal(_)) {
            return Ok(None);
        }
        let mut value = self.scalar(&order.expr)?;
        match value.ty {
            Type::Null => return Ok(None),
            Type::Presence => return not_served("$orderby by a complex value"),
            // An integer, because PostgreSQL takes no constant here and a condition may be one.
            Type::Boolean => {
                let sql = &value.sql;
                value.sql = format!("CASE WHEN {sql} THEN 1 WHEN NOT {sql} THEN 0 END");
                value.sql = format!("({})", value.sql);
                value.ty = Type::Number(Number::integer(0, 1));
            }
            Type::Text
            | Type::Ticks
            | Type::Days
            | Type::Time
            | Type::Span
            | Type::Double
            | Type::Bytes
            | Type::Number(_) => {}
        }
        Ok(Some(Key { value, descending: order.descending }))
    }
}

fn is_property(expr: &Expr, path: &str) -> bool {
    let Expr::Property(property) = expr else { return false };
    let names = property.steps.iter().filter_map(|step| match step {
        PathStep::Property(name) => Some(name.as_ref()),
        PathStep::Cast(_) => None,
    });
    names.eq(path.split('/'))
}

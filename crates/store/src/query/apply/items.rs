use odata::apply::{Method, Over, Total};
use odata::expr::{PathStep, PropertyPath, Root};

use super::group::materialized;
use super::stage::Stage;
use crate::query::Dialect;
use crate::query::number::Number;
use crate::query::related::key_columns;
use crate::query::relation::{Frame, MOST_ROWS, Resolved, subquery};
use crate::query::scalar::{Scalar, Type};
use crate::query::translator::{NotServed, not_served};

/// What a total takes from each row.
pub(super) struct Operand {
    pub(super) value: Scalar,
    /// How many values it is made of, where it is a sum that is divided by that.
    pub(super) count: Option<Scalar>,
}

const COUNT: Type = Type::Number(Number::integer(0, MOST_ROWS));

impl Stage<'_> {
    /// What the items of each row come to. It takes no more than that of all rows, because every
    /// item is of one row.
    pub(super) fn of_items(&mut self, total: &Total, over: &Over) -> Result<Operand, NotServed> {
        let method = total.method;
        let rows = self.translator.collection(&over.path)?;
        if method == Method::CountDistinct {
            return not_served(format!("{} of a collection", method.name()));
        }
        if !matches!(method, Method::Min | Method::Max) && !self.is_of_one_row(over, &rows)? {
            return not_served(format!("{} of what several lead to", method.name()));
        }
        let Some(operand) = &total.operand else {
            return Ok(Operand { value: from(&rows, "COUNT(*)", COUNT), count: None });
        };
        let (table, alias) = (rows.table, rows.alias.clone());
        let root = Root::This(over.variable);
        self.translator.frames.push(Frame { root, table, alias });
        let value = self.translator.scalar(operand);
        self.translator.frames.pop();
        let value = value?;
        if matches!(value.ty, Type::Null | Type::Presence) {
            return not_served(format!("{} of such values", method.name()));
        }
        let sql = materialized(&value);
        let sum = || match self.translator.dialect {
            Dialect::Sqlite => format!("odata_sum({sql})"),
            Dialect::Postgres(_) => format!("CAST(SUM({sql}) AS BIGINT)"),
        };
        let counted = || from(&rows, &format!("COUNT({sql})"), COUNT);
        Ok(match method {
            Method::Count => Operand { value: counted(), count: None },
            Method::Sum => Operand { value: from(&rows, &sum(), value.ty), count: None },
            Method::Average => {
                Operand { value: from(&rows, &sum(), value.ty), count: Some(counted()) }
            }
            Method::Min => Operand { value: least(&rows, "MIN", &sql, value.ty), count: None },
            Method::Max | Method::CountDistinct => {
                Operand { value: least(&rows, "MAX", &sql, value.ty), count: None }
            }
        })
    }

    /// Whether no two rows lead to the same item: the relation begins at the key.
    fn is_of_one_row(&self, over: &Over, rows: &Resolved) -> Result<bool, NotServed> {
        let Some(owner) = self.translator.frames.first().map(|frame| frame.table) else {
            return Ok(false);
        };
        let path = names(&over.path);
        let relation = owner.relations.iter().find(|relation| relation.path == path);
        let Some(relation) = relation.filter(|_| rows.joins.len() == 1) else { return Ok(false) };
        let is_tied = |sql: &str| relation.on.iter().any(|(own, _)| *own == sql);
        Ok(!owner.key.is_empty() && key_columns(owner)?.iter().all(|key| is_tied(key.sql)))
    }
}

fn from(rows: &Resolved, what: &str, ty: Type) -> Scalar {
    Scalar { sql: rows.guarded(subquery(what, &rows.joins, None)), ty, nullable: true }
}

/// The least or the greatest of values; of conditions one that is true for one.
fn least(rows: &Resolved, function: &str, sql: &str, ty: Type) -> Scalar {
    let found = from(rows, &format!("{function}({sql})"), ty);
    match ty {
        Type::Boolean => Scalar { sql: format!("({} = 1)", found.sql), ..found },
        _ => found,
    }
}

fn names(path: &PropertyPath) -> String {
    let names = path.steps.iter().filter_map(|step| match step {
        PathStep::Property(name) => Some(name.as_ref()),
        PathStep::Cast(_) => None,
    });
    names.collect::<Vec<_>>().join("/")
}

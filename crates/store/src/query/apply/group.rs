use odata::apply::{GroupKey, Through, Total};
use odata::edm::{TypeName, TypeRef};
use odata::expr::{Expr, PathStep, PropertyPath};

use super::aggregate::aggregate;
use super::items::Operand;
use super::stage::Stage;
use crate::query::number::Number;
use crate::query::order::Key;
use crate::query::scalar::{Scalar, Type};
use crate::query::translator::{NotServed, not_served};

/// What a grouping gives, in the order of its columns.
#[derive(Debug)]
pub(crate) struct Grouped {
    /// The type of the entities that were grouped.
    pub(super) ty: TypeName,
    pub(super) columns: Vec<GroupColumn>,
}

/// One column of a group.
#[derive(Debug)]
pub(super) struct GroupColumn {
    /// Where its value goes: names from the entity on.
    pub(super) path: Vec<String>,
    pub(super) holds: Holds,
    /// It is aggregated, not a key.
    pub(super) is_total: bool,
}

#[derive(Debug)]
pub(super) enum Holds {
    /// Whether there is a structure of this type.
    Structure(TypeName),
    /// A value of a type, and how it is stored.
    Value(TypeRef, Type),
}

/// What the rows of a group are called.
const GROUPS: &str = "odata_group";
const MEMBERS: &str = "odata_member";

impl Stage<'_> {
    /// Makes groups of the rows, or one of all without keys.
    pub(super) fn group(
        &mut self,
        ty: &TypeName,
        by: Option<&Vec<GroupKey>>,
        totals: &[Total],
    ) -> Result<Grouped, NotServed> {
        let mut columns: Vec<(GroupColumn, Scalar)> = Vec::new();
        for key in by.into_iter().flatten() {
            for column in self.key(key)? {
                if !columns.iter().any(|(known, _)| known.path == column.0.path) {
                    columns.push(column);
                }
            }
        }
        let keys = columns.len();
        let (mut inner, mut outer) = (Vec::new(), Vec::new());
        for (place, (_, value)) in columns.iter().enumerate() {
            inner.push(format!("{} AS k{place}", materialized(value)));
            outer.push(format!("k{place}"));
        }
        for (place, total) in totals.iter().enumerate() {
            let operand = self.operand(total)?;
            if let Some(Operand { value, count }) = &operand {
                inner.push(format!("{} AS v{place}", materialized(value)));
                inner.extend(count.as_ref().map(|count| format!("{} AS w{place}", count.sql)));
            }
            let dialect = self.translator.dialect;
            let (sql, ty, nullable) = aggregate(dialect, total, operand.as_ref(), place)?;
            outer.push(format!("{sql} AS a{place}"));
            let holds = Holds::Value(total.ty.clone(), ty);
            let path = vec![total.name.to_string()];
            let value = Scalar { sql: format!("a{place}"), ty, nullable };
            columns.push((GroupColumn { path, holds, is_total: true }, value));
        }
        if inner.is_empty() {
            inner.push("1 AS one".to_owned());
        }
        let names: Vec<_> = (0..keys).map(|place| format!("k{place}")).collect();
        let grouping = match by {
            Some(_) => format!(" GROUP BY {}", names.join(", ")),
            None => String::new(),
        };
        self.from = format!(
            "(SELECT {} FROM (SELECT {} FROM {} WHERE {}) AS {MEMBERS}{grouping}) AS {GROUPS}",
            outer.join(", "),
            inner.join(", "),
            self.from,
            self.condition(),
        );
        self.conditions.clear();
        self.order.clear();
        self.alias = GROUPS;
        Ok(Grouped { ty: ty.clone(), columns: self.grouped(columns, keys) })
    }

    /// From here on only the columns of the groups can be named.
    fn grouped(&mut self, columns: Vec<(GroupColumn, Scalar)>, keys: usize) -> Vec<GroupColumn> {
        self.natural.clear();
        self.translator.given.begin();
        let mut grouped = Vec::with_capacity(columns.len());
        for (place, (column, mut value)) in columns.into_iter().enumerate() {
            if place < keys {
                value.sql = format!("k{place}");
                let ty = if value.ty == Type::Boolean { NUMBER } else { value.ty };
                let key = Scalar { ty, ..value.clone() };
                self.natural.push(Some(Key { value: key, descending: false }));
            }
            match (&column.holds, value.ty) {
                (Holds::Structure(_), _) => value.ty = Type::Presence,
                (Holds::Value(..), Type::Boolean) => value.sql = format!("({} = 1)", value.sql),
                (Holds::Value(..), _) => {}
            }
            self.translator.given.push(column.path.join("/"), value);
            grouped.push(column);
        }
        grouped
    }

    /// The columns of a key: which structures are on the way, and the value.
    fn key(&mut self, key: &GroupKey) -> Result<Vec<(GroupColumn, Scalar)>, NotServed> {
        let GroupKey { path, through } = key;
        let mut columns = Vec::with_capacity(path.steps.len());
        for (index, Through { ty, .. }) in through.iter().enumerate() {
            let steps = path.steps.iter().take(index + 1).cloned().collect();
            let way = PropertyPath { steps, ty: TypeRef::Complex(ty.clone()), ..path.clone() };
            let names = names(&way.steps);
            let presence = self.presence(&way)?;
            let holds = Holds::Structure(ty.clone());
            columns.push((GroupColumn { path: names, holds, is_total: false }, presence));
        }
        let value = self.translator.property(path)?;
        if matches!(value.ty, Type::Null | Type::Presence) {
            return not_served(format!("groupby of {path}"));
        }
        let holds = Holds::Value(path.ty.clone(), value.ty);
        let path = names(&path.steps);
        columns.push((GroupColumn { path, holds, is_total: false }, value));
        Ok(columns)
    }

    /// One where there is a structure.
    fn presence(&mut self, way: &PropertyPath) -> Result<Scalar, NotServed> {
        let found = self.translator.property(way)?;
        let sql = format!("(CASE WHEN {} IS NOT NULL THEN 1 END)", found.sql);
        Ok(Scalar { sql, ty: NUMBER, nullable: true })
    }

    fn operand(&mut self, total: &Total) -> Result<Option<Operand>, NotServed> {
        if let Some(over) = &total.over {
            return self.of_items(total, over).map(Some);
        }
        let Some(operand) = &total.operand else { return Ok(None) };
        let value = self.translator.scalar(operand)?;
        match value.ty {
            Type::Null | Type::Presence => {
                not_served(format!("{} of {}", total.method.name(), name(operand)))
            }
            _ => Ok(Some(Operand { value, count: None })),
        }
    }
}

const NUMBER: Type = Type::Number(Number::integer(0, 1));

fn name(expr: &Expr) -> String {
    expr.to_string().chars().take(100).collect()
}

fn names(steps: &[PathStep]) -> Vec<String> {
    let names = steps.iter().filter_map(|step| match step {
        PathStep::Property(name) => Some(name.to_string()),
        PathStep::Cast(_) => None,
    });
    names.collect()
}

/// A value as a column, of one type whatever it is made of.
pub(super) fn materialized(value: &Scalar) -> String {
    let sql = &value.sql;
    match value.ty {
        Type::Boolean => {
            format!("CAST(CASE WHEN {sql} THEN 1 WHEN NOT {sql} THEN 0 END AS BIGINT)")
        }
        Type::Text => format!("CAST({sql} AS TEXT)"),
        Type::Bytes | Type::Null | Type::Presence => sql.clone(),
        Type::Ticks | Type::Days | Type::Time | Type::Span | Type::Double | Type::Number(_) => {
            format!("CAST({sql} AS BIGINT)")
        }
    }
}

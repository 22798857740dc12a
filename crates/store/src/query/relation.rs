//! Paths through tables: to columns, to the one row of a navigation property, to the rows of a
//! collection.

use odata::edm::TypeRef;
use odata::expr::{Expr, PathStep, PropertyPath, Quantifier, Root};
use odata::search::Search;

use super::condition::balanced;
use super::number::Number;
use super::scalar::{Scalar, Type};
use super::table::{Column, ColumnKind, Relation, Table};
use super::translator::{NotServed, Translator, not_served};

/// More tables would make one request too expensive.
const JOINED: usize = 16;

/// More rows than a table has.
pub(super) const MOST_ROWS: i64 = 1 << 40;

/// A row that paths begin at.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) root: Root,
    pub(super) table: &'static Table,
    pub(super) alias: String,
}

/// Where a path leads to.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) joins: Vec<Join>,
    /// Only for rows of these types; about the row that the path begins at.
    pub(super) guard: Option<String>,
    /// The table at the end, and its name in SQL.
    pub(super) table: &'static Table,
    pub(super) alias: String,
    /// The path within that table.
    pub(super) rest: String,
}

/// A table on the way, with the condition that ties it to the one before.
#[derive(Debug)]
pub(super) struct Join {
    from: String,
    pub(super) condition: String,
    many: bool,
}

impl Resolved {
    pub(super) fn column(&self) -> Result<&'static Column, NotServed> {
        let found = self.table.columns.iter().find(|column| column.path == self.rest);
        let item = || if self.rest.is_empty() { "an item as a value" } else { &self.rest };
        found.ok_or_else(|| NotServed(item().to_owned()))
    }

    /// Null where the row that the path begins at is of another type.
    pub(super) fn guarded(&self, sql: String) -> String {
        match &self.guard {
            Some(guard) => format!("(CASE WHEN {guard} THEN {sql} END)"),
            None => sql,
        }
    }
}

impl Translator<'_> {
    pub(super) fn property(&mut self, path: &PropertyPath) -> Result<Scalar, NotServed> {
        if let Some(given) = self.given(path)? {
            return Ok(given);
        }
        let resolved = self.resolve(path)?;
        if resolved.rest.is_empty() && !resolved.joins.is_empty() {
            if matches!(path.ty, TypeRef::Collection(_)) {
                return not_served(path.to_string());
            }
            let sql = resolved.guarded(subquery("1", &resolved.joins, None));
            return Ok(Scalar { sql, ty: Type::Presence, nullable: true });
        }
        let column = resolved.column()?;
        if resolved.joins.is_empty() {
            let sql = of_kind(column, &self.named(&resolved.alias, column.sql));
            let nullable = column.nullable || resolved.guard.is_some();
            return Ok(Scalar { sql: resolved.guarded(sql), ty: type_of(column.kind), nullable });
        }
        let name = of_kind(column, &format!("{}.{}", resolved.alias, column.sql));
        let sql = resolved.guarded(subquery(&name, &resolved.joins, None));
        Ok(Scalar { sql, ty: type_of(column.kind), nullable: true })
    }

    /// `any` and `all`. A condition that is null counts as one that is false.
    pub(super) fn lambda(
        &mut self,
        quantifier: Quantifier,
        collection: &PropertyPath,
        variable: u32,
        condition: Option<&Expr>,
    ) -> Result<String, NotServed> {
        let rows = self.collection(collection)?;
        let condition = self.about(&rows, Root::Variable(variable), condition)?;
        let sql = match (quantifier, condition) {
            (Quantifier::Any, condition) => {
                format!("EXISTS {}", subquery("1", &rows.joins, condition.as_deref()))
            }
            (Quantifier::All, condition) => {
                let condition = condition.unwrap_or_else(|| "TRUE".to_owned());
                let fails = format!("({condition} IS NOT TRUE)");
                format!("(NOT EXISTS {})", subquery("1", &rows.joins, Some(&fails)))
            }
        };
        Ok(rows.guarded(where_there_is(&rows.joins, sql)))
    }

    pub(super) fn count(
        &mut self,
        collection: &PropertyPath,
        (variable, filter): (u32, Option<&Expr>),
        search: Option<&Search>,
    ) -> Result<Scalar, NotServed> {
        let rows = self.collection(collection)?;
        let filter = self.about(&rows, Root::This(variable), filter)?;
        let search = self.searched(&rows, search)?;
        let nullable = rows.joins.len() > 1 || rows.guard.is_some();
        let conditions: Vec<_> = filter.into_iter().chain(search).collect();
        let count = subquery("COUNT(*)", &rows.joins, balanced(&conditions, "AND").as_deref());
        let sql = rows.guarded(where_there_is(&rows.joins, count));
        Ok(Scalar { sql, ty: Type::Number(Number::integer(0, MOST_ROWS)), nullable })
    }

    pub(super) fn collection(&mut self, path: &PropertyPath) -> Result<Resolved, NotServed> {
        let resolved = self.resolve(path)?;
        if resolved.rest.is_empty() && resolved.joins.last().is_some_and(|join| join.many) {
            Ok(resolved)
        } else {
            not_served(path.to_string())
        }
    }

    /// A condition on the rows at the end of a path.
    fn about(
        &mut self,
        rows: &Resolved,
        root: Root,
        condition: Option<&Expr>,
    ) -> Result<Option<String>, NotServed> {
        let Some(condition) = condition else { return Ok(None) };
        self.frames.push(Frame { root, table: rows.table, alias: rows.alias.clone() });
        let sql = self.filter(condition);
        self.frames.pop();
        sql.map(Some)
    }

    /// A search among the rows at the end of a path.
    fn searched(
        &mut self,
        rows: &Resolved,
        search: Option<&Search>,
    ) -> Result<Option<String>, NotServed> {
        let Some(search) = search else { return Ok(None) };
        let (table, alias) = (rows.table, rows.alias.clone());
        self.frames.push(Frame { root: Root::It, table, alias });
        let sql = self.search(search);
        self.frames.pop();
        sql.map(Some)
    }

    /// Follows the relations on a path.
    pub(super) fn resolve(&mut self, path: &PropertyPath) -> Result<Resolved, NotServed> {
        let Some(mut at) = self.begin(path.root) else { return not_served(path.to_string()) };
        for step in &path.steps {
            let name = match step {
                PathStep::Property(name) => name,
                PathStep::Cast(cast) => {
                    at = self.narrowed(at, cast)?;
                    continue;
                }
            };
            if at.rest.is_empty() && at.joins.last().is_some_and(|join| join.many) {
                return not_served(path.to_string());
            }
            at.rest =
                if at.rest.is_empty() { name.to_string() } else { format!("{}/{name}", at.rest) };
            let relation = at.table.relations.iter().find(|relation| relation.path == at.rest);
            if let Some(relation) = relation {
                at = self.join(self.where_it_is(at), relation)?;
            }
        }
        Ok(at)
    }

    /// The row that paths from there begin at.
    pub(super) fn begin(&self, root: Root) -> Option<Resolved> {
        if root == Root::It && self.given.alone {
            return None;
        }
        let frame = self.frames.iter().rfind(|frame| frame.root == root)?;
        let (table, alias) = (frame.table, frame.alias.clone());
        Some(Resolved { joins: Vec::new(), guard: None, table, alias, rest: String::new() })
    }

    /// Nothing belongs to a complex value that is null.
    fn where_it_is(&self, mut at: Resolved) -> Resolved {
        let outer = at.rest.rsplit_once('/').map(|(outer, _)| outer);
        let columns = at.table.columns.iter();
        let outer = outer.and_then(|outer| columns.clone().find(|column| column.path == outer));
        let Some(outer) = outer else { return at };
        if let Some(join) = at.joins.last_mut() {
            let name = format!("{}.{}", at.alias, outer.sql);
            join.condition = format!("{} AND {name} IS NOT NULL", join.condition);
        } else {
            let is = format!("({} IS NOT NULL)", self.named(&at.alias, outer.sql));
            at.guard = Some(match at.guard {
                Some(guard) => format!("({guard} AND {is})"),
                None => is,
            });
        }
        at
    }

    fn join(&mut self, from: Resolved, relation: &Relation) -> Result<Resolved, NotServed> {
        self.joined += 1;
        if self.joined > JOINED {
            return not_served(format!("an expression with more than {JOINED} related tables"));
        }
        let alias = format!("r{}", self.joined);
        let mut condition = format!("{alias}.tenant_id = $1");
        for (own, theirs) in relation.on {
            condition = format!("{condition} AND {alias}.{theirs} = {}.{own}", from.alias);
        }
        let mut joins = from.joins;
        let table = relation.target;
        joins.push(Join {
            from: format!("{} AS {alias}", table.name),
            condition,
            many: relation.many,
        });
        Ok(Resolved { joins, guard: from.guard, table, alias, rest: String::new() })
    }

    /// A column in SQL; within a subquery the name of its table goes with it.
    pub(super) fn named(&self, alias: &str, column: &str) -> String {
        match self.frames.as_slice() {
            [_] => column.to_owned(),
            _ => format!("{alias}.{column}"),
        }
    }
}

/// Null where a navigation property before the collection has no row.
fn where_there_is(joins: &[Join], sql: String) -> String {
    match joins.split_last() {
        Some((_, before)) if !before.is_empty() => {
            format!("(CASE WHEN EXISTS {} THEN {sql} END)", subquery("1", before, None))
        }
        _ => sql,
    }
}

pub(super) fn subquery(what: &str, joins: &[Join], condition: Option<&str>) -> String {
    let from: Vec<_> = joins.iter().map(|join| join.from.as_str()).collect();
    let conditions = joins.iter().map(|join| join.condition.as_str()).chain(condition);
    let conditions: Vec<_> = conditions.collect();
    format!("(SELECT {what} FROM {} WHERE {})", from.join(", "), conditions.join(" AND "))
}

fn of_kind(column: &Column, name: &str) -> String {
    match column.kind {
        ColumnKind::Boolean => format!("({name} = 1)"),
        _ => name.to_owned(),
    }
}

const fn type_of(kind: ColumnKind) -> Type {
    match kind {
        ColumnKind::Text | ColumnKind::Guid => Type::Text,
        ColumnKind::Timestamp => Type::Ticks,
        ColumnKind::Date => Type::Days,
        ColumnKind::TimeOfDay => Type::Time,
        ColumnKind::Duration => Type::Span,
        ColumnKind::Decimal { scale } => Type::Number(Number { scale, ..Number::ANY }),
        ColumnKind::Double => Type::Double,
        ColumnKind::Binary => Type::Bytes,
        ColumnKind::Presence => Type::Presence,
        ColumnKind::Boolean => Type::Boolean,
        ColumnKind::Int32 => Type::Number(Number::integer(i32::MIN as i64, i32::MAX as i64)),
        ColumnKind::Int64 | ColumnKind::Enum => Type::Number(Number::ANY),
    }
}

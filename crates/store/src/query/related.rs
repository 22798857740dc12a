//! The rows that a relation leads to: from one row, and from many at once.

use odata::expr::{Expr, OrderBy};
use odata::search::Search;
use odata::value::Value;

use super::condition::balanced;
use super::listing::Text;
use super::order::Key;
use super::table::{Column, Relation, Table};
use super::translator::{NotServed, Translator};
use super::{Dialect, ListError};

/// The row that a relation begins at.
#[derive(Debug, Clone, Copy)]
pub struct Within<'a> {
    /// The table of that row.
    pub owner: &'static Table,
    /// A relation of that table.
    pub relation: &'static Relation,
    /// The values of the key of that row.
    pub key: &'a [Value],
}

/// Rows that a relation leads to from many rows at once, so and so many from each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RelatedQuery<'a> {
    /// The table of the rows that the relation begins at.
    pub(crate) owner: &'static Table,
    /// A relation of that table.
    pub(crate) relation: &'static Relation,
    /// The keys of those rows.
    pub(crate) keys: &'a [Vec<Value>],
    /// Only rows for which it is true.
    pub(crate) filter: Option<&'a Expr>,
    /// Only rows whose text matches.
    pub(crate) search: Option<&'a Search>,
    /// What to sort by; the key of the table is appended.
    pub(crate) order: &'a [OrderBy],
    /// Rows to leave out of each.
    pub(crate) skip: u64,
    /// Rows of each at most.
    pub(crate) limit: u64,
}

/// What the row that a relation begins at is called.
const OWNER: &str = "owner_row";
/// What the rows are called that a relation begins at, with their keys as `o0`, `o1` and so on,
/// and the columns that tie them as `j0`, `j1`, which no description has.
const OWNERS: &str = "owner_rows";

impl Translator<'_> {
    /// Only rows that the relation leads to from that one row.
    pub(super) fn led_to(&mut self, within: &Within<'_>) -> Result<String, NotServed> {
        let Within { owner, relation, key } = within;
        let on = relation.on.iter();
        let theirs: Vec<_> =
            on.clone().map(|(_, theirs)| format!("{}.{theirs}", relation.target.name)).collect();
        let own: Vec<_> = on.map(|(own, _)| format!("{OWNER}.{own}")).collect();
        let is_owner = self.is_row(owner, key)?;
        Ok(format!(
            "({}) IN (SELECT {} FROM {} AS {OWNER} WHERE {OWNER}.tenant_id = $1 AND {is_owner})",
            theirs.join(", "),
            own.join(", "),
            owner.name,
        ))
    }

    /// Whether the row called [`OWNER`] has this key.
    fn is_row(&mut self, table: &'static Table, key: &[Value]) -> Result<String, NotServed> {
        let mut equal = vec!["TRUE".to_owned()];
        for (column, value) in key_columns(table)?.into_iter().zip(key) {
            equal.push(format!("{OWNER}.{} = {}", column.sql, self.literal(value)?.sql));
        }
        Ok(equal.join(" AND "))
    }
}

impl RelatedQuery<'_> {
    /// Each row: the key where the relation begins, then the given columns of the row itself.
    pub(crate) fn rows(
        &self,
        dialect: Dialect<'_>,
        tenant: &str,
        columns: &[&str],
    ) -> Result<Text, ListError> {
        let target = self.relation.target;
        let (mut translator, from) = self.from(dialect, tenant)?;
        let keys = translator.keys(&target.complete_order(self.order))?;
        let order: Vec<_> = keys.iter().flatten().map(Key::sql).collect();
        let first = i64::try_from(self.skip).unwrap_or(i64::MAX);
        let last = first.saturating_add(i64::try_from(self.limit).unwrap_or(i64::MAX));
        let (first, last) = (translator.bind(first), translator.bind(last));
        let own = self.own()?;
        let theirs = columns.iter().map(|column| format!("{}.{column}", target.name));
        let all = own.iter().cloned().chain(theirs).enumerate();
        let named: Vec<_> = all.map(|(place, sql)| format!("{sql} AS c{place}")).collect();
        let names: Vec<_> = (0..named.len()).map(|place| format!("c{place}")).collect();
        let sql = format!(
            "SELECT {} FROM (SELECT {}, ROW_NUMBER() OVER (PARTITION BY {} ORDER BY {}) AS place \
             {from}) AS ranked WHERE place > {first} AND place <= {last} ORDER BY place",
            names.join(", "),
            named.join(", "),
            own.join(", "),
            order.join(", "),
        );
        Text { sql, params: translator.params }.checked()
    }

    /// Each row: the key where the relation begins, then how many rows it leads to, if any.
    pub(crate) fn counts(&self, dialect: Dialect<'_>, tenant: &str) -> Result<Text, ListError> {
        let (translator, from) = self.from(dialect, tenant)?;
        let own = self.own()?.join(", ");
        let sql = format!("SELECT {own}, COUNT(*) {from} GROUP BY {own}");
        Text { sql, params: translator.params }.checked()
    }

    /// The clauses `FROM` and `WHERE`.
    fn from<'d>(
        &self,
        dialect: Dialect<'d>,
        tenant: &str,
    ) -> Result<(Translator<'d>, String), ListError> {
        let target = self.relation.target;
        let mut translator = Translator::new(target, dialect, vec![tenant.into()]);
        let owners = self.owners(&mut translator)?;
        let mut condition = "tenant_id = $1".to_owned();
        for (place, (_, theirs)) in self.relation.on.iter().enumerate() {
            condition = format!("{condition} AND {OWNERS}.j{place} = {}.{theirs}", target.name);
        }
        if let Some(filter) = self.filter {
            condition = format!("{condition} AND {}", translator.filter(filter)?);
        }
        if let Some(search) = self.search {
            condition = format!("{condition} AND {}", translator.search(search)?);
        }
        Ok((translator, format!("FROM {}, {owners} WHERE {condition}", target.name)))
    }

    /// The rows that the relation begins at.
    fn owners(&self, translator: &mut Translator<'_>) -> Result<String, NotServed> {
        let keys = key_columns(self.owner)?.into_iter().enumerate();
        let keys = keys.map(|(place, column)| format!("{OWNER}.{} AS o{place}", column.sql));
        let ties = self.relation.on.iter().enumerate();
        let ties = ties.map(|(place, (own, _))| format!("{OWNER}.{own} AS j{place}"));
        let columns: Vec<_> = keys.chain(ties).collect();
        Ok(format!(
            "(SELECT {} FROM {} AS {OWNER} WHERE {OWNER}.tenant_id = $1 AND {}) AS {OWNERS}",
            columns.join(", "),
            self.owner.name,
            self.wanted(translator)?,
        ))
    }

    /// Whether a row is one of those where the relation begins.
    fn wanted(&self, translator: &mut Translator<'_>) -> Result<String, NotServed> {
        let mut wanted = Vec::with_capacity(self.keys.len());
        if let [column] = key_columns(self.owner)?.as_slice() {
            for value in self.keys.iter().flatten() {
                wanted.push(translator.literal(value)?.sql);
            }
            return Ok(format!("{OWNER}.{} IN ({})", column.sql, wanted.join(", ")));
        }
        for key in self.keys {
            wanted.push(format!("({})", translator.is_row(self.owner, key)?));
        }
        Ok(balanced(&wanted, "OR").unwrap_or_else(|| "FALSE".to_owned()))
    }

    fn own(&self) -> Result<Vec<String>, NotServed> {
        let columns = key_columns(self.owner)?.len();
        Ok((0..columns).map(|place| format!("{OWNERS}.o{place}")).collect())
    }
}

/// The columns of the key, in its order.
pub(crate) fn key_columns(table: &'static Table) -> Result<Vec<&'static Column>, NotServed> {
    let column = |path: &&str| {
        let found = table.columns.iter().find(|column| column.path == *path);
        found.ok_or_else(|| NotServed((*path).to_owned()))
    };
    table.key.iter().map(column).collect()
}

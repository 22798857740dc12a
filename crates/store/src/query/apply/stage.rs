use odata::apply::Step;
use odata::expr::{Expr, OrderBy};
use odata::value::Value;

use super::ApplyQuery;
use super::group::Grouped;
use crate::Entities;
use crate::query::order::Key;
use crate::query::translator::{NotServed, Translator, not_served};
use crate::query::{Dialect, ListError, Shown, Text};

/// Rows in the making.
pub(super) struct Stage<'d> {
    pub(super) translator: Translator<'d>,
    /// What stands behind `FROM`.
    pub(super) from: String,
    /// Its name, which names in expressions may begin with.
    pub(super) alias: &'static str,
    pub(super) conditions: Vec<String>,
    /// What was sorted by, the last first; `None` for what all rows share.
    pub(super) order: Vec<Option<Key>>,
    /// Tells all rows apart, behind that.
    pub(super) natural: Vec<Option<Key>>,
}

impl ApplyQuery<'_> {
    /// All steps, and the filter behind them; also what the last grouping gives.
    pub(super) fn stage<'d>(
        &self,
        dialect: Dialect<'d>,
        tenant: &str,
        entities: &'static Entities,
        shown: Shown,
    ) -> Result<(Stage<'d>, Option<Grouped>), NotServed> {
        let table = entities.table;
        let mut translator = Translator::new(table, dialect, vec![tenant.into()]);
        let mut conditions = vec!["tenant_id = $1".to_owned()];
        conditions.extend(shown.condition().map(str::to_owned));
        if let Some(within) = &self.within {
            conditions.push(translator.led_to(within)?);
        }
        let natural = translator.keys(&table.complete_order(&[]))?;
        let (from, alias) = (table.name.to_owned(), table.name);
        let mut stage = Stage { translator, from, alias, conditions, order: Vec::new(), natural };
        if let Some(among) = self.among {
            stage.filter(among)?;
        }
        let (mut grouped, input) = (None, &self.plan.input);
        for step in &self.plan.steps {
            match step {
                Step::Filter(condition) => stage.filter(condition)?,
                Step::Compute(added) => {
                    for one in added {
                        // What cannot be computed here may still be by who reads the rows.
                        let mark = stage.translator.mark();
                        match stage.translator.scalar(&one.expr) {
                            Ok(value) => stage.translator.given.push(one.name.to_string(), value),
                            Err(_) => stage.translator.back_to(mark),
                        }
                    }
                }
                Step::OrderBy(keys) => stage.sort(keys)?,
                Step::Top(number) => stage.cut(0, *number),
                Step::Skip(number) => stage.cut(*number, u64::MAX),
                Step::Aggregate(totals) => grouped = Some(stage.group(input, None, totals)?),
                Step::GroupBy { by, totals } => {
                    grouped = Some(stage.group(input, Some(by), totals)?);
                }
            }
        }
        if let Some(filter) = self.filter {
            stage.filter(filter)?;
        }
        Ok((stage, grouped))
    }
}

impl Stage<'_> {
    fn filter(&mut self, condition: &Expr) -> Result<(), NotServed> {
        let condition = self.translator.filter(condition)?;
        self.conditions.push(condition);
        Ok(())
    }

    /// What is equal in the keys stays in the order before.
    pub(super) fn sort(&mut self, keys: &[OrderBy]) -> Result<(), NotServed> {
        let mut order = self.translator.keys(keys)?;
        order.append(&mut self.order);
        if order.len() > 32 {
            return not_served("an order of more than 32 values");
        }
        self.order = order;
        Ok(())
    }

    /// Keeps some rows of the order. All that is known of them stays true.
    fn cut(&mut self, skip: u64, top: u64) {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let (top, skip) = (self.translator.bind(number(top)), self.translator.bind(number(skip)));
        let alias = self.alias;
        self.from = format!(
            "(SELECT {alias}.* FROM {} WHERE {}{} LIMIT {top} OFFSET {skip}) AS {alias}",
            self.from,
            self.condition(),
            self.order_by(),
        );
        self.conditions.clear();
    }

    /// The condition that keeps what is behind a position.
    pub(super) fn only_after(&mut self, position: &[Value]) -> Result<String, ListError> {
        let keys: Vec<_> = self.order.iter().chain(&self.natural).cloned().collect();
        let after = self.translator.after(&keys, position)?;
        self.conditions.push(after.clone());
        Ok(after)
    }

    pub(super) fn condition(&self) -> String {
        if self.conditions.is_empty() { "TRUE".to_owned() } else { self.conditions.join(" AND ") }
    }

    /// What a row is told apart by.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Option<Key>> {
        self.order.iter().chain(&self.natural)
    }

    fn order_by(&self) -> String {
        let keys: Vec<_> = self.keys().flatten().map(Key::sql).collect();
        if keys.is_empty() { String::new() } else { format!(" ORDER BY {}", keys.join(", ")) }
    }

    pub(super) fn rows(&mut self, columns: &[String], skip: u64, limit: u64) -> Text {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let one_more = self.translator.bind(limit);
        let skip = self.translator.bind(i64::try_from(skip).unwrap_or(i64::MAX));
        let sql = format!(
            "SELECT {} FROM {} WHERE {}{} LIMIT {one_more} OFFSET {skip}",
            columns.join(", "),
            self.from,
            self.condition(),
            self.order_by(),
        );
        Text { sql, params: self.translator.params.clone() }
    }

    pub(super) fn count(&self) -> Text {
        let sql = format!("SELECT COUNT(*) FROM {} WHERE {}", self.from, self.condition());
        Text { sql, params: self.translator.params.clone() }
    }
}

//! Plans of `$apply` in one statement that gives what the evaluator of `odata` gives, or none.
//!
//! A [`Stage`](stage::Stage) is what a step leaves: rows with named values, an order and conditions.
//! Grouping and cutting make it a subquery, from which the next stage selects.

mod aggregate;
mod group;
mod items;
mod output;
mod stage;

use odata::apply::Plan;
use odata::expr::{Expr, OrderBy};
use odata::value::{Structured, Value};

use super::listing::{ORDER_LOOKUPS, lookups};
use super::translator::NotServed;
use super::{Dialect, ListError, Shown, Text, Within};
use crate::Entities;
use output::Output;

/// Which entities, what is made of them, and what of that.
#[derive(Debug, Clone, Copy)]
pub struct ApplyQuery<'a> {
    /// Only rows that a relation leads to from one row.
    pub within: Option<Within<'a>>,
    /// Only these entities.
    pub among: Option<&'a Expr>,
    /// What is made of the entities.
    pub plan: &'a Plan,
    /// Only results for which it is true.
    pub filter: Option<&'a Expr>,
    /// What to sort the results by, before the order that the plan gives them.
    pub order: &'a [OrderBy],
    /// Only results behind this position.
    pub after: Option<&'a [Value]>,
    /// Results to leave out, counted behind the position; of `concat` there can be none.
    pub skip: u64,
    /// Results to return at most.
    pub limit: u64,
    /// Whether to count all results that pass the filter.
    pub count: bool,
}

/// What was made of entities.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// Entities, without the properties that the last steps of the plan compute, or groups.
    pub items: Vec<Structured>,
    /// Where the last of them is in the order.
    pub position: Vec<Value>,
    /// Whether there are more behind it.
    pub more: bool,
    /// How many results pass the filter, if that was asked.
    pub count: Option<u64>,
}

/// An [`ApplyQuery`] in SQL.
#[derive(Debug)]
pub(crate) struct Applying {
    pub(crate) rows: Text,
    pub(crate) count: Option<Text>,
    pub(crate) output: Output,
}

/// Longer statements are not worth reading.
const LONGEST: usize = 256 * 1024;
/// Subqueries in one statement.
const LOOKUPS: usize = 40;

/// An [`ApplyQuery`] in as many statements as the plan has parts.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) each: Vec<Applying>,
    /// The first that has results behind the position.
    pub(crate) first: usize,
}

impl<'a> ApplyQuery<'a> {
    pub(crate) fn parts(
        &self,
        dialect: Dialect<'_>,
        tenant: &str,
        entities: &'static Entities,
        shown: Shown,
    ) -> Result<Parts, ListError> {
        if self.plan.concat.is_empty() {
            return Ok(Parts {
                each: vec![self.applying(dialect, tenant, entities, shown)?],
                first: 0,
            });
        }
        let plan: &'a Plan = self.plan;
        let (first, position) = self.start()?;
        let mut each = Vec::new();
        for (number, plan) in plan.parts().iter().enumerate() {
            let after = position.filter(|_| number == first);
            each.push(Self { plan, after, ..*self }.applying(dialect, tenant, entities, shown)?);
        }
        Ok(Parts { each, first })
    }

    /// The part of `concat` that the position is in, and where in it.
    fn start(&self) -> Result<(usize, Option<&'a [Value]>), ListError> {
        match self.after {
            None => Ok((0, None)),
            Some([Value::Int(part), rest @ ..]) => {
                let part = usize::try_from(*part).map_err(|_negative| ListError::Position)?;
                Ok((part, Some(rest).filter(|rest| !rest.is_empty())))
            }
            Some(_) => Err(ListError::Position),
        }
    }

    fn applying(
        &self,
        dialect: Dialect<'_>,
        tenant: &str,
        entities: &'static Entities,
        shown: Shown,
    ) -> Result<Applying, ListError> {
        let (mut stage, grouped) = self.stage(dialect, tenant, entities, shown)?;
        let count = if self.count { Some(checked(stage.count(), "")?) } else { None };
        stage.sort(self.order)?;
        let sorted = stage.keys().flatten().map(|key| lookups(&key.value.sql)).sum::<usize>();
        if sorted > ORDER_LOOKUPS {
            return Err(NotServed("an order by so many related rows".to_owned()).into());
        }
        let position = match self.after {
            Some(position) => stage.only_after(position)?,
            None => String::new(),
        };
        let output = Output::of(&stage, entities, grouped);
        let rows = stage.rows(&output.columns(), self.skip, self.limit);
        let rows = checked(rows, &position)?;
        Ok(Applying { rows, count, output })
    }

    /// What is counted, part by part.
    pub(crate) fn counting(
        &self,
        dialect: Dialect<'_>,
        tenant: &str,
        entities: &'static Entities,
        shown: Shown,
    ) -> Result<Vec<Text>, ListError> {
        let count = |plan| {
            let part = Self { plan, ..*self };
            checked(part.stage(dialect, tenant, entities, shown)?.0.count(), "")
        };
        self.plan.parts().iter().map(count).collect()
    }
}

/// The position, which is a part of the text, repeats the order: what the first page may cost, the
/// others may cost too.
fn checked(text: Text, position: &str) -> Result<Text, ListError> {
    let refused = |name: &str| Err(ListError::NotServed { name: name.to_owned() });
    if text.sql.len() > LONGEST + position.len() {
        return refused("so long an expression");
    }
    if lookups(&text.sql) > LOOKUPS + lookups(position) {
        return refused("$apply by so many related rows");
    }
    text.checked()
}

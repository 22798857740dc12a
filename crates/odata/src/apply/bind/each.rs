use super::{PlanBinder, is_named, not_served, place};
use crate::apply::bound::{GroupKey, Shape, Step};
use crate::apply::{Pipeline, Transformation};
use crate::expr::{Computed, ExprError, Scope, condition};

impl PlanBinder<'_> {
    /// `groupby` with a pipeline for each group (OData Aggregation 4.0 section 3.2.3), which is
    /// served where it comes to the same for all groups at once: what looks at single entities may
    /// come before `aggregate`, and what looks at its one result behind it.
    pub(super) fn of_each(&mut self, keys: &[GroupKey], then: &Pipeline) -> Result<(), ExprError> {
        self.room_for(then)?;
        let mut rest = then.as_slice();
        while let [first @ (Transformation::Identity | Transformation::Compute(_)), behind @ ..] =
            rest
        {
            self.transformation(first)?;
            rest = behind;
        }
        match rest {
            [] if then.is_empty() => self.grouped(keys.to_vec(), Vec::new()),
            // Each entity stays what it is, whatever group it is in.
            [] => {}
            [Transformation::Aggregate(items), ..] => match items.as_slice() {
                [item] if !item.from.is_empty() => self.from(keys, item)?,
                items => {
                    let totals = self.totals(items)?;
                    self.grouped(keys.to_vec(), totals);
                }
            },
            [other, ..] => return Err(unlike(other)),
        }
        let behind = rest.get(1..).unwrap_or_default();
        let results = self.without(keys);
        for transformation in behind {
            match transformation {
                Transformation::Identity => {}
                Transformation::Filter(node) => {
                    let scope = Scope { computed: &[], shape: Some(&results), ..*self.scope };
                    let condition = condition(node, &scope)?;
                    self.steps.push(Step::Filter(condition));
                }
                other => return Err(unlike(other)),
            }
        }
        Ok(())
    }

    /// What a group has before it gets back what it was grouped by.
    fn without(&self, keys: &[GroupKey]) -> Shape {
        let is_key = |one: &Computed| keys.iter().any(|key| is_named(&one.expr, &key.path));
        let dynamic = self.shape.dynamic.iter().filter(|one| !is_key(one)).cloned().collect();
        Shape { declared: Some(Vec::new()), dynamic }
    }
}

fn unlike(other: &Transformation) -> ExprError {
    not_served(place(other), &format!("groupby with {}", other.name()))
}

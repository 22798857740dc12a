use super::total::{method, result_type};
use super::{PlanBinder, not_served};
use crate::apply::bound::{GroupKey, Total};
use crate::apply::{Aggregate, Grouping};
use crate::expr::{Computed, ExprError, refuse_taken};

/// Of one aggregate.
const MAX_FROM: usize = 8;

impl PlanBinder<'_> {
    /// `from`: an aggregate of aggregates of ever larger groups, the first of which is the smallest
    /// (section on the keyword `from`). `by` is what is grouped by around it.
    pub(super) fn from(&mut self, by: &[GroupKey], item: &Aggregate) -> Result<(), ExprError> {
        let node = &item.operand;
        if item.from.len() > MAX_FROM {
            return Err(not_served(node.at, &format!("'from' more than {MAX_FROM} times")));
        }
        let mut levels = Vec::with_capacity(item.from.len());
        for from in &item.from {
            let mut keys = Vec::with_capacity(from.properties.len());
            for property in &from.properties {
                keys.push(self.key(&Grouping::Property(property.clone()))?);
            }
            levels.push(keys);
        }
        let mut total = self.total(item)?;
        refuse_taken(&total.name, node.at, &[], &self.scope())?;
        for (place, from) in item.from.iter().enumerate() {
            let around = levels.get(place..).unwrap_or_default().iter().flatten();
            let mut keys = by.to_vec();
            for key in around {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
            let method = method(node, from.with.as_deref())?;
            let (name, of) = (total.name.clone(), total.ty.clone());
            let ty = result_type(node, method, Some(&of))?;
            self.grouped(keys, vec![total]);
            let operand = Some(Computed::present(name.clone(), Some(of.clone())).expr);
            total = Total { name, method, over: None, operand, operand_type: Some(of), ty };
        }
        self.grouped(by.to_vec(), vec![total]);
        Ok(())
    }
}

use super::{PlanBinder, not_served};
use crate::apply::Pipeline;
use crate::apply::bound::{Plan, Shape};
use crate::expr::ExprError;

/// Pipelines of one `concat`, those within them included.
const MAX_PARTS: usize = 8;

impl PlanBinder<'_> {
    /// `concat`, each pipeline of which begins where the transformations before it end (OData
    /// Aggregation 4.0 section 3.2.2).
    pub(super) fn concat(self, pipelines: &[Pipeline]) -> Result<Plan, ExprError> {
        let mut parts: Vec<Plan> = Vec::new();
        for pipeline in pipelines {
            let begun =
                Self { scope: self.scope, steps: self.steps.clone(), shape: self.shape.clone() };
            parts.extend(begun.pipeline(pipeline)?.parts().iter().cloned());
            if parts.len() > MAX_PARTS {
                return Err(not_served(0, &format!("concat of more than {MAX_PARTS} pipelines")));
            }
        }
        let mut all: Option<Shape> = None;
        for part in &parts {
            if part.computed().next().is_some() {
                return Err(not_served(0, "compute at the end of a pipeline of concat"));
            }
            let shape = match all {
                None => Some(part.shape.clone()),
                Some(all) => all.beside(&part.shape),
            };
            let unlike = || not_served(0, "concat of results that are not of one kind");
            all = Some(shape.ok_or_else(unlike)?);
        }
        let input = self.scope.entity_type.name.clone();
        Ok(Plan { input, steps: Vec::new(), shape: all.unwrap_or_default(), concat: parts })
    }
}

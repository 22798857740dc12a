use super::{PlanBinder, not_served, place};
use crate::apply::bound::{Plan, Shape, Step};
use crate::apply::{Pipeline, Transformation};
use crate::expr::{ExprError, Scope, condition};

/// Pipelines of one `concat`, those within them included.
const MAX_PARTS: usize = 8;

impl PlanBinder<'_> {
    /// `concat`, each pipeline of which begins where the transformations before it end (OData
    /// Aggregation 4.0 section 3.2.2). What comes behind it can only leave results out: of each
    /// pipeline then.
    pub(super) fn concat(
        mut self,
        pipelines: &[Pipeline],
        behind: &[Transformation],
    ) -> Result<Plan, ExprError> {
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
        self.shape = all.unwrap_or_default();
        for transformation in behind {
            match transformation {
                Transformation::Identity => {}
                Transformation::Filter(node) => {
                    for part in &mut parts {
                        let shape = self.shape.of_part(&part.shape);
                        let scope = Scope { computed: &[], shape: Some(&shape), ..*self.scope };
                        part.steps.push(Step::Filter(condition(node, &scope)?));
                    }
                }
                other => {
                    let name = format!("{} behind concat", other.name());
                    return Err(not_served(place(other), &name));
                }
            }
        }
        let input = self.scope.entity_type.name.clone();
        Ok(Plan { input, steps: Vec::new(), shape: self.shape, concat: parts })
    }
}

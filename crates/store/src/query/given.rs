use odata::expr::{PathStep, PropertyPath, Root};

use super::scalar::Scalar;
use super::translator::{NotServed, Translator, not_served};

/// Values by the path that names them: those that were added to rows, and all that groups have.
#[derive(Debug, Default)]
pub(super) struct Given {
    values: Vec<(String, Scalar)>,
    /// There are no columns of a table beside them.
    pub(super) alone: bool,
}

impl Given {
    pub(super) fn push(&mut self, path: String, value: Scalar) {
        self.values.push((path, value));
    }

    pub(super) fn find(&self, path: &str) -> Option<&Scalar> {
        self.values.iter().find(|(known, _)| known == path).map(|(_, value)| value)
    }

    /// From here on there are groups.
    pub(super) fn begin(&mut self) {
        *self = Self { values: Vec::new(), alone: true };
    }
}

impl Translator<'_> {
    /// What a path of the row stands for where that is no column.
    pub(super) fn given(&self, path: &PropertyPath) -> Result<Option<Scalar>, NotServed> {
        let casts = path.steps.iter().any(|step| matches!(step, PathStep::Cast(_)));
        if path.root != Root::It || casts {
            return Ok(None);
        }
        let names: Vec<_> = path.steps.iter().filter_map(name).collect();
        match self.given.find(&names.join("/")) {
            // Its names might be those of other tables there.
            Some(_) if self.frames.len() > 1 => not_served(format!("{path} within any or all")),
            Some(value) => Ok(Some(value.clone())),
            None => Ok(None),
        }
    }
}

fn name(step: &PathStep) -> Option<&str> {
    match step {
        PathStep::Property(name) => Some(name),
        PathStep::Cast(_) => None,
    }
}

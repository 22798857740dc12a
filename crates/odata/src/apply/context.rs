use std::fmt;

use super::bound::{GroupKey, Shape};
use crate::expr::PathStep;

impl Shape {
    /// The `{select-list}` of a context URL, with its parentheses (OData Aggregation 4.0, section
    /// on type, structure and context URL): what all entities have. Nothing for entities as they
    /// are in the model.
    pub(crate) fn write_context(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut listed = match &self.declared {
            None if self.dynamic.is_empty() => return Ok(()),
            None => vec!["*".to_owned()],
            Some(keys) => {
                let keys: Vec<_> = keys.iter().map(|key| (key, 0)).collect();
                list(&keys)
            }
        };
        listed.extend(self.dynamic.iter().map(|one| one.name.to_string()));
        write!(f, "({})", listed.join(","))
    }
}

/// Paths, each from its step of that number on. Those to the same related entity stand together in
/// its parentheses. Binding has bounded how long they are.
fn list(keys: &[(&GroupKey, usize)]) -> Vec<String> {
    let mut listed: Vec<String> = Vec::new();
    let mut done: Vec<&[PathStep]> = Vec::new();
    for (key, from) in keys {
        let related = key.through.iter().skip(*from).position(|through| through.related);
        let Some(end) = related.map(|place| from + place + 1) else {
            listed.push(text(key.path.steps.get(*from..).unwrap_or_default()));
            continue;
        };
        let way = key.path.steps.get(..end).unwrap_or_default();
        if done.contains(&way) {
            continue;
        }
        done.push(way);
        let inside: Vec<_> = keys
            .iter()
            .filter(|(other, _)| other.path.steps.starts_with(way))
            .map(|(other, _)| (*other, end))
            .collect();
        let name = text(way.get(*from..).unwrap_or_default());
        listed.push(format!("{name}({})", list(&inside).join(",")));
    }
    listed
}

fn text(steps: &[PathStep]) -> String {
    let names = steps.iter().filter_map(|step| match step {
        PathStep::Property(name) => Some(name.as_ref()),
        PathStep::Cast(_) => None,
    });
    names.collect::<Vec<_>>().join("/")
}

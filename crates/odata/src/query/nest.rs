use std::collections::HashSet;

use super::bind::{aliases, applied, computed};
use super::item::ItemOption;
use super::{QueryError, QueryOptions, SystemOption, Target};
use crate::edm::{StructuredType, TypeRef};
use crate::expr::{ExprError, Scope, nested_filter, nested_order};

/// How deep in the parentheses of `$select` and `$expand` an option stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Nest {
    depth: usize,
}

/// What options in parentheses shape.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shaped<'e> {
    /// Values with properties, one or many.
    Structure(&'e StructuredType),
    /// Many values of that type, without properties.
    Items(&'e TypeRef),
    /// Anything else.
    Value,
}

/// Parentheses within parentheses that an option may have.
const MAX_DEPTH: usize = 10;

impl Nest {
    /// Within the parentheses of an item that stands `at` there.
    pub(super) fn deeper(self, at: usize) -> Result<Self, QueryError> {
        if self.depth == MAX_DEPTH {
            let error = ExprError::TooComplex { position: at, limit: "10 levels of options" };
            return Err(value_error(SystemOption::Expand)(error));
        }
        Ok(Self { depth: self.depth + 1 })
    }

    /// Binds options in parentheses to the type of what they shape. Aliases among them go before
    /// those of the whole request.
    pub(super) fn options(
        self,
        nested: &[ItemOption],
        scope: &Scope<'_>,
        shaped: Shaped<'_>,
        target: Target,
    ) -> Result<QueryOptions, QueryError> {
        let ty = match shaped {
            Shaped::Structure(ty) => Some(ty),
            Shaped::Items(_) | Shaped::Value => None,
        };
        let own = nested.iter().map(|option| (option.name.as_str(), option.text.as_str()));
        let mut aliases = aliases(own.clone())?;
        aliases.extend_from_slice(scope.aliases);
        let entity_type = ty.unwrap_or(scope.entity_type);
        let scope = Scope {
            entity_type,
            aliases: &aliases,
            computed: &[],
            shape: None,
            nested: true,
            ..*scope
        };
        let apply = match ty {
            Some(_) => applied(own.clone(), &scope)?,
            None => None,
        };
        let scope = Scope { shape: apply.as_ref().map(|plan| &plan.shape), ..scope };
        let computed = match ty {
            Some(_) => computed(own, &scope)?,
            None => Vec::new(),
        };
        let scope = Scope { computed: &computed, ..scope };
        let mut options = QueryOptions::default();
        let mut seen = HashSet::new();
        for ItemOption { at, name, text } in nested {
            if name.starts_with('@') {
                continue;
            }
            let Some(option) = SystemOption::nested(name) else {
                return Err(QueryError::Unknown(name.chars().take(100).collect()));
            };
            if !seen.insert(option) {
                return Err(QueryError::Duplicate(option.name().to_owned()));
            }
            if !option.applies_to(target) {
                return Err(QueryError::Misplaced(option.name()));
            }
            let invalid = value_error(option);
            if let Shaped::Items(item) = shaped {
                match option {
                    SystemOption::Filter => {
                        options.filter = Some(nested_filter(text, item, &scope).map_err(invalid)?);
                        continue;
                    }
                    SystemOption::OrderBy => {
                        options.order_by = nested_order(text, item, &scope).map_err(invalid)?;
                        continue;
                    }
                    _ => {}
                }
            }
            if ty.is_none() && option.needs_properties() {
                let name = format!("{name} of values without properties");
                return Err(invalid(ExprError::NotServed { position: *at, name }));
            }
            options.set(option, text, &scope, self)?;
        }
        options.apply = apply;
        Ok(options)
    }
}

/// Makes an error in the value of an option one of the query.
pub(super) fn value_error(option: SystemOption) -> impl Fn(ExprError) -> QueryError + Copy {
    move |error| QueryError::Value { option: option.name(), error }
}

/// Refuses what was found where something else has to stand.
pub(super) fn refuse(position: usize, found: &str, expected: &'static str) -> ExprError {
    let found = match found {
        "" => "the end".to_owned(),
        text => format!("'{}'", text.chars().take(100).collect::<String>()),
    };
    ExprError::Syntax { position, found, expected }
}

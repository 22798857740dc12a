use super::bind::{aliases, given};
use super::nest::{Nest, value_error};
use super::{QueryError, QueryOptions, SystemOption, Target};
use crate::edm::{Edm, StructuredType, TypeRef};
use crate::expr::{ExprError, Scope, item_filter, item_order};
use crate::value::DateTimeOffset;

/// Binds the options of a property that is a collection, or of its `/$count`, to the type of its
/// items (OData 4.01 protocol section 11.2.6). `$filter` and `$orderby` are for
/// [`matches_item`](crate::expr::matches_item) and [`compare_items`](crate::expr::compare_items).
///
/// `owner` is the type of the entity that has the property.
pub fn bind_values(
    (edm, owner): (&Edm, &StructuredType),
    item: &TypeRef,
    raw: &[(String, String)],
    now: DateTimeOffset,
    target: Target,
) -> Result<QueryOptions, QueryError> {
    let structure = match item {
        TypeRef::Complex(name) | TypeRef::Entity(name) => edm.structured(name),
        TypeRef::Primitive(_) | TypeRef::Enum(_) | TypeRef::Collection(_) => None,
    };
    let entity_type = structure.unwrap_or(owner);
    let aliases = aliases(raw.iter().map(|(name, text)| (name.as_str(), text.as_str())))?;
    let scope = Scope {
        edm,
        entity_type,
        now,
        aliases: &aliases,
        computed: &[],
        shape: None,
        nested: false,
    };
    let mut options = QueryOptions::default();
    for (option, text) in given(raw, target)? {
        if option == SystemOption::Select && structure.is_none() {
            return Err(QueryError::Misplaced(option.name()));
        }
        let invalid = value_error(option);
        match option {
            SystemOption::Filter => {
                options.filter = Some(item_filter(text, item, &scope).map_err(invalid)?);
            }
            SystemOption::OrderBy => {
                options.order_by = item_order(text, item, &scope).map_err(invalid)?;
            }
            SystemOption::Select
            | SystemOption::Top
            | SystemOption::Skip
            | SystemOption::Count
            | SystemOption::Format => options.set(option, text, &scope, Nest::default())?,
            _ => {
                let name = format!("{} of a collection of values", option.name());
                return Err(invalid(ExprError::NotServed { position: 0, name }));
            }
        }
    }
    Ok(options)
}

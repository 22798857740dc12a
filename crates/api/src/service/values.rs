use axum::http::StatusCode;
use axum::response::Response;
use odata::edm::{Edm, StructuredType, TypeRef};
use odata::expr::{compare_items, matches_item};
use odata::payload::{ContextUrl, write_values};
use odata::query::Target;
use odata::value::Value;

use super::shape::{page, sort};
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;

/// `GET` of a property that is a collection, or of its `/$count`: 200. All of it is at hand, so
/// that nothing has to be asked of a database.
pub(super) fn values(
    ask: &Ask,
    (edm, owner): (&Edm, &StructuredType),
    (item, items): (&TypeRef, &[Value]),
    path: &str,
    is_counted: bool,
) -> Result<Response, ApiError> {
    let target = if is_counted { Target::Count } else { Target::Values };
    let options = ask.options_of_values((edm, owner), item, target)?;
    let mut kept = Vec::with_capacity(items.len());
    for value in items {
        let passes = options.filter.as_ref().map(|filter| matches_item(filter, value));
        if passes.transpose()?.unwrap_or(true) {
            kept.push(value.clone());
        }
    }
    if is_counted {
        ask.accepts_count()?;
        return Ok(answer::text(kept.len().to_string()));
    }
    sort(&mut kept, |left, right| compare_items(&options.order_by, left, right))?;
    let count = options.count.unwrap_or(false).then_some(kept.len() as u64);
    let kept = page(&options, kept);
    let format = ask.format(options.format.as_deref())?;
    let context = ContextUrl::property(&ask.root, path).selecting(options.select.as_ref());
    let body = write_values(edm, (item, &kept), count, context, format);
    Ok(answer::json(StatusCode::OK, format, body))
}

use axum::response::Response;
use identity::Access;
use odata::edm::{PrimitiveType, TypeRef};
use odata::expr::{Comparison, Expr, PathStep, PropertyPath, Root};
use odata::query::{self, QueryError, Target};
use odata::url::Segment;
use odata::value::Value;
use store::{Entities, INCIDENTS};

use super::edm::{INCIDENT, edm};
use super::{CONNECTOR, option, viewed};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;
use crate::service::{self, Collection, Set};

/// Incidents of all connections; those that change come last, so that nobody who reads page by
/// page misses one.
pub(super) const SET: Set = Set {
    path: "incidents",
    entities: &Entities { table: &INCIDENTS, ty: INCIDENT, complex: &[] },
    access: Access::ReadIncidents,
    order: Some("updatedDateTime"),
};

/// Lets rows be read that the instance shows no longer.
pub(super) const INCLUDE_REMOVED: &str = "includeRemoved";
pub(super) const REMOVED: &str = "removedDateTime";

/// `GET` of the incidents and of what the path names below them. Those that are gone are left out
/// unless they are asked for.
pub(super) async fn read(app: &App, ask: &Ask, below: &[Segment]) -> Result<Response, ApiError> {
    viewed::authorized(app, ask)?;
    let all = if asks_for_removed(ask, below)? { SET.collection() } else { without_removed() };
    let answer = service::read(app, ask, &CONNECTOR, all, below).await?;
    viewed::by_query(app, ask, answer.extensions().get().copied()).await?;
    Ok(answer)
}

/// Those that are there.
fn without_removed() -> Collection {
    SET.collection().only(is(REMOVED, Value::Null))
}

/// That a property has a value.
pub(super) fn is(property: &'static str, value: Value) -> Expr {
    let ty = match property {
        REMOVED => PrimitiveType::DateTimeOffset,
        _ => PrimitiveType::String,
    };
    let path = PropertyPath {
        root: Root::It,
        steps: vec![PathStep::Property(property.into())],
        ty: TypeRef::Primitive(ty),
    };
    Expr::Compare {
        op: Comparison::Eq,
        left: Box::new(Expr::Property(path)),
        right: Box::new(Expr::Literal(value)),
    }
}

/// Whether `includeRemoved` is true, or a filter speaks of when rows went.
fn asks_for_removed(ask: &Ask, below: &[Segment]) -> Result<bool, ApiError> {
    let options = query::split(&ask.query)?;
    if let Some(value) = option::custom(&options, INCLUDE_REMOVED)?
        && boolean(value)?
    {
        return Ok(true);
    }
    let in_path = below.iter().any(|segment| match segment {
        Segment::Filter(filter) => filter.names(REMOVED),
        _ => false,
    });
    Ok(in_path || (speaks_of_removed(&options) && filters_by_removed(ask, below)?))
}

fn boolean(text: &str) -> Result<bool, QueryError> {
    match text.trim_matches([' ', '\t']) {
        value if value.eq_ignore_ascii_case("true") => Ok(true),
        value if value.eq_ignore_ascii_case("false") => Ok(false),
        value => {
            let text = value.chars().take(100).collect();
            Err(QueryError::Boolean { option: INCLUDE_REMOVED, text })
        }
    }
}

/// Most requests do not, and are bound only once.
fn speaks_of_removed(options: &[(String, String)]) -> bool {
    let word = REMOVED.to_ascii_lowercase();
    options.iter().any(|(_, value)| value.to_ascii_lowercase().contains(&word))
}

fn filters_by_removed(ask: &Ask, below: &[Segment]) -> Result<bool, ApiError> {
    let target = match below.last() {
        None | Some(Segment::Filter(_)) => Target::Collection,
        Some(Segment::Count) => Target::Count,
        Some(Segment::Ref) => Target::ReferenceCollection,
        Some(_) => return Ok(false),
    };
    let ty = SET.collection();
    let options = ask.options_of(edm(), ty.ty(edm())?, target)?;
    let is_of_rows = options.apply.is_none();
    Ok(is_of_rows && options.filter.is_some_and(|filter| filter.names(REMOVED)))
}

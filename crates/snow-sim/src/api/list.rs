use super::Call;
use super::shape::Shape;
use crate::access;
use crate::faults;
use crate::http::message::JSON;
use crate::http::{Answer, Request};
use crate::instance::State;
use crate::query::{Bound, Query, Refused, Unknown};
use crate::settings::{Closes, UnknownFields};
use crate::world::World;

/// `GET /api/now/table/{table}`.
pub(super) fn answer(state: &State, call: &Call<'_>) -> Result<Answer, Answer> {
    access::may_read(state, &call.session, call.name)?;
    let request = call.request;
    let (limit, offset) = (limit(request)?, offset(request)?);
    if state.settings.quota_rows.is_some_and(|most| limit > most) {
        return Err(faults::cancelled());
    }
    let bound = query(state, call)?;
    let count = !request.flag("sysparm_no_count");
    let before =
        access::hidden(state, &call.session, (call.table, call.name), Closes::BeforeQuery)?;
    let hidden = access::hidden(state, &call.session, (call.table, call.name), Closes::Rows)?;
    let world = &state.world;
    // Rows of before-query rules are gone before the limit, those of ACLs after it.
    let (mut rows, mut total) = if before.is_empty() {
        let found = bound.find(world, (offset, limit), count);
        (found.rows, found.total)
    } else {
        let all = bound.find(world, (0, usize::MAX), false).rows;
        let all: Vec<u32> = all.into_iter().filter(|row| !any(world, &before, *row)).collect();
        let total = all.len();
        (all.into_iter().skip(offset).take(limit).collect(), count.then_some(total))
    };
    rows.retain(|row| !any(world, &hidden, *row));
    if state.settings.count_excludes_hidden && !hidden.is_empty() {
        let all = bound.find(world, (0, usize::MAX), false).rows;
        total = total.map(|_| all.iter().filter(|row| !any(world, &hidden, **row)).count());
    }
    if rows.is_empty() && call.first_version {
        return Err(super::one::not_found());
    }
    let shape = Shape::new(state, call);
    let mut body = String::with_capacity(rows.len() * 1024 + 16);
    body.push_str("{\"result\":[");
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        shape.write(&mut body, *row);
    }
    body.push_str("]}");
    let mut answer = Answer::new(200, JSON, body);
    if let Some(total) = total {
        answer = answer.with("x-total-count", total.to_string());
    }
    let link = total.and_then(|total| link(request, offset, limit, total));
    match link.filter(|_| !request.flag("sysparm_suppress_pagination_header")) {
        Some(link) => Ok(answer.with("link", link)),
        None => Ok(answer),
    }
}

fn any(world: &World, rules: &[Bound], row: u32) -> bool {
    rules.iter().any(|rule| rule.matches(world, row))
}

fn limit(request: &Request) -> Result<usize, Answer> {
    let Some(text) = request.parameter("sysparm_limit") else { return Ok(10_000) };
    text.trim().parse().ok().filter(|limit| *limit > 0).ok_or_else(|| {
        let detail = Some("sysparm_limit value must be a positive integer");
        Answer::error(400, "Invalid value given for sysparm_limit", detail)
    })
}

fn offset(request: &Request) -> Result<usize, Answer> {
    let Some(text) = request.parameter("sysparm_offset") else { return Ok(0) };
    text.trim().parse().ok().ok_or_else(|| {
        let detail = Some("sysparm_offset value must be a non-negative integer");
        Answer::error(400, "Invalid value given for sysparm_offset", detail)
    })
}

/// The bound query of a request: `sysparm_query`, or `field=value` pairs.
pub(super) fn query(state: &State, call: &Call<'_>) -> Result<Bound, Answer> {
    let refused = |refused: Refused| access::loud(&refused.to_string());
    let mut text = call.request.parameter("sysparm_query").unwrap_or_default();
    if text.is_empty() {
        let pairs = url::form_urlencoded::parse(call.request.query.as_bytes());
        let own =
            pairs.filter(|(name, _)| !name.starts_with("sysparm_") && !name.starts_with("x-sn-"));
        let terms: Vec<String> =
            own.map(|(name, value)| format!("{name}={}", value.replace('^', "^^"))).collect();
        text = terms.join("^");
    }
    let parsed = Query::parse(&text).map_err(refused)?;
    closed_ranges(state, call, &parsed)?;
    let asker = access::asker(state, &call.session);
    let (bound, whole) = Bound::new(&state.world, call.table, &parsed, &asker).map_err(refused)?;
    let unknown = match state.settings.unknown_fields {
        _ if whole => return Ok(bound),
        UnknownFields::Ignore => Unknown::Ignore,
        UnknownFields::NoRows => Unknown::NoRows,
        UnknownFields::Forbid => {
            return Err(Answer::error(403, access::INSUFFICIENT, Some(CLOSED)));
        }
    };
    Ok(if unknown == Unknown::NoRows { bound.none() } else { bound })
}

const CLOSED: &str = "Field(s) present in the query do not have permission to be read";

/// Query ACLs: no ranges and no order by what is closed.
fn closed_ranges(state: &State, call: &Call<'_>, query: &Query) -> Result<(), Answer> {
    let rules = access::rules(state, &call.session, call.name, Closes::QueryRange);
    let closed = |field: &str| rules.iter().any(|rule| rule.field == field);
    let terms = query.groups.iter().flatten().flatten();
    let ranged = terms.filter(|term| term.is_range()).any(|term| closed(&term.field));
    if ranged || query.order.iter().any(|(field, _)| closed(field)) {
        return Err(Answer::error(403, access::INSUFFICIENT, Some(CLOSED)));
    }
    let fields = access::rules(state, &call.session, call.name, Closes::Field);
    let mut terms = query.groups.iter().flatten().flatten();
    if terms.any(|term| fields.iter().any(|rule| rule.field == term.field)) {
        return Err(Answer::error(403, access::INSUFFICIENT, Some(CLOSED)));
    }
    Ok(())
}

/// The addresses of the pages around this one; none where one page holds all.
fn link(request: &Request, offset: usize, limit: usize, total: usize) -> Option<String> {
    if offset == 0 && total <= limit {
        return None;
    }
    let last = total.saturating_sub(1) / limit * limit;
    let mut pages = vec![("first", 0)];
    if offset > 0 {
        pages.push(("prev", offset.saturating_sub(limit)));
    }
    if offset + limit < total {
        pages.push(("next", offset + limit));
    }
    pages.push(("last", last));
    let others: Vec<(String, String)> = url::form_urlencoded::parse(request.query.as_bytes())
        .into_owned()
        .filter(|(name, _)| name != "sysparm_offset" && name != "sysparm_limit")
        .collect();
    let address = |offset: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&others);
        query.append_pair("sysparm_limit", &limit.to_string());
        query.append_pair("sysparm_offset", &offset.to_string());
        format!("{}{}?{}", request.origin, request.path, query.finish())
    };
    let parts = pages.iter().map(|(name, at)| format!("<{}>;rel=\"{name}\"", address(*at)));
    Some(parts.collect::<Vec<_>>().join(","))
}

use super::shape::Shape;
use super::{Call, input, link};
use crate::access;
use crate::faults;
use crate::http::message::JSON;
use crate::http::{Answer, Request};
use crate::query::{Bound, Query, Refused};
use crate::settings::{Closes, Settings, UnknownFields};
use crate::view::View;
use crate::world::schema::Kind;
use crate::world::{Path, World};

/// `GET /api/now/table/{table}`.
pub(super) fn answer(view: &View, call: &Call<'_>) -> Result<Answer, Answer> {
    access::may_read(view, &call.session, call.name)?;
    let request = call.request;
    let (limit, offset) = (limit(request)?, offset(request, &view.settings)?);
    let page = page(view, call, (offset, limit))?;
    if view.settings.quota_rows.is_some_and(|most| page.taken > most) {
        return Err(faults::cancelled());
    }
    if page.rows.is_empty() && call.first_version {
        return Err(super::one::not_found());
    }
    let shape = Shape::new(view, call)?;
    let mut body = String::with_capacity(page.rows.len() * 1024 + 16);
    body.push_str("{\"result\":[");
    for (at, row) in page.rows.iter().enumerate() {
        if view.gone.is_true() {
            break;
        }
        if at > 0 {
            body.push(',');
        }
        shape.write(&mut body, *row);
    }
    body.push_str("]}");
    let mut answer = Answer::new(200, JSON, body);
    if let Some(total) = page.total.filter(|_| view.settings.count_told) {
        answer = answer.with("x-total-count", total.to_string());
    }
    match link::around(&view.settings, request, &page) {
        Some(link) => Ok(answer.with("link", link)),
        None => Ok(answer),
    }
}

/// What a request gets of all that matches.
pub(super) struct Page {
    pub(super) offset: usize,
    pub(super) limit: usize,
    /// Those that may be read.
    pub(super) rows: Vec<u32>,
    /// How many there were before ACLs hid some.
    pub(super) taken: usize,
    pub(super) total: Option<usize>,
}

/// Rows of before-query rules are gone before the limit, those of ACLs after it.
fn page(view: &View, call: &Call<'_>, (offset, limit): (usize, usize)) -> Result<Page, Answer> {
    let rules = |closes| access::hidden(view, &call.session, (call.table, call.name), closes);
    let (before, hidden) = (rules(Closes::BeforeQuery)?, rules(Closes::Rows)?);
    let (bound, world) = (query(view, call)?, &view.world);
    let count = !call.request.flag("sysparm_no_count");
    let without_hidden = view.settings.count_excludes_hidden && !hidden.is_empty() && count;
    let (mut rows, total) = if before.is_empty() && !without_hidden {
        let found = bound.find(world, (offset, limit), count);
        (found.rows, found.total)
    } else {
        let mut all = bound.find(world, (0, usize::MAX), false).rows;
        all.retain(|row| !any(world, &before, *row));
        let total = all.len();
        let seen = all.iter().filter(|row| !any(world, &hidden, **row));
        let total = if without_hidden { seen.count() } else { total };
        (all.into_iter().skip(offset).take(limit).collect(), count.then_some(total))
    };
    let taken = rows.len();
    rows.retain(|row| !any(world, &hidden, *row));
    Ok(Page { offset, limit, rows, taken, total })
}

fn any(world: &World, rules: &[Bound], row: u32) -> bool {
    rules.iter().any(|rule| rule.matches(world, row))
}

fn limit(request: &Request) -> Result<usize, Answer> {
    let Some(text) = request.parameter("sysparm_limit") else { return Ok(10_000) };
    whole(&text).filter(|limit| *limit > 0).ok_or_else(|| {
        let detail = Some("sysparm_limit value must be a positive integer");
        Answer::error(400, "Invalid value given for sysparm_limit", detail)
    })
}

fn offset(request: &Request, settings: &Settings) -> Result<usize, Answer> {
    let Some(text) = request.parameter("sysparm_offset") else { return Ok(0) };
    if settings.negative_offset && text.trim().parse::<i64>().is_ok_and(i64::is_negative) {
        return Ok(0);
    }
    whole(&text).ok_or_else(|| {
        let detail = Some("sysparm_offset value must be a non-negative integer");
        Answer::error(400, "Invalid value given for sysparm_offset", detail)
    })
}

/// Digits alone, without a sign.
fn whole(text: &str) -> Option<usize> {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// The bound query of a request: `sysparm_query`, or `field=value` pairs.
pub(super) fn query(view: &View, call: &Call<'_>) -> Result<Bound, Answer> {
    let refused = |refused: Refused| access::loud(&refused.to_string());
    let mut text = call.request.parameter("sysparm_query").unwrap_or_default();
    if text.is_empty() {
        let pairs = url::form_urlencoded::parse(call.request.query.as_bytes());
        let own =
            pairs.filter(|(name, _)| !name.starts_with("sysparm_") && !name.starts_with("x-sn-"));
        // Their values may be those that people read.
        let terms = own.map(|(name, value)| {
            let path = view.world.path(call.table, &name);
            let plain = value.into_owned();
            let value = match path.map(|path| path.kind) {
                Some(kind @ (Kind::Choice(_) | Kind::Reference(_))) => {
                    input::meant(&view.world, call, kind, plain)
                }
                _ => plain,
            };
            format!("{name}={}", value.replace('^', "^^"))
        });
        let terms: Vec<String> = terms.collect();
        text = terms.join("^");
    }
    let parsed = Query::parse(&text).map_err(refused)?;
    closed(view, call, &parsed)?;
    let asker = access::asker(view, &call.session);
    let (bound, whole) = Bound::new(&view.world, call.table, &parsed, &asker).map_err(refused)?;
    let bound = bound.until(view.gone.clone());
    let mut sorted = parsed.order.iter();
    let ordered = sorted.all(|(field, _)| view.world.path(call.table, field).is_some());
    match view.settings.unknown_fields {
        UnknownFields::Forbid if !(whole && ordered) => Err(access::closed_field()),
        // The property is about conditions.
        UnknownFields::NoRows if !whole => Ok(bound.none()),
        _ => Ok(bound),
    }
}

/// Query ACLs: nobody asks about what he may not read, nor for ranges or order by what is closed to
/// these. Where no query ACL is defined, reading the column decides.
fn closed(view: &View, call: &Call<'_>, query: &Query) -> Result<(), Answer> {
    let world = &view.world;
    let path = |field: &str| world.path(call.table, field);
    let terms = query.groups.iter().flatten().flatten();
    let others = terms.clone().filter_map(|term| path(term.other()?)).map(|path| (path, false));
    let asked = terms.filter_map(|term| Some((path(&term.field)?, term.is_range())));
    let sorted = query.order.iter().filter_map(|(field, _)| Some((path(field)?, true)));
    let forbids = |(path, ranged): &(Path, bool)| {
        access::closes(view, &call.session, path)
            || *ranged && access::closes_ranges(view, &call.session, path)
    };
    if asked.chain(others).chain(sorted).any(|asked| forbids(&asked)) {
        return Err(access::closed_field());
    }
    Ok(())
}

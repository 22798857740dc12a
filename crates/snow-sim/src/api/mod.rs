//! `/api/now`: which operation a path and a method mean.

mod batch;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod incident;
mod input;
mod link;
mod list;
mod media;
mod one;
mod reading;
mod shape;
mod stats;
mod tiny;
pub(crate) mod update;
mod xml_body;

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::auth::{self, Session};
use crate::http::{Answer, Request};
use crate::instance::State;
use reading::What;

pub(crate) use batch::Batch;
pub(crate) use media::convert as in_form;
pub(crate) use reading::Reading;
pub(crate) use tiny::Tinies;

/// One request, with what is known of it.
pub(crate) struct Call<'a> {
    pub(crate) request: &'a Request,
    pub(crate) session: Session,
    /// The first version answers an empty list differently.
    pub(crate) first_version: bool,
    pub(crate) table: usize,
    pub(crate) name: &'a str,
}

/// What a request comes to: an answer, or what leads to one.
#[derive(Debug)]
pub(crate) enum Reached {
    Answer(Answer),
    Reading(Box<Reading>),
    Batch(Box<Batch>),
}

impl From<Answer> for Reached {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

pub(crate) fn answer(state: &mut State, request: &Request) -> Reached {
    match route(state, request) {
        Ok(Reached::Answer(answer)) | Err(answer) => finish(state, request, answer).into(),
        Ok(unfinished) => unfinished,
    }
}

/// Adds what every answer of the API carries.
pub(crate) fn finish(state: &mut State, request: &Request, answer: Answer) -> Answer {
    let transaction = format!("{:012x}", state.random.next() >> 16);
    let answer = if answer.status == 401 { answer } else { with_session(answer) };
    let answer = answer
        .with("x-transaction-id", transaction)
        .with("server", "ServiceNow")
        .with("strict-transport-security", "max-age=63072000; includeSubDomains")
        .with("pragma", "no-store,no-cache")
        .with("cache-control", "no-cache,no-store,must-revalidate,max-age=-1")
        .with("expires", "0");
    let streamed = answer.status < 300 && !answer.body.is_empty();
    media::convert(request, Answer { streamed, ..answer })
}

fn with_session(answer: Answer) -> Answer {
    answer
        .with("x-is-logged-in", "true")
        .with("set-cookie", "JSESSIONID=0123456789ABCDEF; Path=/; HttpOnly")
        .with("set-cookie", "glide_user=; Path=/; HttpOnly")
        .with("set-cookie", "glide_user_session=; Path=/; HttpOnly")
        .with("set-cookie", "glide_user_route=glide.simulated; Path=/; HttpOnly")
        .with("set-cookie", "glide_session_store=0123456789ABCDEF; Path=/; HttpOnly")
}

pub(crate) fn no_such_path(state: &State) -> Answer {
    let status = state.settings.unknown_path_status;
    Answer::error(status, "Requested URI does not represent any resource", None)
}

fn route(state: &mut State, request: &Request) -> Result<Reached, Answer> {
    let session = auth::session(state, request)?;
    let parts = segments(&request.path);
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    let ["api", "now", parts @ ..] = parts.as_slice() else { return Err(no_such_path(state)) };
    let (version, parts) = match parts {
        [version @ ("v1" | "v2"), rest @ ..] => (Some(*version), rest),
        rest => (None, rest),
    };
    media::check(request, &state.settings)?;
    let (resource, name, id) = match parts {
        ["batch"] if request.method == "POST" => {
            return Batch::read(request).map(|batch| Reached::Batch(Box::new(batch)));
        }
        ["tinyurl"] if request.method == "POST" => return Ok(tiny::create(state, request)?.into()),
        ["batch" | "tinyurl"] => return Err(no_such_method()),
        [resource @ ("table" | "stats"), name] => (*resource, *name, None),
        [resource @ "table", name, id] => (*resource, *name, Some(*id)),
        _ => return Err(no_such_path(state)),
    };
    let table = state.world.table_named(name).ok_or_else(|| no_such_table(name))?;
    let now = state.now();
    let api = if resource == "stats" { "Aggregate API" } else { "Table API" };
    let headers = state.rates.count(&state.settings, &session, (api, name), now)?;
    let expanded = tiny::expand(state, request)?;
    let request = expanded.as_ref().unwrap_or(request);
    let first_version = version == Some("v1");
    let reads = match (resource, request.method.as_str(), id) {
        ("stats", "GET" | "HEAD", None) => Some(What::Stats),
        ("table", "GET" | "HEAD", None) => Some(What::List),
        _ => None,
    };
    if let Some(what) = reads {
        let (view, request) = (state.view(), request.clone());
        let reading = Reading { view, request, session, first_version, table, what, headers };
        return Ok(Reached::Reading(Box::new(reading)));
    }
    let call = Call { request, session, first_version, table, name };
    let mut answer = match (resource, request.method.as_str(), id) {
        ("table", "GET" | "HEAD", Some(id)) => one::answer(&state.view(), &call, id),
        ("table", "POST", None) => create::answer(state, &call),
        ("table", "PATCH" | "PUT", Some(id)) => update::answer(state, &call, id),
        ("table", "DELETE", Some(id)) => delete::answer(state, &call, id),
        _ => Err(no_such_method()),
    }
    .unwrap_or_else(|refused| refused);
    answer.headers.extend(headers);
    Ok(answer.into())
}

/// What of the Table API a path means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Table,
    Row,
}

pub(crate) fn of_table(path: &str) -> Option<Of> {
    let parts = segments(path);
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match parts.as_slice() {
        ["api", "now", "table", _] | ["api", "now", "v1" | "v2", "table", _] => Some(Of::Table),
        ["api", "now", "table", _, _] | ["api", "now", "v1" | "v2", "table", _, _] => Some(Of::Row),
        _ => None,
    }
}

/// The parts of a path; an escaped slash parts nothing.
fn segments(path: &str) -> Vec<Cow<'_, str>> {
    let parts = path.trim_matches('/').split('/');
    parts.map(|part| percent_decode_str(part).decode_utf8_lossy()).collect()
}

fn no_such_method() -> Answer {
    Answer::error(405, "Method not allowed", None)
}

fn no_such_table(name: &str) -> Answer {
    let detail = format!("Table {name} does not exist");
    Answer::error(400, &format!("Invalid table {name}"), Some(&detail))
}

/// A body that cannot be read.
fn unreadable(detail: &str) -> Answer {
    Answer::error(400, "Exception while reading request", Some(detail))
}

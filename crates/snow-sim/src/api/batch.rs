use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::{Reached, Reading, unreadable};
use crate::http::{Answer, Request};
use crate::instance::State;
use crate::work;

/// `POST /api/now/v1/batch`, under way.
#[derive(Debug)]
pub(crate) struct Batch {
    id: Value,
    left: VecDeque<Item>,
    serviced: Vec<Value>,
    /// Bytes of all bodies that are to be answered.
    written: usize,
    stage: Stage,
}

/// Where a batch is.
#[derive(Debug)]
enum Stage {
    Between,
    Reading(Item, Request, Box<Reading>),
    Read(Item, Request, Answer),
}

/// Bytes of the longest answer to one item, as `glide.rest.batch.max.outputSize` has it at first.
const LONGEST: usize = 10 << 20;
/// Bytes of all answers. The original ends a batch after 30 s; here nothing takes so long.
const MOST: usize = 64 << 20;

/// What the Batch API calls required has to be there.
#[derive(Debug, Deserialize)]
struct Body {
    #[serde(default)]
    batch_request_id: Value,
    rest_requests: VecDeque<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    id: Value,
    method: String,
    url: String,
    headers: Option<Vec<Header>>,
    body: Option<String>,
    #[serde(default)]
    exclude_response_headers: bool,
}

#[derive(Debug, Deserialize)]
struct Header {
    name: String,
    value: String,
}

impl Batch {
    pub(super) fn read(request: &Request) -> Result<Self, Answer> {
        let mut body = serde_json::Deserializer::from_slice(&request.body);
        let body: Body = serde_path_to_error::deserialize(&mut body)
            .map_err(|error| unreadable(&error.to_string()))?;
        let (id, left) = (body.batch_request_id, body.rest_requests);
        Ok(Self { id, left, serviced: Vec::new(), written: 0, stage: Stage::Between })
    }

    /// Goes a step on; the answer, when that was the last. Requests that a limit leaves over are
    /// named in it.
    pub(crate) fn go_on(&mut self, state: &mut State, outer: &Request) -> Option<Answer> {
        let (item, answer) = match std::mem::replace(&mut self.stage, Stage::Between) {
            Stage::Read(item, inner, answer) => {
                let answer = super::finish(state, &inner, answer);
                (item, in_part(&inner, answer))
            }
            reading @ Stage::Reading(..) => {
                self.stage = reading;
                return None;
            }
            Stage::Between => {
                let open = self.serviced.len() < state.settings.batch_requests;
                let Some(item) = open.then(|| self.left.pop_front()).flatten() else {
                    return Some(self.answer(state, outer));
                };
                match inner(outer, &item) {
                    Err(refused) => (item, refused),
                    Ok(inner) => match super::answer(state, &inner) {
                        Reached::Answer(answer) => (item, in_part(&inner, answer)),
                        Reached::Reading(reading) => {
                            self.stage = Stage::Reading(item, inner, reading);
                            return None;
                        }
                        // A batch in a batch would let one request become any number.
                        Reached::Batch(_) => (item, nested()),
                    },
                }
            }
        };
        self.service(item, &answer).then(|| self.answer(state, outer))
    }

    /// Reads what a request wants to.
    pub(crate) async fn aside(&mut self, readers: &Semaphore) {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Between) {
            Stage::Reading(item, inner, reading) => {
                Stage::Read(item, inner, work::read(reading, readers).await)
            }
            other => other,
        };
    }

    /// Whether the answers have become too long.
    fn service(&mut self, item: Item, answer: &Answer) -> bool {
        self.written = self.written.saturating_add(answer.body.len());
        let full = answer.body.len() > LONGEST || self.written > MOST;
        if full {
            self.left.push_front(item);
        } else {
            self.serviced.push(serviced(&item, answer));
        }
        full
    }

    fn answer(&mut self, state: &mut State, outer: &Request) -> Answer {
        let unserviced: Vec<String> = self.left.iter().map(|item| word(&item.id)).collect();
        let whole = json!({
            "batch_request_id": word(&self.id),
            "serviced_requests": std::mem::take(&mut self.serviced),
            "unserviced_requests": unserviced,
        });
        super::finish(state, outer, Answer::json(200, &whole))
    }
}

/// What stands in the batch: of HEAD no body.
fn in_part(inner: &Request, answer: Answer) -> Answer {
    if inner.method == "HEAD" { answer.without_body() } else { answer }
}

fn nested() -> Answer {
    Answer::error(400, "Batch requests cannot be nested", None)
}

fn serviced(item: &Item, answer: &Answer) -> Value {
    let header = |(name, value): &(&str, String)| json!({"name": name, "value": value});
    let shown = answer.headers.iter().filter(|_| !item.exclude_response_headers);
    json!({
        "id": word(&item.id),
        "status_code": answer.status,
        "status_text": if answer.status < 400 { "OK" } else { "Error" },
        "headers": shown.map(header).collect::<Vec<Value>>(),
        "body": STANDARD.encode(&answer.body),
        "execution_time": 1,
    })
}

/// The request that an item stands for, with the credentials of the batch.
fn inner(outer: &Request, item: &Item) -> Result<Request, Answer> {
    let address = item.url.strip_prefix(&outer.origin).unwrap_or(&item.url);
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let own = item.headers.iter().flatten();
    let mut headers: Vec<(String, String)> =
        own.map(|header| (header.name.to_ascii_lowercase(), header.value.clone())).collect();
    for name in ["authorization", "x-sn-apikey"] {
        headers.extend(outer.header(name).map(|value| (name.to_owned(), value.to_owned())));
    }
    let body = STANDARD
        .decode(item.body.as_deref().unwrap_or(""))
        .map_err(|error| unreadable(&error.to_string()))?;
    let inner = Request {
        method: item.method.to_ascii_uppercase(),
        path: format!("/{}", path.trim_start_matches('/')),
        query: query.to_owned(),
        headers,
        body,
        origin: outer.origin.clone(),
    };
    Ok(inner.overridden())
}

/// Ids come back as texts, also those that were sent as numbers.
fn word(id: &Value) -> String {
    match id {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

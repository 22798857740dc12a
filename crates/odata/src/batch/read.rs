use std::collections::HashMap;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::condition::Condition;
use super::error::{BatchError, ConditionError, ItemError};
use super::order::order;
use super::{Batch, Item, ItemRequest};
use crate::header::{ContentTypeError, is_json, is_text};

/// Reads the body of a batch with at most so many items (JSON format 4.01 section 19.1).
///
/// Members that OData does not define are ignored, as `depends_on: []` of Microsoft's Python SDK
/// is; filled it means what `dependsOn` does. An item may depend on one that stands behind it.
/// `atomicityGroup` is refused, because ignoring it would change what is carried out.
pub fn read_batch(body: &[u8], most: usize) -> Result<Batch, BatchError> {
    let batch: RawBatch<'_> = serde_json::from_slice(body).map_err(malformed)?;
    if batch.requests.len() > most {
        return Err(BatchError::TooMany(most));
    }
    let mut items = Vec::with_capacity(batch.requests.len());
    let mut named = Vec::with_capacity(batch.requests.len());
    let mut places = HashMap::new();
    for (index, raw) in batch.requests.into_iter().enumerate() {
        let raw: RawItem<'_> = serde_json::from_str(raw.get()).map_err(malformed)?;
        raw.refuse_unserved()?;
        let id = text(raw.id).ok_or(BatchError::Missing { index, member: "id" })?;
        if places.insert(id.to_lowercase(), index).is_some() {
            return Err(BatchError::DuplicateId(id));
        }
        let mut before = names(raw.depends_on, index)?;
        before.extend(names(raw.depends_on_python, index)?);
        named.push((before, raw.condition));
        let method = text(raw.method)
            .map(capitals)
            .ok_or(BatchError::Missing { index, member: "method" })?;
        let url = text(raw.url).ok_or(BatchError::Missing { index, member: "url" })?;
        let headers = raw.headers.unwrap_or_default();
        let request = ItemRequest { method, url, headers: texts(headers), body: Vec::new() };
        let request = with_body(request, raw.body);
        items.push(Item { id, depends_on: Vec::new(), condition: None, request });
    }
    for (item, (names, condition)) in items.iter_mut().zip(named) {
        item.depends_on = located(&item.id, names, &places)?;
        item.condition = condition.map(|text| conditioned(item, &text, &places)).transpose()?;
    }
    let order = order(&items)?;
    Ok(Batch { items, order })
}

/// Where the items are that one depends on, each once.
fn located(
    id: &str,
    names: Vec<String>,
    places: &HashMap<String, usize>,
) -> Result<Vec<usize>, BatchError> {
    let mut located = Vec::new();
    for name in names {
        match places.get(&name.to_lowercase()) {
            Some(place) if located.contains(place) => {}
            Some(place) => located.push(*place),
            None => {
                return Err(BatchError::UnknownDependency { id: id.to_owned(), unknown: name });
            }
        }
    }
    Ok(located)
}

fn conditioned(
    item: &Item,
    condition: &Value,
    places: &HashMap<String, usize>,
) -> Result<Condition, BatchError> {
    let known = |id: &str| {
        places.get(&id.to_lowercase()).copied().filter(|place| item.depends_on.contains(place))
    };
    let text = condition.as_str().ok_or(ConditionError::Syntax);
    text.and_then(|text| Condition::parse(text, known))
        .map_err(|error| BatchError::Condition { id: item.id.clone(), error })
}

/// Methods ignore case in a batch, those of OData do.
fn capitals(method: String) -> String {
    let known = ["GET", "POST", "PATCH", "PUT", "DELETE"];
    let found = known.into_iter().find(|known| known.eq_ignore_ascii_case(&method));
    found.map_or(method, str::to_owned)
}

#[derive(Deserialize)]
#[serde(expecting = "an object with 'requests'")]
struct RawBatch<'b> {
    #[serde(borrow)]
    requests: Vec<&'b RawValue>,
}

/// Its texts are checked later, so that a message can say which item lacks one.
#[derive(Deserialize)]
#[serde(expecting = "a request as an object")]
struct RawItem<'b> {
    id: Option<Value>,
    method: Option<Value>,
    url: Option<Value>,
    headers: Option<HashMap<String, Value>>,
    #[serde(borrow)]
    body: Option<&'b RawValue>,
    #[serde(rename = "dependsOn")]
    depends_on: Option<Value>,
    #[serde(rename = "depends_on")]
    depends_on_python: Option<Value>,
    #[serde(rename = "atomicityGroup")]
    atomicity_group: Option<Value>,
    #[serde(rename = "if")]
    condition: Option<Value>,
}

impl RawItem<'_> {
    fn refuse_unserved(&self) -> Result<(), BatchError> {
        match self {
            Self { atomicity_group: Some(_), .. } => Err(BatchError::NotServed("atomicityGroup")),
            Self { .. } => Ok(()),
        }
    }
}

/// The ids in the value of `dependsOn`: several, one, or none.
fn names(value: Option<Value>, index: usize) -> Result<Vec<String>, BatchError> {
    let name = |value| match value {
        Value::String(name) => Ok(name),
        _ => Err(BatchError::Missing { index, member: "dependsOn" }),
    };
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(names)) => names.into_iter().map(name).collect(),
        Some(one) => Ok(vec![name(one)?]),
    }
}

/// The body as the bytes that it stands for (section 19.1): JSON as it is, a text for any other
/// media type as itself or base64url-encoded. JSON may be encoded too, as Graph has it.
fn with_body(request: ItemRequest, body: Option<&RawValue>) -> Result<ItemRequest, ItemError> {
    let mut request = request.checked()?;
    let Some(body) = body.map(RawValue::get).filter(|body| *body != "null") else {
        return Ok(request);
    };
    let content_type = request.header("content-type").filter(|value| !value.trim().is_empty());
    let content_type = content_type.ok_or(ContentTypeError::Missing)?;
    let encoded: Option<String> = serde_json::from_str(body).ok();
    request.body = match encoded {
        None => body.as_bytes().to_vec(),
        Some(text) if is_json(content_type) => {
            decoded(&text).unwrap_or_else(|_plain| body.as_bytes().to_vec())
        }
        Some(text) if is_text(content_type) => text.into_bytes(),
        Some(text) => decoded(&text)?,
    };
    Ok(request)
}

/// OData asks for base64url, the Python SDK sends plain base64; padding is there or not.
fn decoded(text: &str) -> Result<Vec<u8>, ItemError> {
    let text = text.replace('+', "-").replace('/', "_");
    BASE64.decode(text).map_err(|_syntax| ItemError::Encoding)
}

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn text(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// Headers in a settled order; numbers and booleans are taken as they are written. Those that speak of
/// the bytes of a message, or of where it is sent, say nothing here.
fn texts(headers: HashMap<String, Value>) -> Vec<(String, String)> {
    let speaks = |name: &str| !FOREIGN.iter().any(|own| own.eq_ignore_ascii_case(name));
    let mut texts: Vec<_> = headers
        .into_iter()
        .filter(|(name, _)| speaks(name))
        .filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            Value::Number(_) | Value::Bool(_) => Some((name, value.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        })
        .collect();
    texts.sort();
    texts
}

const FOREIGN: [&str; 2] = ["content-encoding", "host"];

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn malformed(error: serde_json::Error) -> BatchError {
    let text = error.to_string();
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    BatchError::Malformed(first.into_iter().chain(chars).collect())
}

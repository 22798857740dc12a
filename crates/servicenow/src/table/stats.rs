use std::time::SystemTime;

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::answer::{Failure, Head, Said, cancelled_or};
use crate::{ApiPath, Field, Instance, Query};

/// How many rows match, and the greatest value that a field of theirs has.
///
/// Source: ServiceNow, "Aggregate API".
#[derive(Debug, Clone)]
pub struct StatsRequest {
    path: ApiPath,
    query: Query,
    greatest: Option<Field>,
}

/// What the instance counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// Rows that match. Whether those that may not be read are among them depends on the rule
    /// that hides them.
    pub count: u64,
    /// The greatest value of the field, where rows have one.
    pub greatest: Option<String>,
    /// The clock of the instance when it answered.
    pub date: Option<SystemTime>,
}

impl StatsRequest {
    /// Counts rows. The path is one of the Aggregate API, see [`ApiPath::stats`].
    pub fn new(path: ApiPath, query: Query) -> Self {
        Self { path, query, greatest: None }
    }

    /// Also asks for the greatest value of a field, such as `sys_updated_on`.
    #[must_use]
    pub fn greatest(mut self, field: Field) -> Self {
        self.greatest = Some(field);
        self
    }

    pub(crate) fn url(&self, instance: &Instance) -> Result<Url, Failure> {
        let mut pairs = vec![("sysparm_count", "true".to_owned())];
        let query = self.query.to_string();
        if !query.is_empty() {
            pairs.push(("sysparm_query", query));
        }
        if let Some(field) = &self.greatest {
            pairs.push(("sysparm_max_fields", field.as_str().to_owned()));
        }
        super::url(instance, &self.path, &pairs)
    }

    pub(crate) fn read(&self, head: &Head, body: &[u8]) -> Result<Stats, Failure> {
        #[derive(Deserialize)]
        struct Wire {
            result: Option<Value>,
            error: Option<Value>,
        }
        let wire: Wire = serde_json::from_slice(body).map_err(Failure::Damaged)?;
        if let Some(error) = wire.error {
            return Err(cancelled_or(Said::of_error(&error), Failure::ErrorInResult));
        }
        let stats = wire.result.as_ref().and_then(|result| result.get("stats"));
        let stats: &Map<String, Value> =
            stats.and_then(Value::as_object).ok_or(Failure::WrongShape("no `stats`"))?;
        let count = stats.get("count").and_then(number).ok_or(Failure::WrongShape("no `count`"))?;
        let greatest = self.greatest.as_ref().and_then(|field| {
            let value = stats.get("max")?.get(field.as_str())?.as_str()?;
            Some(value.to_owned()).filter(|value| !value.is_empty())
        });
        Ok(Stats { count, greatest, date: head.date })
    }
}

/// Numbers come as texts.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_texts_or_numbers_and_nothing_else() {
        let path = ApiPath::parse("api/now/stats/incident").unwrap();
        let request = StatsRequest::new(path, Query::all()).greatest("a".parse().unwrap());
        let head = Head {
            status: 200,
            content_type: String::new(),
            location: None,
            retry_after: None,
            total: None,
            date: None,
        };
        for (body, expected) in [
            (r#"{"result":{"stats":{"count":"123","max":{"a":"x"}}}}"#, Some((123, Some("x")))),
            (r#"{"result":{"stats":{"count":7,"max":{"a":""}}}}"#, Some((7, None))),
            (r#"{"result":{"stats":{"count":"0"}}}"#, Some((0, None))),
            (r#"{"result":{"stats":{"count":"many"}}}"#, None),
            (r#"{"result":{"stats":{}}}"#, None),
            (r#"{"result":[]}"#, None),
            (r#"{"result":{"stats":{"count":"1"}},"error":{"message":"x"}}"#, None),
            (r#"{"result":{"stats":{"count":"1"}}"#, None),
        ] {
            let got = request.read(&head, body.as_bytes()).ok();
            let got = got.as_ref().map(|stats| (stats.count, stats.greatest.as_deref()));
            assert_eq!(got, expected, "{body}");
        }
    }
}

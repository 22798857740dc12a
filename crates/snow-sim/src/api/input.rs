//! Bodies of writes.

use serde_json::Value;

use super::media::Media;
use super::{Call, unreadable, xml_body};
use crate::auth::Session;
use crate::clock::{self, Format};
use crate::http::Answer;
use crate::world::World;
use crate::world::schema::Kind;

/// Names and values of the record in the body; of several, the first.
pub(super) fn record(world: &World, call: &Call<'_>) -> Result<Vec<(String, String)>, Answer> {
    let (kind, body) = (call.request.header("content-type"), &call.request.body);
    let read = match kind.and_then(Media::of) {
        Some(Media::Xml) => xml_body::read(body),
        Some(Media::Json) | None => json(body),
    };
    let values = read.map_err(|error| unreadable(&error))?;
    let display = call.request.flag("sysparm_input_display_value");
    let values = values.into_iter().filter_map(|(name, text)| {
        let kind = world.path(call.table, &name).filter(|path| path.steps.len() == 1)?.kind;
        let text = if display { meant(world, call, kind, text) } else { text };
        Some((name, text))
    });
    // What the system writes itself is ignored.
    let values: Vec<(String, String)> =
        values.filter(|(name, _)| !name.starts_with("sys_") || name == "sys_domain").collect();
    let unfit = |(name, text): &&(String, String)| {
        let kind = world.path(call.table, name).map(|path| path.kind);
        kind == Some(Kind::Time) && !text.is_empty() && clock::parse(text).is_none()
    };
    match values.iter().find(unfit) {
        Some((name, _)) => Err(Answer::error(400, &format!("Invalid value for {name}"), None)),
        None => Ok(values),
    }
}

fn json(body: &[u8]) -> Result<Vec<(String, String)>, String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let first = match body {
        Value::Array(items) => items.into_iter().next().ok_or(NO_RECORD)?,
        Value::Object(mut members) => match members.remove("records") {
            Some(Value::Array(items)) => items.into_iter().next().ok_or(NO_RECORD)?,
            _ => Value::Object(members),
        },
        other => other,
    };
    let Value::Object(members) = first else {
        return Err("The payload is not an object".to_owned());
    };
    Ok(members.into_iter().map(|(name, value)| (name, text(&value))).collect())
}

pub(super) const NO_RECORD: &str = "The payload holds no record";

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(members) => members.get("value").map(text).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// The value that a display value stands for.
pub(super) fn meant(world: &World, call: &Call<'_>, kind: Kind, shown: String) -> String {
    let found = match kind {
        Kind::Time => time(&shown, &call.session).map(clock::text),
        Kind::Choice(choices) => {
            let choice = choices.iter().find(|(_, label)| label.eq_ignore_ascii_case(&shown));
            choice.map(|(value, _)| (*value).to_owned())
        }
        Kind::Reference(to) => world.table_named(to).and_then(|table| {
            let row =
                world.table(table).rows().find(|row| world.display_of(table, *row) == shown)?;
            Some(format!("{:032x}", world.table(table).id(row)))
        }),
        _ => None,
    };
    found.unwrap_or(shown)
}

/// A time of the person's zone, in the person's format or in that of values.
fn time(shown: &str, session: &Session) -> Option<i64> {
    let own = Format::new(&session.format).read(shown, &session.zone);
    own.or_else(|| clock::in_zone(shown, &session.zone))
}

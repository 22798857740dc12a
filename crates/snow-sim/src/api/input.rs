//! Bodies of writes.

use serde_json::Value;

use super::media::Media;
use super::{Call, unreadable, xml_body};
use crate::access;
use crate::auth::Session;
use crate::clock::{self, Format};
use crate::http::Answer;
use crate::query::{is_number, is_time};
use crate::world::World;
use crate::world::schema::{Kind, width};
use crate::world::table::parse_id;

/// Names and values of the record in the body; of several, the first.
pub(super) fn record(world: &World, call: &Call<'_>) -> Result<Vec<(String, String)>, Answer> {
    let (kind, body) = (call.request.header("content-type"), &call.request.body);
    let read = match kind.and_then(Media::of) {
        Some(Media::Xml) => xml_body::read(body),
        Some(Media::Json) | None => json(body),
    };
    let values = read.map_err(|error| unreadable(&error))?;
    let display = call.request.flag("sysparm_input_display_value");
    let value = |(name, text): (String, String)| {
        let kind = world.path(call.table, &name).filter(|path| path.steps.len() == 1)?.kind;
        // What the system writes itself is ignored.
        if name.starts_with("sys_") && name != "sys_domain" {
            return None;
        }
        let text = if display { stands_for(world, call, kind, &text) } else { Some(text) };
        let text = text.filter(|text| fits(call.name, &name, kind, text));
        let unknown = format!("what an instance makes of that value for {name} is not known");
        Some(text.map(|text| (name, text)).ok_or_else(|| access::loud(&unknown)))
    };
    values.into_iter().filter_map(value).collect()
}

/// Whether it is known that a column keeps the value as it is.
fn fits(table: &str, name: &str, kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Time => is_time(text),
        Kind::Bool => {
            matches!(text, "" | "0" | "1")
                || ["true", "false"].iter().any(|truth| truth.eq_ignore_ascii_case(text))
        }
        kind if kind.is_number() => is_number(text),
        _ => width(table, name).is_none_or(|most| text.chars().count() <= most),
    }
}

/// The value of a display value; a value stands for itself. `None` for what is neither, or the name
/// of several.
fn stands_for(world: &World, call: &Call<'_>, kind: Kind, shown: &str) -> Option<String> {
    let meant = meanings(world, call, kind, shown);
    let itself = match kind {
        Kind::Reference(_) => parse_id(shown).is_some(),
        Kind::Time | Kind::Choice(_) => true,
        _ => return Some(shown.to_owned()),
    };
    match meant.as_slice() {
        [only] => Some(only.clone()),
        [] => (itself || shown.is_empty()).then(|| shown.to_owned()),
        _ => None,
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
    meanings(world, call, kind, &shown).into_iter().next().unwrap_or(shown)
}

/// The values that people read so, two at most.
fn meanings(world: &World, call: &Call<'_>, kind: Kind, shown: &str) -> Vec<String> {
    match kind {
        Kind::Time => time(shown, &call.session).map(clock::text).into_iter().collect(),
        Kind::Choice(choices) => {
            let choice = choices.iter().find(|(_, label)| label.eq_ignore_ascii_case(shown));
            choice.map(|(value, _)| (*value).to_owned()).into_iter().collect()
        }
        Kind::Reference(to) if !shown.is_empty() => {
            let Some(table) = world.table_named(to) else { return Vec::new() };
            let rows = world.table(table).rows();
            let named = rows.filter(|row| world.display_of(table, *row) == shown).take(2);
            named.map(|row| format!("{:032x}", world.table(table).id(row))).collect()
        }
        _ => Vec::new(),
    }
}

/// A time of the person's zone, in the person's format or in that of values.
fn time(shown: &str, session: &Session) -> Option<i64> {
    let own = Format::new(&session.format).read(shown, &session.zone);
    own.or_else(|| clock::in_zone(shown, &session.zone))
}

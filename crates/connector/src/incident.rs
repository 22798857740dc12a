//! How a row is read.

use std::collections::BTreeSet;

use model::{FieldPart, Incident, IncidentText, IncidentTexts, IncidentVersion, Timestamp};
use servicenow::{Cell, Field, ID, Row, Stamp, UPDATED};

use crate::time;

const REVISION: Field = Field::constant("sys_mod_count");
const ACTIVE: Field = Field::constant("active");
pub(crate) const OPENED: Field = Field::constant("opened_at");
const RESOLVED: Field = Field::constant("resolved_at");
const CLOSED: Field = Field::constant("closed_at");

/// Fields that a whole incident is read from, beside its keys.
pub(crate) fn fields() -> Vec<Field> {
    let texts = IncidentText::ALL.map(|text| Field::constant(text.source().field));
    let others = [REVISION, ACTIVE, OPENED, RESOLVED, CLOSED];
    let each_once: BTreeSet<Field> = texts.into_iter().chain(others).collect();
    each_once.into_iter().collect()
}

/// Fields that say which version of an incident a row is, beside its keys, and whether it is
/// closed.
pub(crate) fn version_fields() -> Vec<Field> {
    vec![REVISION, CLOSED]
}

/// Reads which version of which incident a row is, and when it was closed.
pub(crate) fn version_and_closed(row: &Row) -> Option<(IncidentVersion, Option<Timestamp>)> {
    Some((version(row)?, date(row.value(&CLOSED)).value()))
}

/// Reads a row; `None` where it has no keys. What the account may not read is absent and stays
/// unknown, and so does what has no meaning.
pub(crate) fn read(row: &Row) -> Option<Incident> {
    let mut texts = IncidentTexts::default();
    for text in IncidentText::ALL {
        let source = text.source();
        let cell = row.cell(&Field::constant(source.field));
        let part = match source.part {
            FieldPart::Value => cell.map(Cell::value),
            FieldPart::Label => cell.and_then(Cell::label),
        };
        if let Some(part) = part {
            texts.set(text, part);
        }
    }
    Some(Incident {
        version: version(row)?,
        texts,
        active: flag(row.value(&ACTIVE)),
        opened: date(row.value(&OPENED)),
        resolved: date(row.value(&RESOLVED)),
        closed: date(row.value(&CLOSED)),
    })
}

/// Reads which version of which incident a row is.
fn version(row: &Row) -> Option<IncidentVersion> {
    let updated: Stamp = row.value(&UPDATED)?.parse().ok()?;
    Some(IncidentVersion {
        sys_id: row.value(&ID)?.to_owned(),
        updated: time::of_stamp(updated),
        revision: row.value(&REVISION).and_then(|count| count.parse().ok()),
    })
}

fn flag(value: Option<&str>) -> model::Field<bool> {
    match value {
        Some("") => model::Field::Null,
        Some("true" | "1") => model::Field::Set(true),
        Some("false" | "0") => model::Field::Set(false),
        Some(_) | None => model::Field::Absent,
    }
}

/// Of a date only the value counts, which is UTC.
fn date(value: Option<&str>) -> model::Field<Timestamp> {
    match value.map(|text| (text, text.parse())) {
        Some(("", _)) => model::Field::Null,
        Some((_, Ok(stamp))) => model::Field::Set(time::of_stamp(stamp)),
        Some((_, Err(_))) | None => model::Field::Absent,
    }
}

/// Which fields of rows the account may read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Readable {
    /// A row had all of them.
    whole: bool,
    read: BTreeSet<&'static str>,
    absent: BTreeSet<&'static str>,
}

impl Readable {
    /// Takes note of a row. That it has nothing of a caller says nothing where it has no caller.
    pub(crate) fn saw(&mut self, row: &Incident) {
        self.whole |= row.is_complete();
        if self.whole {
            return;
        }
        for (field, is_read) in each_field(row) {
            if is_read {
                self.read.insert(field);
            } else if !field.contains('.') || has_caller(row) {
                self.absent.insert(field);
            }
        }
    }

    /// Fields that no row had; `None` where no row tells.
    pub(crate) fn unread(&self) -> Option<Vec<&'static str>> {
        if self.whole {
            return Some(Vec::new());
        }
        let unread = self.absent.difference(&self.read).copied().collect();
        (!self.read.is_empty()).then_some(unread)
    }
}

fn has_caller(row: &Incident) -> bool {
    row.texts.get(IncidentText::CallerId).is_some_and(|id| !id.is_empty())
}

/// Each field of a row, and whether anything is known of it.
fn each_field(row: &Incident) -> impl Iterator<Item = (&'static str, bool)> {
    let texts = IncidentText::ALL.into_iter().zip(row.texts.iter());
    let texts = texts.map(|(text, value)| (text.source().field, value.is_some()));
    let dates =
        [("opened_at", row.opened), ("resolved_at", row.resolved), ("closed_at", row.closed)];
    let dates = dates.map(|(field, date)| (field, date != model::Field::Absent));
    texts.chain(dates).chain([("active", row.active != model::Field::Absent)])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn incident(fields: &Value) -> Incident {
        let mut row = json!({"sys_id": "a", "sys_updated_on": "2026-01-01 00:00:00"});
        row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        read(&serde_json::from_value(row).unwrap()).unwrap()
    }

    /// Checks 45, 46, 47, 64: what is in a row, in every shape.
    #[test]
    fn texts_are_kept_as_they_are() {
        use IncidentText::{
            CallerEmail, CallerId, CallerName, ShortDescription, State, StateLabel,
        };
        let both = |value: &str, label: &str| json!({"value": value, "display_value": label});
        for (fields, text, expected) in [
            (json!({"state": both("15", "Waiting for a van")}), State, Some("15")),
            (
                json!({"state": both("15", "Waiting for a van")}),
                StateLabel,
                Some("Waiting for a van"),
            ),
            (json!({"state": "15"}), State, Some("15")),
            (json!({"state": "15"}), StateLabel, None),
            (json!({}), State, None),
            (json!({"caller_id": ""}), CallerId, Some("")),
            (json!({"caller_id": both("", "")}), CallerName, Some("")),
            (json!({"caller_id": both("glide.maint", "System")}), CallerId, Some("glide.maint")),
            (json!({"caller_id": both("glide.maint", "System")}), CallerName, Some("System")),
            (
                json!({"caller_id.email": both("a@b.example", "x")}),
                CallerEmail,
                Some("a@b.example"),
            ),
            (
                json!({"short_description": "😀 \u{202e}x <b>\u{1}\n\t"}),
                ShortDescription,
                Some("😀 \u{202e}x <b>\u{1}\n\t"),
            ),
            (json!({"short_description": null}), ShortDescription, Some("")),
        ] {
            assert_eq!(incident(&fields).texts.get(text), expected, "{fields}");
        }
    }

    /// Checks 43 and 44: the value is UTC, whatever the account sees.
    #[test]
    fn dates_are_read_by_their_value() {
        let at = |seconds| model::Field::Set(Timestamp::from_unix(seconds, 0));
        let seen = |value: &str| json!({"value": value, "display_value": "29/03/2026 03:30:00"});
        for (opened, expected) in [
            (seen("2026-03-29 01:30:00"), at(1_774_747_800)),
            (seen(""), model::Field::Null),
            (json!("2026-03-29 01:30:00"), at(1_774_747_800)),
            (seen("29/03/2026 01:30:00"), model::Field::Absent),
        ] {
            assert_eq!(incident(&json!({"opened_at": opened})).opened, expected, "{opened}");
        }
        assert_eq!(incident(&json!({})).closed, model::Field::Absent);
        for (active, expected) in [
            ("true", model::Field::Set(true)),
            ("false", model::Field::Set(false)),
            ("", model::Field::Null),
            ("perhaps", model::Field::Absent),
        ] {
            assert_eq!(incident(&json!({"active": active})).active, expected, "{active}");
        }
    }

    #[test]
    fn a_row_without_keys_is_none() {
        for fields in [
            json!({"sys_id": "a"}),
            json!({"sys_updated_on": "2026-01-01 00:00:00"}),
            json!({"sys_id": "a", "sys_updated_on": ""}),
        ] {
            assert_eq!(read(&serde_json::from_value(fields).unwrap()), None);
        }
        assert_eq!(incident(&json!({"sys_mod_count": "7"})).version.revision, Some(7));
        assert_eq!(incident(&json!({"sys_mod_count": ""})).version.revision, None);
    }
}

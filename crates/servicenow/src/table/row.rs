use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::Field;

/// One row: its fields by name. A field that the account may not read is absent, which is not the
/// same as empty.
///
/// Source: ServiceNow, "Table API", and "REST API dot-walking" for names with dots.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct Row(BTreeMap<String, Cell>);

/// What a field holds: the value that the instance keeps, and the label that people see.
///
/// Source: ServiceNow, "Table API", parameter `sysparm_display_value`. Values of references are
/// not always keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    value: String,
    label: Option<String>,
}

impl Row {
    /// The field, unless it is absent.
    pub fn cell(&self, field: &Field) -> Option<&Cell> {
        self.0.get(field.as_str())
    }

    /// The value of the field, unless it is absent.
    pub fn value(&self, field: &Field) -> Option<&str> {
        self.cell(field).map(Cell::value)
    }

    /// All fields.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &Cell)> {
        self.0.iter().map(|(name, cell)| (name.as_str(), cell))
    }
}

impl Cell {
    /// The value; empty where there is none.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The label, where labels were asked for. That of a date is in the zone and format of the
    /// account: good to show, never to read.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Shapes)
    }
}

/// A scalar, or an object of a reference or of both value and label.
struct Shapes;

impl<'de> Visitor<'de> for Shapes {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or an object with `value`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Cell, E> {
        Ok(Cell { value, label: None })
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Cell, E> {
        self.visit_string(flag.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Cell, E> {
        self.visit_string(number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Cell, E> {
        self.visit_string(number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Cell, E> {
        self.visit_string(number.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        self.visit_string(String::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
        let (mut value, mut label) = (None, None);
        while let Some(name) = map.next_key::<String>()? {
            let text: Option<String> = map.next_value()?;
            match name.as_str() {
                "value" => value = Some(text.unwrap_or_default()),
                "display_value" => label = Some(text.unwrap_or_default()),
                _ => {}
            }
        }
        let value = value.ok_or_else(|| Error::missing_field("value"))?;
        Ok(Cell { value, label })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Check 46.
    #[test]
    fn every_shape_of_a_value_is_read() {
        for (json, value, label) in [
            (r#""1""#, "1", None),
            (r#""""#, "", None),
            ("null", "", None),
            ("1", "1", None),
            ("true", "true", None),
            (r#"{"link":"https://x/y","value":"glide.maint"}"#, "glide.maint", None),
            (r#"{"display_value":"New","value":"1"}"#, "1", Some("New")),
            (r#"{"value":"a","display_value":null,"link":""}"#, "a", Some("")),
            (r#"{"display_value":"","value":""}"#, "", Some("")),
        ] {
            let row: Row = serde_json::from_str(&format!(r#"{{"f":{json}}}"#)).unwrap();
            let cell = row.cell(&"f".parse().unwrap()).unwrap();
            assert_eq!((cell.value(), cell.label()), (value, label), "{json}");
        }
        for json in [r#"{"display_value":"Abel Tuter","link":""}"#, "[]", r#"{"value":{}}"#] {
            assert!(serde_json::from_str::<Cell>(json).is_err(), "{json}");
        }
    }
}

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::error::ReadError;
use super::target::Target;

/// Levels of objects and arrays that a body may have. No model needs more, and every walk over a
/// body is recursive.
const MAX_DEPTH: usize = 32;

/// A JSON text as a tree that keeps the order and the repetition of names.
#[derive(Debug, PartialEq)]
pub(super) enum Json<'j> {
    Null,
    Boolean(bool),
    Int(i64),
    /// Any other number, as it is written: what it is rounded to is for its type to say.
    Number(&'j str),
    String(Cow<'j, str>),
    Array(Vec<Self>),
    Object(Vec<(Cow<'j, str>, Self)>),
}

/// Reads a body as one JSON text (RFC 8259), with nothing after it and every name used once in its
/// object (section 4).
pub(super) fn parse(body: &[u8]) -> Result<Json<'_>, ReadError> {
    let text = std::str::from_utf8(body)
        .map_err(|wrong| ReadError::NotUtf8 { at: wrong.valid_up_to() })?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let numbers = Numbers(Cell::new(text));
    let json = Level { depth: 0, numbers: &numbers }
        .deserialize(&mut deserializer)
        .and_then(|json| deserializer.end().map(|()| json))
        .map_err(|error| ReadError::Malformed(sentence(&error)))?;
    check_names(&json, Target::Root)?;
    Ok(json)
}

fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

/// Names of properties ignore case, names with an annotation do not.
fn check_names(json: &Json<'_>, place: Target<'_>) -> Result<(), ReadError> {
    match json {
        Json::Object(members) => {
            let mut seen = HashSet::with_capacity(members.len());
            for (name, value) in members {
                let place = Target::Property(&place, name);
                let key = if name.contains('@') {
                    Cow::Borrowed(name.as_ref())
                } else {
                    Cow::Owned(name.to_ascii_lowercase())
                };
                if !seen.insert(key) {
                    return Err(ReadError::Duplicate { target: place.to_string() });
                }
                check_names(value, place)?;
            }
            Ok(())
        }
        Json::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| check_names(item, Target::Item(&place, index))),
        _ => Ok(()),
    }
}

/// The text behind the number that was read last. The parser tells values, in the order of the
/// text, but not how they are written.
struct Numbers<'j>(Cell<&'j str>);

impl<'j> Numbers<'j> {
    /// The next number of a text whose syntax is good so far.
    fn next(&self) -> &'j str {
        let mut rest = self.0.get();
        while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
            let (_, found) = rest.split_at(at);
            if let Some(string) = found.strip_prefix('"') {
                rest = behind_string(string);
                continue;
            }
            let part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
            let end = found.find(|c| !part(c)).unwrap_or(found.len());
            let (number, rest) = found.split_at(end);
            self.0.set(rest);
            return number;
        }
        ""
    }
}

fn behind_string(string: &str) -> &str {
    let mut escaped = false;
    let end = string.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.and_then(|end| string.get(end + 1..)).unwrap_or_default()
}

/// How many objects and arrays are open around the value that is read.
#[derive(Clone, Copy)]
struct Level<'j, 'n> {
    depth: usize,
    numbers: &'n Numbers<'j>,
}

impl Level<'_, '_> {
    fn inner<E: Error>(self) -> Result<Self, E> {
        if self.depth < MAX_DEPTH {
            Ok(Self { depth: self.depth + 1, ..self })
        } else {
            Err(E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")))
        }
    }
}

impl<'j> DeserializeSeed<'j> for Level<'j, '_> {
    type Value = Json<'j>;

    fn deserialize<D: Deserializer<'j>>(self, deserializer: D) -> Result<Json<'j>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'j> Visitor<'j> for Level<'j, '_> {
    type Value = Json<'j>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'j>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'j>, E> {
        Ok(Json::Boolean(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'j>, E> {
        self.numbers.next();
        Ok(Json::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'j>, E> {
        let written = self.numbers.next();
        Ok(i64::try_from(number).map_or(Json::Number(written), Json::Int))
    }

    fn visit_f64<E>(self, _rounded: f64) -> Result<Json<'j>, E> {
        Ok(Json::Number(self.numbers.next()))
    }

    fn visit_borrowed_str<E>(self, text: &'j str) -> Result<Json<'j>, E> {
        Ok(Json::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'j>, E> {
        Ok(Json::String(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'j>>(self, mut items: A) -> Result<Json<'j>, A::Error> {
        let inner = self.inner()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'j>>(self, mut members: A) -> Result<Json<'j>, A::Error> {
        let inner = self.inner()?;
        let mut object = Vec::new();
        while let Some(name) = members.next_key_seed(MemberName)? {
            object.push((name, members.next_value_seed(inner)?));
        }
        Ok(Json::Object(object))
    }
}

/// Reads a name without copying it where it has no escapes.
struct MemberName;

impl<'j> DeserializeSeed<'j> for MemberName {
    type Value = Cow<'j, str>;

    fn deserialize<D: Deserializer<'j>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'j> Visitor<'j> for MemberName {
    type Value = Cow<'j, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, text: &'j str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_as_they_are_written() {
        let text = r#" {"1\\":[1, -2.50 ,"3\"4",true,5e-1],"-6":{"é7":18446744073709551615,"":-0},"x":0.1} "#;
        let Json::Object(members) = parse(text.as_bytes()).unwrap() else { panic!() };
        let [(_, first), (_, second), (_, third)] = members.as_slice() else { panic!() };
        let quoted = Json::String("3\"4".into());
        let list = vec![
            Json::Int(1),
            Json::Number("-2.50"),
            quoted,
            Json::Boolean(true),
            Json::Number("5e-1"),
        ];
        assert_eq!(*first, Json::Array(list));
        let inner = vec![
            ("é7".into(), Json::Number("18446744073709551615")),
            ("".into(), Json::Number("-0")),
        ];
        assert_eq!((second, third), (&Json::Object(inner), &Json::Number("0.1")));
    }
}

//! What is allowed of values that tests give: each reader refuses the rest with a sentence.

use jiff::tz::TimeZone;
use serde::de::{Deserialize as _, Deserializer, Error};
use url::Url;

use crate::clock::Format;

/// Numbers of requests.
pub(crate) fn counted_from_one<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u64>, D::Error> {
    let numbers = Vec::<u64>::deserialize(from)?;
    if numbers.contains(&0) {
        return Err(D::Error::custom("requests are counted from 1"));
    }
    if numbers.is_empty() {
        return Err(D::Error::custom("a list of no requests means none; leave it out for all"));
    }
    Ok(numbers)
}

/// How many times a fault strikes.
pub(crate) fn times<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    match Option::deserialize(from)? {
        Some(0) => Err(D::Error::custom("a fault strikes once or more")),
        times => Ok(times),
    }
}

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// A method, or the empty text for any.
pub(crate) fn method<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() || METHODS.contains(&text.as_str()) {
        return Ok(text);
    }
    Err(D::Error::custom(format_args!("a method is one of {}", METHODS.join(", "))))
}

pub(crate) fn methods<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    if texts.iter().all(|text| METHODS.contains(&text.as_str())) {
        return Ok(texts);
    }
    Err(D::Error::custom(format_args!("methods are of {}", METHODS.join(", "))))
}

/// A text that a header can carry.
pub(crate) fn header<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    sound(String::deserialize(from)?)
}

/// Where a redirect leads.
pub(crate) fn location<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    place(String::deserialize(from)?)
}

pub(crate) fn optional_location<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)?.map(place).transpose()
}

fn place<E: Error>(text: String) -> Result<String, E> {
    let text = sound(text)?;
    let absolute = Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !text.contains(' ') && (absolute || text.starts_with('/')) {
        return Ok(text);
    }
    Err(E::custom(format_args!("it is an http or https URL, or a path, not {text:?}")))
}

pub(crate) fn optional_header<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)?.map(sound).transpose()
}

pub(crate) fn headers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Vec::deserialize(from)?.into_iter().map(sound).collect()
}

fn sound<E: Error>(text: String) -> Result<String, E> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(text);
    }
    Err(E::custom("it stands in a header, so it is of visible ASCII characters"))
}

/// How long an answer may be held back.
pub(crate) fn milliseconds<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    within(i64::deserialize(from)?, 3_600_000)
}

/// How long a token may live.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    within(i64::deserialize(from)?, 3_155_760_000)
}

/// How many steps life may take in a second.
pub(crate) fn pace<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    within(i64::deserialize(from)?, 10_000)
}

/// How many steps life may take at once.
pub(crate) fn steps<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    within(i64::deserialize(from)?, 100_000)
}

/// The status of a path that leads nowhere.
pub(crate) fn not_found<'de, D: Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
    match i64::deserialize(from)? {
        400 => Ok(400),
        404 => Ok(404),
        other => Err(D::Error::custom(format_args!("it is 400 or 404, not {other}"))),
    }
}

/// The name of a time zone.
pub(crate) fn zone<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let name = String::deserialize(from)?;
    match TimeZone::get(&name) {
        Ok(_) => Ok(name),
        Err(_) => Err(D::Error::custom(format_args!(
            "a time zone is one of the IANA database, such as Europe/Berlin, not {name:?}"
        ))),
    }
}

pub(crate) fn date_format<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let pattern = String::deserialize(from)?;
    if Format::new(&pattern).is_sound() {
        return Ok(pattern);
    }
    Err(D::Error::custom("a date format is made of yyyy, MM, dd, HH, hh, mm, ss and a"))
}

fn within<N: TryFrom<i64>, E: Error>(number: i64, most: i64) -> Result<N, E> {
    let inside = (0..=most).contains(&number).then(|| N::try_from(number).ok()).flatten();
    inside.ok_or_else(|| E::custom(format_args!("a number is from 0 to {most} here, not {number}")))
}

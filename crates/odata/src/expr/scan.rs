//! Literals by their form (OData 4.01 ABNF section 7, literal data values).

use rust_decimal::Decimal;
use uuid::Uuid;

use super::ast::Literal;
use crate::value::DateTimeOffset;

/// A literal at the start of a text.
pub(super) struct Scanned {
    /// Bytes that it takes.
    pub(super) length: usize,
    /// Its value, or why its form has none.
    pub(super) literal: Result<Literal, BadForm>,
}

pub(super) enum BadForm {
    /// Not a literal at all: what is missing.
    Expected(&'static str),
    /// The form is right, but no such value exists.
    Value { type_name: &'static str, reason: String },
}

/// Why a number is no double.
pub(super) const BEYOND: &str = "it is beyond the largest double";

/// The literal that a text begins with, if it begins with one.
pub(super) fn literal(text: &str) -> Option<Scanned> {
    let first = text.bytes().next()?;
    if first == b'\'' {
        return Some(quoted(text, 0, Literal::String));
    }
    if first.is_ascii_hexdigit()
        && let Some(scanned) = guid(text)
    {
        return Some(scanned);
    }
    match first {
        b'0'..=b'9' | b'+' | b'-' => date(text).or_else(|| time(text)).or_else(|| number(text)),
        _ => named(text),
    }
}

/// Bytes of the identifier that a text begins with (rule `odataIdentifier`, any letters).
pub(super) fn identifier(text: &str) -> usize {
    let first = |c: char| c.is_alphabetic() || c == '_';
    let later = |c: char| c.is_alphanumeric() || c == '_';
    if !text.starts_with(first) {
        return 0;
    }
    text.find(|c| !later(c)).unwrap_or(text.len())
}

/// Bytes of the identifiers with dots between them that a text begins with.
pub(super) fn qualified_name(text: &str) -> usize {
    let mut length = identifier(text);
    while length > 0
        && let Some(rest) = text.get(length..).and_then(|rest| rest.strip_prefix('.'))
    {
        match identifier(rest) {
            0 => break,
            more => length += 1 + more,
        }
    }
    length
}

/// Names that are constants, and names before an apostrophe.
fn named(text: &str) -> Option<Scanned> {
    let length = qualified_name(text);
    let name = text.get(..length)?;
    let next = text.get(length..)?.chars().next();
    if next == Some('\'') {
        return Some(prefixed(text, name));
    }
    if matches!(next, Some('/' | '(' | '=')) {
        return None;
    }
    let literal = match name {
        "INF" => Literal::Double(f64::INFINITY),
        "NaN" => Literal::Double(f64::NAN),
        _ if name.eq_ignore_ascii_case("null") => Literal::Null,
        _ if name.eq_ignore_ascii_case("true") => Literal::Boolean(true),
        _ if name.eq_ignore_ascii_case("false") => Literal::Boolean(false),
        _ => return None,
    };
    Some(Scanned { length, literal: Ok(literal) })
}

fn prefixed(text: &str, name: &str) -> Scanned {
    let make: fn(String) -> Literal = match name.to_ascii_lowercase().as_str() {
        "duration" => Literal::Duration,
        "binary" => Literal::Binary,
        "geography" | "geometry" => Literal::Geo,
        _ => Literal::String,
    };
    let mut scanned = quoted(text, name.len(), make);
    if let Ok(Literal::String(text)) = scanned.literal {
        scanned.literal = Ok(Literal::Enum { type_name: name.to_owned(), text });
    }
    scanned
}

/// A string between apostrophes, doubled where they are meant, that begins at `start`.
fn quoted(text: &str, start: usize, make: fn(String) -> Literal) -> Scanned {
    let mut value = String::new();
    let mut rest = text.get(start + 1..).unwrap_or_default();
    while let Some((before, after)) = rest.split_once('\'') {
        value.push_str(before);
        match after.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Scanned { length: text.len() - after.len(), literal: Ok(make(value)) },
        }
    }
    expected(text.len(), "the closing apostrophe of this string")
}

fn guid(text: &str) -> Option<Scanned> {
    let candidate = text.get(..36)?;
    let form = candidate.bytes().enumerate().all(|(index, byte)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    if !form || !ends(text.get(36..)?) {
        return None;
    }
    let value = Uuid::try_parse(candidate).ok()?;
    Some(Scanned { length: 36, literal: Ok(Literal::Guid(value)) })
}

/// A date, alone or with a time.
fn date(text: &str) -> Option<Scanned> {
    let negative = usize::from(text.starts_with('-'));
    let year = digits(text.get(negative..)?);
    let mut length = negative + year;
    if year < 4 || !form(text.get(length..)?, "-00-00") {
        return None;
    }
    length += 6;
    let rest = text.get(length..)?;
    if !rest.starts_with(['T', 't']) || !form(rest.get(1..)?, "00:00") {
        let value = text.get(..length)?.to_owned();
        return ends(rest).then_some(Scanned { length, literal: Ok(Literal::Date(value)) });
    }
    length += 1 + time_length(rest.get(1..)?);
    Some(date_time(text, length))
}

/// A date and time of which `length` bytes precede the offset.
fn date_time(text: &str, length: usize) -> Scanned {
    let (local, rest) = text.split_at_checked(length).unwrap_or((text, ""));
    let (offset, taken) = match rest.as_bytes().first() {
        Some(b'Z' | b'z') => ("Z".to_owned(), 1),
        Some(b'+' | b'-') if form(rest.get(1..).unwrap_or_default(), "00:00") => {
            (rest.chars().take(6).collect(), 6)
        }
        // A plus that was not percent-encoded came through the query as a blank.
        Some(b' ') if form(rest.get(1..).unwrap_or_default(), "00:00") => {
            (format!("+{}", rest.get(1..6).unwrap_or_default()), 6)
        }
        _ => (String::new(), 0),
    };
    let length = length + taken;
    match DateTimeOffset::with_offset(&format!("{local}{offset}")) {
        Ok(_) if !ends(text.get(length..).unwrap_or_default()) => {
            expected(length, "a blank after this date")
        }
        Ok((at, offset)) => {
            // What no clock there could show is as good as written in UTC.
            let offset = at.shown_by(offset).map_or(0, |_| offset);
            Scanned { length, literal: Ok(Literal::DateTimeOffset { at, offset }) }
        }
        Err(error) => {
            let reason = error.to_string();
            let bad = BadForm::Value { type_name: "Edm.DateTimeOffset", reason };
            Scanned { length, literal: Err(bad) }
        }
    }
}

fn time(text: &str) -> Option<Scanned> {
    if !form(text, "00:00") {
        return None;
    }
    let length = time_length(text);
    let value = text.get(..length)?.to_owned();
    ends(text.get(length..)?).then_some(Scanned { length, literal: Ok(Literal::TimeOfDay(value)) })
}

/// Bytes of `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`, of which the first five are known to be there.
fn time_length(text: &str) -> usize {
    let mut length = 5;
    if form(text.get(length..).unwrap_or_default(), ":00") {
        length += 3;
        if let Some(rest) = text.get(length..).and_then(|rest| rest.strip_prefix('.')) {
            length += 1 + digits(rest);
        }
    }
    length
}

fn number(text: &str) -> Option<Scanned> {
    let sign = usize::from(text.starts_with(['+', '-']));
    let unsigned = text.get(sign..)?;
    if unsigned.starts_with("INF") && ends(unsigned.get(3..)?) && text.starts_with('-') {
        return Some(Scanned { length: 4, literal: Ok(Literal::Double(f64::NEG_INFINITY)) });
    }
    let mut length = digits(unsigned);
    if length == 0 {
        return None;
    }
    let fraction = unsigned.get(length..)?.strip_prefix('.').map_or(0, digits);
    if fraction > 0 {
        length += 1 + fraction;
    }
    let exponent = exponent(unsigned.get(length..)?);
    length += exponent + sign;
    if !ends(text.get(length..)?) {
        return Some(expected(length, "a blank after this number"));
    }
    let digits = text.get(..length)?.trim_start_matches('+');
    let literal = match () {
        () if exponent > 0 => double(digits),
        () if fraction > 0 => Ok(decimal(digits)),
        () => Ok(digits.parse().map_or_else(|_| decimal(digits), Literal::Int)),
    };
    Some(Scanned { length, literal })
}

fn exponent(text: &str) -> usize {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return 0 };
    let sign = usize::from(rest.starts_with(['+', '-']));
    match rest.get(sign..).map_or(0, digits) {
        0 => 0,
        count => 1 + sign + count,
    }
}

/// A decimal where it can be held exactly, else its digits.
fn decimal(digits: &str) -> Literal {
    let short = match digits.split_once('.') {
        Some(_) => digits.trim_end_matches('0').trim_end_matches('.'),
        None => digits,
    };
    Decimal::from_str_exact(digits)
        .or_else(|_| Decimal::from_str_exact(short))
        .map_or_else(|_| Literal::Long(digits.to_owned()), Literal::Decimal)
}

/// The nearest double. Infinity has a name of its own, and is no number that was written out.
fn double(digits: &str) -> Result<Literal, BadForm> {
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Literal::Double(value)),
        _ => Err(BadForm::Value { type_name: "Edm.Double", reason: BEYOND.to_owned() }),
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Whether a text begins with a form in which `0` stands for any digit.
fn form(text: &str, form: &str) -> bool {
    text.len() >= form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            _ => byte == form,
        })
}

/// Whether a literal may end before this text.
fn ends(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '+' | '\''))
}

const fn expected(length: usize, what: &'static str) -> Scanned {
    Scanned { length, literal: Err(BadForm::Expected(what)) }
}

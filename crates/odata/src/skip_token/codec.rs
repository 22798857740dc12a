//! Values as bytes: a tag and as few bytes as the value needs.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::token::UnsortableValue;
use crate::value::{Date, DateTimeOffset, Duration, TimeOfDay, Value};

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const STRING: u8 = 3;
const INT: u8 = 4;
const DECIMAL: u8 = 5;
const DOUBLE: u8 = 6;
const GUID: u8 = 7;
const DATE_TIME_OFFSET: u8 = 8;
const ENUM: u8 = 9;
const DATE: u8 = 10;
const TIME_OF_DAY: u8 = 11;
const DURATION: u8 = 12;
const BINARY: u8 = 13;

pub(super) fn write_value(value: &Value, out: &mut Vec<u8>) -> Result<(), UnsortableValue> {
    match value {
        Value::Null => out.push(NULL),
        Value::Boolean(false) => out.push(FALSE),
        Value::Boolean(true) => out.push(TRUE),
        Value::String(text) => write_bytes(STRING, text.as_bytes(), out),
        Value::Binary(bytes) => write_bytes(BINARY, bytes, out),
        Value::Int(number) => write_integer(INT, *number, out),
        Value::Decimal(number) => {
            out.push(DECIMAL);
            out.extend_from_slice(&number.serialize());
        }
        Value::Double(number) => {
            out.push(DOUBLE);
            out.extend_from_slice(&number.to_bits().to_be_bytes());
        }
        Value::Guid(guid) => {
            out.push(GUID);
            out.extend_from_slice(guid.as_bytes());
        }
        Value::DateTimeOffset(time) => write_integer(DATE_TIME_OFFSET, time.ticks(), out),
        Value::Enum(number) => write_integer(ENUM, *number, out),
        Value::Date(date) => write_integer(DATE, date.days(), out),
        Value::TimeOfDay(time) => write_integer(TIME_OF_DAY, time.ticks(), out),
        Value::Duration(duration) => write_integer(DURATION, duration.ticks(), out),
        Value::Structured(_) | Value::Collection(_) => return Err(UnsortableValue),
    }
    Ok(())
}

/// `None` at the first byte that [`write_value`] would not have written.
pub(super) fn read_value(bytes: &mut &[u8]) -> Option<Value> {
    let value = match take::<1>(bytes)? {
        [NULL] => Value::Null,
        [FALSE] => Value::Boolean(false),
        [TRUE] => Value::Boolean(true),
        [STRING] => Value::String(std::str::from_utf8(read_bytes(bytes)?).ok()?.to_owned()),
        [BINARY] => Value::Binary(read_bytes(bytes)?.to_owned()),
        [INT] => Value::Int(read_integer(bytes)?),
        [DECIMAL] => Value::Decimal(read_decimal(take(bytes)?)?),
        [DOUBLE] => Value::Double(f64::from_bits(u64::from_be_bytes(take(bytes)?))),
        [GUID] => Value::Guid(Uuid::from_bytes(take(bytes)?)),
        [DATE_TIME_OFFSET] => {
            Value::DateTimeOffset(DateTimeOffset::from_ticks(read_integer(bytes)?)?)
        }
        [ENUM] => Value::Enum(read_integer(bytes)?),
        [DATE] => Value::Date(Date::from_days(read_integer(bytes)?)?),
        [TIME_OF_DAY] => Value::TimeOfDay(TimeOfDay::from_ticks(read_integer(bytes)?)?),
        [DURATION] => Value::Duration(Duration::from_ticks(read_integer(bytes)?)?),
        _ => return None,
    };
    Some(value)
}

fn write_bytes(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    write_length(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn read_bytes<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = usize::try_from(read_length(bytes)?).ok()?;
    let (read, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(read)
}

/// Seven bits a byte, the lowest first; the top bit says that there is more.
pub(super) fn write_length(mut number: u64, out: &mut Vec<u8>) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

pub(super) fn read_length(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = take::<1>(bytes)?;
        let part = u64::from(byte & 0x7f);
        if part << shift >> shift != part {
            return None;
        }
        number |= part << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Small numbers of either sign are short: the sign goes to the lowest bit.
fn write_integer(tag: u8, number: i64, out: &mut Vec<u8>) {
    out.push(tag);
    write_length((number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned(), out);
}

fn read_integer(bytes: &mut &[u8]) -> Option<i64> {
    let number = read_length(bytes)?;
    Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
}

fn read_decimal(bytes: [u8; 16]) -> Option<Decimal> {
    let decimal = Decimal::deserialize(bytes);
    (decimal.serialize() == bytes).then_some(decimal)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lengths_and_integers_read_back(number: i64) {
            let mut bytes = Vec::new();
            write_length(number.cast_unsigned(), &mut bytes);
            write_integer(INT, number, &mut bytes);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(read_length(&mut rest), Some(number.cast_unsigned()));
            prop_assert_eq!(read_value(&mut rest), Some(Value::Int(number)));
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let mut rest = bytes.as_slice();
            while let Some(value) = read_value(&mut rest) {
                prop_assert!(write_value(&value, &mut Vec::new()).is_ok());
            }
        }
    }

    #[test]
    fn small_values_are_short() {
        for (value, length) in [
            (Value::Null, 1),
            (Value::Int(-64), 2),
            (Value::Int(64), 3),
            (Value::Enum(2), 2),
            (Value::String("abc".into()), 5),
        ] {
            let mut bytes = Vec::new();
            write_value(&value, &mut bytes).unwrap();
            assert_eq!(bytes.len(), length, "{value:?}");
        }
    }
}

//! Values of the model: primitives, enumeration members, structures and collections.

mod binary;
mod calendar;
mod date;
mod date_time_offset;
mod double;
mod duration;
mod reader;
mod time_of_day;

use rust_decimal::Decimal;
use uuid::Uuid;

pub use binary::{InvalidBinary, binary_text, parse_binary};
pub use date::Date;
pub use date_time_offset::DateTimeOffset;
pub use double::{double_text, nearest_double};
pub use duration::Duration;
pub use reader::TemporalError;
pub use time_of_day::TimeOfDay;

use crate::edm::{Name, TypeName};

const TICKS_PER_SECOND: i64 = 10_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const TICKS_PER_DAY: i64 = SECONDS_PER_DAY * TICKS_PER_SECOND;

/// One value of any type. Which Edm type it has is told by the model, not by the value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// Edm.Boolean.
    Boolean(bool),
    /// Edm.String.
    String(String),
    /// Edm.Byte, `SByte`, Int16, Int32 and Int64.
    Int(i64),
    /// Edm.Decimal.
    Decimal(Decimal),
    /// Edm.Double and Edm.Single.
    Double(f64),
    /// Edm.Guid.
    Guid(Uuid),
    /// Edm.DateTimeOffset.
    DateTimeOffset(DateTimeOffset),
    /// Edm.Date.
    Date(Date),
    /// Edm.TimeOfDay.
    TimeOfDay(TimeOfDay),
    /// Edm.Duration.
    Duration(Duration),
    /// Edm.Binary.
    Binary(Vec<u8>),
    /// A member of an enumeration type, by its numeric value.
    Enum(i64),
    /// A complex or entity value.
    Structured(Structured),
    /// A collection.
    Collection(Vec<Self>),
}

/// A complex value or an entity: its concrete type and its properties in writing order.
#[derive(Debug, Clone, PartialEq)]
pub struct Structured {
    /// The concrete type, which may derive from the declared one.
    pub type_name: TypeName,
    /// Every structural property of the type with its value.
    pub properties: Vec<(Name, Value)>,
}

impl Structured {
    /// The value of a property by its declared name.
    pub fn property(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests;

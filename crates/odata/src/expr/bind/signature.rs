use crate::edm::{PrimitiveType, TypeRef};
use crate::expr::bound::Function;

use super::{is_integer, is_numeric};

/// What a function takes in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    String,
    Integer,
    Number,
    Point,
    Date,
    Time,
    Duration,
    Collection,
}

use Takes::{Collection, Date, Duration, Integer, Number, Point, String, Time};

impl Function {
    /// Every list of arguments that the function has a meaning for (URL conventions 5.1.1.5 to
    /// 5.1.1.11).
    pub(super) const fn signatures(self) -> &'static [&'static [Takes]] {
        match self {
            Self::Concat | Self::Contains | Self::EndsWith | Self::IndexOf | Self::StartsWith => {
                &[&[String, String], &[Collection, Collection]]
            }
            Self::MatchesPattern => &[&[String, String]],
            Self::HasSubset | Self::HasSubsequence => &[&[Collection, Collection]],
            Self::Length => &[&[String], &[Collection]],
            Self::ToLower | Self::ToUpper | Self::Trim => &[&[String]],
            Self::Substring => &[
                &[String, Integer],
                &[String, Integer, Integer],
                &[Collection, Integer],
                &[Collection, Integer, Integer],
            ],
            Self::Year | Self::Month | Self::Day => &[&[Point], &[Date]],
            Self::Hour | Self::Minute | Self::Second | Self::FractionalSeconds => {
                &[&[Point], &[Time]]
            }
            Self::Date | Self::Time | Self::TotalOffsetMinutes => &[&[Point]],
            Self::TotalSeconds => &[&[Duration]],
            Self::Ceiling | Self::Floor | Self::Round => &[&[Number]],
        }
    }

    /// What a message says that the function takes.
    pub(super) const fn described(self) -> &'static str {
        match self {
            Self::Concat | Self::Contains | Self::EndsWith | Self::IndexOf | Self::StartsWith => {
                "two strings"
            }
            Self::MatchesPattern => "a string and a regular expression",
            Self::HasSubset | Self::HasSubsequence => "two collections",
            Self::Length | Self::ToLower | Self::ToUpper | Self::Trim => "one string",
            Self::Substring => "a string and one or two integers",
            Self::Year | Self::Month | Self::Day => "one point in time or date",
            Self::Hour | Self::Minute | Self::Second | Self::FractionalSeconds => {
                "one point in time or time of day"
            }
            Self::Date | Self::Time | Self::TotalOffsetMinutes => "one point in time",
            Self::TotalSeconds => "one duration",
            Self::Ceiling | Self::Floor | Self::Round => "one number",
        }
    }

    /// The type of the result; `first` is the type of the first argument.
    pub(super) fn result(self, first: Option<&TypeRef>) -> Option<TypeRef> {
        let primitive = match self {
            Self::Contains
            | Self::EndsWith
            | Self::StartsWith
            | Self::MatchesPattern
            | Self::HasSubset
            | Self::HasSubsequence => PrimitiveType::Boolean,
            Self::IndexOf
            | Self::Length
            | Self::Year
            | Self::Month
            | Self::Day
            | Self::Hour
            | Self::Minute
            | Self::Second
            | Self::TotalOffsetMinutes => PrimitiveType::Int32,
            Self::FractionalSeconds | Self::TotalSeconds => PrimitiveType::Decimal,
            Self::ToLower | Self::ToUpper | Self::Trim => PrimitiveType::String,
            Self::Date => PrimitiveType::Date,
            Self::Time => PrimitiveType::TimeOfDay,
            Self::Concat | Self::Substring => {
                return match first {
                    Some(collection @ TypeRef::Collection(_)) => Some(collection.clone()),
                    _ => Some(TypeRef::Primitive(PrimitiveType::String)),
                };
            }
            Self::Ceiling | Self::Floor | Self::Round => return first.cloned(),
        };
        Some(TypeRef::Primitive(primitive))
    }
}

impl Takes {
    /// Whether a value of that type may stand there.
    pub(super) fn accepts(self, ty: &TypeRef) -> bool {
        match self {
            Self::Integer => is_integer(ty),
            Self::Number => is_numeric(ty),
            Self::Collection => matches!(ty, TypeRef::Collection(_)),
            Self::String | Self::Point | Self::Date | Self::Time | Self::Duration => {
                Some(ty) == self.literal().as_ref()
            }
        }
    }

    /// The type that a constant in this place is read as; numbers tell their own.
    pub(super) const fn literal(self) -> Option<TypeRef> {
        Some(TypeRef::Primitive(match self {
            Self::String => PrimitiveType::String,
            Self::Point => PrimitiveType::DateTimeOffset,
            Self::Date => PrimitiveType::Date,
            Self::Time => PrimitiveType::TimeOfDay,
            Self::Duration => PrimitiveType::Duration,
            Self::Integer | Self::Number | Self::Collection => return None,
        }))
    }
}

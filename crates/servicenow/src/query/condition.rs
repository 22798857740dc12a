use std::fmt;

use super::{Field, Stamp, SysId, Text};

/// One comparison of a field.
///
/// Source: ServiceNow, "Operators available for filters and queries".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    field: Field,
    test: Test,
}

/// What a field is equal to or not.
///
/// Source: ServiceNow, "Operators available for filters and queries".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// Any text.
    Text(Text),
    /// What has an order too.
    Ordered(Ordered),
    /// `true` or `false`.
    Flag(bool),
}

/// What a field is less or greater than. It is never free text: one that begins with `=` would
/// make another operator of `<`.
///
/// Source: ServiceNow, "Operators available for filters and queries".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ordered {
    /// A point in time.
    Stamp(Stamp),
    /// The key of a row.
    Id(SysId),
    /// A number, or a choice that is one.
    Number(u32),
}

/// One of a list. It is never free text, for which no escape of the comma is known.
///
/// Source: ServiceNow, "Operators available for filters and queries", `IN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// The key of a row.
    Id(SysId),
    /// A number, or a choice that is one.
    Number(u32),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Equal(Operand),
    NotEqual(Operand),
    Less(Ordered),
    LessOrEqual(Ordered),
    Greater(Ordered),
    GreaterOrEqual(Ordered),
    In(Vec<Item>),
    NotIn(Vec<Item>),
    Contains(Text),
    NotContains(Text),
    StartsWith(Text),
    EndsWith(Text),
    Empty,
    NotEmpty,
}

impl Condition {
    /// `=`; on a reference the key of the row is meant.
    pub fn equal(field: Field, to: impl Into<Operand>) -> Self {
        Self { field, test: Test::Equal(to.into()) }
    }

    /// `!=`
    pub fn not_equal(field: Field, to: impl Into<Operand>) -> Self {
        Self { field, test: Test::NotEqual(to.into()) }
    }

    /// `<`
    pub fn less(field: Field, than: impl Into<Ordered>) -> Self {
        Self { field, test: Test::Less(than.into()) }
    }

    /// `<=`
    pub fn less_or_equal(field: Field, to: impl Into<Ordered>) -> Self {
        Self { field, test: Test::LessOrEqual(to.into()) }
    }

    /// `>`
    pub fn greater(field: Field, than: impl Into<Ordered>) -> Self {
        Self { field, test: Test::Greater(than.into()) }
    }

    /// `>=`
    pub fn greater_or_equal(field: Field, to: impl Into<Ordered>) -> Self {
        Self { field, test: Test::GreaterOrEqual(to.into()) }
    }

    /// `IN`; `None` for an empty list, which an encoded query cannot express.
    pub fn one_of(field: Field, items: impl IntoIterator<Item = Item>) -> Option<Self> {
        let items: Vec<Item> = items.into_iter().collect();
        (!items.is_empty()).then_some(Self { field, test: Test::In(items) })
    }

    /// `NOT IN`; `None` for an empty list.
    pub fn none_of(field: Field, items: impl IntoIterator<Item = Item>) -> Option<Self> {
        let items: Vec<Item> = items.into_iter().collect();
        (!items.is_empty()).then_some(Self { field, test: Test::NotIn(items) })
    }

    /// `LIKE`; on a reference the display value is meant, here and below.
    pub fn contains(field: Field, text: Text) -> Self {
        Self { field, test: Test::Contains(text) }
    }

    /// `NOT LIKE`
    pub fn not_contains(field: Field, text: Text) -> Self {
        Self { field, test: Test::NotContains(text) }
    }

    /// `STARTSWITH`
    pub fn starts_with(field: Field, text: Text) -> Self {
        Self { field, test: Test::StartsWith(text) }
    }

    /// `ENDSWITH`
    pub fn ends_with(field: Field, text: Text) -> Self {
        Self { field, test: Test::EndsWith(text) }
    }

    /// `ISEMPTY`
    pub fn empty(field: Field) -> Self {
        Self { field, test: Test::Empty }
    }

    /// `ISNOTEMPTY`
    pub fn not_empty(field: Field) -> Self {
        Self { field, test: Test::NotEmpty }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field.as_str())?;
        match &self.test {
            Test::Equal(to) => write!(f, "={to}"),
            Test::NotEqual(to) => write!(f, "!={to}"),
            Test::Less(than) => write!(f, "<{than}"),
            Test::LessOrEqual(to) => write!(f, "<={to}"),
            Test::Greater(than) => write!(f, ">{than}"),
            Test::GreaterOrEqual(to) => write!(f, ">={to}"),
            Test::In(items) => list(f, "IN", items),
            Test::NotIn(items) => list(f, "NOT IN", items),
            Test::Contains(text) => write!(f, "LIKE{}", text.escaped()),
            Test::NotContains(text) => write!(f, "NOT LIKE{}", text.escaped()),
            Test::StartsWith(text) => write!(f, "STARTSWITH{}", text.escaped()),
            Test::EndsWith(text) => write!(f, "ENDSWITH{}", text.escaped()),
            Test::Empty => f.write_str("ISEMPTY"),
            Test::NotEmpty => f.write_str("ISNOTEMPTY"),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, operator: &str, items: &[Item]) -> fmt::Result {
    f.write_str(operator)?;
    let mut before = "";
    for item in items {
        match item {
            Item::Id(id) => write!(f, "{before}{id}")?,
            Item::Number(number) => write!(f, "{before}{number}")?,
        }
        before = ",";
    }
    Ok(())
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&text.escaped()),
            Self::Ordered(ordered) => ordered.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

impl fmt::Display for Ordered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stamp(stamp) => stamp.fmt(f),
            Self::Id(id) => id.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl From<Text> for Operand {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Operand {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<T: Into<Ordered>> From<T> for Operand {
    fn from(ordered: T) -> Self {
        Self::Ordered(ordered.into())
    }
}

impl From<Stamp> for Ordered {
    fn from(stamp: Stamp) -> Self {
        Self::Stamp(stamp)
    }
}

impl From<SysId> for Ordered {
    fn from(id: SysId) -> Self {
        Self::Id(id)
    }
}

impl From<u32> for Ordered {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

use super::number::Number;

/// SQL of a value.
#[derive(Debug, Clone)]
pub(super) struct Scalar {
    /// One operand: a name, a bind, a call, or something in parentheses.
    pub(super) sql: String,
    pub(super) ty: Type,
    pub(super) nullable: bool,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// Nothing but null.
    Null,
    /// A condition.
    Boolean,
    Text,
    /// 100 ns since the year 1.
    Ticks,
    /// Days since the year 1.
    Days,
    /// 100 ns since midnight.
    Time,
    /// 100 ns in either direction.
    Span,
    /// What [`double_code`](super::double_code) makes of it.
    Double,
    Bytes,
    Number(Number),
    /// A complex value, of which only null can be told.
    Presence,
}

impl Scalar {
    pub(super) fn null() -> Self {
        Self { sql: "NULL".to_owned(), ty: Type::Null, nullable: true }
    }

    pub(super) fn is_null(&self) -> bool {
        self.ty == Type::Null
    }
}

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::apply::Aggregate;
use crate::value::DateTimeOffset;

/// An expression as it was written: grammatical, but not yet looked up in a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it begins, in characters from 0; for an operator its left operand.
    pub at: usize,
    /// What it is.
    pub kind: NodeKind,
    /// Levels of the tree from here down; bounded by the parser, so that recursion is.
    pub(super) height: usize,
}

/// What an expression is (rule `commonExpr`).
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// A constant.
    Literal(Literal),
    /// Steps joined by `/`; a function call is a path of one step.
    Path(Vec<Step>),
    /// `not`
    Not(Box<Node>),
    /// `-`
    Negate(Box<Node>),
    /// Two or more operands joined by `and`; none of them is such a chain itself.
    And(Vec<Node>),
    /// Two or more operands joined by `or`; none of them is such a chain itself.
    Or(Vec<Node>),
    /// Any other operator between two operands.
    Binary {
        /// The operator.
        op: Operator,
        /// Left operand.
        left: Box<Node>,
        /// Right operand.
        right: Box<Node>,
    },
    /// The parenthesised list to the right of `in`.
    List(Vec<Node>),
    /// A JSON array.
    Array(Vec<Node>),
    /// A JSON object.
    Object(Vec<(String, Node)>),
}

/// Operators with two operands, other than `and` and `or`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is the operator of the same name")]
pub enum Operator {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
    Has,
    In,
    Add,
    Sub,
    Mul,
    Div,
    DivBy,
    Mod,
}

/// A constant (rule `primitiveLiteral`).
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// Digits that fit 64 bits.
    Int(i64),
    /// Digits with a fraction, or too many for an integer.
    Decimal(Decimal),
    /// More digits than a decimal holds, as written.
    Long(String),
    /// Digits with an exponent; `INF`, `-INF`, `NaN`.
    Double(f64),
    /// Groups of 8, 4, 4, 4 and 12 hexadecimal digits.
    Guid(Uuid),
    /// `2020-12-31`, as written.
    Date(String),
    /// `23:59:59.5`, as written.
    TimeOfDay(String),
    /// A date, a time and an offset.
    DateTimeOffset {
        /// The point in time.
        at: DateTimeOffset,
        /// Minutes that the clock it is written by is ahead of UTC.
        offset: i16,
    },
    /// Between apostrophes, with the doubled ones undone.
    String(String),
    /// `duration'…'`, as written between the apostrophes.
    Duration(String),
    /// `binary'…'`, as written between the apostrophes.
    Binary(String),
    /// `geography'…'` or `geometry'…'`, as written between the apostrophes.
    Geo(String),
    /// A qualified type name before apostrophes.
    Enum {
        /// The name before the apostrophes.
        type_name: String,
        /// Members or numbers, separated by commas.
        text: String,
    },
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where it begins.
    pub at: usize,
    /// What it is.
    pub kind: StepKind,
}

/// What one step of a path is.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// A property, a lambda variable, or, with dots, a type.
    Name(String),
    /// `$it`, `$this`, `$these`, `$root`, `$count`
    Dollar(String),
    /// `@name`: a parameter alias, or, not as the first step or with dots, an annotation.
    At(String),
    /// `aggregate(…)` of the collection before it (OData Aggregation 4.0 section 3.2.1.4).
    Aggregate(Box<Aggregate>),
    /// A name with parentheses: a function, `any`, `all`, `cast`, a key, `$filter`, `$count`.
    Call {
        /// The name, with dots and `$` as written.
        name: String,
        /// What stands between the parentheses; for `$count` its options, named without `$`.
        arguments: Vec<Argument>,
    },
}

/// One argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// An expression or, in `cast` and `isof`, a type.
    Positional(Node),
    /// `name=value`
    Named {
        /// Name of the parameter or key property.
        name: String,
        /// Its value.
        value: Node,
    },
    /// `x:predicate` of `any` and `all`, `condition:value` of `case`.
    Paired {
        /// Left of the colon.
        left: Node,
        /// Right of the colon.
        right: Node,
    },
}

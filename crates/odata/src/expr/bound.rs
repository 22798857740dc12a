use crate::edm::{Name, TypeName, TypeRef};
use crate::search::Search;
use crate::value::Value;

/// A typed expression whose names are resolved against the model.
///
/// Operands agree in type where an operator asks for it: binding converts literals (a string to
/// an enumeration member, an integer to a decimal), so that neither the evaluator nor SQL has to.
/// Only numbers may still differ, where neither operand is a literal: they are promoted, to
/// Edm.Double if one of them is a double, else to Edm.Decimal if one of them is a decimal.
///
/// `Display` writes canonical `$filter` text that parses and binds to the same expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A constant.
    Literal(Value),
    /// The value of a property, seen from the entity that is filtered.
    Property(PropertyPath),
    /// All operands hold; two or more of them. Three-valued (URL conventions 5.1.1.2.1).
    And(Vec<Self>),
    /// One of the operands holds; two or more of them.
    Or(Vec<Self>),
    /// Negation; null stays null.
    Not(Box<Self>),
    /// A comparison; never null. `eq` and `ne` take null as a value that equals itself only; `gt`
    /// and `lt` are false if an operand is null; `ge` and `le` are so too, unless both are, for
    /// then they are equal (URL conventions 5.1.1.1.1 to 5.1.1.1.6).
    Compare {
        /// The operator.
        op: Comparison,
        /// Left operand.
        left: Box<Self>,
        /// Right operand, of the same type.
        right: Box<Self>,
    },
    /// Whether the operand equals one of the constants; equality as `eq`.
    In {
        /// What is looked for.
        operand: Box<Self>,
        /// Where it is looked for.
        list: Vec<Value>,
    },
    /// Arithmetic on numbers, dates and durations.
    Arithmetic {
        /// The operator.
        op: Arithmetic,
        /// Left operand.
        left: Box<Self>,
        /// Right operand.
        right: Box<Self>,
    },
    /// Arithmetic negation.
    Negate(Box<Self>),
    /// Whether all bits of a constant are set in a flags value; null if the operand is null
    /// (URL conventions 5.1.1.1.9).
    Has {
        /// A value of an enumeration type.
        operand: Box<Self>,
        /// The bits.
        bits: i64,
    },
    /// `any` or `all` over a collection (URL conventions 5.1.1.13); null if the collection is.
    Lambda {
        /// Which one.
        quantifier: Quantifier,
        /// The collection.
        collection: PropertyPath,
        /// What [`Root::Variable`] stands for one item in the condition.
        variable: u32,
        /// What is asked of an item; `any` without it asks whether there are items.
        condition: Option<Box<Self>>,
    },
    /// How many items a collection has, or how many that pass a filter and match a search (URL
    /// conventions 5.1.1.14); null if the collection is.
    Count {
        /// The collection.
        collection: PropertyPath,
        /// What [`Root::This`] stands for one item in the filter.
        variable: u32,
        /// Which items are counted.
        filter: Option<Box<Self>>,
        /// What their texts match.
        search: Option<Search>,
    },
    /// The operand as a value of another type, null where it is none (URL conventions 5.1.1.10.1).
    Cast {
        /// What is converted.
        operand: Box<Self>,
        /// The type.
        ty: TypeRef,
    },
    /// Whether the structure that a path leads to, or the entity itself for `None`, is of a type
    /// or of one that derives from it (URL conventions 5.1.1.10.2).
    IsOf {
        /// The structure.
        operand: Option<PropertyPath>,
        /// The type and those that derive from it.
        types: Vec<TypeName>,
    },
    /// The value beside the first condition that holds; null if none does (URL conventions
    /// 5.1.1.12.1).
    Case(Vec<(Self, Self)>),
    /// A canonical function; null if an argument is null.
    Call {
        /// Which one.
        function: Function,
        /// As many as the function takes.
        arguments: Vec<Self>,
    },
}

/// The two lambda operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is the operator of the same name")]
pub enum Quantifier {
    Any,
    All,
}

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The entity that is filtered.
    It,
    /// One item of the collection that a lambda operator looks at.
    Variable(u32),
    /// One item of the collection that a filtered count looks at.
    This(u32),
}

/// A path of declared names to a property, with the type it ends in.
#[derive(Debug, Clone, PartialEq)]
pub struct PropertyPath {
    /// Where it begins.
    pub root: Root,
    /// The last step is a property or a navigation property; without any step the path is the
    /// variable that it begins with.
    pub steps: Vec<PathStep>,
    /// Type of the property at the end.
    pub ty: TypeRef,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub enum PathStep {
    /// Into a property or a navigation property, by its declared name.
    Property(Name),
    /// Only values of a derived type; null for the others, a collection goes on without them.
    Cast(TypeCast),
}

/// A derived type that a path names (URL conventions 4.11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeCast {
    /// The type.
    pub ty: TypeName,
    /// The types that derive from it.
    pub derived: Vec<TypeName>,
}

impl TypeCast {
    /// Whether a value of that type is let through.
    pub fn admits(&self, found: &TypeName) -> bool {
        self.ty == *found || self.derived.contains(found)
    }
}

/// A type that no other derives from.
impl From<TypeName> for TypeCast {
    fn from(ty: TypeName) -> Self {
        Self { ty, derived: Vec::new() }
    }
}

/// Comparison operators (URL conventions 5.1.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is the operator of the same name")]
pub enum Comparison {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

/// Arithmetic operators (URL conventions, section on arithmetic operators).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is the operator of the same name")]
pub enum Arithmetic {
    Add,
    Sub,
    Mul,
    Div,
    DivBy,
    Mod,
}

/// Canonical functions of an argument (URL conventions 5.1.1.5 to 5.1.1.11). `now()`,
/// `mindatetime()` and `maxdatetime()` become literals when an expression is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is the function of the same name, in lower case")]
pub enum Function {
    Concat,
    Contains,
    EndsWith,
    IndexOf,
    Length,
    StartsWith,
    Substring,
    ToLower,
    ToUpper,
    Trim,
    MatchesPattern,
    HasSubset,
    HasSubsequence,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    FractionalSeconds,
    Date,
    Time,
    TotalOffsetMinutes,
    TotalSeconds,
    Ceiling,
    Floor,
    Round,
}

impl Function {
    /// Every function, in the order of declaration.
    pub const ALL: [Self; 27] = [
        Self::Concat,
        Self::Contains,
        Self::EndsWith,
        Self::IndexOf,
        Self::Length,
        Self::StartsWith,
        Self::Substring,
        Self::ToLower,
        Self::ToUpper,
        Self::Trim,
        Self::MatchesPattern,
        Self::HasSubset,
        Self::HasSubsequence,
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Hour,
        Self::Minute,
        Self::Second,
        Self::FractionalSeconds,
        Self::Date,
        Self::Time,
        Self::TotalOffsetMinutes,
        Self::TotalSeconds,
        Self::Ceiling,
        Self::Floor,
        Self::Round,
    ];

    /// The name in an expression, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Concat => "concat",
            Self::Contains => "contains",
            Self::EndsWith => "endswith",
            Self::IndexOf => "indexof",
            Self::Length => "length",
            Self::StartsWith => "startswith",
            Self::Substring => "substring",
            Self::ToLower => "tolower",
            Self::ToUpper => "toupper",
            Self::Trim => "trim",
            Self::MatchesPattern => "matchespattern",
            Self::HasSubset => "hassubset",
            Self::HasSubsequence => "hassubsequence",
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
            Self::FractionalSeconds => "fractionalseconds",
            Self::Date => "date",
            Self::Time => "time",
            Self::TotalOffsetMinutes => "totaloffsetminutes",
            Self::TotalSeconds => "totalseconds",
            Self::Ceiling => "ceiling",
            Self::Floor => "floor",
            Self::Round => "round",
        }
    }
}

/// One key of `$orderby`. Nulls are lowest: first when ascending, last when descending.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderBy {
    /// What is sorted by.
    pub expr: Expr,
    /// Highest first.
    pub descending: bool,
}

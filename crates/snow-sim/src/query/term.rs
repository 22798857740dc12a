use std::cmp::Ordering;

use super::Refused;
use super::meaning::SCRIPT;

/// A condition: `stateIN1,2`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// Empty where the text is no term at all.
    pub(crate) field: String,
    pub(crate) operator: Operator,
    pub(crate) value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Like,
    NotLike,
    StartsWith,
    EndsWith,
    IsEmpty,
    IsNotEmpty,
    EmptyString,
    Anything,
    Between,
    SameAs,
    NotSameAs,
    /// Greater or less than another field.
    Field(Side),
    /// `Label@from@to`
    On,
    NotOn,
    /// A range that a value is not in.
    Outside,
    /// `Monday@javascript:gs.datePart('dayofweek','monday','EE')`
    DatePart,
    /// `@hour@ago@1`
    Relative(Side),
    InstanceOf,
    Dynamic,
    /// None of these. The value begins with its word.
    Unserved,
}

/// On which side of a moment, or of another value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    BeforeOrAt,
    After,
    AfterOrAt,
}

impl Operator {
    /// As it is written.
    pub(super) fn word(self) -> &'static str {
        SERVED.iter().find(|(_, served)| *served == self).map_or("", |(word, _)| *word)
    }
}

impl Side {
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Before => order.is_lt(),
            Self::BeforeOrAt => order.is_le(),
            Self::After => order.is_gt(),
            Self::AfterOrAt => order.is_ge(),
        }
    }
}

impl Term {
    pub(super) fn parse(text: &str) -> Result<Self, Refused> {
        if let Some(word) = APART.iter().find(|word| text.starts_with(**word)) {
            return Err(Refused::Operator((*word).to_owned()));
        }
        if let Some(script) = text.strip_prefix(SCRIPT) {
            return Err(Refused::Script(script.to_owned()));
        }
        let (field, rest) = text.split_at(end_of_field(text));
        if field.is_empty() || rest.is_empty() {
            return Ok(Self {
                field: String::new(),
                operator: Operator::Equal,
                value: text.to_owned(),
            });
        }
        let (word, operator) = SERVED
            .iter()
            .find(|(word, _)| rest.starts_with(word))
            .filter(|_| name_of_unserved(rest).is_none())
            .map_or(("", Operator::Unserved), |(word, operator)| (*word, *operator));
        let value = rest.strip_prefix(word).unwrap_or("").to_owned();
        Ok(Self { field: field.to_owned(), operator, value })
    }

    /// Why a term is refused whose operator is not served; then the operator begins the value.
    pub(super) fn unserved(&self) -> Option<Refused> {
        if let Some((_, unit)) = self.other().and_then(|other| other.split_once('@')) {
            return Some(Refused::Operator(format!("SAMEAS by {unit}")));
        }
        if self.operator != Operator::Unserved {
            return None;
        }
        let text = self.value.trim_start();
        let like_first: fn(char) -> bool = match text.chars().next() {
            Some(c) if c.is_ascii_uppercase() => |c| c.is_ascii_uppercase() || "_ ".contains(c),
            Some(c) if c.is_alphanumeric() => |c| !c.is_whitespace(),
            _ => |c| !c.is_alphanumeric() && !c.is_whitespace(),
        };
        let end = text.find(|c| !like_first(c)).unwrap_or(text.len());
        let said = text.get(..end).unwrap_or("").trim_end();
        Some(match name_of_unserved(&self.value) {
            Some(word) => Refused::Operator(word.to_owned()),
            None => Refused::Unknown(said.to_owned()),
        })
    }

    /// Asks for more than `query_match` ACLs are about: what a `query_range` ACL is about.
    pub(crate) fn is_range(&self) -> bool {
        use Operator as Op;
        !matches!(
            self.operator,
            Op::Equal
                | Op::NotEqual
                | Op::In
                | Op::NotIn
                | Op::SameAs
                | Op::NotSameAs
                | Op::Anything
                | Op::EmptyString
                | Op::IsEmpty
                | Op::IsNotEmpty
                | Op::Dynamic
                | Op::InstanceOf
        )
    }

    /// The field that this one is compared with.
    pub(crate) fn other(&self) -> Option<&str> {
        use Operator::{Field, NotSameAs, SameAs};
        let compares = matches!(self.operator, SameAs | NotSameAs | Field(_));
        compares.then_some(self.value.as_str())
    }

    /// Malformed: a comparison with nothing.
    pub(crate) fn lacks_value(&self) -> bool {
        use Operator::{Greater, GreaterOrEqual, Less, LessOrEqual};
        let compares = matches!(self.operator, Greater | GreaterOrEqual | Less | LessOrEqual);
        compares && self.value.is_empty()
    }
}

/// Where the operator begins: at the first two capitals, since columns have none, or at the first
/// sign that no name holds.
fn end_of_field(text: &str) -> usize {
    let bytes = text.as_bytes();
    let named = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let end = bytes.iter().position(|byte| !named(byte)).unwrap_or(bytes.len());
    let capitals = |pair: &[u8]| pair.iter().all(u8::is_ascii_uppercase);
    let word = bytes.windows(2).skip(1).position(capitals).map_or(end, |at| at + 1);
    end.min(word)
}

/// The operator of ServiceNow that a text begins with and that is not simulated.
fn name_of_unserved(text: &str) -> Option<&'static str> {
    UNSERVED.iter().find(|word| text.starts_with(**word)).copied()
}

/// Longer words first, where one begins with another.
const SERVED: [(&str, Operator); 38] = [
    ("!=", Operator::NotEqual),
    ("!*", Operator::NotLike),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("*", Operator::Like),
    ("%", Operator::EndsWith),
    ("NOT IN", Operator::NotIn),
    ("NOT LIKE", Operator::NotLike),
    ("NOTLIKE", Operator::NotLike),
    ("ISNOTEMPTY", Operator::IsNotEmpty),
    ("ISEMPTY", Operator::IsEmpty),
    ("EMPTYSTRING", Operator::EmptyString),
    ("ANYTHING", Operator::Anything),
    ("BETWEEN", Operator::Between),
    ("NSAMEAS", Operator::NotSameAs),
    ("SAMEAS", Operator::SameAs),
    ("STARTSWITH", Operator::StartsWith),
    ("ENDSWITH", Operator::EndsWith),
    ("LIKE", Operator::Like),
    ("CONTAINS", Operator::Like),
    ("DOES NOT CONTAIN", Operator::NotLike),
    ("INSTANCEOF", Operator::InstanceOf),
    ("IN", Operator::In),
    ("GT_FIELD", Operator::Field(Side::After)),
    ("GT_OR_EQUALS_FIELD", Operator::Field(Side::AfterOrAt)),
    ("LT_FIELD", Operator::Field(Side::Before)),
    ("LT_OR_EQUALS_FIELD", Operator::Field(Side::BeforeOrAt)),
    ("NOTON", Operator::NotOn),
    ("ON", Operator::On),
    ("DATEPART", Operator::DatePart),
    ("RELATIVEGT", Operator::Relative(Side::After)),
    ("RELATIVEGE", Operator::Relative(Side::AfterOrAt)),
    ("RELATIVELT", Operator::Relative(Side::Before)),
    ("RELATIVELE", Operator::Relative(Side::BeforeOrAt)),
    ("DYNAMIC", Operator::Dynamic),
];

/// Operators that an instance has besides. Some begin with one that is served.
const UNSERVED: [&str; 23] = [
    "<>",
    "IN_HIERARCHY_DYNAMIC",
    "IN_HIERARCHY",
    "NOT INSUBQUERY",
    "NOTINSUBQUERY",
    "INSUBQUERY",
    "SUBQUERY",
    "RELATIVEEE",
    "MATCH_PAT",
    "MATCH_RGX",
    "VALCHANGES",
    "CHANGESFROM",
    "CHANGESTO",
    "MORETHAN",
    "LESSTHAN",
    "DOESNOTHAVE",
    "EXCLUDING",
    "HASVARIABLE",
    "HASITEMVARIABLE",
    "HASQUESTION",
    "HASLABEL",
    "NOTEMPTY",
    "NOT EMPTY",
];

/// What stands apart from the fields of the table.
const APART: [&str; 11] = [
    "123TEXTQUERY321",
    "123TEXTINDEXGROUP321",
    "RLQUERY",
    "SUBQUERY",
    "JOIN",
    "GOTO",
    "GROUPBY",
    "TRENDBY",
    "HIERARCHY",
    "IR_",
    "sys_tags",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_served_is_called_by_its_name() {
        let check = |text: &str, expected: &str| {
            let term = Term::parse(text).unwrap();
            assert_eq!(term.unserved().unwrap().to_string(), expected, "{text}");
        };
        for word in UNSERVED {
            let text = format!("state{word}1");
            check(&text, &format!("the operator {word} is not simulated"));
        }
        let unknown = [
            ("stateNOT STARTSWITHx", "NOT STARTSWITH"),
            ("stateNOT_INx", "NOT_IN"),
            ("stateIS 1", "IS"),
            ("stateREGEXP.*", "REGEXP"),
            ("state is 1", "is"),
            ("state~1", "~"),
            ("state:1", ":"),
        ];
        for (text, word) in unknown {
            check(text, &format!("{word} is no operator that the simulator knows"));
        }
    }
}

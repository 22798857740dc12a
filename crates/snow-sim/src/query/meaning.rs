//! What a term comes to: scripts evaluated, and operators that stand for simpler ones replaced.

use jiff::{Span, Timestamp};

use super::datepart::DatePart;
use super::term::{Operator, Side, Term};
use super::{Asker, Refused, script};
use crate::clock;

pub(super) const SCRIPT: &str = "javascript:";

pub(super) struct Meaning {
    pub(super) operator: Operator,
    pub(super) value: String,
    /// The end of a range.
    pub(super) upper: Option<String>,
    pub(super) part: Option<DatePart>,
}

impl Meaning {
    pub(super) fn of(term: &Term, asker: &Asker<'_>) -> Result<Self, Refused> {
        let text = term.value.as_str();
        match term.operator {
            Operator::Between => {
                let (from, to) = text.split_once('@').ok_or_else(|| unclear("BETWEEN"))?;
                Self::range(Operator::Between, (from, to), asker)
            }
            Operator::On | Operator::NotOn => {
                let mut parts = text.splitn(3, '@').skip(1);
                let range = parts.next().zip(parts.next()).ok_or_else(|| unclear("ON"))?;
                let inside = term.operator == Operator::On;
                let operator = if inside { Operator::Between } else { Operator::Outside };
                Self::range(operator, range, asker)
            }
            Operator::DatePart => {
                let part = DatePart::parse(text, asker).ok_or_else(|| unclear("DATEPART"))?;
                let simple = Self::simple(Operator::DatePart, String::new());
                Ok(Self { part: Some(part), ..simple })
            }
            Operator::Relative(side) => {
                let at = moment(text, asker).ok_or_else(|| unclear("RELATIVE"))?;
                Ok(Self::simple(compare(side), clock::text(at)))
            }
            Operator::Dynamic if text == ME => {
                Ok(Self::simple(Operator::Equal, asker.user_id.to_owned()))
            }
            Operator::Dynamic => Err(unclear("DYNAMIC")),
            Operator::InstanceOf => {
                let children = EXTENDS.iter().filter(|(_, parents)| parents.contains(&text));
                let classes = children.map(|(class, _)| *class).chain([text]);
                Ok(Self::simple(Operator::In, classes.collect::<Vec<_>>().join(",")))
            }
            operator => Ok(Self::simple(operator, evaluated(text, asker)?)),
        }
    }

    fn simple(operator: Operator, value: String) -> Self {
        Self { operator, value, upper: None, part: None }
    }

    fn range(
        operator: Operator,
        (from, to): (&str, &str),
        asker: &Asker<'_>,
    ) -> Result<Self, Refused> {
        let (value, upper) = (evaluated(from, asker)?, Some(evaluated(to, asker)?));
        Ok(Self { operator, value, upper, part: None })
    }
}

/// The dynamic filter "Me" has this id on every instance.
const ME: &str = "90d1921e5f510100a9ad2572f2b477fe";

/// What the classes of the world extend.
const EXTENDS: [(&str, &[&str]); 2] =
    [("incident", &["task"]), ("cmdb_ci_computer", &["cmdb_ci_hardware", "cmdb_ci", "cmdb"])];

fn unclear(operator: &str) -> Refused {
    Refused::Operator(operator.to_owned())
}

fn evaluated(text: &str, asker: &Asker<'_>) -> Result<String, Refused> {
    match text.strip_prefix(SCRIPT) {
        Some(code) => script::evaluate(code, asker),
        None => Ok(text.to_owned()),
    }
}

fn compare(side: Side) -> Operator {
    match side {
        Side::Before => Operator::Less,
        Side::BeforeOrAt => Operator::LessOrEqual,
        Side::After => Operator::Greater,
        Side::AfterOrAt => Operator::GreaterOrEqual,
    }
}

/// `@hour@ago@1`, as the person counts months.
fn moment(text: &str, asker: &Asker<'_>) -> Option<i64> {
    let [unit, direction, number]: [&str; 3] =
        text.strip_prefix('@')?.split('@').collect::<Vec<_>>().try_into().ok()?;
    let number = i64::from(number.parse::<u16>().ok()?);
    let number = match direction {
        "ago" => -number,
        "ahead" => number,
        _ => return None,
    };
    let seconds = match unit {
        "minute" => 60,
        "hour" => 3600,
        "dayofweek" => 86_400,
        "month" => return months(number, asker),
        "quarter" => return months(number * 3, asker),
        "year" => return months(number * 12, asker),
        _ => return None,
    };
    asker.now.checked_add(number * seconds)
}

fn months(number: i64, asker: &Asker<'_>) -> Option<i64> {
    let now = Timestamp::from_second(asker.now).ok()?.to_zoned_datetime(asker.zone.clone());
    let then = now.checked_add(Span::new().try_months(number).ok()?).ok()?;
    Some(then.timestamp().as_second())
}

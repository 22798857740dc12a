use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::Field;

/// A condition that an administrator wrote as an encoded query. It is taken as it is, but only
/// where it is certain what it means and that it stays a part of a larger query.
///
/// Source: ServiceNow, "Encoded query strings"; "Table API", parameter `sysparm_query`: what an
/// instance does not understand it leaves out, and then finds every row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Joined by `^NQ`; each is terms joined by `^` and `^OR`. None: every row.
    groups: Vec<String>,
}

/// Why a text is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Longer than a URL allows, with the rest of a query.
    #[error("must not be longer than {MAX_CHARS} characters")]
    TooLong,
    /// A line break, or another character that is none.
    #[error("must not contain control characters")]
    Control,
    /// The instance would run it, with the zone and the rights of the account.
    #[error("must not contain 'javascript:'")]
    Script,
    /// The order is that of whoever asks.
    #[error("must not contain ORDERBY")]
    Order,
    /// `^OR` without a condition before it.
    #[error("'{0}' has no condition before it")]
    NothingBefore(String),
    /// No field, or no operator that is known: the instance would leave it out.
    #[error("'{0}' is no condition")]
    NoCondition(String),
}

const MAX_CHARS: usize = 2000;

impl Filter {
    /// The fields that it names, each once. An instance leaves out conditions on fields that it
    /// does not know.
    pub fn fields(&self) -> BTreeSet<Field> {
        let terms = self.groups.iter().flat_map(|group| terms(group));
        let names = terms.filter_map(|term| {
            let (name, _) = name_and_test(term.strip_prefix("OR").unwrap_or(term))?;
            name.to_ascii_lowercase().parse().ok()
        });
        names.collect()
    }

    /// The groups; none for every row.
    pub(super) fn groups(&self) -> &[String] {
        &self.groups
    }
}

/// As it can be read again.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.groups.join("^NQ"))
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        if text.chars().count() > MAX_CHARS {
            return Err(FilterError::TooLong);
        }
        if text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(FilterError::Control);
        }
        if text.to_ascii_lowercase().contains("javascript:") {
            return Err(FilterError::Script);
        }
        let mut groups = vec![String::new()];
        for term in terms(text) {
            let (group, term) = match term.strip_prefix("NQ") {
                Some(rest) => {
                    groups.push(String::new());
                    (groups.last_mut(), rest)
                }
                None => (groups.last_mut(), term),
            };
            if let Some(group) = group.filter(|_| !matches!(term, "" | "EQ")) {
                add(group, term)?;
            }
        }
        // A group of no conditions has every row, and so has the whole.
        let all = groups.iter().any(String::is_empty);
        Ok(Self { groups: if all { Vec::new() } else { groups } })
    }
}

fn add(group: &mut String, term: &str) -> Result<(), FilterError> {
    if term.starts_with("ORDERBY") {
        return Err(FilterError::Order);
    }
    let (separator, condition) = term.strip_prefix("OR").map_or(("^", term), |rest| ("^OR", rest));
    if group.is_empty() && separator == "^OR" {
        return Err(FilterError::NothingBefore(term.to_owned()));
    }
    if !is_condition(condition) {
        return Err(FilterError::NoCondition(term.to_owned()));
    }
    if !group.is_empty() {
        group.push_str(separator);
    }
    group.push_str(condition);
    Ok(())
}

/// Splits at single carets; doubled ones stay as they are.
fn terms(text: &str) -> Vec<&str> {
    let mut terms = Vec::new();
    let (mut start, mut rest) = (0, text);
    while let Some(at) = rest.find('^') {
        let at = text.len() - rest.len() + at;
        let after = text.get(at + 1..).unwrap_or_default();
        if let Some(behind) = after.strip_prefix('^') {
            rest = behind;
        } else {
            terms.push(text.get(start..at).unwrap_or_default());
            (start, rest) = (at + 1, after);
        }
    }
    terms.push(text.get(start..).unwrap_or_default());
    terms
}

/// A field, an operator, and a value where the operator wants one.
fn is_condition(term: &str) -> bool {
    let Some((_, rest)) = name_and_test(term) else { return false };
    let value = VALUED.iter().find_map(|operator| rest.strip_prefix(operator));
    match value {
        Some(value) => !value.is_empty() && !value.ends_with('^'),
        None => EMPTY.contains(&rest),
    }
}

/// The field, and the operator with its value.
fn name_and_test(term: &str) -> Option<(&str, &str)> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
    // Instances forgive a capital at the start, which people write.
    let further = term.strip_prefix(|c: char| c.is_ascii_alphabetic() || c == '_')?;
    let test = further.trim_start_matches(is_name);
    Some((term.strip_suffix(test)?, test))
}

/// With a value. Longer words first, where one begins with another.
const VALUED: [&str; 24] = [
    "!=",
    "!*",
    "<=",
    ">=",
    "=",
    "<",
    ">",
    "*",
    "%",
    "NOT IN",
    "NOT LIKE",
    "NOTLIKE",
    "INSTANCEOF",
    "IN",
    "LIKE",
    "CONTAINS",
    "STARTSWITH",
    "ENDSWITH",
    "BETWEEN",
    "SAMEAS",
    "NSAMEAS",
    "RELATIVE",
    "DATEPART",
    "DYNAMIC",
];

const EMPTY: [&str; 4] = ["ISEMPTY", "ISNOTEMPTY", "EMPTYSTRING", "ANYTHING"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_by_groups() {
        let check = |text: &str, expected: &[&str]| {
            let filter: Filter = text.parse().unwrap();
            assert_eq!(filter.groups, expected, "{text}");
            assert_eq!(filter.to_string().parse().as_ref(), Ok(&filter), "{text}");
        };
        check("", &[]);
        check("active=true", &["active=true"]);
        check("Active=true^state!=7^ORstate=6^EQ", &["Active=true^state!=7^ORstate=6"]);
        check("a=1^NQb=2^c=3", &["a=1", "b=2^c=3"]);
        check("a=x^^NQy^b=2", &["a=x^^NQy^b=2"]);
        check("a=1^NQ", &[]);
        check(
            "caller_id.emailENDSWITH@x^assigned_toISEMPTY",
            &["caller_id.emailENDSWITH@x^assigned_toISEMPTY"],
        );
        check("sys_created_onRELATIVEGT@month@ago@6", &["sys_created_onRELATIVEGT@month@ago@6"]);
        check("stateIN1,2,3", &["stateIN1,2,3"]);
    }

    #[test]
    fn the_fields_of_a_filter_are_known() {
        let check = |text: &str, expected: &[&str]| {
            let fields = text.parse::<Filter>().unwrap().fields();
            let fields: Vec<&str> = fields.iter().map(Field::as_str).collect();
            assert_eq!(fields, expected, "{text}");
        };
        check("", &[]);
        check("Active=true^priorityIN1,2^ORorder>5", &["active", "order", "priority"]);
        check(
            "caller_id.emailENDSWITH@x^^NQ^NQassigned_toISEMPTY",
            &["assigned_to", "caller_id.email"],
        );
    }

    #[test]
    fn what_an_instance_could_leave_out_is_refused() {
        let no_condition = |term: &str| FilterError::NoCondition(term.to_owned());
        for (text, expected) in [
            ("hello", no_condition("hello")),
            ("a=1^hello", no_condition("hello")),
            ("=1", no_condition("=1")),
            ("a>", no_condition("a>")),
            ("a=1^^^b=2", no_condition("a=1^^")),
            ("a IS 1", no_condition("a IS 1")),
            ("aISEMPTYx", no_condition("aISEMPTYx")),
            ("123TEXTQUERY321=x", no_condition("123TEXTQUERY321=x")),
            ("RLQUERYtask.x,>0^active=true^ENDRLQUERY", no_condition("RLQUERYtask.x,>0")),
            ("a=1^ORDERBYb", FilterError::Order),
            ("ORDERBYDESCb", FilterError::Order),
            ("ORa=1", FilterError::NothingBefore("ORa=1".to_owned())),
            ("a=1^NQORb=1", FilterError::NothingBefore("ORb=1".to_owned())),
            ("sys_created_on>javascript:gs.daysAgo(1)", FilterError::Script),
            ("a=JavaScript:x", FilterError::Script),
            ("a=1\nb", FilterError::Control),
        ] {
            assert_eq!(text.parse::<Filter>(), Err(expected), "{text}");
        }
        assert_eq!("a=".to_owned().repeat(1001).parse::<Filter>(), Err(FilterError::TooLong));
    }
}

use super::error::ConditionError;
use crate::expr;

/// The `if` of an item: whether it is carried out, by what became of others (JSON format 4.01
/// section 19.1). `$id/$succeeded`, `and`, `or`, `not` and parentheses are understood; conditions
/// on what others answered are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition(Vec<Step>);

/// In the order of evaluation: operands before their operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Constant(bool),
    /// Of the item at this place.
    Succeeded(usize),
    Not,
    And,
    Or,
}

/// What waits for its right operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Parenthesis,
    Operator(Step),
}

impl Condition {
    /// Reads it; `place` finds an item that may be referred to.
    pub(super) fn parse(
        text: &str,
        place: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, ConditionError> {
        match Self::served(text, place) {
            Err(ConditionError::NotServed) if !is_expression(text) => Err(ConditionError::Syntax),
            read => read,
        }
    }

    fn served(text: &str, place: impl Fn(&str) -> Option<usize>) -> Result<Self, ConditionError> {
        let (mut steps, mut waiting, mut operand) = (Vec::new(), Vec::new(), false);
        for token in tokens(text) {
            let word = token.to_ascii_lowercase();
            match (word.as_str(), operand) {
                ("(", false) => waiting.push(Waiting::Parenthesis),
                ("not", false) => waiting.push(Waiting::Operator(Step::Not)),
                ("true" | "false", false) => steps.push(Step::Constant(word == "true")),
                (")", true) => {
                    settle(&mut steps, &mut waiting, 0);
                    waiting.pop().ok_or(ConditionError::Syntax)?;
                }
                ("and", true) => infix(&mut steps, &mut waiting, Step::And),
                ("or", true) => infix(&mut steps, &mut waiting, Step::Or),
                ("(" | ")" | "and" | "or" | "not", _) => return Err(ConditionError::Syntax),
                (_, true) => return Err(ConditionError::NotServed),
                (_, false) => steps.push(Step::Succeeded(succeeded(token, &place)?)),
            }
            operand = !matches!(word.as_str(), "(" | "not" | "and" | "or");
        }
        settle(&mut steps, &mut waiting, 0);
        if operand && waiting.is_empty() { Ok(Self(steps)) } else { Err(ConditionError::Syntax) }
    }

    /// Whether it holds; `succeeded` says so of the item at a place.
    pub fn holds(&self, succeeded: impl Fn(usize) -> bool) -> bool {
        let mut stack: Vec<bool> = Vec::new();
        for step in &self.0 {
            let mut pop = || stack.pop().unwrap_or_default();
            let value = match step {
                Step::Constant(value) => *value,
                Step::Succeeded(place) => succeeded(*place),
                Step::Not => !pop(),
                Step::And => pop() & pop(),
                Step::Or => pop() | pop(),
            };
            stack.push(value);
        }
        stack.pop().unwrap_or_default()
    }
}

/// Whether it can be a condition for a service that understands more. References to items (protocol
/// section 11.7.3) are no names, but stand where names do.
fn is_expression(text: &str) -> bool {
    let (mut is_quoted, mut refers) = (false, false);
    let with_names = text.chars().map(|c| {
        is_quoted ^= c == '\'';
        refers = !is_quoted && (c == '$' || refers && (c.is_alphanumeric() || "-._~".contains(c)));
        if refers && !c.is_alphanumeric() { '_' } else { c }
    });
    expr::parse(&with_names.collect::<String>()).is_ok()
}

/// Parentheses, and whatever stands between them and blanks.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['(', ')']).flat_map(|piece| {
        let end = piece.strip_suffix(['(', ')']).unwrap_or(piece);
        let (words, parenthesis) = piece.split_at(end.len());
        let parenthesis = Some(parenthesis).filter(|it| !it.is_empty());
        words.split_ascii_whitespace().chain(parenthesis)
    })
}

fn succeeded(token: &str, place: impl Fn(&str) -> Option<usize>) -> Result<usize, ConditionError> {
    let id = token.strip_prefix('$').and_then(|rest| rest.strip_suffix("/$succeeded"));
    let id = id.ok_or(ConditionError::NotServed)?;
    place(id).ok_or_else(|| ConditionError::Unknown(id.to_owned()))
}

fn infix(steps: &mut Vec<Step>, waiting: &mut Vec<Waiting>, operator: Step) {
    settle(steps, waiting, strength(operator));
    waiting.push(Waiting::Operator(operator));
}

/// Operators that bind as strongly as this have their operands.
fn settle(steps: &mut Vec<Step>, waiting: &mut Vec<Waiting>, least: u8) {
    while let Some(Waiting::Operator(operator)) = waiting.last()
        && strength(*operator) >= least
    {
        steps.push(*operator);
        waiting.pop();
    }
}

const fn strength(operator: Step) -> u8 {
    match operator {
        Step::Or => 1,
        Step::And => 2,
        Step::Not | Step::Constant(_) | Step::Succeeded(_) => 3,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Items `a` and `b`; `a` succeeded.
    fn of(text: &str) -> Result<bool, ConditionError> {
        let place = |id: &str| ["a", "b"].iter().position(|known| *known == id);
        Condition::parse(text, place).map(|condition| condition.holds(|place| place == 0))
    }

    #[test]
    fn conditions_have_the_precedence_of_odata() {
        let check = |text: &str, expect: bool| assert_eq!(of(text), Ok(expect), "{text}");
        check("$a/$succeeded", true);
        check(" not  $a/$succeeded ", false);
        check("not not $a/$succeeded", true);
        check("NOT $b/$succeeded AND true", true);
        check("true or true and false", true);
        check("(true or true) and false", false);
        check("not false and false", false);
        check("not (false and false)", true);
        check("not($b/$succeeded)or((false))", true);
        check("false or false or $a/$succeeded and not $b/$succeeded", true);
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        let check = |text: &str, expect| assert_eq!(of(text), Err(expect), "{text}");
        for text in ["", "()", "not", "true and", "and true", "(true", "true)", ")(", "true not"] {
            check(text, ConditionError::Syntax);
        }
        check("$c/$succeeded", ConditionError::Unknown("c".to_owned()));
        for text in [
            "$a",
            "$a/status eq 'enabled'",
            "$1-~.a/value/$count gt 1 and true",
            "not contains($a/name,'$b (')",
            "a/$succeeded",
            "(1) eq 1",
        ] {
            check(text, ConditionError::NotServed);
        }
        for text in [
            "garbage(",
            "$a/status eq",
            "$a/$succeeded eq eq true",
            "true true",
            "$a/status eq 'x",
            "true and contains('a'",
        ] {
            check(text, ConditionError::Syntax);
        }
    }

    proptest! {
        #[test]
        fn any_words_are_read_or_refused(
            words in prop::collection::vec(
                prop::sample::select(vec!["(", ")", "not", "and", "or", "true", "$a/$succeeded", "é"]),
                0..40,
            )
        ) {
            drop(of(&words.join(" ")));
        }

        #[test]
        fn parentheses_around_a_condition_change_nothing(
            words in prop::collection::vec(
                (any::<bool>(), any::<bool>(), prop::sample::select(vec!["and", "or"])),
                1..10,
            )
        ) {
            let terms = words.iter().enumerate().map(|(n, (not, value, operator))| {
                let operator = if n == 0 { "" } else { operator };
                format!("{operator} {} {value} ", if *not { "not" } else { "" })
            });
            let text = terms.collect::<String>();
            // `or` is weakest: some run of `and` between them holds.
            let mut runs = vec![true];
            for (n, (not, value, operator)) in words.iter().enumerate() {
                if n > 0 && *operator == "or" {
                    runs.push(true);
                }
                *runs.last_mut().unwrap() &= not ^ value;
            }
            prop_assert_eq!(of(&text), Ok(runs.contains(&true)));
            prop_assert_eq!(of(&format!("(({text}))")), of(&text));
        }
    }
}

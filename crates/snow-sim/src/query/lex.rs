use super::term::Term;

/// An encoded query as it is written: groups of clauses of alternatives, and an order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// Joined by OR (`^NQ`); in a group clauses are joined by AND, in a clause terms by OR.
    pub(crate) groups: Vec<Vec<Vec<Term>>>,
    /// Field, and whether downwards.
    pub(crate) order: Vec<(String, bool)>,
}

/// What the simulator does not know, and does not guess.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the operator {0} is not simulated")]
    Operator(String),
    #[error("{0} is no operator that the simulator knows")]
    Unknown(String),
    #[error("the script {0} is not simulated")]
    Script(String),
    #[error("{0:?} is no time, and what an instance makes of it is not simulated")]
    Time(String),
    #[error("{0:?} is neither true nor false, and what an instance makes of it is not simulated")]
    Truth(String),
    #[error(
        "{0:?} is no whole number as an instance writes it, and what it makes of it is not simulated"
    )]
    Number(String),
    #[error("{0} with no value behind it is not simulated")]
    NoValue(String),
    #[error("{0} with a value behind it is not simulated")]
    Value(String),
    #[error("^NQ with no condition before or behind it is not simulated")]
    EmptyGroup,
    #[error("OR with no condition before it is not simulated")]
    LeadingOr,
    #[error("{0} is a password, and no query is about one")]
    Password(String),
    #[error("the query has more than {MOST} terms")]
    TooLong,
}

const MOST: usize = 2000;

impl Query {
    pub(crate) fn parse(text: &str) -> Result<Self, Refused> {
        let mut query = Self { groups: vec![Vec::new()], order: Vec::new() };
        let parts = split(text);
        if parts.len() > MOST {
            return Err(Refused::TooLong);
        }
        for part in parts {
            query.add(&part)?;
        }
        if query.groups.len() > 1 && query.groups.iter().any(Vec::is_empty) {
            return Err(Refused::EmptyGroup);
        }
        Ok(query)
    }

    fn add(&mut self, part: &str) -> Result<(), Refused> {
        let part = match part.strip_prefix("NQ") {
            Some(rest) => {
                self.groups.push(Vec::new());
                rest
            }
            None => part,
        };
        if let Some(field) = part.strip_prefix("ORDERBYDESC") {
            self.order.push((field.to_owned(), true));
            return Ok(());
        }
        if let Some(field) = part.strip_prefix("ORDERBY") {
            self.order.push((field.to_owned(), false));
            return Ok(());
        }
        if part.is_empty() || part == "EQ" {
            return Ok(());
        }
        let (alternative, part) =
            part.strip_prefix("OR").map_or((false, part), |rest| (true, rest));
        let term = Term::parse(part)?;
        let Some(group) = self.groups.last_mut() else { return Ok(()) };
        match (group.last_mut(), alternative) {
            (Some(clause), true) => clause.push(term),
            (None, true) => return Err(Refused::LeadingOr),
            (_, false) => group.push(vec![term]),
        }
        Ok(())
    }
}

/// Splits at single carets; a doubled one stands for itself.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '^' && chars.peek() != Some(&'^') {
            parts.push(String::new());
            continue;
        }
        if c == '^' {
            chars.next();
        }
        parts.iter_mut().next_back().into_iter().for_each(|part| part.push(c));
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        match Query::parse(text) {
            Err(refused) => refused.to_string(),
            Ok(query) => {
                let term =
                    |term: &Term| format!("{} {:?} {}", term.field, term.operator, term.value);
                let clause =
                    |terms: &Vec<Term>| terms.iter().map(term).collect::<Vec<_>>().join(" | ");
                let group = |group: &Vec<Vec<Term>>| {
                    group.iter().map(clause).collect::<Vec<_>>().join(" & ")
                };
                query.groups.iter().map(group).collect::<Vec<_>>().join(" || ")
            }
        }
    }

    #[test]
    fn queries_are_read() {
        let check = |text, expected| assert_eq!(shape(text), expected, "{text}");
        check("a=1^b=2^ORc=3", "a Equal 1 & b Equal 2 | c Equal 3");
        check("a=1^NQb>=2^EQ", "a Equal 1 || b GreaterOrEqual 2");
        check("stateIN1,2", "state In 1,2");
        check("stateNOT IN1,2", "state NotIn 1,2");
        check("caller_id.email=a^^NQb", "caller_id.email Equal a^NQb");
        check("short_descriptionLIKEa b", "short_description Like a b");
        check("opened_atONToday@x@y", "opened_at On Today@x@y");
        check("xRELATIVEGT@hour@ago@1", "x Relative(After) @hour@ago@1");
        check("Active=true", "Active Equal true");
        check("stateIN_HIERARCHYx", "state Unserved IN_HIERARCHYx");
        check("stateNOTSTARTSWITHx", "state Unserved NOTSTARTSWITHx");
        check("state<>1", "state Unserved <>1");
        check("state is 1", "state Unserved  is 1");
        check("nonSense=1", "nonSense Equal 1");
        check("javascript:x", "the script x is not simulated");
        check("GOTOnumber>=1", "the operator GOTO is not simulated");
        check("123TEXTQUERY321=a", "the operator 123TEXTQUERY321 is not simulated");
        check("hello", " Equal hello");
        check("=1", " Equal =1");
        check("ORDERBYsys_created_on^", "");
        let query = Query::parse("ORDERBYDESCa^ORDERBYb").unwrap();
        assert_eq!(query.order, [("a".to_owned(), true), ("b".to_owned(), false)]);
        let query = Query::parse("a=1^NQORDERBYb^c=2").unwrap();
        assert_eq!(query.order, [("b".to_owned(), false)]);
        for text in ["a=1^NQ", "NQa=1", "a=1^NQORDERBYb"] {
            assert_eq!(Query::parse(text), Err(Refused::EmptyGroup), "{text}");
        }
        for text in ["ORa=1", "ORDERBYb^ORa=1", "b=1^NQORa=1"] {
            assert_eq!(Query::parse(text), Err(Refused::LeadingOr), "{text}");
        }
    }
}

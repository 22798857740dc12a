//! `$search` as conditions on the column that has the words of a row.

use odata::search::{Search, Term};

use super::condition::balanced;
use super::translator::{NotServed, Translator, not_served};

/// Each of them is looked for in the whole text of every row of the tenant.
const TERMS: usize = 50;

impl Translator<'_> {
    /// A condition that holds exactly where [`Search::matches`] does, for the row that the
    /// innermost frame is about.
    pub(super) fn search(&mut self, search: &Search) -> Result<String, NotServed> {
        let Some(frame) = self.frames.last() else { return not_served("$search") };
        let Some(searched) = &frame.table.search else { return not_served("$search") };
        let text = self.named(&frame.alias, searched.column);
        self.found(&text, search)
    }

    fn found(&mut self, text: &str, search: &Search) -> Result<String, NotServed> {
        match search {
            Search::Term(term) => self.term(text, term),
            Search::Not(operand) => Ok(format!("(NOT {})", self.found(text, operand)?)),
            Search::And(operands) => self.each(text, operands, "AND"),
            Search::Or(operands) => self.each(text, operands, "OR"),
        }
    }

    fn each(
        &mut self,
        text: &str,
        operands: &[Search],
        operator: &str,
    ) -> Result<String, NotServed> {
        let found: Result<Vec<_>, _> =
            operands.iter().map(|operand| self.found(text, operand)).collect();
        balanced(&found?, operator).ok_or_else(|| NotServed(operator.to_owned()))
    }

    fn term(&mut self, text: &str, term: &Term) -> Result<String, NotServed> {
        self.searched += 1;
        if self.searched > TERMS {
            return not_served(format!("$search for more than {TERMS} words"));
        }
        let pattern = term.pattern();
        if pattern.is_empty() {
            return Ok("TRUE".to_owned());
        }
        let bound = self.bind(pattern);
        let pattern = self.dialect.ordinal(&bound);
        Ok(format!("({}({text}, {pattern}) > 0)", self.dialect.position()))
    }
}

//! `$search` (OData 4.01 URL conventions section 5.1.7): parsed, and matched against texts.

mod parse;
mod print;
mod words;

pub use parse::parse;
pub use words::{SearchText, Word, words};

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// A word or a phrase.
    Term(Term),
    /// What the operand does not match.
    Not(Box<Self>),
    /// What all operands match; two or more of them, none of them such a chain itself.
    And(Vec<Self>),
    /// What one of the operands matches; two or more of them, none of them such a chain itself.
    Or(Vec<Self>),
}

/// A word or a phrase as it was written, without quotation marks and escapes.
///
/// A phrase and a written word that [`words`] splits mean the same: words beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The text.
    pub text: String,
    /// Written with a `*` behind it: the last word need only begin like this.
    pub prefix: bool,
}

impl Search {
    /// Whether a text matches.
    ///
    /// Words match whole words in any case. A term without a letter or digit matches every text.
    pub fn matches(&self, text: &SearchText) -> bool {
        match self {
            Self::Term(term) => text.as_str().contains(&term.pattern()),
            Self::Not(operand) => !operand.matches(text),
            Self::And(operands) => operands.iter().all(|operand| operand.matches(text)),
            Self::Or(operands) => operands.iter().any(|operand| operand.matches(text)),
        }
    }
}

impl Term {
    /// What a [`SearchText`] that matches contains, byte for byte: a database looks for nothing
    /// else. Empty for a term without a letter or digit, which is in every text.
    pub fn pattern(&self) -> String {
        let mut pattern = String::new();
        for word in words(&self.text) {
            pattern.push(' ');
            pattern.push_str(word.as_str());
        }
        if !self.prefix && !pattern.is_empty() {
            pattern.push(' ');
        }
        pattern
    }
}

#[cfg(test)]
mod tests;

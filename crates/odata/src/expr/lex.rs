use super::ast::Literal;
use super::error::ExprError;
use super::scan::{self, BadForm, Scanned};

/// One token and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token<'t> {
    /// Characters before it.
    pub(crate) at: usize,
    /// As written; empty at the end.
    pub(crate) text: &'t str,
    pub(crate) kind: TokenKind<'t>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind<'t> {
    Literal(Literal),
    /// A string between quotation marks, with its escapes undone.
    Json(String),
    /// An identifier, or several with dots between them.
    Name(&'t str),
    /// An identifier with `$` before it.
    Dollar(&'t str),
    /// What follows an `@`, with a qualifier after `#` if there is one.
    At(&'t str),
    /// One of `( ) [ ] { } , : / = ; * -`
    Mark(char),
    End,
}

/// Reads tokens one by one, so that what is refused early costs little.
#[derive(Debug)]
pub(crate) struct Lexer<'t> {
    rest: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub(crate) const fn new(text: &'t str) -> Self {
        Self { rest: text, at: 0 }
    }

    /// The next token; [`TokenKind::End`] again and again after the last.
    pub(crate) fn next(&mut self) -> Result<Token<'t>, ExprError> {
        let trimmed = self.rest.trim_start_matches([' ', '\t']);
        self.at += self.rest.len() - trimmed.len();
        self.rest = trimmed;
        let Some(first) = trimmed.chars().next() else {
            return Ok(Token { at: self.at, text: "", kind: TokenKind::End });
        };
        if let Some(scanned) = scan::literal(trimmed) {
            return self.scanned(scanned);
        }
        match first {
            '$' | '@' => self.prefixed(first),
            '"' => self.json(),
            '(' | ')' | '[' | ']' | '{' | '}' | ',' | ':' | '/' | '=' | ';' | '*' | '-' => {
                Ok(self.take(1, TokenKind::Mark(first)))
            }
            _ => match scan::qualified_name(trimmed) {
                0 => Err(self.refuse("an operand or an operator")),
                length => {
                    let name = self.rest.get(..length).unwrap_or_default();
                    Ok(self.take(length, TokenKind::Name(name)))
                }
            },
        }
    }

    /// Whether that is the next character but blanks.
    pub(crate) fn is_before(&self, mark: char) -> bool {
        self.rest.trim_start_matches([' ', '\t']).starts_with(mark)
    }

    /// The text before a `)` that no `(` of it opens, or before another mark that ends it outside
    /// parentheses, or all; none count in `"…"` and `'…'`.
    pub(crate) fn search_text(&mut self, ends: Option<char>) -> (usize, &'t str) {
        let mut quote = None;
        let mut escaped = false;
        let mut open = 0_usize;
        let mut length = self.rest.len();
        let begins = self.rest.trim_start_matches([' ', '\t']).starts_with('\'');
        for (index, c) in self.rest.char_indices() {
            match (quote, c) {
                _ if escaped => escaped = false,
                (Some('"'), '\\') => escaped = true,
                (Some(end), _) if c == end => quote = None,
                (None, '"') => quote = Some('"'),
                (None, '\'') if begins => quote = Some('\''),
                (None, '(') => open += 1,
                (None, _) if open == 0 && (c == ')' || Some(c) == ends) => {
                    length = index;
                    break;
                }
                (None, ')') => open -= 1,
                (_, _) => {}
            }
        }
        let at = self.at;
        let (text, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.at += text.chars().count();
        self.rest = rest;
        (at, text)
    }

    fn scanned(&mut self, scanned: Scanned) -> Result<Token<'t>, ExprError> {
        match scanned.literal {
            Ok(literal) => Ok(self.take(scanned.length, TokenKind::Literal(literal))),
            Err(BadForm::Expected(expected)) => Err(self.refuse(expected)),
            Err(BadForm::Value { type_name, reason }) => {
                let text = self.rest.get(..scanned.length).unwrap_or_default().to_owned();
                let type_name = type_name.to_owned();
                Err(ExprError::BadLiteral { position: self.at, text, type_name, reason })
            }
        }
    }

    fn prefixed(&mut self, prefix: char) -> Result<Token<'t>, ExprError> {
        let after = self.rest.get(1..).unwrap_or_default();
        let mut length = scan::qualified_name(after);
        if length == 0 {
            return Err(self.refuse("a name after it"));
        }
        if prefix == '@'
            && let Some(qualifier) = after.get(length..).and_then(|rest| rest.strip_prefix('#'))
        {
            length += 1 + scan::identifier(qualifier);
        }
        let name = after.get(..length).unwrap_or_default();
        let kind = if prefix == '@' { TokenKind::At(name) } else { TokenKind::Dollar(name) };
        Ok(self.take(length + 1, kind))
    }

    fn json(&mut self) -> Result<Token<'t>, ExprError> {
        let mut end = None;
        let mut escaped = false;
        for (index, c) in self.rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    end = Some(index + 1);
                    break;
                }
                _ => {}
            }
        }
        let text = end.and_then(|end| self.rest.get(..end));
        match text.and_then(|text| serde_json::from_str(text).ok().map(|value| (text, value))) {
            Some((text, value)) => Ok(self.take(text.len(), TokenKind::Json(value))),
            None => Err(self.refuse("a JSON string that ends")),
        }
    }

    fn take(&mut self, length: usize, kind: TokenKind<'t>) -> Token<'t> {
        let (text, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        let token = Token { at: self.at, text, kind };
        self.at += text.chars().count();
        self.rest = rest;
        token
    }

    fn refuse(&self, expected: &'static str) -> ExprError {
        let found = match self.rest.chars().next() {
            Some(first) => format!("'{first}'"),
            None => "the end".to_owned(),
        };
        ExprError::Syntax { position: self.at, found, expected }
    }
}

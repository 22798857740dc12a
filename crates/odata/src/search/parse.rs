use super::{Search, Term};
use crate::expr::ExprError;

/// Words and phrases that a search may have.
const MAX_TERMS: usize = 200;
/// Levels of parentheses and `NOT` that a search may have.
const MAX_DEPTH: usize = 50;

/// Parses the decoded value of `$search` (rules `searchExpr` and `searchExpr-incomplete` of the
/// OData 4.01 ABNF).
///
/// `NOT` binds tightest, then `AND`, which may be left out, then `OR`. Each of the three is an
/// operator only where operands stand for it to join, otherwise a word. A text between
/// apostrophes, which may be an expression that somebody is still writing, is taken for a phrase.
pub fn parse(text: &str) -> Result<Search, ExprError> {
    let trimmed = text.trim_matches([' ', '\t']);
    if let Some(inside) = incomplete(trimmed) {
        return Ok(Search::Term(Term { text: inside, prefix: false }));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, end: text.chars().count(), depth: 0 };
    let search = parser.or()?;
    match parser.tokens.first() {
        None => Ok(search),
        Some(token) => Err(refuse(token.at, &token.text, "a word or the end")),
    }
}

/// The text between apostrophes, with doubled ones undone, if that is all there is.
fn incomplete(text: &str) -> Option<String> {
    let inside = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let undone = inside.replace("''", "\u{0}");
    (!undone.contains('\'')).then(|| undone.replace('\u{0}', "'"))
}

#[derive(Debug)]
struct Token {
    at: usize,
    /// As written; for phrases what stands between the quotation marks.
    text: String,
    kind: Kind,
    /// A blank or the beginning stands before it.
    apart: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Phrase,
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<Token>, ExprError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut apart = true;
    while let Some(first) = rest.chars().next() {
        let at = text.chars().count() - rest.chars().count();
        let (length, token) = match first {
            ' ' | '\t' => {
                apart = true;
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            '(' => (1, (Kind::Open, "(".to_owned())),
            ')' => (1, (Kind::Close, ")".to_owned())),
            '"' => {
                let (length, phrase) = phrase(rest, at)?;
                (length, (Kind::Phrase, phrase))
            }
            '\'' => return Err(refuse(at, "'", "a word")),
            _ => {
                let length = rest.find([' ', '\t', '(', ')', '"']).unwrap_or(rest.len());
                (length, (Kind::Word, rest.get(..length).unwrap_or_default().to_owned()))
            }
        };
        rest = rest.get(length..).unwrap_or_default();
        let (kind, text) = token;
        if matches!(kind, Kind::Word | Kind::Phrase)
            && tokens.iter().filter(|token: &&Token| token.kind != Kind::Close).count() >= MAX_TERMS
        {
            return Err(ExprError::TooComplex { position: at, limit: "200 words" });
        }
        tokens.push(Token { at, text, kind, apart });
        apart = false;
    }
    Ok(tokens)
}

/// The bytes of a phrase with its quotation marks, and the text between them.
fn phrase(rest: &str, at: usize) -> Result<(usize, String), ExprError> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((index, c)) = chars.next() {
        match c {
            '"' if text.is_empty() => return Err(refuse(at + 1, "\"", "a phrase")),
            '"' => return Ok((index + 1, text)),
            '\\' => match chars.next() {
                Some((_, escaped @ ('\\' | '"'))) => text.push(escaped),
                _ => return Err(refuse(at, "\\", "'\\\\' or '\\\"' in a phrase")),
            },
            _ => text.push(c),
        }
    }
    Err(refuse(at + rest.chars().count(), "", "'\"' at the end of the phrase"))
}

fn refuse(position: usize, found: &str, expected: &'static str) -> ExprError {
    let found = match found {
        "" => "the end".to_owned(),
        text => format!("'{}'", text.chars().take(50).collect::<String>()),
    };
    ExprError::Syntax { position, found, expected }
}

struct Parser<'t> {
    tokens: &'t [Token],
    end: usize,
    depth: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Search, ExprError> {
        let mut operands = vec![self.and()?];
        while self.joins("OR") {
            self.advance();
            operands.push(self.and()?);
        }
        Ok(chain(operands, Search::Or))
    }

    fn and(&mut self) -> Result<Search, ExprError> {
        let mut operands = vec![self.unary()?];
        loop {
            match self.tokens.first() {
                None => break,
                Some(token) if token.kind == Kind::Close => break,
                Some(token) if !token.apart => {
                    return Err(refuse(token.at, &token.text, "a blank"));
                }
                Some(_) if self.joins("OR") => break,
                Some(_) if self.joins("AND") => self.advance(),
                Some(_) => {}
            }
            operands.push(self.unary()?);
        }
        Ok(chain(operands, Search::And))
    }

    fn unary(&mut self) -> Result<Search, ExprError> {
        let Some((token, rest)) = self.tokens.split_first() else {
            return Err(refuse(self.end, "", "a word or a phrase"));
        };
        let negates = self.joins("NOT");
        self.tokens = rest;
        match token.kind {
            Kind::Word if negates => {
                let operand = self.deeper(token, Self::unary)?;
                Ok(Search::Not(Box::new(operand)))
            }
            Kind::Word => Ok(Search::Term(word(&token.text))),
            Kind::Phrase => Ok(Search::Term(Term { text: token.text.clone(), prefix: false })),
            Kind::Close => Err(refuse(token.at, ")", "a word or a phrase")),
            Kind::Open => {
                let inside = self.deeper(token, Self::or)?;
                match self.tokens.split_first() {
                    Some((close, rest)) if close.kind == Kind::Close => self.tokens = rest,
                    Some((other, _)) => return Err(refuse(other.at, &other.text, "')'")),
                    None => return Err(refuse(self.end, "", "')'")),
                }
                Ok(inside)
            }
        }
    }

    fn deeper(
        &mut self,
        token: &Token,
        parse: fn(&mut Self) -> Result<Search, ExprError>,
    ) -> Result<Search, ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ExprError::TooComplex { position: token.at, limit: "50 levels" });
        }
        let parsed = parse(self)?;
        self.depth -= 1;
        Ok(parsed)
    }

    /// Whether that operator comes next, with an operand apart behind it.
    fn joins(&self, operator: &str) -> bool {
        match self.tokens {
            [word, next, ..] => {
                word.kind == Kind::Word
                    && word.text == operator
                    && next.kind != Kind::Close
                    && next.apart
            }
            _ => false,
        }
    }

    fn advance(&mut self) {
        self.tokens = self.tokens.get(1..).unwrap_or_default();
    }
}

fn word(text: &str) -> Term {
    match text.strip_suffix('*') {
        Some(begin) if !begin.is_empty() => Term { text: begin.to_owned(), prefix: true },
        _ => Term { text: text.to_owned(), prefix: false },
    }
}

/// Joins to one flat chain.
fn chain(mut operands: Vec<Search>, join: fn(Vec<Search>) -> Search) -> Search {
    if operands.len() == 1
        && let Some(only) = operands.pop()
    {
        return only;
    }
    let is_or = matches!(join(Vec::new()), Search::Or(_));
    let mut flat = Vec::with_capacity(operands.len());
    for operand in operands {
        match operand {
            Search::And(more) if !is_or => flat.extend(more),
            Search::Or(more) if is_or => flat.extend(more),
            other => flat.push(other),
        }
    }
    join(flat)
}

use std::collections::{HashMap, HashSet};

/// The words that a rule may match, by the name of the rule: the names of a model.
pub type Words = HashMap<String, Vec<String>>;

/// Reads a text by the rules of the ABNF, which look back as they try one form after the other.
#[derive(Debug)]
pub(super) struct Cursor<'w> {
    chars: Vec<Char>,
    at: usize,
    furthest: usize,
    depth: usize,
    failed: HashSet<usize>,
    words: &'w Words,
}

#[derive(Debug, Clone, Copy)]
struct Char {
    value: char,
    /// Characters of the input before it.
    raw: usize,
    /// It was percent-encoded.
    encoded: bool,
}

impl Char {
    /// Characters of the input up to its end.
    const fn end(self) -> usize {
        self.raw + if self.encoded { 3 * self.value.len_utf8() } else { 1 }
    }
}

/// Rules within rules that a text may need.
const MAX_DEPTH: usize = 200;

impl<'w> Cursor<'w> {
    /// A text as it stands, as in headers and payloads.
    pub(super) fn plain(input: &str, words: &'w Words) -> Self {
        let char = |(raw, value)| Char { value, raw, encoded: false };
        Self::new(input.chars().enumerate().map(char).collect(), words)
    }

    /// A part of a URL: percent-encoded characters are those that they stand for.
    pub(super) fn url(input: &str, words: &'w Words) -> Self {
        let input: Vec<char> = input.chars().collect();
        let mut chars = Vec::with_capacity(input.len());
        let mut raw = 0;
        while let Some(&value) = input.get(raw) {
            let (value, length, encoded) = match encoded(&input, raw) {
                Some((value, length)) => (value, length, true),
                None => (value, 1, false),
            };
            chars.push(Char { value, raw, encoded });
            raw += length;
        }
        Self::new(chars, words)
    }

    fn new(chars: Vec<Char>, words: &'w Words) -> Self {
        Self { chars, at: 0, furthest: 0, depth: 0, failed: HashSet::new(), words }
    }

    pub(super) const fn at_end(&self) -> bool {
        self.at == self.chars.len()
    }

    /// The place that a failed alternative goes back to.
    pub(super) const fn mark(&self) -> usize {
        self.at
    }

    pub(super) fn back(&mut self, mark: usize) -> bool {
        self.at = mark;
        false
    }

    /// The furthest that any alternative came, in characters of the input.
    pub(super) fn consumed(&self) -> usize {
        let last = self.chars.last().map_or(0, |last| last.end());
        self.chars.get(self.furthest).map_or(last, |next| next.raw)
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).map(|next| next.value)
    }

    /// Goes on behind what another parser took from [`Self::rest`].
    pub(super) fn skip(&mut self, characters: usize) {
        self.at = (self.at + characters).min(self.chars.len());
        self.furthest = self.furthest.max(self.at);
    }

    pub(super) fn rest(&self) -> String {
        self.chars.iter().skip(self.at).map(|next| next.value).collect()
    }

    /// One character that fits; it is told whether the character was percent-encoded.
    pub(super) fn one(&mut self, fits: impl Fn(char, bool) -> bool) -> bool {
        let found = self.chars.get(self.at).is_some_and(|next| fits(next.value, next.encoded));
        if found {
            self.skip(1);
        }
        found
    }

    pub(super) fn char(&mut self, wanted: char) -> bool {
        self.one(|c, _| c == wanted)
    }

    /// A text in any case.
    pub(super) fn word(&mut self, text: &str) -> bool {
        self.text(text, |a, b| a.eq_ignore_ascii_case(&b))
    }

    /// A text in exactly that case.
    pub(super) fn exact(&mut self, text: &str) -> bool {
        self.text(text, |a, b| a == b)
    }

    fn text(&mut self, text: &str, same: impl Fn(char, char) -> bool) -> bool {
        let count = text.chars().count();
        let mut here = self.chars.iter().skip(self.at);
        let found = text.chars().all(|c| here.next().is_some_and(|next| same(next.value, c)));
        if found {
            self.skip(count);
        }
        found
    }

    /// As many as there are of characters that fit; their number.
    pub(super) fn many(&mut self, fits: impl Fn(char) -> bool) -> usize {
        let start = self.at;
        while self.one(|c, _| fits(c)) {}
        self.at - start
    }

    pub(super) fn digits(&mut self) -> bool {
        self.many(|c| c.is_ascii_digit()) > 0
    }

    pub(super) fn blanks(&mut self) -> usize {
        self.many(|c| matches!(c, ' ' | '\t'))
    }

    /// Takes what the rule takes, or nothing; never fails.
    pub(super) fn maybe(&mut self, rule: impl FnOnce(&mut Self) -> bool) -> bool {
        let mark = self.at;
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            let found = rule(self);
            self.depth -= 1;
            if found {
                return true;
            }
        }
        self.back(mark)
    }

    /// As [`Self::maybe`], but where the rule failed once it is not tried again: alternatives that
    /// lead to it in turn, within each other, would take twice as long for every level. For one
    /// rule only, which must not depend on what came before.
    pub(super) fn maybe_once(&mut self, rule: impl FnOnce(&mut Self) -> bool) -> bool {
        let mark = self.at;
        let found = !self.failed.contains(&mark) && self.maybe(rule);
        if !found {
            self.failed.insert(mark);
        }
        found
    }

    /// One or more of a rule with commas, or another character, between them.
    pub(super) fn list(&mut self, separator: char, rule: impl Fn(&mut Self) -> bool) -> bool {
        if !self.maybe(&rule) {
            return false;
        }
        while self.maybe(|c| c.char(separator) && rule(c)) {}
        true
    }

    /// An identifier (rule `odataIdentifier`) that is a word of the rule of that name.
    pub(super) fn name(&mut self, rule: &str) -> bool {
        let start = self.at;
        let is_first = |c: char| c.is_alphabetic() || c == '_';
        let mut end = start;
        while let Some(next) = self.chars.get(end)
            && (is_first(next.value) || end > start && next.value.is_alphanumeric())
            && end - start < 128
        {
            end += 1;
        }
        let name: String =
            self.chars.iter().skip(start).take(end - start).map(|c| c.value).collect();
        // A word that is not allowed was read nevertheless: what is wrong begins behind it.
        self.skip(end - start);
        !name.is_empty() && self.allows(rule, &name) || self.back(start)
    }

    /// Whether a rule may match a word: any, where nothing limits it.
    pub(super) fn allows(&self, rule: &str, word: &str) -> bool {
        self.words.get(rule).is_none_or(|words| words.iter().any(|known| known == word))
    }

    pub(super) const fn words(&self) -> &'w Words {
        self.words
    }
}

/// The character that starts with `%` at an index, and how many characters it takes.
fn encoded(input: &[char], index: usize) -> Option<(char, usize)> {
    let byte = |at: usize| {
        let digit = |at: usize| input.get(at)?.to_digit(16);
        if input.get(at) != Some(&'%') {
            return None;
        }
        u8::try_from(digit(at + 1)? * 16 + digit(at + 2)?).ok()
    };
    let mut bytes = Vec::new();
    for count in 0..4 {
        bytes.push(byte(index + 3 * count)?);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            return Some((text.chars().next()?, 3 * (count + 1)));
        }
    }
    None
}

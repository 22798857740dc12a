use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::chunked::Chunked;
use crate::clock;

/// Every text of the instance, each kept once; a cell holds its number.
///
/// `INC0012345` and the like are not kept at all: their number says it.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    texts: Chunked<Arc<str>>,
    /// In parts, of which a copy shares those that stay as they are.
    numbers: Vec<Arc<HashMap<Arc<str>, u32>>>,
}

const PARTS: usize = 64;

/// The number of the empty text.
pub(crate) const EMPTY: u32 = 0;

const SERIAL: u32 = 1 << 31;

impl Words {
    pub(crate) fn new() -> Self {
        let numbers = (0..PARTS).map(|_| Arc::default()).collect();
        let mut words = Self { texts: Chunked::default(), numbers };
        words.intern("");
        words
    }

    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        if let Some(word) = self.find(text) {
            return word;
        }
        let word = u32::try_from(self.texts.len()).unwrap_or(SERIAL - 1);
        let kept: Arc<str> = text.into();
        self.texts.push(Arc::clone(&kept));
        if let Some(part) = self.numbers.get_mut(place(text)) {
            Arc::make_mut(part).insert(kept, word);
        }
        word
    }

    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        serial_of(text).or_else(|| self.numbers.get(place(text))?.get(text).copied())
    }

    pub(crate) fn text(&self, word: u32) -> Cow<'_, str> {
        if word & SERIAL == 0 {
            let text = usize::try_from(word).ok().and_then(|at| self.texts.get(at));
            Cow::Borrowed(text.map_or("", AsRef::as_ref))
        } else {
            let mut out = "INC".to_owned();
            clock::digits(&mut out, i64::from(word & !SERIAL), 7);
            Cow::Owned(out)
        }
    }
}

/// The part that a text is in: FNV-1a.
fn place(text: &str) -> usize {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = text.bytes().fold(0x811c_9dc5, mix);
    usize::try_from(hash).unwrap_or(0) % PARTS
}

/// The word of an incident's number.
pub(crate) fn serial(number: u32) -> u32 {
    SERIAL | number
}

fn serial_of(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("INC").filter(|digits| digits.len() == 7)?;
    let number = digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?;
    number.map(serial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_a_serial_number_never() {
        let mut words = Words::new();
        for text in ["", "Printer jams", "INC0010001", "INC10001", "INC001000x"] {
            let word = words.intern(text);
            assert_eq!(words.text(word), text);
            assert_eq!(words.intern(text), word);
        }
        assert_eq!(words.texts.len(), 4);
        assert_eq!(words.intern("INC0010001"), serial(10_001));
    }
}

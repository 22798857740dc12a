use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A word in the form in which words are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(String);

impl Word {
    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The words of a text, in their order.
///
/// The text is brought to the compatibility form NFKC of Unicode, then to lower case. A word is a
/// longest run of letters, digits and the marks that combine with them; every other character
/// separates words, so `INC0010001` is one word and `brand-new` are two. A Greek final sigma is
/// taken for a sigma, for whether it is final depends on what follows.
pub fn words(text: &str) -> Vec<Word> {
    let lower = |c: char| c.to_lowercase().map(|c| if c == 'ς' { 'σ' } else { c });
    // Lower case can take the text out of its normal form.
    let folded: String = text.nfkc().flat_map(lower).nfkc().collect();
    folded
        .split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .filter(|word| word.contains(char::is_alphanumeric))
        .map(|word| Word(word.to_owned()))
        .collect()
}

/// The words of all searchable texts of a row, in one text that a database keeps.
///
/// A blank stands before and behind every word, so that a whole word is found by looking for it
/// between blanks; a `|` stands between two texts, so that no phrase reaches across.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// Takes the words of some texts.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut all = String::from(" ");
        for text in texts {
            for word in words(text) {
                all.push_str(word.as_str());
                all.push(' ');
            }
            all.push_str("| ");
        }
        Self(all)
    }

    /// What a database keeps.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

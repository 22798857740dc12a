use std::fmt;

use crate::expr::ExprError;

/// One item of `$select` or `$expand` as it was written (rules `selectItem` and `expandItem` of the
/// OData 4.01 ABNF), not yet looked up in a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Names between slashes: properties, types, `*`, `$ref`, `$count`, annotations.
    pub path: Vec<ItemStep>,
    /// Parameter names in parentheses, which tell overloads of a function apart.
    pub parameters: Vec<String>,
    /// Options in parentheses, separated by semicolons.
    pub options: Vec<ItemOption>,
}

/// One name of the path of an [`Item`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemStep {
    /// Characters before it.
    pub at: usize,
    /// As written.
    pub name: String,
}

/// One option of an [`Item`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemOption {
    /// Characters before its name.
    pub at: usize,
    /// The name, with or without `$`, as written.
    pub name: String,
    /// What follows the `=`, as written.
    pub text: String,
}

/// Items that a list may have.
const MAX_ITEMS: usize = 1_000;
/// Steps that the path of an item may have.
const MAX_STEPS: usize = 20;

/// Splits the value of `$select` or `$expand` into its items. Blanks around commas, semicolons and
/// names do not matter.
///
/// The options keep their texts: each is read by the grammar of its name.
pub fn items(text: &str) -> Result<Vec<Item>, ExprError> {
    let mut items = Vec::new();
    for piece in Piece::whole(text).split(',')? {
        if items.len() == MAX_ITEMS {
            return Err(ExprError::TooComplex { position: piece.at, limit: "1000 items" });
        }
        items.push(item(piece.trim())?);
    }
    Ok(items)
}

impl Item {
    /// Whether the first name of the path is that.
    pub(super) fn starts(&self, name: &str) -> bool {
        self.path.first().is_some_and(|step| step.name == name)
    }

    /// Whether it is that name and nothing else.
    pub(super) fn is(&self, name: &str) -> bool {
        self.path.len() == 1
            && self.starts(name)
            && self.options.is_empty()
            && self.parameters.is_empty()
    }
}

impl ItemOption {
    fn is_search(&self) -> bool {
        self.name.trim_start_matches('$').eq_ignore_ascii_case("search")
    }
}

fn item(piece: Piece<'_>) -> Result<Item, ExprError> {
    let (path, inside) = match piece.text.find('(') {
        Some(index) => (piece.upto(index), Some(piece.inside(index)?)),
        None => (piece, None),
    };
    let mut steps = Vec::new();
    for step in path.split('/')? {
        if step.text.is_empty() || step.text.contains([' ', '\t', '=', ';']) {
            return Err(step.refuse("a property name"));
        }
        if steps.len() == MAX_STEPS {
            return Err(ExprError::TooComplex { position: step.at, limit: "20 steps" });
        }
        steps.push(ItemStep { at: step.at, name: step.text.to_owned() });
    }
    let mut item = Item { path: steps, parameters: Vec::new(), options: Vec::new() };
    match inside {
        Some(inside) if inside.text.contains('=') => {
            for option in inside.split(';')? {
                match item.options.last_mut() {
                    // A semicolon that was percent-encoded belongs to the words that are searched.
                    Some(last) if last.is_search() && !option.text.contains('=') => {
                        last.text.push(';');
                        last.text.push_str(option.text);
                    }
                    _ => item.options.push(option.trim().option()?),
                }
            }
        }
        Some(inside) => {
            for name in inside.split(',')? {
                item.parameters.push(name.trim().text.to_owned());
            }
        }
        None => {}
    }
    Ok(item)
}

/// A part of the text and how many characters precede it.
#[derive(Debug, Clone, Copy)]
struct Piece<'t> {
    at: usize,
    text: &'t str,
}

impl<'t> Piece<'t> {
    const fn whole(text: &'t str) -> Self {
        Self { at: 0, text }
    }

    fn upto(self, end: usize) -> Self {
        Self { at: self.at, text: self.text.get(..end).unwrap_or_default() }
    }

    fn from(self, start: usize) -> Self {
        let (before, text) = self.text.split_at_checked(start).unwrap_or((self.text, ""));
        Self { at: self.at + before.chars().count(), text }
    }

    fn trim(self) -> Self {
        let text = self.text.trim_start_matches([' ', '\t']);
        let at = self.at + (self.text.len() - text.len());
        Self { at, text: text.trim_end_matches([' ', '\t']) }
    }

    /// Splits at a separator that is neither in a string nor in parentheses, brackets or braces.
    fn split(self, separator: char) -> Result<Vec<Self>, ExprError> {
        let mut pieces = Vec::new();
        let mut rest = self;
        while let Some(end) = rest.find(|c, depth| depth == 0 && c == separator)? {
            pieces.push(rest.upto(end));
            rest = rest.from(end + separator.len_utf8());
        }
        pieces.push(rest);
        Ok(pieces)
    }

    /// What stands in the parentheses that open at `index`; nothing may follow them.
    fn inside(self, index: usize) -> Result<Self, ExprError> {
        let rest = self.from(index);
        match rest.find(|c, depth| depth == 1 && c == ')')? {
            Some(end) if end + 1 == rest.text.len() => Ok(rest.upto(end).from(1)),
            Some(end) => Err(rest.from(end + 1).refuse("',' or the end")),
            None => Err(rest.from(rest.text.len()).refuse("')'")),
        }
    }

    fn option(self) -> Result<ItemOption, ExprError> {
        match self.text.split_once('=') {
            Some((name, text)) if !name.trim().is_empty() => {
                Ok(ItemOption { at: self.at, name: name.trim().to_owned(), text: text.to_owned() })
            }
            _ => Err(self.refuse("an option with '='")),
        }
    }

    /// The first character outside strings that is wanted; it is asked with how many parentheses,
    /// brackets and braces are open before it.
    fn find(self, wanted: impl Fn(char, usize) -> bool) -> Result<Option<usize>, ExprError> {
        let mut quote = None;
        let mut escaped = false;
        let mut depth = 0_usize;
        for (index, c) in self.text.char_indices() {
            match (quote, c) {
                (Some('"'), _) if escaped => escaped = false,
                (Some('"'), '\\') => escaped = true,
                (Some(open), _) if c == open => quote = None,
                (None, _) if wanted(c, depth) => return Ok(Some(index)),
                (None, '\'' | '"') => quote = Some(c),
                (None, '(' | '[' | '{') => depth += 1,
                (None, ')' | ']' | '}') => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return Err(self.from(index).refuse("',' or the end")),
                },
                (Some(_) | None, _) => {}
            }
        }
        Ok(None)
    }

    fn refuse(self, expected: &'static str) -> ExprError {
        let found = match self.text {
            "" => "nothing".to_owned(),
            text => format!("'{}'", text.chars().take(50).collect::<String>()),
        };
        ExprError::Syntax { position: self.at, found, expected }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.path.iter().enumerate() {
            f.write_str(if index > 0 { "/" } else { "" })?;
            f.write_str(&step.name)?;
        }
        if !self.parameters.is_empty() {
            return write!(f, "({})", self.parameters.join(","));
        }
        for (index, option) in self.options.iter().enumerate() {
            f.write_str(if index > 0 { ";" } else { "(" })?;
            write!(f, "{}={}", option.name, option.text)?;
        }
        f.write_str(if self.options.is_empty() { "" } else { ")" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn printed(text: &str) -> Result<String, ExprError> {
        let items: Vec<_> = items(text)?.iter().map(ToString::to_string).collect();
        Ok(items.join(","))
    }

    #[test]
    fn items_are_split_outside_strings_and_parentheses() {
        for (text, expect) in [
            ("a, b/c ,*", "a,b/c,*"),
            ("a($select=b,c;$top=1),d", "a($select=b,c;$top=1),d"),
            ("a( $filter=x eq 'y;),(' ; $search=\"(\" )", "a($filter=x eq 'y;),(';$search=\"(\")"),
            ("a($search=b;c;$top=1)", "a($search=b;c;$top=1)"),
            ("a($expand=b($levels=max))", "a($expand=b($levels=max))"),
            ("ns.f(p, q),ns.*,a/$ref", "ns.f(p,q),ns.*,a/$ref"),
            ("a($filter=x in ('it''s',\"\\\"\"))", "a($filter=x in ('it''s',\"\\\"\"))"),
        ] {
            assert_eq!(printed(text).as_deref(), Ok(expect), "{text}");
        }
        let found = items("é, a/b($top=1)").unwrap();
        let [_, second] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(second.path.iter().map(|step| step.at).collect::<Vec<_>>(), [3, 5]);
        assert_eq!(second.options.iter().map(|option| option.at).collect::<Vec<_>>(), [7]);
    }

    #[test]
    fn what_is_no_list_of_items_is_refused_where_it_goes_wrong() {
        for (text, at) in [
            ("", 0),
            ("a,", 2),
            ("a//b", 2),
            ("a b", 0),
            ("a)", 1),
            ("a(", 2),
            ("a($top=1", 8),
            ("a($top=1)b", 9),
            ("a($top=1;)", 9),
            ("a(=1)", 2),
            ("a,b(x='", 7),
        ] {
            assert_eq!(printed(text).map_err(|error| error.position()), Err(at), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_the_same(text in "([a-c*/$é.]|\\(\\$[a-c]=|[,;'\" ]|\\))*") {
            if let Ok(once) = printed(&text) {
                prop_assert_eq!(printed(&once), Ok(once));
            }
        }
    }
}

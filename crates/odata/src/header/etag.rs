use std::fmt;
use std::str::FromStr;

use super::precondition::Current;

/// An entity tag (RFC 9110 section 8.8.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag {
    weak: bool,
    opaque: String,
}

/// The text is no entity tag, or no list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The value of the header is not an entity tag or a list of them.")]
pub struct InvalidETag;

impl ETag {
    /// A weak tag; the opaque part goes without quotation marks.
    pub fn weak(opaque: impl Into<String>) -> Result<Self, InvalidETag> {
        let opaque = opaque.into();
        if opaque.bytes().all(is_etag_byte) {
            Ok(Self { weak: true, opaque })
        } else {
            Err(InvalidETag)
        }
    }

    /// Weak comparison (section 8.8.3.2): the opaque parts agree.
    pub fn weakly_equals(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }
}

/// As it stands in a header.
impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"{}\"", if self.weak { "W/" } else { "" }, self.opaque)
    }
}

/// `W/"…"` or `"…"`.
impl FromStr for ETag {
    type Err = InvalidETag;

    fn from_str(text: &str) -> Result<Self, InvalidETag> {
        match take(text) {
            Some((tag, "")) => Ok(tag),
            _ => Err(InvalidETag),
        }
    }
}

/// The value of `If-Match` or `If-None-Match` (RFC 9110 sections 13.1.1 and 13.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ETagCondition {
    /// `*`: whatever the tag is, as long as there is an entity.
    Any,
    /// One of these.
    OneOf(Vec<ETag>),
}

impl ETagCondition {
    /// Reads every line of the header; `None` if there is none.
    pub fn parse<'h>(
        lines: impl IntoIterator<Item = &'h str>,
    ) -> Result<Option<Self>, InvalidETag> {
        let mut condition = None;
        for line in lines {
            condition = Some(match (condition, line.trim_matches([' ', '\t'])) {
                (None, "*") => Self::Any,
                (None, list) => Self::OneOf(tags(list, Vec::new())?),
                (Some(Self::OneOf(found)), list) => Self::OneOf(tags(list, found)?),
                (Some(Self::Any), _) => return Err(InvalidETag),
            });
        }
        match condition {
            Some(Self::OneOf(tags)) if tags.is_empty() => Err(InvalidETag),
            condition => Ok(condition),
        }
    }

    /// Whether what there is is meant. Compared weakly, because the tags of this service are weak.
    pub(super) fn matches(&self, current: Current<'_>) -> bool {
        match (self, current) {
            (_, Current::Absent) | (Self::OneOf(_), Current::Untagged) => false,
            (Self::Any, Current::Untagged | Current::Tagged(_)) => true,
            (Self::OneOf(tags), Current::Tagged(current)) => {
                tags.iter().any(|tag| tag.weakly_equals(current))
            }
        }
    }
}

fn tags(list: &str, mut found: Vec<ETag>) -> Result<Vec<ETag>, InvalidETag> {
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Ok(found);
        }
        let (tag, tail) = take(rest).ok_or(InvalidETag)?;
        found.push(tag);
        rest = tail.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with(',') {
            return Err(InvalidETag);
        }
    }
}

/// The tag that the text begins with, and what follows.
fn take(text: &str) -> Option<(ETag, &str)> {
    let (weak, text) = match text.strip_prefix("W/") {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (opaque, rest) = text.strip_prefix('"')?.split_once('"')?;
    let tag = ETag { weak, opaque: opaque.to_owned() };
    opaque.bytes().all(is_etag_byte).then_some((tag, rest))
}

const fn is_etag_byte(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x7e | 0x80..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_round_trip() {
        for text in [r#"W/"1""#, r#""""#, r#""a,b\c""#, r#"W/"é""#] {
            assert_eq!(text.parse::<ETag>().unwrap().to_string(), text);
        }
        assert_eq!(ETag::weak("7").unwrap().to_string(), r#"W/"7""#);
        assert_eq!(ETag::weak("a\"b"), Err(InvalidETag));
        for bad in ["", "1", r#"w/"1""#, r#""1"#, r#""a b""#, r#""1"x"#, r#"W/ "1""#] {
            assert_eq!(bad.parse::<ETag>(), Err(InvalidETag), "{bad}");
        }
    }

    #[test]
    fn conditions_are_lists_or_a_star() {
        let check = |lines: &[&str], expect: Result<Option<usize>, InvalidETag>| {
            let count = ETagCondition::parse(lines.iter().copied()).map(|condition| {
                condition.map(|condition| match condition {
                    ETagCondition::Any => 0,
                    ETagCondition::OneOf(tags) => tags.len(),
                })
            });
            assert_eq!(count, expect, "{lines:?}");
        };
        check(&[], Ok(None));
        check(&["*"], Ok(Some(0)));
        check(&[" * "], Ok(Some(0)));
        check(&[r#""a""#], Ok(Some(1)));
        check(&[r#""a,b" , W/"c",,"d""#], Ok(Some(3)));
        check(&[r#""a""#, r#"W/"b""#], Ok(Some(2)));
        for bad in ["", ",", "a", r#""a" "b""#, r#""a"W/"b""#, r#"*, "a""#, r#""a", *"#] {
            check(&[bad], Err(InvalidETag));
        }
        check(&["*", "*"], Err(InvalidETag));
        check(&[r#""a""#, "*"], Err(InvalidETag));
    }

    proptest! {
        #[test]
        fn no_header_panics(text in "[W/\"*, ab\\\\é]*") {
            if let Ok(Some(ETagCondition::OneOf(tags))) = ETagCondition::parse([text.as_str()]) {
                for tag in tags {
                    prop_assert_eq!(tag.to_string().parse::<ETag>(), Ok(tag));
                }
            }
        }
    }
}

use std::num::NonZeroU32;

use super::list::{is_token, split_outside_quotes, word};

/// The preferences of a request that this engine knows (OData 4.01 protocol section 8.2.8).
///
/// Also the other way round: with only those that were honoured it makes the header of the answer.
///
/// ```
/// use odata::header::{Preferences, Return};
///
/// let asked = Preferences::parse(["return=minimal, odata.maxpagesize=5; x, foo"]);
/// assert_eq!(asked.representation, Some(Return::Minimal));
/// let honoured = Preferences { representation: None, ..asked };
/// assert_eq!(honoured.applied().as_deref(), Some("odata.maxpagesize=5"));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preferences {
    /// `return`: whether the answer of a write has a body.
    pub representation: Option<Return>,
    /// `maxpagesize`: upper bound of the items on a page.
    pub max_page_size: Option<MaxPageSize>,
    /// `include-unknown-enum-members`: members behind the sentinel of an evolvable enumeration may
    /// be answered (Microsoft Graph API guidelines, evolvable enumerations).
    pub include_unknown_enum_members: bool,
    /// `continue-on-error`: an item of a batch that fails does not keep the others from being
    /// answered (section 8.2.8.3).
    pub continue_on_error: bool,
}

/// The values of `return`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// No body.
    Minimal,
    /// The entity.
    Representation,
}

/// A page size and the spelling it came in, which the answer repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxPageSize {
    /// At least one.
    pub items: NonZeroU32,
    /// Written `odata.maxpagesize`, as in OData 4.0.
    pub prefixed: bool,
}

impl Preferences {
    /// Reads every line of the header (RFC 7240 section 2). What is unknown, malformed or has no
    /// usable value is ignored; the first of several counts, even if it is of no use.
    pub fn parse<'h>(lines: impl IntoIterator<Item = &'h str>) -> Self {
        let mut found: Vec<(String, String)> = Vec::new();
        for item in lines.into_iter().flat_map(|line| split_outside_quotes(line, b',')) {
            if let Some((name, value)) = preference(item)
                && KNOWN.contains(&name.as_str())
                && found.iter().all(|(other, _)| *other != name)
            {
                found.push((name, value));
            }
        }
        let value = |name: &str| {
            found.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
        };
        let size = |name: &str, prefixed: bool| {
            let items = value(name)?.parse().ok()?;
            Some(MaxPageSize { items, prefixed })
        };
        Self {
            representation: match value("return") {
                Some("minimal") => Some(Return::Minimal),
                Some("representation") => Some(Return::Representation),
                _ => None,
            },
            // The name of 4.01 goes before that of 4.0 (section 8.2.8.5).
            max_page_size: size("maxpagesize", false).or_else(|| size("odata.maxpagesize", true)),
            include_unknown_enum_members: value("include-unknown-enum-members").is_some(),
            continue_on_error: ["continue-on-error", "odata.continue-on-error"]
                .into_iter()
                .find_map(value)
                .is_some_and(|value| value.is_empty() || value == "true"),
        }
    }

    /// The value of `Preference-Applied` if exactly these were honoured (RFC 7240 section 3);
    /// `None` if there are none.
    pub fn applied(&self) -> Option<String> {
        let representation = self.representation.map(|it| match it {
            Return::Minimal => "return=minimal".to_owned(),
            Return::Representation => "return=representation".to_owned(),
        });
        let size = self.max_page_size.map(|size| {
            format!("{}maxpagesize={}", if size.prefixed { "odata." } else { "" }, size.items)
        });
        let unknown =
            self.include_unknown_enum_members.then(|| "include-unknown-enum-members".to_owned());
        let goes_on = self.continue_on_error.then(|| "continue-on-error".to_owned());
        let list: Vec<_> = [representation, size, unknown, goes_on].into_iter().flatten().collect();
        if list.is_empty() { None } else { Some(list.join(", ")) }
    }
}

const KNOWN: [&str; 6] = [
    "return",
    "maxpagesize",
    "odata.maxpagesize",
    "include-unknown-enum-members",
    "continue-on-error",
    "odata.continue-on-error",
];

/// Name in lower case and value, empty if there is none; parameters are left out.
fn preference(item: &str) -> Option<(String, String)> {
    let first = split_outside_quotes(item, b';').next()?;
    let (name, value) = match first.split_once('=') {
        Some((name, value)) => (name.trim_end(), word(value.trim_start())?),
        None => (first, String::new()),
    };
    is_token(name).then(|| (name.to_ascii_lowercase(), value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(lines: &[&str], expect: &str) {
        let applied = Preferences::parse(lines.iter().copied()).applied();
        assert_eq!(applied.unwrap_or_default(), expect, "{lines:?}");
    }

    #[test]
    fn known_preferences_are_found() {
        check(&[], "");
        check(&["return=minimal"], "return=minimal");
        check(&["RETURN = \"representation\" ; a=b"], "return=representation");
        check(&["odata.maxpagesize=1"], "odata.maxpagesize=1");
        check(&["maxpagesize=\"20\""], "maxpagesize=20");
        check(
            &["a=\"return=minimal, x\", Include-Unknown-Enum-Members"],
            "include-unknown-enum-members",
        );
        check(
            &["include-unknown-enum-members, odata.maxpagesize=3", "return=minimal"],
            "return=minimal, odata.maxpagesize=3, include-unknown-enum-members",
        );
    }

    #[test]
    fn first_of_several_counts() {
        check(&["return=minimal, return=representation"], "return=minimal");
        check(&["return=minimal", "return=representation"], "return=minimal");
        check(&["maxpagesize=0, maxpagesize=5"], "");
        check(&["odata.maxpagesize=5, maxpagesize=6"], "maxpagesize=6");
    }

    #[test]
    fn what_is_of_no_use_is_ignored() {
        for line in [
            "",
            ",;=",
            "respond-async, wait=5",
            "return",
            "return=maximal",
            "return=\"minimal",
            "maxpagesize",
            "maxpagesize=0",
            "maxpagesize=-1",
            "maxpagesize=x",
            "maxpagesize=99999999999",
            "ret urn=minimal",
        ] {
            check(&[line], "");
        }
    }

    proptest! {
        #[test]
        fn what_was_applied_reads_back(line in "(return|maxpagesize|=|minimal|[0-9]|,|;|\"| )*") {
            let preferences = Preferences::parse([line.as_str()]);
            let applied = preferences.applied().unwrap_or_default();
            prop_assert_eq!(Preferences::parse([applied.as_str()]), preferences);
        }
    }
}

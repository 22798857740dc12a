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
    /// `omit-values=nulls`: properties that are null may be left out (section 8.2.8.6).
    pub omit_nulls: bool,
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
                .is_some_and(|value| value.is_empty() || value.eq_ignore_ascii_case("true")),
            omit_nulls: value("omit-values").is_some_and(|it| it.eq_ignore_ascii_case("nulls")),
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
        let omits = self.omit_nulls.then(|| "omit-values=nulls".to_owned());
        let list = [representation, size, unknown, goes_on, omits];
        let list: Vec<_> = list.into_iter().flatten().collect();
        if list.is_empty() { None } else { Some(list.join(", ")) }
    }
}

const KNOWN: [&str; 7] = [
    "return",
    "maxpagesize",
    "odata.maxpagesize",
    "include-unknown-enum-members",
    "continue-on-error",
    "odata.continue-on-error",
    "omit-values",
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
    use proptest::prelude::*;

    use super::*;
    use crate::grammar::{self, Words};

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
        check(&["Omit-Values = Nulls"], "omit-values=nulls");
        check(&["odata.continue-on-error=TRUE"], "continue-on-error");
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
            "omit-values",
            "omit-values=defaults",
            "odata.continue-on-error=false",
            "odata.include-annotations=\"*,-display.*\", odata.track-changes",
            "odata.allow-entityreferences; odata.callback; url=\"https://a.example/?a,b\"",
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

    /// Preferences by the grammar, each with whether it is one of those that are known.
    fn preference() -> impl Strategy<Value = (String, bool)> {
        let prefix = prop::sample::select(vec!["", "odata.", "ODATA."]);
        let equals = prop::sample::select(vec!["=", " =", "= ", "\t=\t"]);
        let of_both = (prefix, equals.clone(), 1..1_000_000_u32, 0..6_usize).prop_map(
            |(prefix, equals, number, which)| match which {
                0 => (format!("{prefix}maxpagesize{equals}{number}"), true),
                1 => (format!("{prefix}continue-on-error"), true),
                2 => (format!("{prefix}continue-on-error{equals}True"), true),
                3 => (format!("{prefix}include-annotations{equals}\"-a.b,*#q\""), false),
                4 => (format!("{prefix}allow-entityreferences"), false),
                _ => (format!("{prefix}track-changes"), false),
            },
        );
        let of_one = (equals, 0..5_usize).prop_map(|(equals, which)| match which {
            0 => (format!("return{equals}minimal"), true),
            1 => (format!("RETURN{equals}representation"), true),
            2 => (format!("Omit-Values{equals}nulls"), true),
            3 => (format!("wait{equals}10"), false),
            _ => ("respond-async".to_owned(), false),
        });
        prop_oneof![of_both, of_one]
    }

    proptest! {
        #[test]
        fn what_the_grammar_has_is_found_or_ignored(
            (text, known) in preference(),
            before in prop::sample::select(vec!["", "x", "foo=\"a,b\";c", "respond-async"]),
        ) {
            let strict = grammar::check("preference", &text, &Words::default()).unwrap();
            prop_assert!(strict.ok, "{text}: at {}", strict.consumed);
            let line = format!("{before}, {text}");
            let found = Preferences::parse([line.as_str()]);
            prop_assert_eq!(found != Preferences::default(), known, "{}", line);
            if let Some(applied) = found.applied() {
                let strict = grammar::check("prefer", &format!("Prefer: {applied}"), &Words::default());
                prop_assert!(strict.unwrap().ok, "{applied}");
            }
        }

        #[test]
        fn what_was_applied_reads_back(line in "(return|maxpagesize|=|minimal|[0-9]|,|;|\"| )*") {
            let preferences = Preferences::parse([line.as_str()]);
            let applied = preferences.applied().unwrap_or_default();
            prop_assert_eq!(Preferences::parse([applied.as_str()]), preferences);
        }
    }
}

/// Splits at a separator outside quoted strings and trims blanks (RFC 9110 sections 5.6.1 and
/// 5.6.4). Empty items are left out.
pub(super) fn split_outside_quotes(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = find_outside_quotes(text, separator);
        rest = end.and_then(|end| text.get(end + 1..));
        Some(end.and_then(|end| text.get(..end)).unwrap_or(text))
    })
    .map(|item| item.trim_matches([' ', '\t']))
    .filter(|item| !item.is_empty())
}

fn find_outside_quotes(text: &str, separator: u8) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    text.bytes().position(|byte| {
        if escaped {
            escaped = false;
            return false;
        }
        match byte {
            b'"' => quoted = !quoted,
            b'\\' if quoted => escaped = true,
            _ => return byte == separator && !quoted,
        }
        false
    })
}

/// RFC 9110 section 5.6.2.
pub(crate) fn is_token(text: &str) -> bool {
    let special = b"!#$%&'*+-.^_`|~";
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || special.contains(&byte))
}

/// A token as it is, a quoted string without quotes and backslashes; `None` for anything else.
pub(super) fn word(text: &str) -> Option<String> {
    let Some(quoted) = text.strip_prefix('"') else {
        return is_token(text).then(|| text.to_owned());
    };
    let mut value = String::new();
    let mut chars = quoted.chars();
    loop {
        match chars.next()? {
            '"' => return chars.as_str().is_empty().then_some(value),
            '\\' => value.push(chars.next()?),
            char => value.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_hide_separators() {
        let check = |text: &str, expect: &[&str]| {
            assert_eq!(split_outside_quotes(text, b',').collect::<Vec<_>>(), expect);
        };
        check("", &[]);
        check(" a ,, b\t,", &["a", "b"]);
        check(r#"a="x,\",y",b"#, &[r#"a="x,\",y""#, "b"]);
        check(r#"a,"b,c"#, &["a", r#""b,c"#]);
    }

    #[test]
    fn words_are_tokens_or_quoted() {
        assert_eq!(word("a-1").as_deref(), Some("a-1"));
        assert_eq!(word(r#""a \"b\\""#).as_deref(), Some(r#"a "b\"#));
        for bad in ["", "a b", "\"a", "\"a\"b", "\"a\\"] {
            assert_eq!(word(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_lost(text in "[a,\" \\\\é]*") {
            let kept: usize = split_outside_quotes(&text, b',').map(str::len).sum();
            prop_assert!(kept <= text.len());
            let _ignored = word(&text);
        }
    }
}

use super::percent::next_byte;

/// The segments of a path as they came. Within the parentheses of `$filter(…)` a slash belongs to
/// the expression (rule `filterInPath` of the OData ABNF).
pub(super) fn split(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches('/');
        let expression = end_of_filter(rest).unwrap_or(0);
        let length = rest.get(expression..)?.find('/').map_or(rest.len(), |end| expression + end);
        let (segment, behind) = rest.split_at_checked(length)?;
        rest = behind;
        (!segment.is_empty()).then_some(segment)
    })
}

/// Bytes up to the parenthesis that closes a `$filter(` at the start of a text: all of them where
/// none does.
fn end_of_filter(text: &str) -> Option<usize> {
    let mut rest = text.as_bytes();
    for expected in b"$filter(" {
        if !next_byte(&mut rest)?.eq_ignore_ascii_case(expected) {
            return None;
        }
    }
    let mut depth = 1;
    let mut quote = None;
    while depth > 0 {
        match (quote, next_byte(&mut rest)) {
            (_, None) => return Some(text.len()),
            (Some(b'"'), Some(b'\\')) => {
                next_byte(&mut rest);
            }
            (Some(end), Some(byte)) if byte == end => quote = None,
            (None, Some(byte @ (b'\'' | b'"'))) => quote = Some(byte),
            (None, Some(b'(')) => depth += 1,
            (None, Some(b')')) => depth -= 1,
            _ => {}
        }
    }
    Some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_part_segments_but_for_those_in_filters() {
        for (path, expect) in [
            ("", &[] as &[&str]),
            ("//a//b/", &["a", "b"]),
            ("a('x/y')/b", &["a('x", "y')", "b"]),
            ("a/$filter(b/c eq 1)/$count", &["a", "$filter(b/c eq 1)", "$count"]),
            ("a/%24Filter%28b/c%29/d", &["a", "%24Filter%28b/c%29", "d"]),
            ("a/$filter(b eq ')/''/'/c)(1)/d", &["a", "$filter(b eq ')/''/'/c)(1)", "d"]),
            ("a/$filter(b in [\"/\\\"/)\"])/d", &["a", "$filter(b in [\"/\\\"/)\"])", "d"]),
            ("a/$filter((b/c)/d", &["a", "$filter((b/c)/d"]),
            ("a/$filter/b", &["a", "$filter", "b"]),
        ] {
            assert_eq!(split(path).collect::<Vec<_>>(), expect, "{path}");
        }
    }
}

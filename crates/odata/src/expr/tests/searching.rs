use super::bound;
use crate::expr::ExprError;

#[test]
fn counts_of_what_is_found_are_printed_as_they_are_read() {
    for (text, expect) in [
        ("tags/$count($search=a b) gt 1", "tags/$count($search=a AND b) gt 1"),
        (
            "tags/$count($search=(a OR b) AND NOT c;$filter=$this eq 'x') gt 1",
            "tags/$count($filter=$this eq 'x';$search=(a OR b) AND NOT c) gt 1",
        ),
        (r#"tags/$count($search="a;b)" c*) gt 1"#, r#"tags/$count($search="a;b)" AND c*) gt 1"#),
        (r#"tags/$count($search="a\"b)") gt 1"#, r#"tags/$count($search="a\"b)") gt 1"#),
    ] {
        assert_eq!(bound(text).as_deref(), Ok(expect), "{text}");
        assert_eq!(bound(expect).as_deref(), Ok(expect), "{text}");
    }
}

#[test]
fn a_search_in_a_count_fails_where_it_stands() {
    for (text, position) in [
        ("tags/$count($search=(a) gt 1", 28),
        ("tags/$count($search=) gt 1", 19),
        ("tags/$count($search=NOT(a)) gt 1", 19),
    ] {
        let error = bound(text).unwrap_err();
        assert!(matches!(error, ExprError::Syntax { .. }), "{text}: {error:?}");
        assert_eq!(error.position(), position, "{text}: {error}");
    }
    for text in ["tags/$count($search=a;$search=b) gt 1", "tags/$count($top=1) gt 1"] {
        let error = bound(text).unwrap_err();
        let refused = matches!(error, ExprError::Arguments { .. } | ExprError::Syntax { .. });
        assert!(refused, "{text}: {error:?}");
    }
}

use proptest::prelude::*;

use super::*;
use crate::expr::ExprError;

fn printed(text: &str) -> Result<String, ExprError> {
    parse(text).map(|search| search.to_string())
}

#[test]
fn searches_are_parsed() {
    for (text, expect) in [
        ("red", "red"),
        (" red ", "red"),
        ("red blue", "red AND blue"),
        ("red AND blue OR green", "red AND blue OR green"),
        ("red OR blue green", "red OR blue AND green"),
        ("red AND (blue OR green)", "red AND (blue OR green)"),
        ("(red AND blue) OR green", "red AND blue OR green"),
        ("(red (blue (green)))", "red AND blue AND green"),
        ("NOT red blue", "NOT red AND blue"),
        ("NOT (red blue)", "NOT (red AND blue)"),
        ("red NOT blue", "red AND NOT blue"),
        ("NOT NOT red", "NOT NOT red"),
        ("NOT", "\"NOT\""),
        ("NOT NOT", "NOT \"NOT\""),
        ("AND", "\"AND\""),
        ("AND OR", "\"AND\" AND \"OR\""),
        ("AND OR NOT", "\"AND\" OR \"NOT\""),
        ("(NOT)", "\"NOT\""),
        ("and or not", "and AND or AND not"),
        ("\"red  blue\"", "\"red  blue\""),
        ("\"red\"", "red"),
        (r#""a \"b\" \\c""#, r#""a \"b\" \\c""#),
        ("Daniel's", "Daniel's"),
        ("9,81 a;b 08/15 $search #1 a=b", "9,81 AND \"a;b\" AND 08/15 AND $search AND #1 AND a=b"),
        ("inc*", "inc*"),
        ("*", "*"),
        ("\"inc*\"", "\"inc*\""),
        ("'\"blue gre'", "\"\\\"blue gre\""),
        ("'it''s ('", "\"it's (\""),
        ("Δ", "Δ"),
    ] {
        assert_eq!(printed(text).as_deref(), Ok(expect), "{text}");
    }
}

#[test]
fn what_is_no_search_is_refused_where_it_fails() {
    for (text, position) in [
        ("", 0),
        ("   ", 3),
        ("\"red", 4),
        ("\"\"", 1),
        ("\"a\\b\"", 0),
        ("(red", 4),
        ("red)", 3),
        ("()", 1),
        ("gr(een)", 2),
        ("\"a\"\"b\"", 3),
        ("NOT(red)", 3),
        ("'red", 0),
        ("'red' blue", 0),
        ("é \"", 3),
    ] {
        let error = parse(text).unwrap_err();
        assert!(matches!(error, ExprError::Syntax { .. }), "{text}: {error:?}");
        assert_eq!(error.position(), position, "{text}: {error}");
    }
}

#[test]
fn size_is_limited() {
    for text in ["(".repeat(60), "NOT ".repeat(60), "a ".repeat(201)] {
        assert!(matches!(parse(&text), Err(ExprError::TooComplex { .. })), "{text}");
    }
    assert!(parse(&"a ".repeat(200)).is_ok());
    assert!(parse(&format!("{}a{}", "(".repeat(50), ")".repeat(50))).is_ok());
}

#[test]
fn texts_are_split_to_words() {
    for (text, expect) in [
        ("", ""),
        ("Email is DOWN!", "email is down"),
        ("INC0010001", "inc0010001"),
        ("brand-new, 3.14", "brand new 3 14"),
        ("Daniel's __FILE__", "daniel s file"),
        ("Größe STRASSE straße", "größe strasse straße"),
        ("ﬁle ①", "file 1"),
        ("e\u{301}cole École", "école école"),
        ("ΣΑΣ σας", "σασ σασ"),
        ("İstanbul", "i\u{307}stanbul"),
        ("日本語 テスト", "日本語 テスト"),
        ("\u{301} - | ", ""),
    ] {
        let found: Vec<_> = words(text).iter().map(|word| word.as_str().to_owned()).collect();
        assert_eq!(found.join(" "), expect, "{text}");
    }
}

#[test]
fn searches_match_whole_words_in_any_case() {
    let text = SearchText::new(["Email server INC0010001 is down", "Tall brown fox-trot"]);
    assert_eq!(text.as_str(), " email server inc0010001 is down | tall brown fox trot | ");
    for (search, expect) in [
        ("email", true),
        ("EMAIL", true),
        ("mail", false),
        ("ema", false),
        ("ema*", true),
        ("*mail", false),
        ("inc0010001", true),
        ("email down", true),
        ("\"email down\"", false),
        ("\"server inc0010001\"", true),
        ("\"down tall\"", false),
        ("fox-trot", true),
        ("trot-fox", false),
        ("\"brown fo\"", false),
        ("NOT mail", true),
        ("mail OR fox", true),
        ("mail OR fox AND nope", false),
        ("email NOT (nope OR fox)", false),
        ("'server is'", false),
        ("#", true),
        ("NOT #", false),
    ] {
        assert_eq!(parse(search).unwrap().matches(&text), expect, "{search}");
    }
    assert!(!parse("a").unwrap().matches(&SearchText::new([])));
}

fn search() -> impl Strategy<Value = Search> {
    let text = "[a-zA-ZäΔ*'\\\\\"() ;0-9]{1,6}|AND|OR|NOT";
    let term = (text, any::<bool>()).prop_map(|(text, prefix)| {
        let plain = !text.contains([' ', '(', ')', '"']) && !text.starts_with('\'');
        Search::Term(Term { prefix: prefix && plain, text })
    });
    term.prop_recursive(4, 20, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|operand| Search::Not(Box::new(operand))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Search::And),
            prop::collection::vec(inner, 2..4).prop_map(Search::Or),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_parsed_to_the_same(search in search()) {
        // Parsing makes chains flat; what it made is printed and read as itself.
        let once = parse(&search.to_string()).unwrap();
        prop_assert_eq!(parse(&once.to_string()).unwrap(), once);
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in "[a-zANDORT()\"'* \\\\é]{0,40}") {
        match parse(&text) {
            Ok(search) => prop_assert_eq!(parse(&search.to_string()).unwrap(), search),
            Err(error) => prop_assert!(error.position() <= text.chars().count()),
        }
    }

    #[test]
    fn words_are_in_their_final_form(text in any::<String>()) {
        for word in words(&text) {
            prop_assert_eq!(words(word.as_str()), vec![word.clone()]);
        }
    }
}

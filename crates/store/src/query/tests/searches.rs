//! Searches against what `odata` says matches.

use std::cell::Cell;

use odata::search::{Search, Term};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use super::databases::Databases;
use super::{Question, check, rows};

/// Words of the fixture, or their beginnings, and what looks like SQL or a pattern.
fn term() -> BoxedStrategy<Search> {
    let texts = prop_oneof![
        6 => rows::text(),
        6 => "[aAbBéßΣ日1]{1,2}",
        1 => (rows::text(), rows::text()).prop_map(|(one, other)| format!("{one} {other}")),
        1 => Just("' OR 1=1 --".to_owned()),
        1 => Just("a\0b".to_owned()),
    ];
    terms(texts.boxed())
}

fn terms(texts: BoxedStrategy<String>) -> BoxedStrategy<Search> {
    (texts, any::<bool>()).prop_map(|(text, prefix)| Search::Term(Term { text, prefix })).boxed()
}

pub(super) fn search() -> impl Strategy<Value = Search> {
    search_for(term())
}

fn search_for(term: BoxedStrategy<Search>) -> impl Strategy<Value = Search> {
    term.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|operand| Search::Not(Box::new(operand))),
            vec(inner.clone(), 2..4).prop_map(Search::And),
            vec(inner, 2..4).prop_map(Search::Or),
        ]
    })
}

#[test]
fn databases_search_as_it_is_defined() {
    let rows = rows::table().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let databases = Databases::with(&rows);
    let words = rows.iter().flat_map(|row| row.words.as_str().split([' ', '|']));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let term = prop_oneof![1 => term(), 3 => terms(select(words).boxed())].boxed();
    let some = Cell::new(0);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let asked = runner.config().cases;
    runner
        .run(&(search_for(term), 1..12_usize), |(search, page)| {
            let found = rows.iter().filter(|row| search.matches(&row.words)).count();
            some.set(some.get() + u32::from(found > 0 && found < rows.len()));
            let question = Question { filter: None, search: Some(search), order: vec![], page };
            assert!(check(&databases, &rows, &question)?, "served");
            Ok(())
        })
        .unwrap();
    // A quarter of them do; the bound is far from that, so that chance cannot reach it.
    assert!(some.get() * 10 > asked, "{} of {asked} told rows apart", some.get());
}

#[test]
fn long_searches_are_refused() {
    let rows = rows::table().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let databases = Databases::with(&rows);
    let term = || Search::Term(Term { text: "a".to_owned(), prefix: true });
    let not = |search, _| Search::Not(Box::new(search));
    for (search, served) in [
        (Search::And((0..50).map(|_| term()).collect()), true),
        (Search::Or((0..51).map(|_| term()).collect()), false),
        ((0..50).fold(term(), not), true),
    ] {
        let question = Question { filter: None, search: Some(search), order: vec![], page: 9 };
        assert_eq!(check(&databases, &rows, &question).unwrap(), served);
    }
}

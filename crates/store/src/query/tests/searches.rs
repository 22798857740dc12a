//! Searches against what `odata` says matches.

use std::cell::Cell;

use odata::search::{Search, Term};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use super::databases::Databases;
use super::{Question, check, rows};

/// Words of the fixture, or their beginnings, and what looks like SQL or a pattern.
fn term() -> impl Strategy<Value = Search> {
    let texts = prop_oneof![
        6 => rows::text(),
        6 => "[aAbBéßΣ日1]{1,2}",
        1 => (rows::text(), rows::text()).prop_map(|(one, other)| format!("{one} {other}")),
        1 => Just("' OR 1=1 --".to_owned()),
        1 => Just("a\0b".to_owned()),
    ];
    (texts, any::<bool>()).prop_map(|(text, prefix)| Search::Term(Term { text, prefix }))
}

pub(super) fn search() -> impl Strategy<Value = Search> {
    term().prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|operand| Search::Not(Box::new(operand))),
            vec(inner.clone(), 2..4).prop_map(Search::And),
            vec(inner, 2..4).prop_map(Search::Or),
        ]
    })
}

#[test]
fn databases_search_as_it_is_defined() {
    let rows = rows::table().new_tree(&mut TestRunner::new(Config::default())).unwrap().current();
    let databases = Databases::with(&rows);
    let some = Cell::new(0);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let asked = runner.config().cases;
    runner
        .run(&(search(), 1..12_usize), |(search, page)| {
            let found = rows.iter().filter(|row| search.matches(&row.words)).count();
            some.set(some.get() + u32::from(found > 0 && found < rows.len()));
            let question = Question { filter: None, search: Some(search), order: vec![], page };
            assert!(check(&databases, &rows, &question)?, "served");
            Ok(())
        })
        .unwrap();
    assert!(some.get() * 10 > asked * 2, "{} of {asked} told rows apart", some.get());
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

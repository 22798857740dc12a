//! Both databases against the evaluator of `odata`.

mod apply;
mod databases;
mod expressions;
mod plans;
mod related;
mod rows;
mod searches;

use std::cell::Cell;
use std::cmp::Ordering;

use odata::expr::{Expr, OrderBy, compare, evaluate, matches};
use odata::search::Search;
use odata::value::Value;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use super::{ListError, ListQuery};
use databases::Databases;
use expressions::{condition, order};
use rows::{FIXTURE, Row};
use searches::search;

/// What is asked, and in pages of how many.
#[derive(Debug, Clone)]
struct Question {
    filter: Option<Expr>,
    search: Option<Search>,
    order: Vec<OrderBy>,
    page: usize,
}

fn question() -> impl Strategy<Value = Question> {
    let search = proptest::option::weighted(0.1, search());
    (proptest::option::weighted(0.9, condition(4)), search, order(), 1..12_usize)
        .prop_map(|(filter, search, order, page)| Question { filter, search, order, page })
}

#[test]
fn databases_find_what_the_evaluator_finds() {
    let mut seeds = TestRunner::new(Config::default());
    for _ in 0..4 {
        let rows = rows::table().new_tree(&mut seeds).unwrap().current();
        let databases = Databases::with(&rows);
        let served = Cell::new(0);
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let asked = runner.config().cases;
        runner
            .run(&question(), |question| {
                served.set(served.get() + u32::from(check(&databases, &rows, &question)?));
                Ok(())
            })
            .unwrap();
        assert!(served.get() * 10 > asked * 6, "{} of {asked} served", served.get());
    }
}

/// Whether the question was served.
fn check(databases: &Databases, rows: &[Row], question: &Question) -> Result<bool, TestCaseError> {
    let order = FIXTURE.complete_order(&question.order);
    let served = databases.list(&ListQuery {
        filter: question.filter.as_ref(),
        search: question.search.as_ref(),
        order: &question.order,
        limit: 10_000,
        count: true,
        ..ListQuery::default()
    });
    let [sqlite, postgres] = match served {
        [Err(ListError::NotServed { .. }), Err(ListError::NotServed { .. })] => return Ok(false),
        [sqlite, postgres] => [sqlite.unwrap(), postgres.unwrap()],
    };
    let expect = expected(rows, question, &order);
    let ids: Vec<_> = expect.iter().map(|row| row.id.clone()).collect();
    prop_assert_eq!(&sqlite.items, &ids, "SQLite");
    prop_assert_eq!(&postgres.items, &ids, "PostgreSQL");
    let count = u64::try_from(ids.len()).unwrap();
    prop_assert_eq!((sqlite.count, postgres.count), (Some(count), Some(count)));
    check_pages(databases, &expect, question, &order)?;
    Ok(true)
}

fn expected(rows: &[Row], question: &Question, order: &[OrderBy]) -> Vec<Row> {
    let Question { filter, search, .. } = question;
    let passes = |row: &&Row| {
        filter.as_ref().is_none_or(|filter| matches(filter, &row.entity).unwrap())
            && search.as_ref().is_none_or(|search| search.matches(&row.words))
    };
    let mut found: Vec<_> = rows.iter().filter(passes).cloned().collect();
    found.sort_by(|left, right| compare(order, &left.entity, &right.entity).unwrap());
    for pair in found.windows(2) {
        let ordering = compare(order, &pair[0].entity, &pair[1].entity).unwrap();
        assert_eq!(ordering, Ordering::Less, "the order is total");
    }
    found
}

fn check_pages(
    databases: &Databases,
    expect: &[Row],
    question: &Question,
    order: &[OrderBy],
) -> Result<(), TestCaseError> {
    let mut after: Option<Vec<Value>> = None;
    let pages = expect.chunks(question.page);
    let last = pages.len().saturating_sub(1);
    for (number, page) in pages.enumerate() {
        let listed = databases.list(&ListQuery {
            filter: question.filter.as_ref(),
            search: question.search.as_ref(),
            order: &question.order,
            after: after.as_deref(),
            limit: u64::try_from(question.page).unwrap(),
            ..ListQuery::default()
        });
        let ids: Vec<_> = page.iter().map(|row| row.id.clone()).collect();
        for listed in listed {
            let listed = listed.unwrap();
            prop_assert_eq!(&listed.items, &ids, "page {}", number);
            prop_assert_eq!(listed.more, number < last);
        }
        let entity = &page.last().unwrap().entity;
        after = Some(order.iter().map(|key| evaluate(&key.expr, entity).unwrap()).collect());
    }
    Ok(())
}

#[test]
fn every_letter_has_the_same_case_everywhere() {
    let rows = rows::table().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let databases = Databases::with(&rows);
    for filter in expressions::every_letter() {
        let question = Question { filter: Some(filter), search: None, order: vec![], page: 40 };
        assert!(check(&databases, &rows, &question).unwrap(), "served");
    }
}

#[test]
fn numbers_are_rounded_however_fine() {
    let rows = rows::table().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let databases = Databases::with(&rows);
    for filter in expressions::fine_numbers() {
        let question = Question { filter: Some(filter), search: None, order: vec![], page: 40 };
        assert!(check(&databases, &rows, &question).unwrap(), "served");
    }
}

#[test]
fn deep_and_long_expressions_are_served_or_refused() {
    let rows = rows::table().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let databases = Databases::with(&rows);
    for filter in expressions::extremes() {
        let question = Question { filter: Some(filter), search: None, order: vec![], page: 7 };
        check(&databases, &rows, &question).unwrap();
    }
}

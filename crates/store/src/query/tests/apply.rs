//! Plans of `$apply` against the evaluator.

use std::cell::Cell;

use odata::apply::{GroupKey, Method, Over, Plan, Shape, Step, Through, Total, evaluate};
use odata::edm::{PrimitiveType, TypeName, TypeRef};
use odata::expr::{Arithmetic, Comparison, Expr, Function, OrderBy, PathStep, PropertyPath, Root};
use odata::value::{Structured, Value};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use rust_decimal::Decimal;

use super::databases::Databases;
use super::expressions::{COMPARISONS, condition, typed_property};
use super::rows::{self, Row};
use crate::StoreError;
use crate::query::{ApplyQuery, ListError};

/// What is asked, and in pages of how many.
#[derive(Debug, Clone)]
struct Question {
    plan: Plan,
    filter: Option<Expr>,
    order: Vec<OrderBy>,
    page: usize,
}

const KEYS: [(&str, PrimitiveType); 18] = [
    ("name", PrimitiveType::String),
    ("other", PrimitiveType::String),
    ("guid", PrimitiveType::Guid),
    ("flag", PrimitiveType::Boolean),
    ("flag", PrimitiveType::Boolean),
    ("small", PrimitiveType::Int32),
    ("big", PrimitiveType::Int64),
    ("created", PrimitiveType::DateTimeOffset),
    ("day", PrimitiveType::Date),
    ("time", PrimitiveType::TimeOfDay),
    ("span", PrimitiveType::Duration),
    ("price", PrimitiveType::Decimal),
    ("ratio", PrimitiveType::Double),
    ("raw", PrimitiveType::Binary),
    ("method/app", PrimitiveType::String),
    ("parent/name", PrimitiveType::String),
    ("parent/small", PrimitiveType::Int32),
    ("parent/parent/flag", PrimitiveType::Boolean),
];

fn status() -> (&'static str, TypeRef) {
    ("status", TypeRef::Enum(TypeName::from_static("test", "status")))
}

fn path((name, ty): (&str, TypeRef)) -> PropertyPath {
    match typed_property(name, ty) {
        Expr::Property(path) => path,
        other => unreachable!("{other:?}"),
    }
}

fn key() -> impl Strategy<Value = GroupKey> {
    let primitive = |(name, ty): (&'static str, PrimitiveType)| (name, TypeRef::Primitive(ty));
    prop_oneof![
        6 => select(KEYS.to_vec()).prop_map(primitive),
        2 => Just(status()),
        2 => Just(("c", TypeRef::Primitive(PrimitiveType::Date))),
    ]
    .prop_map(|key| {
        let path = path(key);
        let through = path.steps.iter().rev().skip(1).rev().map(|step| match step {
            PathStep::Property(name) if name == "parent" => {
                Through { ty: TypeName::from_static("test", "row"), related: true }
            }
            _ => Through { ty: TypeName::from_static("test", "derived"), related: false },
        });
        GroupKey { through: through.collect(), path }
    })
}

fn total() -> impl Strategy<Value = (Method, Option<(Expr, TypeRef)>)> {
    let of =
        |name: &str, ty| (typed_property(name, TypeRef::Primitive(ty)), TypeRef::Primitive(ty));
    let twice = Expr::Arithmetic {
        op: Arithmetic::Mul,
        left: Box::new(of("small", PrimitiveType::Int32).0),
        right: Box::new(Expr::Literal(Value::Int(2))),
    };
    let numbers = prop_oneof![
        4 => Just(of("small", PrimitiveType::Int32)),
        4 => Just(of("price", PrimitiveType::Decimal)),
        1 => Just(of("big", PrimitiveType::Int64)),
        1 => Just(of("ratio", PrimitiveType::Double)),
        1 => Just((twice, TypeRef::Primitive(PrimitiveType::Int64))),
    ];
    let values = prop_oneof![
        4 => select(KEYS.to_vec()).prop_map(move |(name, ty)| of(name, ty)),
        1 => Just((typed_property(status().0, status().1), status().1)),
        1 => Just(of("c", PrimitiveType::Date)),
    ];
    prop_oneof![
        2 => Just((Method::Count, None)),
        3 => (select(vec![Method::Sum, Method::Average]), numbers)
            .prop_map(|(method, operand)| (method, Some(operand))),
        3 => (select(vec![Method::Min, Method::Max, Method::CountDistinct]), values)
            .prop_map(|(method, operand)| (method, Some(operand))),
    ]
    .prop_filter("bytes have no order", |(method, operand)| {
        let bytes = TypeRef::Primitive(PrimitiveType::Binary);
        *method == Method::CountDistinct || operand.as_ref().is_none_or(|(_, ty)| *ty != bytes)
    })
}

type Aggregated = (Method, Option<Over>, Option<(Expr, TypeRef)>);

/// Totals of the items of collections.
fn of_items() -> impl Strategy<Value = Aggregated> {
    let over = |name: &str, item: TypeRef| {
        let path = path((name, TypeRef::Collection(Box::new(item))));
        Some(Over { path, key: vec![], variable: 1 })
    };
    let item = |steps: &[&str], ty: PrimitiveType| {
        let steps = steps.iter().map(|step| PathStep::Property((*step).to_owned().into()));
        let (root, ty) = (Root::This(1), TypeRef::Primitive(ty));
        let path = PropertyPath { root, steps: steps.collect(), ty: ty.clone() };
        Some((Expr::Property(path), ty))
    };
    let string = || TypeRef::Primitive(PrimitiveType::String);
    let structure = || TypeRef::Complex(TypeName::from_static("test", "item"));
    let (sizes, labels) =
        (item(&["size"], PrimitiveType::Int32), item(&["label"], PrimitiveType::String));
    let tags = item(&[], PrimitiveType::String);
    let ends = select(vec![Method::Min, Method::Max]);
    let numbers = vec![Method::Sum, Method::Average, Method::Min, Method::Max, Method::Count];
    prop_oneof![
        4 => select(numbers).prop_map(move |method| (method, over("items", structure()), sizes.clone())),
        1 => Just((Method::Count, over("items", structure()), None)),
        1 => ends.clone().prop_map(move |method| (method, over("items", structure()), labels.clone())),
        2 => (ends, select(vec!["tags", "parent/tags", "test.special/tags"]))
            .prop_map(move |(method, path)| (method, over(path, string()), tags.clone())),
        1 => Just((Method::Count, over("test.odd/tags", string()), item(&[], PrimitiveType::String))),
        1 => Just((Method::Count, over("parent/tags", string()), item(&[], PrimitiveType::String))),
    ]
}

fn totals() -> impl Strategy<Value = Vec<Total>> {
    let of_rows = total().prop_map(|(method, operand)| (method, None, operand));
    vec(prop_oneof![3 => of_rows, 1 => of_items()], 0..4).prop_map(|totals| {
        let total = |(place, (method, over, operand)): (usize, Aggregated)| {
            let (operand, operand_type) = operand.unzip();
            let ty = match (method, &operand_type) {
                (Method::Sum, Some(TypeRef::Primitive(PrimitiveType::Int32))) => {
                    TypeRef::Primitive(PrimitiveType::Int64)
                }
                (
                    Method::Sum | Method::Average,
                    Some(ty @ TypeRef::Primitive(PrimitiveType::Double)),
                )
                | (Method::Min | Method::Max, Some(ty)) => ty.clone(),
                _ => TypeRef::Primitive(PrimitiveType::Decimal),
            };
            let (over, name) = (over, format!("t{place}").into());
            Total { name, method, over, operand, operand_type, ty }
        };
        totals.into_iter().enumerate().map(total).collect()
    })
}

/// A day of every row, which rows of the table have no column for.
fn computed() -> Step {
    let ty = TypeRef::Primitive(PrimitiveType::DateTimeOffset);
    let seen = typed_property("seen", ty);
    let day = Expr::Call { function: Function::Date, arguments: vec![seen] };
    Step::Compute(vec![odata::expr::Computed::new(
        "c".into(),
        day,
        Some(TypeRef::Primitive(PrimitiveType::Date)),
    )])
}

/// What can be said about groups: by a total, or by a key.
fn about(keys: &[GroupKey], totals: &[Total]) -> BoxedStrategy<Expr> {
    let mut numbers = vec![Expr::Literal(Value::Int(1))];
    let decimal = |ty: &TypeRef| {
        matches!(
            ty,
            TypeRef::Primitive(
                PrimitiveType::Decimal | PrimitiveType::Int64 | PrimitiveType::Int32
            )
        )
    };
    for total in totals.iter().filter(|total| decimal(&total.ty)) {
        numbers.push(typed_property(&total.name, total.ty.clone()));
    }
    let limit = prop_oneof![
        (-3..5_i64).prop_map(Value::Int),
        (-30_000..30_000_i64, 1..4_u32)
            .prop_map(|(n, scale)| Value::Decimal(Decimal::new(n, scale))),
        Just(Value::Null),
    ];
    let compared =
        (select(COMPARISONS.to_vec()), select(numbers), limit).prop_map(|(op, left, right)| {
            Expr::Compare { op, left: Box::new(left), right: Box::new(Expr::Literal(right)) }
        });
    let mut paths: Vec<PropertyPath> = keys.iter().map(|key| key.path.clone()).collect();
    for key in keys.iter().filter(|key| !key.through.is_empty()) {
        let ty = TypeRef::Complex(TypeName::from_static("test", "derived"));
        paths.push(PropertyPath { steps: key.path.steps[..1].to_vec(), ty, ..key.path.clone() });
    }
    if paths.is_empty() {
        return compared.boxed();
    }
    let is_null =
        (select(vec![Comparison::Eq, Comparison::Ne]), select(paths)).prop_map(|(op, path)| {
            Expr::Compare {
                op,
                left: Box::new(Expr::Property(path)),
                right: Box::new(Expr::Literal(Value::Null)),
            }
        });
    prop_oneof![2 => compared, 1 => is_null].boxed()
}

fn sorted(keys: &[GroupKey], totals: &[Total]) -> BoxedStrategy<Vec<OrderBy>> {
    let mut paths: Vec<Expr> = keys.iter().map(|key| Expr::Property(key.path.clone())).collect();
    paths.extend(totals.iter().map(|total| typed_property(&total.name, total.ty.clone())));
    if paths.is_empty() {
        return Just(vec![]).boxed();
    }
    let key = (select(paths), any::<bool>());
    vec(key.prop_map(|(expr, descending)| OrderBy { expr, descending }), 0..3).boxed()
}

/// Groups, then steps and options about them.
fn grouped() -> impl Strategy<Value = Question> {
    (vec(key(), 0..3), totals(), option::of(condition(2))).prop_flat_map(
        |(mut keys, mut totals, before)| {
            let mut known = Vec::new();
            keys.retain(|key| {
                !known.contains(&key.path) && {
                    known.push(key.path.clone());
                    true
                }
            });
            if keys.is_empty() && totals.is_empty() {
                let ty = TypeRef::Primitive(PrimitiveType::Decimal);
                let (method, name) = (Method::Count, "t0".into());
                let (over, operand, operand_type) = (None, None, None);
                totals.push(Total { name, method, over, operand, operand_type, ty });
            }
            let parts = (
                option::weighted(0.4, about(&keys, &totals)),
                option::weighted(0.4, sorted(&keys, &totals)),
                option::weighted(0.3, 0..6_u64),
                option::weighted(0.2, 0..3_u64),
                option::weighted(0.4, about(&keys, &totals)),
                sorted(&keys, &totals),
                1..6_usize,
            );
            parts.prop_map(move |(filter, order_by, top, skip, condition, order, page)| {
                let mut steps: Vec<_> = before.clone().map(Step::Filter).into_iter().collect();
                steps.push(computed());
                let totals = totals.clone();
                steps.push(if keys.is_empty() {
                    Step::Aggregate(totals)
                } else {
                    Step::GroupBy { by: keys.clone(), totals }
                });
                steps.extend(order_by.map(Step::OrderBy));
                steps.extend(skip.map(Step::Skip));
                steps.extend(top.map(Step::Top));
                steps.extend(filter.map(Step::Filter));
                Question { plan: plan(steps, false), filter: condition, order, page }
            })
        },
    )
}

/// Entities that are picked and sorted.
fn picked() -> impl Strategy<Value = Question> {
    let order = super::expressions::order;
    let parts = (order(), 0..30_u64, 0..10_u64, condition(2), option::of(condition(2)), order());
    (parts, 1..12_usize).prop_map(|((first, top, skip, condition, filter, order), page)| {
        let steps = vec![
            computed(),
            Step::OrderBy(first),
            Step::Top(top),
            Step::Filter(condition),
            Step::Skip(skip),
        ];
        Question { plan: plan(steps, true), filter, order, page }
    })
}

fn plan(steps: Vec<Step>, whole: bool) -> Plan {
    let declared = if whole { None } else { Some(vec![]) };
    let shape = Shape { declared, dynamic: vec![] };
    Plan { input: TypeName::from_static("test", "row"), steps, shape, concat: vec![] }
}

#[test]
fn databases_apply_what_the_evaluator_applies() {
    let mut seeds = TestRunner::new(Config::default());
    for _ in 0..3 {
        let rows = rows::table().new_tree(&mut seeds).unwrap().current();
        let databases = Databases::with(&rows);
        let (served, asked) = (Cell::new(0), Cell::new(0));
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        runner
            .run(&prop_oneof![4 => grouped().boxed(), 1 => picked().boxed()], |question| {
                asked.set(asked.get() + 1);
                served.set(served.get() + u32::from(check(&databases, &rows, &question)?));
                Ok(())
            })
            .unwrap();
        assert!(served.get() * 10 > asked.get() * 5, "{} of {}", served.get(), asked.get());
    }
}

#[test]
fn concat_gives_one_result_behind_the_other() {
    let rows = rows::table().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let databases = Databases::with(&rows);
    let parts =
        prop_oneof![vec(grouped().boxed(), 2..4).boxed(), vec(picked().boxed(), 2..4).boxed(),];
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    runner
        .run(&(parts, 1..12_usize), |(parts, page)| {
            let concat: Vec<_> = parts.into_iter().map(|part| part.plan).collect();
            let whole = concat[0].shape.declared.is_none();
            let plan = Plan { concat, ..plan(vec![], whole) };
            check(&databases, &rows, &Question { plan, filter: None, order: vec![], page })?;
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_sum_of_more_than_64_bits_is_refused() {
    let mut rows = rows::table().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    for row in &mut rows {
        for (name, value) in &mut row.entity.properties {
            if name == "big" {
                *value = Value::Int(i64::MAX);
            }
        }
    }
    let databases = Databases::with(&rows);
    for method in [Method::Sum, Method::Average] {
        let ty = TypeRef::Primitive(PrimitiveType::Int64);
        let total = Total {
            name: "t0".into(),
            method,
            over: None,
            operand: Some(typed_property("big", ty.clone())),
            operand_type: Some(ty),
            ty: TypeRef::Primitive(PrimitiveType::Decimal),
        };
        let plan = plan(vec![Step::Aggregate(vec![total])], false);
        for applied in databases.apply(&all(&plan)) {
            let error = applied.unwrap_err();
            assert!(matches!(error, ListError::Store(StoreError::OutOfRange)), "{error:?}");
        }
    }
}

fn all(plan: &Plan) -> ApplyQuery<'_> {
    ApplyQuery {
        within: None,
        among: None,
        plan,
        filter: None,
        order: &[],
        after: None,
        skip: 0,
        limit: 10_000,
        count: true,
    }
}

/// Whether the question was served.
fn check(databases: &Databases, rows: &[Row], question: &Question) -> Result<bool, TestCaseError> {
    let Question { plan, filter, order, page } = question;
    let all = ApplyQuery { filter: filter.as_ref(), order, ..all(plan) };
    let [sqlite, postgres] = match databases.apply(&all) {
        [Err(ListError::NotServed { .. }), Err(ListError::NotServed { .. })] => return Ok(false),
        [Err(ListError::Store(StoreError::OutOfRange)), _]
        | [_, Err(ListError::Store(StoreError::OutOfRange))] => {
            prop_assert!(sums_up("big", plan), "only the largest numbers come to that");
            return Ok(true);
        }
        [sqlite, postgres] => [sqlite.unwrap(), postgres.unwrap()],
    };
    let expect = expected(rows, question);
    let count = Some(u64::try_from(expect.len()).unwrap());
    prop_assert_eq!(shown(&sqlite.items, plan), &expect[..], "SQLite");
    prop_assert_eq!(shown(&postgres.items, plan), &expect[..], "PostgreSQL");
    prop_assert_eq!((sqlite.count, postgres.count), (count, count));
    pages(databases, &all, &expect, *page)?;
    Ok(true)
}

fn pages(
    databases: &Databases,
    all: &ApplyQuery<'_>,
    expect: &[String],
    page: usize,
) -> Result<(), TestCaseError> {
    let mut after: Option<Vec<Value>> = None;
    let limit = u64::try_from(page).unwrap();
    let pages = expect.chunks(page);
    let last = pages.len().saturating_sub(1);
    for (number, rows) in pages.enumerate() {
        let query = ApplyQuery { after: after.as_deref(), limit, count: false, ..*all };
        for applied in databases.apply(&query) {
            let applied = applied.unwrap();
            prop_assert_eq!(shown(&applied.items, all.plan), rows, "page {}", number);
            prop_assert_eq!(applied.more, number < last);
            after = Some(applied.position);
        }
    }
    Ok(())
}

fn sums_up(name: &str, plan: &Plan) -> bool {
    plan.parts().iter().flat_map(|part| &part.steps).any(|step| match step {
        Step::Aggregate(totals) | Step::GroupBy { totals, .. } => totals.iter().any(|total| {
            matches!(total.method, Method::Sum | Method::Average)
                && total.operand.as_ref().is_some_and(|operand| operand.to_string() == name)
        }),
        _ => false,
    })
}

/// The results in their order, as text.
fn expected(rows: &[Row], question: &Question) -> Vec<String> {
    let mut entities: Vec<_> = rows.iter().map(|row| row.entity.clone()).collect();
    entities.sort_by_key(|entity| format!("{:?}", entity.property("id")));
    let mut steps = question.plan.steps.clone();
    steps.extend(question.filter.clone().map(Step::Filter));
    steps.push(Step::OrderBy(question.order.clone()));
    let plan = Plan { steps, ..question.plan.clone() };
    shown(&evaluate(&plan, entities).unwrap(), &plan)
}

fn shown(items: &[Structured], plan: &Plan) -> Vec<String> {
    let item = |item: &Structured| match item.property("id") {
        Some(id) if plan.shape.declared.is_none() => text(id),
        _ => text(&Value::Structured(item.clone())),
    };
    items.iter().map(item).collect()
}

/// `NaN` equals itself here, and zeros have no sign.
fn text(value: &Value) -> String {
    match value {
        Value::Decimal(number) => format!("Decimal {}", number.normalize()),
        Value::Double(number) => format!("Double {}", number + 0.0),
        Value::Structured(item) => {
            let each =
                item.properties.iter().map(|(name, value)| format!("{name}: {}", text(value)));
            format!("{} {{{}}}", item.type_name, each.collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}

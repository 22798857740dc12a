//! Properties of whole expressions, checked on random ones.

use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::fixture::{edm, full, name, row, scope};
use super::{
    Arithmetic, Comparison, Expr, Function, PathStep, PropertyPath, Root, evaluate, filter,
    order_by,
};
use crate::edm::{PrimitiveType, TypeRef};
use crate::value::{DateTimeOffset, Value};

/// What an expression of the generator is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Boolean,
    String,
    Int,
    Decimal,
    Double,
    Guid,
    Date,
    Status,
}

const KINDS: [Kind; 8] = [
    Kind::Boolean,
    Kind::String,
    Kind::Int,
    Kind::Decimal,
    Kind::Double,
    Kind::Guid,
    Kind::Date,
    Kind::Status,
];

fn value(kind: Kind) -> BoxedStrategy<Value> {
    let some = match kind {
        Kind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Kind::String => any::<String>()
            .prop_filter("NUL never gets here", |text| !text.contains('\0'))
            .prop_map(Value::String)
            .boxed(),
        Kind::Int => any::<i64>().prop_map(Value::Int).boxed(),
        Kind::Decimal => (any::<i64>(), 0_u32..20)
            .prop_map(|(number, scale)| Value::Decimal(Decimal::new(number, scale)))
            .boxed(),
        Kind::Double => any::<f64>()
            .prop_filter("equals nothing", |number| !number.is_nan())
            .prop_map(Value::Double)
            .boxed(),
        Kind::Guid => any::<u128>().prop_map(|bits| Value::Guid(Uuid::from_u128(bits))).boxed(),
        Kind::Date => (0..=DateTimeOffset::MAX_TICKS)
            .prop_map(|ticks| Value::DateTimeOffset(DateTimeOffset::from_ticks(ticks).unwrap()))
            .boxed(),
        Kind::Status => (0..3_i64).prop_map(Value::Enum).boxed(),
    };
    prop_oneof![9 => some, 1 => Just(Value::Null)].boxed()
}

fn property(kind: Kind) -> Expr {
    let path = |steps: &[&'static str], ty| {
        let steps = steps.iter().map(|step| PathStep::Property((*step).into())).collect();
        Expr::Property(PropertyPath { root: Root::It, steps, ty })
    };
    match kind {
        Kind::Boolean => path(&["active"], TypeRef::Primitive(PrimitiveType::Boolean)),
        Kind::String => Expr::Property(PropertyPath {
            root: Root::It,
            steps: vec![
                PathStep::Property("authenticationMethod".into()),
                PathStep::Cast(name("secretAuthentication").into()),
                PathStep::Property("appId".into()),
            ],
            ty: TypeRef::Primitive(PrimitiveType::String),
        }),
        Kind::Int => path(&["count"], TypeRef::Primitive(PrimitiveType::Int32)),
        Kind::Decimal => path(&["price"], TypeRef::Primitive(PrimitiveType::Decimal)),
        Kind::Double => path(&["ratio"], TypeRef::Primitive(PrimitiveType::Double)),
        Kind::Guid => path(&["guid"], TypeRef::Primitive(PrimitiveType::Guid)),
        Kind::Date => path(&["createdDateTime"], TypeRef::Primitive(PrimitiveType::DateTimeOffset)),
        Kind::Status => path(&["status"], TypeRef::Enum(name("status"))),
    }
}

/// An expression of a kind that is not a literal, so that literals beside it take its type.
fn typed(kind: Kind, depth: u32) -> BoxedStrategy<Expr> {
    let leaf = Just(property(kind)).boxed();
    if depth == 0 {
        return leaf;
    }
    let strings = |function| {
        (typed(Kind::String, depth - 1), operand(Kind::String, depth - 1))
            .prop_map(move |(left, right)| call(function, vec![left, right]))
    };
    let of = |kind, function| {
        typed(kind, depth - 1).prop_map(move |argument| call(function, vec![argument]))
    };
    match kind {
        Kind::Boolean => prop_oneof![leaf, boolean(depth), strings(Function::Contains)].boxed(),
        Kind::String => prop_oneof![
            leaf,
            strings(Function::Concat),
            of(Kind::String, Function::ToUpper),
            (typed(Kind::String, depth - 1), operand(Kind::Int, depth - 1), 0..9_i64).prop_map(
                |(text, start, length)| call(
                    Function::Substring,
                    vec![text, start, Expr::Literal(Value::Int(length))]
                )
            ),
        ]
        .boxed(),
        Kind::Int => prop_oneof![
            leaf,
            of(Kind::String, Function::Length),
            of(Kind::Date, Function::Year),
            negated(kind, depth),
            arithmetic(kind, depth),
        ]
        .boxed(),
        Kind::Decimal => prop_oneof![
            leaf,
            of(Kind::Date, Function::FractionalSeconds),
            of(Kind::Decimal, Function::Round),
            negated(kind, depth),
            arithmetic(kind, depth),
        ]
        .boxed(),
        Kind::Double => {
            prop_oneof![leaf, of(Kind::Double, Function::Floor), arithmetic(kind, depth)].boxed()
        }
        Kind::Guid | Kind::Date | Kind::Status => leaf,
    }
}

fn call(function: Function, arguments: Vec<Expr>) -> Expr {
    Expr::Call { function, arguments }
}

fn operand(kind: Kind, depth: u32) -> BoxedStrategy<Expr> {
    prop_oneof![value(kind).prop_map(Expr::Literal), typed(kind, depth)].boxed()
}

fn negated(kind: Kind, depth: u32) -> BoxedStrategy<Expr> {
    typed(kind, depth - 1).prop_map(|operand| Expr::Negate(Box::new(operand))).boxed()
}

fn arithmetic(kind: Kind, depth: u32) -> BoxedStrategy<Expr> {
    let ops = [Arithmetic::Add, Arithmetic::Sub, Arithmetic::Mul, Arithmetic::Div, Arithmetic::Mod];
    (
        prop::sample::select(ops.to_vec()),
        typed(kind, depth - 1),
        operand(kind, depth - 1),
        any::<bool>(),
    )
        .prop_map(|(op, left, right, swap)| {
            let (left, right) = if swap { (right, left) } else { (left, right) };
            Expr::Arithmetic { op, left: Box::new(left), right: Box::new(right) }
        })
        .prop_filter("divides by zero", |expr| !divides_by_zero(expr))
        .boxed()
}

/// Which is refused when it is bound.
fn divides_by_zero(expr: &Expr) -> bool {
    let Expr::Arithmetic { op: Arithmetic::Div | Arithmetic::Mod, right, .. } = expr else {
        return false;
    };
    match &**right {
        Expr::Literal(Value::Int(value)) => *value == 0,
        Expr::Literal(Value::Decimal(value)) => value.is_zero(),
        Expr::Literal(Value::Double(value)) => *value == 0.0,
        _ => false,
    }
}

fn boolean(depth: u32) -> BoxedStrategy<Expr> {
    let ops = [
        Comparison::Eq,
        Comparison::Ne,
        Comparison::Gt,
        Comparison::Ge,
        Comparison::Lt,
        Comparison::Le,
    ];
    let comparison = prop::sample::select(&KINDS[..]).prop_flat_map(move |kind| {
        (
            prop::sample::select(ops.to_vec()).boxed(),
            typed(kind, depth - 1),
            operand(kind, depth - 1),
            any::<bool>(),
        )
            .prop_map(|(op, left, right, swap)| {
                let (left, right) = if swap { (right, left) } else { (left, right) };
                Expr::Compare { op, left: Box::new(left), right: Box::new(right) }
            })
    });
    let within = prop::sample::select(&KINDS[..]).prop_flat_map(move |kind| {
        (typed(kind, depth - 1), prop::collection::vec(value(kind), 0..4))
            .prop_map(|(operand, list)| Expr::In { operand: Box::new(operand), list })
    });
    let operands = || prop::collection::vec(operand(Kind::Boolean, depth - 1), 2..4);
    let and = operands().prop_filter("not flat", |operands| {
        !operands.iter().any(|operand| matches!(operand, Expr::And(_)))
    });
    let or = operands().prop_filter("not flat", |operands| {
        !operands.iter().any(|operand| matches!(operand, Expr::Or(_)))
    });
    prop_oneof![
        4 => comparison,
        1 => within,
        1 => and.prop_map(Expr::And),
        1 => or.prop_map(Expr::Or),
        1 => typed(Kind::Boolean, depth - 1).prop_map(|operand| Expr::Not(Box::new(operand))),
    ]
    .boxed()
}

/// Arithmetic on numbers that have too many digits for exact results.
fn calculation() -> impl Strategy<Value = String> {
    let number = "[1-9][0-9]{0,3}|[0-9]{1,14}\\.[0-9]{1,14}|[1-9]{1,2}\\.0{1,6}|0\\.[0-9]{18,27}|[1-9]\\.[0-9]e[0-9]";
    let op = prop::sample::select(vec!["add", "sub", "mul", "div", "divby", "mod"]);
    (number, prop::collection::vec((op, number), 1..6)).prop_map(|(first, rest)| {
        let rest = rest.into_iter().map(|(op, number)| format!(" {op} {number}"));
        format!("{first}{}", rest.collect::<String>())
    })
}

/// Words that the grammar is made of, in any order.
fn soup() -> impl Strategy<Value = String> {
    let words = [
        "name",
        "active",
        "count",
        "status",
        "tags",
        "authenticationMethod",
        "graph.status",
        "x",
        "and",
        "or",
        "not",
        "eq",
        "ne",
        "gt",
        "in",
        "has",
        "add",
        "div",
        "-",
        "(",
        ")",
        ",",
        "/",
        ":",
        "=",
        "'",
        "'a'",
        "''",
        "\"",
        "\"a\"",
        "1",
        "-1",
        "1.5",
        "1e5",
        "INF",
        "null",
        "true",
        "2020-01-01",
        "2020-01-01T00:00",
        "Z",
        "10:00",
        "$it",
        "$root",
        "$count",
        "@a",
        "@",
        "[",
        "]",
        "{",
        "}",
        "any",
        "all",
        "contains",
        "now",
        "case",
        "cast",
        "é",
        "\u{1f600}",
        "#",
        ";",
        "duration'PT1S'",
        "0a0a0a0a-1111-1111-1111-111111111111",
        "graph.",
        ".",
    ];
    let word = prop::sample::select(words.map(str::to_owned).to_vec());
    let separator = prop::sample::select(vec!["", " ", " "]);
    prop::collection::vec((word, separator), 0..25)
        .prop_map(|words| words.into_iter().map(|(word, blank)| word + blank).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_printed_reads_back_as_itself(expr in boolean(4)) {
        let edm = edm();
        let text = expr.to_string();
        prop_assert_eq!(filter(&text, &scope(&edm)), Ok(expr), "{}", text);
    }

    #[test]
    fn what_is_printed_has_the_same_value(text in calculation()) {
        let edm = edm();
        let value = |text: &str| {
            let expr = order_by(text, &scope(&edm)).ok()?.pop()?.expr;
            Some((evaluate(&expr, &full()), expr.to_string()))
        };
        if let Some((expect, printed)) = value(&text) {
            prop_assert_eq!(value(&printed), Some((expect, printed)));
        }
    }

    #[test]
    fn whatever_is_bound_evaluates_or_fails_cleanly(expr in boolean(4)) {
        for row in [full(), row(&[])] {
            if let Ok(value) = evaluate(&expr, &row) {
                prop_assert!(matches!(value, Value::Boolean(_) | Value::Null));
            }
        }
    }

    #[test]
    fn any_text_is_bound_or_refused_at_a_place_in_it(
        text in prop_oneof![any::<String>(), soup(), "[ -~é]{0,40}"],
    ) {
        let edm = edm();
        let characters = text.chars().count();
        for result in [
            filter(&text, &scope(&edm)).map(|expr| vec![expr]),
            order_by(&text, &scope(&edm)).map(|keys| keys.into_iter().map(|k| k.expr).collect()),
        ] {
            match result {
                Err(error) => prop_assert!(error.position() <= characters, "{}", error),
                Ok(exprs) => for expr in exprs {
                    let printed = expr.to_string();
                    let again = order_by(&printed, &scope(&edm)).map(|keys| keys[0].expr.to_string());
                    prop_assert_eq!(again, Ok(printed));
                },
            }
        }
    }
}

use odata::edm::{PrimitiveType, TypeName, TypeRef};
use odata::expr::{
    Arithmetic, Comparison, Expr, Function, OrderBy, PathStep, PropertyPath, Root, TypeCast,
};
use odata::value::{Value, nearest_double};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use rust_decimal::Decimal;

use super::{related, rows};

pub(super) const COMPARISONS: [Comparison; 6] = [
    Comparison::Eq,
    Comparison::Ne,
    Comparison::Gt,
    Comparison::Ge,
    Comparison::Lt,
    Comparison::Le,
];

fn property(path: &str, ty: PrimitiveType) -> Expr {
    typed_property(path, TypeRef::Primitive(ty))
}

pub(super) fn typed_property(path: &str, ty: TypeRef) -> Expr {
    let steps = path
        .split('/')
        .map(|step| match step.split_once('.') {
            Some((_, ty)) => PathStep::Cast(cast_to(ty)),
            None => PathStep::Property(step.to_owned().into()),
        })
        .collect();
    Expr::Property(PropertyPath { root: Root::It, steps, ty })
}

fn cast_to(ty: &str) -> TypeCast {
    let name = |ty: &str| TypeName { namespace: "test".into(), name: ty.to_owned().into() };
    let derived = if ty == "special" { vec![name("odd")] } else { vec![] };
    TypeCast { ty: name(ty), derived }
}

fn literal(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Expr> {
    prop_oneof![9 => value, 1 => Just(Value::Null)].prop_map(Expr::Literal).boxed()
}

pub(super) fn texts(depth: u32) -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        3 => Just(property("name", PrimitiveType::String)),
        2 => Just(property("other", PrimitiveType::String)),
        1 => Just(property("method/test.derived/app", PrimitiveType::String)),
        1 => Just(property("id", PrimitiveType::String)),
        1 => Just(property("parent/name", PrimitiveType::String)),
        1 => Just(property("parent/parent/other", PrimitiveType::String)),
        1 => Just(property("test.special/other", PrimitiveType::String)),
        1 => Just(property("parent/test.special/test.odd/name", PrimitiveType::String)),
        1 => Just(property("test.odd/parent/other", PrimitiveType::String)),
        3 => literal(rows::text().prop_map(Value::String)),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let of_one = select(vec![Function::ToLower, Function::ToUpper, Function::Trim]);
    let lengths = prop_oneof![(0..5_i64), Just(i64::MAX)];
    let lengths = prop_oneof![lengths.prop_map(Value::Int).prop_map(Expr::Literal), count(depth)];
    prop_oneof![
        4 => leaf,
        2 => (of_one, texts(depth - 1)).prop_map(|(function, text)| call(function, vec![text])),
        1 => vec(texts(depth - 1), 2).prop_map(|texts| call(Function::Concat, texts)),
        1 => (texts(depth - 1), integers(depth - 1))
            .prop_map(|(text, start)| call(Function::Substring, vec![text, start])),
        1 => (texts(depth - 1), integers(depth - 1), lengths)
            .prop_map(|(text, start, length)| call(Function::Substring, vec![text, start, length])),
    ]
    .boxed()
}

fn count(depth: u32) -> BoxedStrategy<Expr> {
    texts(depth - 1).prop_map(|text| call(Function::Length, vec![text])).boxed()
}

const DAY_PARTS: [Function; 3] = [Function::Year, Function::Month, Function::Day];
const TIME_PARTS: [Function; 3] = [Function::Hour, Function::Minute, Function::Second];

pub(super) fn integers(depth: u32) -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        2 => Just(property("small", PrimitiveType::Int32)),
        1 => Just(property("parent/small", PrimitiveType::Int32)),
        1 => Just(property("test.special/small", PrimitiveType::Int32)),
        1 => Just(property("big", PrimitiveType::Int64)),
        2 => literal(rows::small().prop_map(Value::Int)),
        1 => literal(rows::big().prop_map(Value::Int)),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let parts = select(vec![
        Function::Year,
        Function::Month,
        Function::Day,
        Function::Hour,
        Function::Minute,
        Function::Second,
    ]);
    prop_oneof![
        3 => leaf,
        2 => (parts, dates(depth)).prop_map(|(part, date)| call(part, vec![date])),
        1 => (select(DAY_PARTS.to_vec()), days(depth)).prop_map(|(part, day)| call(part, vec![day])),
        1 => (select(TIME_PARTS.to_vec()), times(depth))
            .prop_map(|(part, time)| call(part, vec![time])),
        1 => dates(depth).prop_map(|date| call(Function::TotalOffsetMinutes, vec![date])),
        1 => related::counts(depth),
        1 => cases(integers(depth - 1), depth),
        1 => texts(depth - 1).prop_map(|text| call(Function::Length, vec![text])),
        1 => vec(texts(depth - 1), 2).prop_map(|texts| call(Function::IndexOf, texts)),
        2 => arithmetic(integers(depth - 1), &WITHIN_INTEGERS),
    ]
    .boxed()
}

fn decimals(depth: u32) -> BoxedStrategy<Expr> {
    let decimal = (rows::small(), 0..9_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    let leaf = prop_oneof![
        1 => dates(0).prop_map(|date| call(Function::FractionalSeconds, vec![date])),
        1 => times(0).prop_map(|time| call(Function::FractionalSeconds, vec![time])),
        1 => spans(depth).prop_map(|span| call(Function::TotalSeconds, vec![span])),
        2 => Just(property("price", PrimitiveType::Decimal)),
        2 => literal(decimal.prop_map(Value::Decimal)),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let rounding = select(vec![Function::Ceiling, Function::Floor, Function::Round]);
    prop_oneof![
        2 => leaf,
        2 => (rounding, decimals(depth - 1)).prop_map(|(function, of)| call(function, vec![of])),
        1 => arithmetic(decimals(depth - 1), &ARITHMETIC),
        1 => arithmetic(prop_oneof![decimals(depth - 1), integers(depth - 1)].boxed(), &ARITHMETIC),
    ]
    .boxed()
}

/// What makes an integer of integers: `divby` makes a decimal.
const WITHIN_INTEGERS: [Arithmetic; 5] =
    [Arithmetic::Add, Arithmetic::Sub, Arithmetic::Mul, Arithmetic::Div, Arithmetic::Mod];

const ARITHMETIC: [Arithmetic; 6] = [
    Arithmetic::Add,
    Arithmetic::Sub,
    Arithmetic::Mul,
    Arithmetic::Div,
    Arithmetic::DivBy,
    Arithmetic::Mod,
];

fn arithmetic(operands: BoxedStrategy<Expr>, ops: &[Arithmetic]) -> BoxedStrategy<Expr> {
    let ops = select(ops.to_vec());
    prop_oneof![
        5 => (ops, operands.clone(), operands.clone()).prop_map(|(op, left, right)| {
            Expr::Arithmetic { op, left: Box::new(left), right: Box::new(right) }
        }),
        1 => operands.prop_map(|operand| Expr::Negate(Box::new(operand))),
    ]
    .boxed()
}

fn dates(depth: u32) -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        Just(property("created", PrimitiveType::DateTimeOffset)),
        Just(property("parent/seen", PrimitiveType::DateTimeOffset)),
        Just(property("seen", PrimitiveType::DateTimeOffset)),
        literal(rows::date().prop_map(Value::DateTimeOffset)),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    prop_oneof![3 => leaf, 1 => moved(dates(depth - 1), depth), 1 => cases(dates(depth - 1), depth)]
        .boxed()
}

fn days(depth: u32) -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        Just(property("day", PrimitiveType::Date)),
        literal(rows::day().prop_map(Value::Date)),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    prop_oneof![
        3 => leaf,
        1 => moved(days(depth - 1), depth),
        1 => dates(depth - 1).prop_map(|date| call(Function::Date, vec![date])),
        1 => dates(depth - 1).prop_map(|date| cast(date, PrimitiveType::Date)),
    ]
    .boxed()
}

fn times(depth: u32) -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        Just(property("time", PrimitiveType::TimeOfDay)),
        literal(rows::time().prop_map(Value::TimeOfDay)),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    prop_oneof![
        2 => leaf,
        1 => dates(depth - 1).prop_map(|date| call(Function::Time, vec![date])),
        1 => dates(depth - 1).prop_map(|date| cast(date, PrimitiveType::TimeOfDay)),
    ]
    .boxed()
}

fn spans(depth: u32) -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        2 => Just(property("span", PrimitiveType::Duration)),
        1 => literal(rows::span().prop_map(Value::Duration)),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let between =
        |points: BoxedStrategy<Expr>| vec(points, 2).prop_map(|two| binary(Arithmetic::Sub, two));
    prop_oneof![
        3 => leaf,
        1 => moved(spans(depth - 1), depth),
        1 => between(dates(depth - 1)),
        1 => between(days(depth - 1)),
        1 => spans(depth - 1).prop_map(|span| Expr::Negate(Box::new(span))),
    ]
    .boxed()
}

/// Earlier or later by a duration.
fn moved(from: BoxedStrategy<Expr>, depth: u32) -> BoxedStrategy<Expr> {
    (select(vec![Arithmetic::Add, Arithmetic::Sub]), from, spans(depth - 1))
        .prop_map(|(op, from, by)| binary(op, vec![from, by]))
        .boxed()
}

fn binary(op: Arithmetic, operands: Vec<Expr>) -> Expr {
    let [left, right] = <[Expr; 2]>::try_from(operands).unwrap().map(Box::new);
    Expr::Arithmetic { op, left, right }
}

fn cast(operand: Expr, ty: PrimitiveType) -> Expr {
    Expr::Cast { operand: Box::new(operand), ty: TypeRef::Primitive(ty) }
}

fn cases(values: BoxedStrategy<Expr>, depth: u32) -> BoxedStrategy<Expr> {
    vec((condition(depth - 1), values), 1..4).prop_map(Expr::Case).boxed()
}

fn doubles() -> BoxedStrategy<Expr> {
    let ratio = property("ratio", PrimitiveType::Double);
    prop_oneof![Just(ratio), literal(rows::ratio().prop_map(Value::Double))].boxed()
}

/// Numbers of any kind that no column may have, and some that are near those of columns.
fn constants() -> BoxedStrategy<Value> {
    let digits = prop_oneof![rows::small(), rows::big()];
    let decimal = |(digits, places): (i64, u32)| {
        Value::Decimal(Decimal::try_from_i128_with_scale(digits.into(), places).unwrap())
    };
    prop_oneof![
        (digits.clone(), 0..=28_u32).prop_map(decimal),
        digits.prop_map(|digits| Value::Double(nearest_double(Decimal::from(digits)))),
        rows::price().prop_map(|price| Value::Double(nearest_double(price))),
        rows::ratio().prop_map(Value::Double),
    ]
    .boxed()
}

fn bytes() -> BoxedStrategy<Expr> {
    let raw = property("raw", PrimitiveType::Binary);
    prop_oneof![Just(raw), literal(rows::raw().prop_map(Value::Binary))].boxed()
}

fn guids() -> BoxedStrategy<Expr> {
    let guid = property("guid", PrimitiveType::Guid);
    prop_oneof![Just(guid), literal(rows::guid().prop_map(Value::Guid))].boxed()
}

fn enums() -> BoxedStrategy<Expr> {
    let status = typed_property("status", TypeRef::Enum(TypeName::from_static("test", "status")));
    prop_oneof![Just(status), literal((0..3_i64).prop_map(Value::Enum))].boxed()
}

/// Expressions of type Edm.Boolean.
pub(super) fn condition(depth: u32) -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        2 => Just(property("flag", PrimitiveType::Boolean)),
        1 => Just(property("test.odd/flag", PrimitiveType::Boolean)),
        1 => literal(any::<bool>().prop_map(Value::Boolean)),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let method = TypeRef::Complex(TypeName::from_static("test", "base"));
    let presence = select(COMPARISONS[..2].to_vec()).prop_map(move |op| Expr::Compare {
        op,
        left: Box::new(typed_property("method", method.clone())),
        right: Box::new(Expr::Literal(Value::Null)),
    });
    let matching = select(vec![Function::Contains, Function::StartsWith, Function::EndsWith]);
    let numbers = prop_oneof![
        3 => integers(depth - 1),
        3 => decimals(depth - 1),
        1 => literal(constants()),
    ]
    .boxed();
    let typed = [
        texts(depth - 1),
        numbers,
        dates(depth - 1),
        days(depth - 1),
        times(depth - 1),
        spans(depth - 1),
        guids(),
        enums(),
        doubles(),
        bytes(),
        condition(depth - 1),
    ];
    let compares = typed.clone().map(comparison);
    let lists = typed.into_iter().take(10).map(within);
    let has = (enums(), 0..4_i64)
        .prop_map(|(operand, bits)| Expr::Has { operand: Box::new(operand), bits });
    prop_oneof![
        1 => leaf,
        1 => presence,
        1 => has,
        1 => related::presence(),
        4 => related::lambdas(depth),
        1 => select(vec!["derived", "other"]).prop_map(is_of),
        2 => is_row_of(),
        8 => Union::new(compares),
        3 => Union::new(lists),
        3 => (matching, vec(texts(depth - 1), 2))
            .prop_map(|(function, texts)| call(function, texts)),
        2 => condition(depth - 1).prop_map(|operand| Expr::Not(Box::new(operand))),
        2 => vec(condition(depth - 1), 2..5).prop_map(Expr::And),
        2 => vec(condition(depth - 1), 2..5).prop_map(Expr::Or),
    ]
    .boxed()
}

fn is_of(ty: &'static str) -> Expr {
    let Expr::Property(path) =
        typed_property("method", TypeRef::Complex(TypeName::from_static("test", "base")))
    else {
        unreachable!("it is a property")
    };
    Expr::IsOf { operand: Some(path), types: vec![TypeName::from_static("test", ty)] }
}

/// Whether the row, or one that it belongs to, is of a type.
fn is_row_of() -> impl Strategy<Value = Expr> {
    let paths = select(vec!["", "parent", "test.special/parent", "parent/test.odd/parent"]);
    (paths, select(vec!["row", "special", "odd", "other"])).prop_map(|(path, ty)| {
        let row = TypeRef::Entity(TypeName::from_static("test", "row"));
        let operand = match typed_property(path, row) {
            Expr::Property(path) => Some(path),
            _ => None,
        };
        let TypeCast { ty, derived } = cast_to(ty);
        let types = [vec![ty], derived].concat();
        Expr::IsOf { operand: operand.filter(|_| !path.is_empty()), types }
    })
}

pub(super) fn comparison(operands: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    (select(COMPARISONS.to_vec()), operands.clone(), operands)
        .prop_map(|(op, left, right)| Expr::Compare {
            op,
            left: Box::new(left),
            right: Box::new(right),
        })
        .boxed()
}

/// The list takes the literals that the operand's own kind brings forth.
fn within(operands: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    (operands.clone(), vec(operands, 0..12))
        .prop_map(|(operand, items)| {
            let list = items.into_iter().filter_map(|item| match item {
                Expr::Literal(value) => Some(value),
                _ => None,
            });
            Expr::In { operand: Box::new(operand), list: list.collect() }
        })
        .boxed()
}

pub(super) fn order() -> impl Strategy<Value = Vec<OrderBy>> {
    let expr = prop_oneof![
        3 => texts(2),
        2 => integers(2),
        1 => decimals(1),
        2 => dates(1),
        1 => days(1),
        1 => times(1),
        1 => spans(1),
        1 => guids(),
        1 => enums(),
        1 => doubles(),
        1 => bytes(),
        1 => related::counts(1),
        1 => condition(2),
    ];
    vec((expr, any::<bool>()).prop_map(|(expr, descending)| OrderBy { expr, descending }), 0..4)
}

/// As deep and long as the parser lets through.
/// Numbers so fine that what they are counted in is about the largest integer, rounded.
pub(super) fn fine_numbers() -> impl Iterator<Item = Expr> {
    const DIGITS: [i64; 4] = [i64::MIN + 1, -4_656_612_873_077_392_578, 1, i64::MAX];
    let numbers = DIGITS.into_iter().flat_map(|digits| {
        [17, 18, 19, 20, 28].map(|scale| Expr::Literal(Value::Decimal(Decimal::new(digits, scale))))
    });
    let functions = [Function::Ceiling, Function::Floor, Function::Round];
    let rounded = numbers
        .flat_map(move |number| functions.map(|function| call(function, vec![number.clone()])));
    rounded.map(|rounded| Expr::Compare {
        op: Comparison::Eq,
        left: Box::new(rounded),
        right: Box::new(property("small", PrimitiveType::Int32)),
    })
}

pub(super) fn extremes() -> Vec<Expr> {
    let nested = |function, rest: &[Expr]| {
        (0..98).fold(property("name", PrimitiveType::String), |text, _| {
            let mut arguments = vec![text];
            arguments.extend_from_slice(rest);
            call(function, arguments)
        })
    };
    let is = |text| Expr::Compare {
        op: Comparison::Eq,
        left: Box::new(text),
        right: Box::new(property("other", PrimitiveType::String)),
    };
    let not = |expr: Expr| Expr::Not(Box::new(expr));
    let flag = || property("flag", PrimitiveType::Boolean);
    let one = || Expr::Literal(Value::Int(1));
    let sum = (0..98).fold(property("small", PrimitiveType::Int32), |left, _| Expr::Arithmetic {
        op: Arithmetic::Add,
        left: Box::new(left),
        right: Box::new(one()),
    });
    let equal = (0..98).fold(flag(), |left, _| Expr::Compare {
        op: Comparison::Ge,
        left: Box::new(left),
        right: Box::new(flag()),
    });
    vec![
        (0..98).fold(flag(), |expr, _| not(expr)),
        is(nested(Function::ToLower, &[])),
        is(nested(Function::Trim, &[])),
        is(nested(Function::Concat, &[Expr::Literal(Value::String("é".into()))])),
        is(nested(Function::Substring, &[one()])),
        is(nested(Function::Substring, &[one(), one()])),
        Expr::Compare { op: Comparison::Gt, left: Box::new(sum), right: Box::new(one()) },
        equal,
        Expr::And((0..1900).map(|_| not(is(property("name", PrimitiveType::String)))).collect()),
        Expr::In {
            operand: Box::new(property("small", PrimitiveType::Int32)),
            list: (0..1000).map(Value::Int).collect(),
        },
    ]
}

/// True of every row.
pub(super) fn every_letter() -> [Expr; 2] {
    let letters: Vec<char> = ('\u{1}'..=char::MAX).filter(|c| c.is_alphabetic()).collect();
    // In pieces, so that no letter sees its neighbour.
    let text: String = letters.iter().flat_map(|letter| [*letter, ' ']).collect();
    [(Function::ToLower, text.to_lowercase()), (Function::ToUpper, text.to_uppercase())].map(
        |(function, mapped)| Expr::Compare {
            op: Comparison::Eq,
            left: Box::new(call(function, vec![Expr::Literal(Value::String(text.clone()))])),
            right: Box::new(Expr::Literal(Value::String(mapped))),
        },
    )
}

pub(super) fn call(function: Function, arguments: Vec<Expr>) -> Expr {
    Expr::Call { function, arguments }
}

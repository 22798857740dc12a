//! Expressions about rows of other tables.

use odata::edm::{PrimitiveType, TypeName, TypeRef};
use odata::expr::{Expr, Function, PathStep, PropertyPath, Quantifier, Root};
use odata::value::Value;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::expressions::{
    COMPARISONS, call, comparison, condition, integers, texts, typed_property,
};
use super::searches::search;

/// The numbers of variables: of tags, and of items.
const TAG: u32 = 1;
const ITEM: u32 = 2;

fn text_type() -> TypeRef {
    TypeRef::Primitive(PrimitiveType::String)
}

fn item_type() -> TypeRef {
    TypeRef::Complex(TypeName::from_static("test", "item"))
}

fn collection(path: &str, item: TypeRef) -> PropertyPath {
    match typed_property(path, TypeRef::Collection(Box::new(item))) {
        Expr::Property(path) => path,
        _ => unreachable!("it is a property"),
    }
}

fn tags() -> impl Strategy<Value = PropertyPath> {
    select(vec!["tags", "tags", "parent/tags", "parent/parent/tags", "test.special/tags"])
        .prop_map(|path| collection(path, text_type()))
}

fn items() -> impl Strategy<Value = PropertyPath> {
    select(vec!["items", "parent/items", "test.odd/parent/test.special/items"])
        .prop_map(|path| collection(path, item_type()))
}

fn of(root: Root, property: Option<&'static str>, ty: PrimitiveType) -> BoxedStrategy<Expr> {
    let steps = property.into_iter().map(|name| PathStep::Property(name.into())).collect();
    Just(Expr::Property(PropertyPath { root, steps, ty: TypeRef::Primitive(ty) })).boxed()
}

pub(super) fn presence() -> BoxedStrategy<Expr> {
    let row = TypeRef::Entity(TypeName::from_static("test", "row"));
    let paths = select(vec!["parent", "parent/parent"]);
    (select(COMPARISONS[..2].to_vec()), paths)
        .prop_map(move |(op, path)| Expr::Compare {
            op,
            left: Box::new(typed_property(path, row.clone())),
            right: Box::new(Expr::Literal(Value::Null)),
        })
        .boxed()
}

fn about_tag(tag: Root, depth: u32) -> BoxedStrategy<Expr> {
    let tag = of(tag, None, PrimitiveType::String);
    let beside = prop_oneof![texts(depth - 1), tag.clone()].boxed();
    let matching = select(vec![Function::Contains, Function::StartsWith, Function::EndsWith]);
    let plain = prop_oneof![
        3 => comparison(prop_oneof![tag.clone(), beside.clone()].boxed()),
        1 => (matching, tag, beside).prop_map(|(function, tag, part)| call(function, vec![tag, part])),
    ]
    .boxed();
    joined(plain, depth)
}

fn about_item(item: Root, depth: u32) -> BoxedStrategy<Expr> {
    let label = of(item, Some("label"), PrimitiveType::String);
    let size = of(item, Some("size"), PrimitiveType::Int32);
    let plain = prop_oneof![
        comparison(prop_oneof![label, texts(depth - 1)].boxed()),
        comparison(prop_oneof![size, integers(depth - 1)].boxed()),
    ]
    .boxed();
    joined(plain, depth)
}

/// Alone, negated, or with a condition on anything else.
fn joined(plain: BoxedStrategy<Expr>, depth: u32) -> BoxedStrategy<Expr> {
    prop_oneof![
        3 => plain.clone(),
        1 => plain.clone().prop_map(|expr| Expr::Not(Box::new(expr))),
        1 => vec(prop_oneof![plain.clone(), condition(depth - 1)], 2..3).prop_map(Expr::And),
        1 => vec(prop_oneof![plain, condition(depth - 1)], 2..3).prop_map(Expr::Or),
    ]
    .boxed()
}

pub(super) fn lambdas(depth: u32) -> BoxedStrategy<Expr> {
    let exists = prop_oneof![tags(), items()].prop_map(|collection| Expr::Lambda {
        quantifier: Quantifier::Any,
        collection,
        variable: 0,
        condition: None,
    });
    let quantifier = || select(vec![Quantifier::Any, Quantifier::All]);
    let lambda = |variable| {
        move |(quantifier, collection, condition)| Expr::Lambda {
            quantifier,
            collection,
            variable,
            condition: Some(Box::new(condition)),
        }
    };
    let about_tag = about_tag(Root::Variable(TAG), depth);
    let about_item = about_item(Root::Variable(ITEM), depth);
    Union::new([
        exists.boxed(),
        (quantifier(), tags(), about_tag).prop_map(lambda(TAG)).boxed(),
        (quantifier(), items(), about_item).prop_map(lambda(ITEM)).boxed(),
    ])
    .boxed()
}

pub(super) fn counts(depth: u32) -> BoxedStrategy<Expr> {
    let all = prop_oneof![tags(), items()].prop_map(|collection| Expr::Count {
        collection,
        variable: 0,
        filter: None,
        search: None,
    });
    let searched = |(collection, search)| Expr::Count {
        collection,
        variable: 0,
        filter: None,
        search: Some(search),
    };
    let both = (tags(), about_tag(Root::This(TAG), depth), search()).prop_map(
        |(collection, filter, search)| Expr::Count {
            collection,
            variable: TAG,
            filter: Some(Box::new(filter)),
            search: Some(search),
        },
    );
    let length = tags().prop_map(|tags| call(Function::Length, vec![Expr::Property(tags)]));
    let filtered = |variable| {
        move |(collection, filter)| Expr::Count {
            collection,
            variable,
            filter: Some(Box::new(filter)),
            search: None,
        }
    };
    let about_tag = about_tag(Root::This(TAG), depth);
    let about_item = about_item(Root::This(ITEM), depth);
    Union::new([
        all.boxed(),
        length.boxed(),
        (tags(), search()).prop_map(searched).boxed(),
        both.boxed(),
        (tags(), about_tag).prop_map(filtered(TAG)).boxed(),
        (items(), about_item).prop_map(filtered(ITEM)).boxed(),
    ])
    .boxed()
}

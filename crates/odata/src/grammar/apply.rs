//! `$apply` (OData Aggregation 4.0 ABNF), read by the parser that requests go through. The rules of
//! the grammar part properties by what they hold, which is looked up in the words here.

use super::cursor::{Cursor, Words};
use crate::apply::{Aggregate, Grouping, Pipeline, Transformation, parse, parse_prefix};
use crate::expr::{Node, NodeKind, Step, StepKind};

/// A pipeline; what cannot belong to it stays.
pub(super) fn pipeline(c: &mut Cursor<'_>) -> bool {
    let start = c.mark();
    let text = c.rest();
    let found = parse_prefix(&text).and_then(|end| {
        let matched: String = text.chars().take(end).collect();
        Ok((end, misplaced(&parse(&matched)?, &matched, c.words())))
    });
    match found {
        Ok((end, None)) => {
            c.skip(end);
            true
        }
        Ok((_, Some(at))) => {
            c.skip(at);
            c.back(start)
        }
        Err(error) => {
            c.skip(error.position());
            c.back(start)
        }
    }
}

const COLLECTIONS: [&str; 3] =
    ["entityColNavigationProperty", "complexColProperty", "primitiveColProperty"];
const SINGLE: [&str; 5] = [
    "entityNavigationProperty",
    "complexProperty",
    "primitiveKeyProperty",
    "primitiveNonKeyProperty",
    "streamProperty",
];
const VALUES: [&str; 3] = ["primitiveKeyProperty", "primitiveNonKeyProperty", "streamProperty"];

/// Where a property stands that cannot stand there.
fn misplaced(pipeline: &Pipeline, text: &str, words: &Words) -> Option<usize> {
    pipeline.iter().find_map(|transformation| match transformation {
        Transformation::Aggregate(items) => {
            items.iter().find_map(|item| aggregated(item, text, words))
        }
        Transformation::GroupBy { by, then } => {
            let keys = by.iter().filter_map(|grouping| match grouping {
                Grouping::Property(node) => Some(node),
                Grouping::Rollup(_) | Grouping::RollupRecursive { .. } => None,
            });
            let key = keys.into_iter().find_map(|node| grouped(node, words));
            key.or_else(|| misplaced(then, text, words))
        }
        Transformation::Join { property, then, .. } => {
            let steps = steps(property);
            let single = steps.last().filter(|step| is_one(step, &SINGLE, words));
            single.and_then(end).or_else(|| misplaced(then, text, words))
        }
        Transformation::Concat(all) => all.iter().find_map(|then| misplaced(then, text, words)),
        _ => None,
    })
}

/// What is aggregated without a method is a custom aggregate; within an expression a path leads to
/// one value.
fn aggregated(item: &Aggregate, text: &str, words: &Words) -> Option<usize> {
    let path = if item.with.is_none() {
        let StepKind::Name(name) = &steps(&item.operand).last()?.kind else { return None };
        let known = words.get("customAggregate")?;
        (!known.contains(name)).then_some(&item.operand)
    } else {
        operands(&item.operand).into_iter().find(|node| {
            let before = steps(node).split_last().map_or(&[][..], |(_, before)| before);
            before.iter().any(|step| is_one(step, &COLLECTIONS, words))
        })
    };
    let end = end(steps(path?).last()?)?;
    let blanks = text.chars().skip(end).take_while(|c| *c == ' ').count();
    Some(end + blanks)
}

/// A path of single values, which a type does not end.
fn grouped(node: &Node, words: &Words) -> Option<usize> {
    let (last, before) = steps(node).split_last()?;
    let through = before
        .iter()
        .find(|step| is_one(step, &COLLECTIONS, words) || is_one(step, &VALUES, words));
    let is_type = matches!(&last.kind, StepKind::Name(name) if name.contains('.'));
    end(through.or(is_type.then_some(last))?)
}

/// The operands of the operators that an expression consists of; nothing if it is a path itself.
fn operands(node: &Node) -> Vec<&Node> {
    match &node.kind {
        NodeKind::Negate(inner) | NodeKind::Not(inner) => vec![&**inner],
        NodeKind::Binary { left, right, .. } => {
            let sides = [&**left, &**right].into_iter();
            sides.flat_map(|side| [vec![side], operands(side)].concat()).collect()
        }
        _ => Vec::new(),
    }
}

fn steps(node: &Node) -> &[Step] {
    match &node.kind {
        NodeKind::Path(steps) => steps,
        _ => &[],
    }
}

fn is_one(step: &Step, rules: &[&str], words: &Words) -> bool {
    let StepKind::Name(name) = &step.kind else { return false };
    let known = rules.iter().filter_map(|rule| words.get(*rule));
    known.flatten().any(|word| word == name)
}

fn end(step: &Step) -> Option<usize> {
    match &step.kind {
        StepKind::Name(name) => Some(step.at + name.chars().count()),
        _ => None,
    }
}

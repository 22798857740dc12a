//! Expressions (OData 4.01 ABNF section 4), read by the parser that requests go through.

use super::cursor::{Cursor, Words};
use crate::expr::{Argument, Node, NodeKind, StepKind, parse_prefix};

/// The rules for expressions; `None` for another rule.
pub(super) fn rule(rule: &str, c: &mut Cursor<'_>) -> Option<bool> {
    Some(match rule {
        "commonExpr" | "boolCommonExpr" | "boolcommonExpr" | "parameterValue" | "isofExpr"
        | "castExpr" | "notExpr" | "firstMemberExpr" | "propertyPathExpr" | "memberExpr"
        | "methodCallExpr" | "arrayOrObject" => expression(c),
        "anyExpr" | "allExpr" => lambda(c),
        "stringInUrl" => c.peek() == Some('"') && expression(c),
        _ => return None,
    })
}

/// An expression; what cannot belong to it stays.
pub(super) fn expression(c: &mut Cursor<'_>) -> bool {
    let start = c.mark();
    let text = c.rest();
    if text.starts_with([' ', '\t']) {
        c.blanks();
        return c.back(start);
    }
    match parse_prefix(&text) {
        Ok((node, end)) => match unknown(&node, c.words()) {
            None => {
                c.skip(end);
                true
            }
            Some(at) => {
                c.skip(at);
                c.back(start)
            }
        },
        Err(error) => {
            c.skip(error.position());
            c.back(start)
        }
    }
}

/// `any(…)` and `all(…)`, which follow a collection: it is put before them.
fn lambda(c: &mut Cursor<'_>) -> bool {
    const COLLECTION: &str = "c/";
    let start = c.mark();
    match parse_prefix(&format!("{COLLECTION}{}", c.rest())) {
        Ok((_, end)) => {
            c.skip(end - COLLECTION.len());
            true
        }
        Err(error) => {
            c.skip(error.position().saturating_sub(COLLECTION.len()));
            c.back(start)
        }
    }
}

/// Where a path ends in a qualified name that is no type, and so lacks its parentheses.
fn unknown(node: &Node, words: &Words) -> Option<usize> {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match &node.kind {
            NodeKind::Literal(_) => {}
            NodeKind::Not(inner) | NodeKind::Negate(inner) => open.push(inner),
            NodeKind::And(all) | NodeKind::Or(all) | NodeKind::List(all) | NodeKind::Array(all) => {
                open.extend(all);
            }
            NodeKind::Binary { left, right, .. } => open.extend([&**left, &**right]),
            NodeKind::Object(members) => open.extend(members.iter().map(|(_, value)| value)),
            NodeKind::Path(steps) => {
                for step in steps {
                    match &step.kind {
                        StepKind::Name(name) if !is_known(name, words) => {
                            return Some(step.at + name.chars().count());
                        }
                        StepKind::Call { name, arguments } if !is_type_function(name) => {
                            open.extend(arguments.iter().flat_map(values));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    None
}

fn is_type_function(name: &str) -> bool {
    name.eq_ignore_ascii_case("cast") || name.eq_ignore_ascii_case("isof")
}

fn values(argument: &Argument) -> Vec<&Node> {
    match argument {
        Argument::Positional(value) | Argument::Named { value, .. } => vec![value],
        Argument::Paired { left, right } => vec![left, right],
    }
}

fn is_known(name: &str, words: &Words) -> bool {
    let Some((_, own)) = name.rsplit_once('.') else { return true };
    let mut limited = false;
    let mut known = false;
    for rule in ["entityTypeName", "complexTypeName"] {
        if let Some(words) = words.get(rule) {
            limited = true;
            known |= words.iter().any(|word| word == own);
        }
    }
    known || !limited
}

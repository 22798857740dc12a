use std::fmt::{self, Display};

use super::ast::{Argument, Literal, Node, NodeKind, Operator, Step, StepKind};
use super::power::{self, Operand, grouped, infix, joined};
use crate::apply::Aggregate;
use crate::value::DateTimeOffset;

impl Operand for Node {
    fn power(&self) -> u8 {
        match &self.kind {
            NodeKind::Or(_) => power::OR,
            NodeKind::And(_) => power::AND,
            NodeKind::Binary { op, .. } => op.power(),
            NodeKind::Not(_) | NodeKind::Negate(_) => power::UNARY,
            NodeKind::Literal(_)
            | NodeKind::Path(_)
            | NodeKind::List(_)
            | NodeKind::Array(_)
            | NodeKind::Object(_) => power::WHOLE,
        }
    }
}

/// As text that parses to the same tree: operators in lower case, parentheses where they are needed.
impl Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = self.power();
        match &self.kind {
            NodeKind::Literal(literal) => literal.fmt(f),
            NodeKind::Path(steps) => path(f, steps),
            NodeKind::And(operands) => joined(f, operands, " and ", own + 1),
            NodeKind::Or(operands) => joined(f, operands, " or ", own + 1),
            NodeKind::Not(operand) => {
                f.write_str("not ")?;
                grouped(f, &**operand, own)
            }
            // With a blank: a minus right before digits belongs to the number.
            NodeKind::Negate(operand) => {
                f.write_str("- ")?;
                grouped(f, &**operand, own)
            }
            NodeKind::Binary { op, left, right } => infix(f, (&**left, op.name(), &**right), own),
            NodeKind::List(items) => {
                f.write_str("(")?;
                joined(f, items, ",", 0)?;
                f.write_str(")")
            }
            NodeKind::Array(items) => {
                f.write_str("[")?;
                joined(f, items, ",", 0)?;
                f.write_str("]")
            }
            NodeKind::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    write!(f, "{}:{value}", serde_json::Value::from(name.as_str()))?;
                }
                f.write_str("}")
            }
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
            Self::Double(value) if value.is_nan() => f.write_str("NaN"),
            Self::Double(value) if value.is_infinite() => {
                f.write_str(if *value > 0.0 { "INF" } else { "-INF" })
            }
            Self::Double(value) => write!(f, "{value:e}"),
            Self::Guid(value) => value.fmt(f),
            Self::Long(text) | Self::Date(text) | Self::TimeOfDay(text) => f.write_str(text),
            Self::DateTimeOffset { at, offset } => point_in_time(f, *at, *offset),
            Self::String(text) => quoted(f, "", text),
            Self::Duration(text) => quoted(f, "duration", text),
            Self::Binary(text) => quoted(f, "binary", text),
            Self::Geo(text) => quoted(f, "geography", text),
            Self::Enum { type_name, text } => quoted(f, type_name, text),
        }
    }
}

fn point_in_time(f: &mut fmt::Formatter<'_>, at: DateTimeOffset, offset: i16) -> fmt::Result {
    match at.shown_by(offset) {
        Some(shown) if offset != 0 => {
            let text = shown.to_string();
            let sign = if offset < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset.unsigned_abs() / 60, offset.unsigned_abs() % 60);
            write!(f, "{}{sign}{hours:02}:{minutes:02}", text.trim_end_matches('Z'))
        }
        _ => at.fmt(f),
    }
}

impl Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Positional(value) => value.fmt(f),
            Self::Named { name, value } => write!(f, "{name}={value}"),
            // A colon right behind a constant would belong to it.
            Self::Paired { left, right } => match left.kind {
                NodeKind::Path(_) => write!(f, "{left}:{right}"),
                _ => write!(f, "{left} :{right}"),
            },
        }
    }
}

impl Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = |f: &mut fmt::Formatter<'_>, with: &Option<String>| match with {
            Some(method) => write!(f, " with {method}"),
            None => Ok(()),
        };
        self.operand.fmt(f)?;
        with(f, &self.with)?;
        for from in &self.from {
            f.write_str(" from ")?;
            joined(f, &from.properties, ",", 0)?;
            with(f, &from.with)?;
        }
        match &self.alias {
            Some(alias) => write!(f, " as {alias}"),
            None => Ok(()),
        }
    }
}

impl Operator {
    /// The operator in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::Has => "has",
            Self::In => "in",
            Self::Add => "add",
            Self::Sub => "sub",
            Self::Mul => "mul",
            Self::Div => "div",
            Self::DivBy => "divby",
            Self::Mod => "mod",
        }
    }
}

fn path(f: &mut fmt::Formatter<'_>, steps: &[Step]) -> fmt::Result {
    for (index, step) in steps.iter().enumerate() {
        match &step.kind {
            // A key, which follows its collection without a slash.
            StepKind::Call { name, .. } if name.is_empty() => {}
            _ => f.write_str(if index > 0 { "/" } else { "" })?,
        }
        match &step.kind {
            StepKind::Name(name) | StepKind::Dollar(name) => f.write_str(name)?,
            StepKind::At(name) => write!(f, "@{name}")?,
            StepKind::Aggregate(aggregate) => write!(f, "aggregate({aggregate})")?,
            StepKind::Call { name, arguments } => call(f, name, arguments)?,
        }
    }
    Ok(())
}

fn call(f: &mut fmt::Formatter<'_>, name: &str, arguments: &[Argument]) -> fmt::Result {
    write!(f, "{name}(")?;
    for (index, argument) in arguments.iter().enumerate() {
        match argument {
            Argument::Named { name: option, value } if name == "$count" => {
                write!(f, "{}${option}=", if index > 0 { ";" } else { "" })?;
                match &value.kind {
                    NodeKind::Literal(Literal::String(text)) if option == "search" => {
                        f.write_str(text)?;
                    }
                    _ => value.fmt(f)?,
                }
            }
            _ => write!(f, "{}{argument}", if index > 0 { "," } else { "" })?,
        }
    }
    f.write_str(")")
}

fn quoted(f: &mut fmt::Formatter<'_>, prefix: &str, text: &str) -> fmt::Result {
    write!(f, "{prefix}'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::expr::parse;

    /// The tree without where its parts stand.
    fn shape(text: &str) -> Option<String> {
        let tree = format!("{:?}", parse(text).ok()?);
        let mut shape = String::new();
        let mut rest = tree.as_str();
        while let Some((before, after)) = rest.split_once("at: ") {
            shape.push_str(before);
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        Some(shape + rest)
    }

    #[track_caller]
    fn reads_the_same(text: &str) {
        let printed = parse(text).unwrap().to_string();
        assert_eq!(shape(&printed), shape(text), "{text} as {printed}");
    }

    #[test]
    fn what_is_printed_has_the_parentheses_it_needs() {
        for (text, expect) in [
            ("a EQ 1 AND (b or c)", "a eq 1 and (b or c)"),
            ("a and (b and c)", "a and b and c"),
            ("(a add 1) mul 2", "(a add 1) mul 2"),
            ("a sub (b sub c)", "a sub (b sub c)"),
            ("not (a eq b)", "not (a eq b)"),
            ("not a eq b", "not a eq b"),
            ("- 5", "- 5"),
            ("-5", "-5"),
            ("a in ('x',\"y\")", "a in ('x','y')"),
            ("a in (b)", "a in b"),
            ("a/$filter(b gt 1)(2)/c", "a/$filter(b gt 1)(2)/c"),
            ("a/$count($filter=b;$search=x) gt 1", "a/$count($filter=b;$search=x) gt 1"),
            ("a/any(x : x/b eq 'it''s')", "a/any(x:x/b eq 'it''s')"),
            ("case(x eq 10:20 : 30,b:1)", "case(x eq 10:20 :30,b:1)"),
            ("case( true : 1 , b : -2.0 )", "case(true :1,b:-2.0)"),
            ("{\"a\\n\":[1,{}]}", "{\"a\\n\":[1,{}]}"),
            ("ns.T'a' has DURATION'P1D'", "ns.T'a' has duration'P1D'"),
            (
                "a/aggregate(b mul 2 with sum from c with max) gt $these/aggregate($count)",
                "a/aggregate(b mul 2 with sum from c with max) gt $these/aggregate($count)",
            ),
            ("f(a=1,b=@c)/@ns.t#q", "f(a=1,b=@c)/@ns.t#q"),
        ] {
            assert_eq!(parse(text).map(|node| node.to_string()).as_deref(), Ok(expect), "{text}");
            reads_the_same(text);
        }
        // As deep as may be: parentheses of our own would be levels too many.
        reads_the_same(&format!("{}a", "- ".repeat(99)));
    }

    fn expression() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "[a-c]",
            "[a-c]/(d|ns\\.t|@ns\\.t#q)",
            "\\$(it|this)/[a-c]",
            "-?[0-9]{1,25}(\\.[0-9]{1,9})?(e-?[0-9]{1,2})?",
            "'([a-z %\"]|'')*'",
            "\"[a-z' ]*\"",
            "(ns\\.e|duration|binary|geography)'[a-z]*'",
            "null|true|false|INF|-INF|NaN",
            "20[0-9]{2}-0[1-9]-1[0-9](T1[0-9]:2[0-9]:3[0-9]\\.[0-9]{1,7}Z)?",
            "1[0-9]:2[0-9](:3[0-9])?",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            "@p|\\[\\]|\\{\\}",
        ];
        leaf.prop_recursive(5, 40, 3, |inner| {
            let binary = "eq|ne|gt|ge|lt|le|has|in|add|sub|mul|div|divby|mod|and|or|AND|Eq";
            prop_oneof![
                4 => (inner.clone(), binary, inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
                2 => inner.clone().prop_map(|a| format!("({a})")),
                1 => inner.clone().prop_map(|a| format!("not {a}")),
                1 => inner.clone().prop_map(|a| format!("- {a}")),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("f({a},{b})")),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("ns.f(p={a},q={b})/a")),
                1 => inner.clone().prop_map(|a| format!("b/any(x:{a})")),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("case({a} : {b},true:1)")),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
                1 => (inner.clone(), "[a-z\"]").prop_map(|(a, n)| format!("{{{n:?}:{a}}}")),
                1 => ("[a-c]", prop::collection::vec("'[a-z]'|[0-9]|null", 0..4))
                    .prop_map(|(a, list)| format!("{a} in ({})", list.join(","))),
                1 => inner.clone().prop_map(|a| format!("b/$count($filter={a};$search=\"x\" y)")),
                1 => inner.prop_map(|a| format!("b/$filter({a})(1)/c")),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same_tree(text in expression()) {
            if let Ok(node) = parse(&text) {
                let printed = node.to_string();
                prop_assert_eq!(shape(&printed), shape(&text), "{}", printed);
            }
        }
    }
}

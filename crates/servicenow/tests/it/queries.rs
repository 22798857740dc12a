use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use servicenow::{Clause, Condition, Field, Filter, Group, Item, Order, Query, Stamp, SysId, Text};

use crate::site;

/// What a condition means, said a second time.
type Meaning = Box<dyn Fn(&Value) -> bool>;

/// A comparison as the test draws it.
#[derive(Debug, Clone)]
enum Drawn {
    Text(u8, String),
    Time(u8, i64),
    Id(u8, usize),
    State(u8, u32),
    States(bool, Vec<u32>),
    Callers(bool, Vec<usize>),
    Empty(bool),
}

/// Texts made of everything that has a meaning in a query or in a URL.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "^",
        "^NQ",
        "^OR",
        "^^",
        "=",
        "!=",
        ">",
        "<=",
        "@",
        ",",
        "%",
        "*",
        "!",
        "&",
        "+",
        "#",
        "'",
        " ",
        ";",
        "/",
        "?",
        "javascript:",
        "ORDERBY",
        "EQ",
        "IN",
        "ISEMPTY",
        "LIKE",
        "active=true",
        "a",
        "B",
        "7",
        "ä",
        "😀",
        "\"",
        "\\",
        "<b>",
        "%5E",
        "${x}",
    ]);
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

fn drawn() -> impl Strategy<Value = Drawn> {
    prop_oneof![
        4 => (0u8..6, nasty()).prop_map(|(operator, text)| Drawn::Text(operator, text)),
        1 => (0u8..6, -3i64..3).prop_map(|(operator, at)| Drawn::Time(operator, at)),
        1 => (0u8..6, 0usize..30).prop_map(|(operator, row)| Drawn::Id(operator, row)),
        1 => (0u8..6, 0u32..9).prop_map(|(operator, state)| Drawn::State(operator, state)),
        1 => (any::<bool>(), prop::collection::vec(0u32..9, 1..4))
            .prop_map(|(not, states)| Drawn::States(not, states)),
        1 => (any::<bool>(), prop::collection::vec(0usize..30, 1..4))
            .prop_map(|(not, rows)| Drawn::Callers(not, rows)),
        1 => any::<bool>().prop_map(Drawn::Empty),
    ]
}

fn field(name: &str) -> Field {
    name.parse().unwrap()
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap()
}

/// The condition, and what it means; `None` where the text is refused.
fn build(drawn: &Drawn, rows: &[Value]) -> Option<(Condition, Meaning)> {
    Some(match drawn.clone() {
        Drawn::Text(operator, value) => texts(operator, &Text::parse(&value).ok()?),
        Drawn::Time(operator, at) => {
            let middle: Stamp = text(&rows[15], "sys_updated_on").parse().unwrap();
            let stamp = Stamp::from_unix_seconds(middle.unix_seconds() + at).unwrap();
            let written = stamp.to_string();
            ordered(operator, "sys_updated_on", stamp, move |row| {
                text(row, "sys_updated_on").cmp(&written)
            })
        }
        Drawn::Id(operator, row) => {
            let id: SysId = text(&rows[row], "sys_id").parse().unwrap();
            let written = id.to_string();
            ordered(operator, "sys_id", id, move |row| text(row, "sys_id").cmp(&written))
        }
        Drawn::State(operator, state) => ordered(operator, "state", state, move |row| {
            text(row, "state").parse::<u32>().unwrap().cmp(&state)
        }),
        Drawn::States(not, states) => {
            let items: Vec<Item> = states.iter().map(|state| Item::Number(*state)).collect();
            let condition = if not { Condition::none_of } else { Condition::one_of };
            let names: Vec<String> = states.iter().map(u32::to_string).collect();
            let meaning = move |row: &Value| names.iter().any(|n| n == text(row, "state")) != not;
            (condition(field("state"), items)?, Box::new(meaning))
        }
        Drawn::Callers(not, at) => {
            let callers = at.iter().map(|at| text(&rows[*at], "caller_id").to_owned());
            let callers: Vec<String> = callers.filter(|caller| !caller.is_empty()).collect();
            let items = callers.iter().map(|caller| Item::Id(caller.parse().unwrap()));
            let condition = if not { Condition::none_of } else { Condition::one_of };
            let condition = condition(field("caller_id"), items)?;
            let meaning =
                move |row: &Value| callers.iter().any(|c| c == text(row, "caller_id")) != not;
            (condition, Box::new(meaning))
        }
        Drawn::Empty(not) => {
            let name = field("caller_id");
            let condition = if not { Condition::not_empty(name) } else { Condition::empty(name) };
            (condition, Box::new(move |row| text(row, "caller_id").is_empty() != not))
        }
    })
}

fn texts(operator: u8, value: &Text) -> (Condition, Meaning) {
    let (name, want) = (field("short_description"), value.as_str().to_owned());
    let value = value.clone();
    let holds = |test: fn(&str, &str) -> bool| -> Meaning {
        Box::new(move |row| test(text(row, "short_description"), &want))
    };
    match operator {
        0 => (Condition::equal(name, value), holds(|have, want| have == want)),
        1 => (Condition::not_equal(name, value), holds(|have, want| have != want)),
        2 => (Condition::contains(name, value), holds(|have, want| have.contains(want))),
        3 => (Condition::not_contains(name, value), holds(|have, want| !have.contains(want))),
        4 => (Condition::starts_with(name, value), holds(|have, want| have.starts_with(want))),
        _ => (Condition::ends_with(name, value), holds(|have, want| have.ends_with(want))),
    }
}

fn ordered(
    operator: u8,
    name: &str,
    to: impl Into<servicenow::Ordered>,
    order: impl Fn(&Value) -> std::cmp::Ordering + 'static,
) -> (Condition, Meaning) {
    let (name, to) = (field(name), to.into());
    match operator {
        0 => (Condition::equal(name, to), Box::new(move |row| order(row).is_eq())),
        1 => (Condition::not_equal(name, to), Box::new(move |row| order(row).is_ne())),
        2 => (Condition::less(name, to), Box::new(move |row| order(row).is_lt())),
        3 => (Condition::less_or_equal(name, to), Box::new(move |row| order(row).is_le())),
        4 => (Condition::greater(name, to), Box::new(move |row| order(row).is_gt())),
        _ => (Condition::greater_or_equal(name, to), Box::new(move |row| order(row).is_ge())),
    }
}

/// Checks 13, 14 and 15: what is written is read as it was meant, whatever the values hold.
#[test]
fn the_instance_reads_queries_as_they_were_meant() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let sim = runtime.block_on(site::start(30));
    sim.settings(|settings| settings.ignore_case = false);
    let mut texts = TestRunner::deterministic();
    let all =
        || runtime.block_on(site::rows(&http, &sim, &[("sysparm_exclude_reference_link", "true")]));
    for row in all() {
        let value = nasty().new_tree(&mut texts).unwrap().current();
        sim.edit(json!({"table": "incident", "sys_id": row["sys_id"], "set": {"short_description": value}}))
            .unwrap();
    }
    let rows = all();
    let taken = prop::option::of(0usize..30);
    let condition = (drawn(), taken).prop_map({
        let rows = rows.clone();
        move |(drawn, taken)| match (drawn, taken) {
            // Texts that rows really have, so that something is found.
            (Drawn::Text(operator, _), Some(row)) => {
                Drawn::Text(operator, text(&rows[row], "short_description").to_owned())
            }
            (drawn, _) => drawn,
        }
    });
    let clause = prop::collection::vec(condition, 1..3);
    let group = prop::collection::vec(clause, 1..3);
    let groups = prop::collection::vec(group, 1..3);
    let mut runner =
        TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    runner
        .run(&groups, |groups| {
            let (query, terms, expected) = written(&groups, &rows);
            // Read with the rule of carets alone: as many terms as were meant.
            let text = query.to_string();
            let alone = text.replace("^^", "").split('^').filter(|part| !part.is_empty()).count();
            prop_assert_eq!(alone, terms, "{}", text);
            let asked = [("sysparm_query", text.as_str()), ("sysparm_fields", "sys_id")];
            let found = runtime.block_on(site::rows(&http, &sim, &asked));
            let found: Vec<&str> = found.iter().map(|row| self::text(row, "sys_id")).collect();
            prop_assert_eq!(found, expected, "{}", text);
            Ok(())
        })
        .unwrap();
}

/// The query, the number of its terms, and the keys that it finds.
fn written<'a>(groups: &[Vec<Vec<Drawn>>], rows: &'a [Value]) -> (Query, usize, Vec<&'a str>) {
    let mut terms = 1;
    let mut meanings: Vec<Vec<Vec<Meaning>>> = Vec::new();
    let mut parts = Vec::new();
    for group in groups {
        let (mut part, mut of_group) = (Group::new(), Vec::new());
        for clause in group {
            let built: Vec<_> = clause.iter().filter_map(|drawn| build(drawn, rows)).collect();
            terms += built.len();
            let (conditions, of_clause): (Vec<_>, Vec<_>) = built.into_iter().unzip();
            let mut conditions = conditions.into_iter();
            if let Some(first) = conditions.next() {
                part = part.and(conditions.fold(Clause::from(first), Clause::or));
                of_group.push(of_clause);
            }
        }
        parts.push(part);
        meanings.push(of_group);
    }
    if meanings.iter().any(Vec::is_empty) {
        terms = 1;
    }
    let holds = |row: &Value| {
        meanings
            .iter()
            .any(|group| group.iter().all(|clause| clause.iter().any(|condition| condition(row))))
    };
    let mut expected: Vec<&str> =
        rows.iter().filter(|row| holds(row)).map(|row| text(row, "sys_id")).collect();
    expected.sort_unstable();
    (Query::any(parts).order_by(Order::Ascending(field("sys_id"))), terms, expected)
}

/// What both find, the joined query finds.
#[tokio::test]
async fn a_configured_filter_stays_a_part_of_the_query() {
    let sim = site::start(60).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let all = site::rows(&http, &sim, &[("sysparm_query", "ORDERBYsys_updated_on")]).await;
    let stamp: Stamp = text(&all[30], "sys_updated_on").parse().unwrap();
    let id: SysId = text(&all[30], "sys_id").parse().unwrap();
    let updated = || field("sys_updated_on");
    let keyset = Query::any([
        Group::new().and(Condition::greater(updated(), stamp)),
        Group::new()
            .and(Condition::equal(updated(), stamp))
            .and(Condition::greater(field("sys_id"), id)),
    ]);
    let either =
        Clause::from(Condition::equal(field("state"), 1)).or(Condition::empty(field("caller_id")));
    let find = async |query: &Query| -> Vec<String> {
        let query = query.clone().order_by(Order::Ascending(field("sys_id"))).to_string();
        let found = site::rows(&http, &sim, &[("sysparm_query", query.as_str())]).await;
        found.iter().map(|row| text(row, "sys_id").to_owned()).collect()
    };
    let mut found = 0;
    for query in [Query::all(), keyset, Group::new().and(either).into()] {
        for filter in [
            "",
            "active=true",
            "Active=true^ORstate=7^impact!=3",
            "priority=1^NQpriority=5^NQstate=2^ORstate=3",
            "short_descriptionLIKEa^^b^ORactive=false",
        ] {
            let filter: Filter = filter.parse().unwrap();
            let (whole, part) = (find(&query).await, find(&Query::all().within(&filter)).await);
            let both: Vec<String> = whole.into_iter().filter(|id| part.contains(id)).collect();
            found += both.len();
            assert_eq!(find(&query.clone().within(&filter)).await, both, "{filter:?} {query}");
        }
    }
    assert!(found > 50, "{found}");
}

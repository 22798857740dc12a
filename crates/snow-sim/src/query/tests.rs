//! Random queries: what is printed is read back, whatever is read does not panic, and what the
//! indexes find is what a walk over all rows finds that knows only texts.

use std::cmp::Ordering;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::term::{Operator, Term};
use super::{Asker, Bound, Query};
use crate::seed::{self, Size};
use crate::view::Gone;
use crate::world::World;

static WORLD: LazyLock<World> =
    LazyLock::new(|| seed::world(&Size { incidents: 120, users: 12, seed: 7 }));

const NOW: i64 = 1_780_000_000;
const FIELDS: [&str; 16] = [
    "number",
    "state",
    "priority",
    "category",
    "short_description",
    "active",
    "caller_id",
    "caller_id.email",
    "caller_id.user_name",
    "assigned_to",
    "sys_id",
    "sys_updated_on",
    "sys_mod_count",
    "opened_at",
    "resolved_at",
    "nonsense",
];

const WORDS: [(Operator, &str); 19] = [
    (Operator::Equal, "="),
    (Operator::NotEqual, "!="),
    (Operator::Less, "<"),
    (Operator::LessOrEqual, "<="),
    (Operator::Greater, ">"),
    (Operator::GreaterOrEqual, ">="),
    (Operator::In, "IN"),
    (Operator::NotIn, "NOT IN"),
    (Operator::Like, "LIKE"),
    (Operator::NotLike, "NOT LIKE"),
    (Operator::StartsWith, "STARTSWITH"),
    (Operator::EndsWith, "ENDSWITH"),
    (Operator::IsEmpty, "ISEMPTY"),
    (Operator::IsNotEmpty, "ISNOTEMPTY"),
    (Operator::EmptyString, "EMPTYSTRING"),
    (Operator::Anything, "ANYTHING"),
    (Operator::Between, "BETWEEN"),
    (Operator::SameAs, "SAMEAS"),
    (Operator::NotSameAs, "NSAMEAS"),
];

fn print(query: &Query) -> String {
    let mut parts = Vec::new();
    for (at, group) in query.groups.iter().enumerate() {
        let mut first = if at == 0 { "" } else { "NQ" };
        for clause in group {
            for (at, term) in clause.iter().enumerate() {
                let (_, word) = WORDS.iter().find(|(have, _)| *have == term.operator).unwrap();
                let or = if at == 0 { "" } else { "OR" };
                let value = term.value.replace('^', "^^");
                parts.push(format!("{first}{or}{}{word}{value}", term.field));
                first = "";
            }
        }
    }
    let order = query
        .order
        .iter()
        .map(|(field, down)| format!("ORDERBY{}{field}", if *down { "DESC" } else { "" }));
    parts.extend(order);
    parts.join("^")
}

/// Values that rows have, and others.
fn value(field: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0_u32..120).prop_map(move |row| read(row, field).unwrap_or_default()),
        1 => (0_u32..120, 0_usize..9).prop_map(move |(row, length)| {
            read(row, field).unwrap_or_default().chars().skip(2).take(length).collect()
        }),
        1 => "[a-z0-9 ^,@😢]{0,6}",
        1 => Just("2026-02-01 00:00:00".to_owned()),
    ]
}

/// A time is compared with times alone, a truth with truths, and a number with numbers.
fn fit(field: &str, text: &str) -> String {
    match field {
        "active" if !matches!(text, "" | "true" | "false") => "true",
        _ if is_time(field) && !text.is_empty() && crate::clock::parse(text).is_none() => {
            "2025-07-01"
        }
        _ if is_number(field)
            && !text.is_empty()
            && !text.parse::<i64>().is_ok_and(|number| number.to_string() == text) =>
        {
            "2"
        }
        _ => text,
    }
    .to_owned()
}

fn is_time(field: &str) -> bool {
    matches!(field, "sys_updated_on" | "opened_at" | "resolved_at")
}

fn is_number(field: &str) -> bool {
    matches!(field, "state" | "priority" | "impact" | "urgency" | "sys_mod_count")
}

/// Truths have no order, nor have they or times parts.
fn serves((field, (operator, _)): &(&'static str, (Operator, &'static str))) -> bool {
    use Operator as Op;
    let truth = *field == "active";
    match operator {
        Op::Like | Op::NotLike | Op::StartsWith | Op::EndsWith => !truth && !is_time(field),
        Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual | Op::Between => !truth,
        _ => true,
    }
}

/// What is compared with something has something behind it.
fn some(text: String) -> String {
    if text.is_empty() { "0".to_owned() } else { text }
}

fn term() -> impl Strategy<Value = Term> {
    let parts = (prop::sample::select(FIELDS.to_vec()), prop::sample::select(WORDS.to_vec()));
    parts.prop_filter("no such comparison", serves).prop_flat_map(|(field, (operator, _))| {
        let of = (value(field), value(field), prop::sample::select(FIELDS.to_vec()));
        of.prop_map(move |(one, two, other)| {
            let value = match operator {
                Operator::IsEmpty
                | Operator::IsNotEmpty
                | Operator::EmptyString
                | Operator::Anything => String::new(),
                Operator::Between => {
                    let side = |text: String| fit(field, &some(text.replace('@', "")));
                    format!("{}@{}", side(one), side(two))
                }
                Operator::In | Operator::NotIn
                    if field == "active" || is_number(field) || is_time(field) =>
                {
                    format!("{},{}", fit(field, &one), fit(field, &two))
                }
                Operator::In | Operator::NotIn => format!("{one},{two}"),
                Operator::SameAs | Operator::NotSameAs => other.to_owned(),
                Operator::Like | Operator::NotLike | Operator::StartsWith | Operator::EndsWith => {
                    some(one)
                }
                _ => fit(field, &one),
            };
            Term { field: field.to_owned(), operator, value }
        })
    })
}

fn query() -> impl Strategy<Value = Query> {
    let clause = prop::collection::vec(term(), 1..3);
    let group = prop::collection::vec(clause, 1..4);
    let order = (prop::sample::select(FIELDS.to_vec()), any::<bool>());
    let order = prop_oneof![
        prop::collection::vec(order.prop_map(|(field, down)| (field.to_owned(), down)), 0..3),
        any::<bool>().prop_map(|down| {
            vec![("sys_updated_on".to_owned(), down), ("sys_id".to_owned(), down)]
        }),
    ];
    (prop::collection::vec(group, 1..3), order).prop_map(|(groups, order)| Query { groups, order })
}

fn read(row: u32, field: &str) -> Option<String> {
    let world = &*WORLD;
    let incident = world.table_named("incident")?;
    let Some((reference, inner)) = field.split_once('.') else {
        world.schema(incident).column(field)?;
        return Some(world.text(incident, row, field).into_owned());
    };
    let id = world.text(incident, row, reference).into_owned();
    let users = world.table_named("sys_user")?;
    let mut all = world.table(users).rows();
    let user = all.find(|user| world.text(users, *user, "sys_id") == id);
    Some(user.map_or(String::new(), |user| world.text(users, user, inner).into_owned()))
}

/// The name that stands for a person.
fn shown(row: u32, field: &str) -> String {
    match field {
        "caller_id" | "assigned_to" => read(row, &format!("{field}.name")).unwrap_or_default(),
        _ => read(row, field).unwrap_or_default(),
    }
}

/// As the type of the column says; nothing is lowest, and no number is less than a word.
fn compare(field: &str, one: &str, two: &str) -> Ordering {
    let number = |text: &str| match field {
        _ if text.is_empty() => (0, 0),
        "state" | "priority" | "sys_mod_count" => text.parse().map_or((2, 0), |n: i64| (1, n)),
        _ => (2, 0),
    };
    number(one).cmp(&number(two)).then_with(|| match number(one) {
        (2, _) => one.cmp(two),
        _ => Ordering::Equal,
    })
}

/// As a reader of the documentation would ask one row.
fn says(row: u32, term: &Term) -> bool {
    use Operator as Op;
    let fold = |text: &str| text.to_lowercase();
    let have = fold(&read(row, &term.field).unwrap());
    let seen = fold(&shown(row, &term.field));
    let want = fold(&term.value);
    let order = |want: &str| compare(&term.field, &have, want);
    let there = !have.is_empty();
    let listed = || want.split(',').any(|item| item.trim() == have);
    match term.operator {
        Op::Equal => have == want,
        Op::NotEqual => have != want,
        Op::Less => there && order(&want) == Ordering::Less,
        Op::LessOrEqual => there && order(&want) != Ordering::Greater,
        Op::Greater => there && order(&want) == Ordering::Greater,
        Op::GreaterOrEqual => there && order(&want) != Ordering::Less,
        Op::In => listed(),
        Op::NotIn => !listed(),
        Op::Like => seen.contains(&want),
        Op::NotLike => !seen.contains(&want),
        Op::StartsWith => seen.starts_with(&want),
        Op::EndsWith => seen.ends_with(&want),
        Op::IsEmpty | Op::EmptyString => !there,
        Op::IsNotEmpty => there,
        Op::Between => {
            let (from, to) = want.split_once('@').unwrap();
            there && order(from) != Ordering::Less && order(to) != Ordering::Greater
        }
        Op::SameAs | Op::NotSameAs => {
            let other = fold(&read(row, &term.value).unwrap());
            (other == have) == (term.operator == Op::SameAs)
        }
        _ => true,
    }
}

/// Clauses of unknown fields, or of comparisons with nothing, are not there.
fn matches(row: u32, query: &Query) -> bool {
    let known = |term: &&Term| {
        let there = |field: &str| read(row, field).is_some();
        there(&term.field) && term.other().is_none_or(there) && !term.lacks_value()
    };
    query.groups.iter().any(|group| {
        group.iter().all(|clause| {
            let terms: Vec<&Term> = clause.iter().filter(known).collect();
            terms.is_empty() || terms.iter().any(|term| says(row, term))
        })
    })
}

fn asker(zone: &TimeZone) -> Asker<'_> {
    let ignore_case = true;
    Asker { user_id: "", zone, now: NOW, ignore_case, drop_scripts: false, order_by_group: false }
}

fn bound(query: &Query) -> Bound {
    let table = WORLD.table_named("incident").unwrap();
    Bound::new(&WORLD, table, query, &asker(&TimeZone::UTC)).unwrap().0
}

/// Whether a row may stand before another.
fn in_order(query: &Query, one: u32, two: u32) -> bool {
    for (field, down) in &query.order {
        let (Some(one), Some(two)) = (read(one, field), read(two, field)) else { continue };
        let (one, two) = (one.to_lowercase(), two.to_lowercase());
        let order = compare(field, &one, &two);
        match if *down { order.reverse() } else { order } {
            Ordering::Less => return true,
            Ordering::Greater => return false,
            Ordering::Equal => {}
        }
    }
    true
}

#[test]
fn nothing_more_is_found_for_those_who_left() {
    let gone = Gone::default();
    let waiting = gone.unless_waited_for();
    let query = Query::parse("numberLIKEINC^ORDERBYstate").unwrap();
    let bound = bound(&query).until(gone);
    assert_eq!(bound.find(&WORLD, (0, usize::MAX), true).rows.len(), 120);
    drop(waiting);
    assert_eq!(bound.find(&WORLD, (0, usize::MAX), true).rows.len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_is_printed_is_read_back(query in query()) {
        let text = print(&query);
        prop_assert_eq!(Query::parse(&text), Ok(query), "{}", text);
    }

    #[test]
    fn indexes_find_what_a_walk_finds(query in query(), limit in 1_usize..40) {
        let text = print(&query);
        let expected: Vec<u32> = (0..120).filter(|row| matches(*row, &query)).collect();
        let all = bound(&query).find(&WORLD, (0, usize::MAX), true);
        prop_assert_eq!(all.total, Some(expected.len()), "{}", text);
        let mut found = all.rows.clone();
        found.sort_unstable();
        prop_assert_eq!(&found, &expected, "{}", text);
        for pair in all.rows.windows(2) {
            prop_assert!(in_order(&query, pair[0], pair[1]), "{}", text);
        }
        let mut pages = Vec::new();
        loop {
            let page = bound(&query).find(&WORLD, (pages.len(), limit), true);
            prop_assert_eq!(page.total, all.total, "{}", text);
            if page.rows.is_empty() {
                break;
            }
            pages.extend(page.rows);
        }
        prop_assert_eq!(pages, all.rows, "{}", text);
    }

    #[test]
    fn whatever_is_asked_is_answered_or_refused(text in "[a-z_.=<>!*%^@, A-Z0-9é:'()]{0,60}") {
        ask(&text);
    }

    #[test]
    fn pieces_of_queries_are_answered_or_refused(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..12)
    ) {
        ask(&pieces.concat());
    }
}

const PIECES: [&str; 24] = [
    "^",
    "^^",
    "^NQ",
    "^OR",
    "ORDERBY",
    "ORDERBYDESC",
    "^EQ",
    "state",
    "opened_at",
    "sys_updated_on",
    "caller_id.email",
    "=",
    ">",
    "IN",
    "BETWEEN",
    "ON",
    "RELATIVEGT",
    "@month@ago@65535",
    "@hour@ahead@1",
    "javascript:",
    "gs.daysAgo(2147483647)",
    "gs.dateGenerate('2026-03-29','02:30:00')",
    "INSTANCEOF",
    "1",
];

fn ask(text: &str) {
    let Ok(query) = Query::parse(text) else { return };
    let table = WORLD.table_named("incident").unwrap();
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    if let Ok((bound, _)) = Bound::new(&WORLD, table, &query, &asker(&zone)) {
        bound.find(&WORLD, (0, 10), true);
    }
}

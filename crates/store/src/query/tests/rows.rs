use odata::edm::TypeName;
use odata::search::SearchText;
use odata::value::{Date, DateTimeOffset, Duration, Structured, TimeOfDay, Value};
use proptest::collection::vec;
use proptest::num::f64::ANY;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::query::{Column, ColumnKind, Relation, RowType, RowTypes, Searched, Table, double_code};
use crate::row::Param;
use crate::{ComplexType, Entities};

/// A table with every kind of column.
pub(super) static FIXTURE: Table = Table {
    name: "fixture",
    columns: &[
        column("id", "id", ColumnKind::Text, false),
        column("name", "name", ColumnKind::Text, true),
        column("other", "other", ColumnKind::Text, false),
        column("guid", "guid", ColumnKind::Guid, true),
        column("flag", "flag", ColumnKind::Boolean, true),
        column("small", "small", ColumnKind::Int32, true),
        column("big", "big", ColumnKind::Int64, true),
        column("status", "status", ColumnKind::Enum, false),
        column("created", "created", ColumnKind::Timestamp, false),
        column("seen", "seen", ColumnKind::Timestamp, true),
        column("day", "day", ColumnKind::Date, true),
        column("time", "time_of_day", ColumnKind::TimeOfDay, false),
        column("span", "span", ColumnKind::Duration, true),
        column("price", "price", ColumnKind::Decimal { scale: 3 }, true),
        column("ratio", "ratio", ColumnKind::Double, true),
        column("raw", "raw", ColumnKind::Binary, true),
        column("parentId", "parent_id", ColumnKind::Text, true),
        column("method", "method", ColumnKind::Presence, true),
        column("method/app", "app", ColumnKind::Text, true),
    ],
    key: &["id"],
    casts: &["test.derived"],
    types: Some(RowTypes {
        column: "kind",
        each: &[row_type(KINDS[0]), row_type(KINDS[1]), row_type(KINDS[2])],
    }),
    relations: &[
        Relation { path: "parent", target: &FIXTURE, on: &[("parent_id", "id")], many: false },
        Relation { path: "tags", target: &TAGS, on: OWNED, many: true },
        Relation { path: "items", target: &ITEMS, on: OWNED, many: true },
    ],
    search: Some(Searched { column: WORDS, index: Some(WORD_INDEX) }),
};

/// Leads to the rows with a word.
pub(super) const WORD_INDEX: &str = "fixture_words";

/// The column of the words in which rows are searched.
pub(super) const WORDS: &str = "words";

/// Types of rows; the third derives from the second, which derives from the first.
const KINDS: [&str; 3] = ["row", "special", "odd"];

const fn row_type(kind: &'static str) -> RowType {
    RowType { kind, ty: TypeName::from_static("test", kind), own: &[] }
}

/// Its rows as entities.
pub(super) static ENTITIES: Entities = Entities {
    table: &FIXTURE,
    ty: TypeName::from_static("test", "row"),
    complex: &[ComplexType {
        path: "method",
        kind: "derived",
        ty: TypeName::from_static("test", "derived"),
    }],
};

const OWNED: &[(&str, &str)] = &[("id", "owner")];

/// A collection of texts.
pub(super) static TAGS: Table = Table {
    name: "tags",
    columns: &[
        column("place", "place", ColumnKind::Int32, false),
        column("", "value", ColumnKind::Text, false),
    ],
    key: &["place"],
    casts: &[],
    types: None,
    relations: &[],
    search: Some(Searched::walked(WORDS)),
};

/// A collection of structures.
pub(super) static ITEMS: Table = Table {
    name: "items",
    columns: &[
        column("label", "label", ColumnKind::Text, false),
        column("size", "size", ColumnKind::Int32, true),
    ],
    key: &[],
    casts: &[],
    types: None,
    relations: &[],
    search: None,
};

const fn column(path: &'static str, sql: &'static str, kind: ColumnKind, nullable: bool) -> Column {
    Column { path, sql, kind, nullable }
}

pub(super) const TENANT: &str = "11111111-1111-1111-1111-111111111111";

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) entity: Structured,
    pub(super) words: SearchText,
}

/// Few characters, so that texts meet; many kinds of them, so that they are told apart. None is a
/// letter that an older ICU does not know at all, beside which a capital sigma is another.
pub(super) fn text() -> impl Strategy<Value = String> {
    let short = vec(
        select(vec![
            'a',
            'A',
            'b',
            'B',
            'ß',
            '日',
            '本',
            'ä',
            'İ',
            'ı',
            'Σ',
            'σ',
            'ς',
            'é',
            'e',
            '\u{301}',
            '😀',
            '\u{10FFFF}',
            '\u{FFFD}',
            '\u{E000}',
            '\'',
            '"',
            '%',
            '_',
            '\\',
            '$',
            '1',
            ' ',
            '\t',
            '\u{3000}',
            '\u{85}',
            '\u{1}',
            'ǅ',
            'ﬁ',
            'Ꭰ',
            'ꭰ',
            '𐐀',
            '𞤀',
            '\u{345}',
            'ƛ',
            '\u{A7DC}',
            '.',
            '\u{AD}',
        ]),
        0..5,
    );
    prop_oneof![
        12 => short.prop_map(String::from_iter),
        1 => (0..3000_usize).prop_map(|length| "añ😀".repeat(length)),
    ]
}

pub(super) fn date() -> impl Strategy<Value = DateTimeOffset> {
    const DAY: i64 = 864_000_000_000;
    let near = select(vec![-1, 0, 1, 9_999_999, 10_000_000, DAY - 1, DAY, 59 * DAY]);
    let ticks = prop_oneof![
        Just(0),
        Just(DateTimeOffset::MAX_TICKS),
        0..=DateTimeOffset::MAX_TICKS,
        (0..3_652_059_i64).prop_map(|day| day * DAY),
    ];
    (ticks, near).prop_map(|(ticks, near)| {
        DateTimeOffset::from_ticks((ticks + near).clamp(0, DateTimeOffset::MAX_TICKS)).unwrap()
    })
}

pub(super) fn day() -> impl Strategy<Value = Date> {
    prop_oneof![Just(0), Just(Date::MAX_DAYS), 737_484..737_490_i64, 0..=Date::MAX_DAYS,]
        .prop_map(|days| Date::from_days(days).unwrap())
}

pub(super) fn time() -> impl Strategy<Value = TimeOfDay> {
    const DAY: i64 = 864_000_000_000;
    prop_oneof![Just(0), Just(DAY - 1), Just(36_000_000_000), 0..DAY]
        .prop_map(|ticks| TimeOfDay::from_ticks(ticks).unwrap())
}

pub(super) fn span() -> impl Strategy<Value = Duration> {
    const DAY: i64 = 864_000_000_000;
    prop_oneof![
        3 => select(vec![0, 1, -1, DAY, -DAY, DAY / 2]),
        1 => select(vec![Duration::MAX_TICKS, -Duration::MAX_TICKS]),
        2 => -Duration::MAX_TICKS..=Duration::MAX_TICKS,
    ]
    .prop_map(|ticks| Duration::from_ticks(ticks).unwrap())
}

/// With three places, and few enough digits to be added up.
pub(super) fn price() -> impl Strategy<Value = Decimal> {
    prop_oneof![-3000..3000_i64, -1_000_000_000..1_000_000_000_i64]
        .prop_map(|digits| Decimal::new(digits, 3))
}

pub(super) fn small() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => -3..4_i64,
        1 => Just(i64::from(i32::MIN)),
        1 => Just(i64::from(i32::MAX)),
        2 => any::<i32>().prop_map(i64::from),
    ]
}

pub(super) fn big() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -3..4_i64, 1 => Just(i64::MIN), 1 => Just(i64::MAX), 2 => any::<i64>()]
}

pub(super) fn guid() -> impl Strategy<Value = Uuid> {
    prop_oneof![(0..3_u128).prop_map(Uuid::from_u128), any::<u128>().prop_map(Uuid::from_u128),]
}

pub(super) fn ratio() -> impl Strategy<Value = f64> {
    let known = vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 0.5, -1.5, 1.0];
    prop_oneof![4 => select(known), 1 => ANY]
}

pub(super) fn raw() -> impl Strategy<Value = Vec<u8>> {
    vec(select(vec![0_u8, 1, 0x7f, 0x80, 0xff]), 0..4)
}

pub(super) fn table() -> impl Strategy<Value = Vec<Row>> {
    let texts = (option::of(text()), text(), option::of(guid()), option::of(option::of(text())));
    let numbers = (option::of(any::<bool>()), option::of(small()), option::of(big()), 0..3_i64);
    let dates = (date(), option::of(date()));
    let others = (option::of(day()), time(), option::of(span()), option::of(price()));
    let exact = (option::of(ratio()), option::of(raw()));
    let related =
        (option::of(0..40_usize), vec(text(), 0..3), vec((text(), option::of(small())), 0..3));
    let all = (texts, numbers, dates, others, exact, related, select(&KINDS[..]));
    vec(all, 40).prop_map(|rows| {
        let mut made: Vec<Row> = Vec::new();
        for (number, row) in rows.into_iter().enumerate() {
            let (texts, numbers, (created, seen), (day, time, span, price), exact, related, kind) =
                row;
            let (ratio, raw) = exact;
            let (parent, tags, items) = related;
            let parent = parent.and_then(|parent| made.get(parent).cloned());
            let items = items.into_iter().map(|(label, size)| {
                Value::Structured(Structured {
                    type_name: TypeName::from_static("test", "item"),
                    properties: vec![
                        ("label".into(), Value::String(label)),
                        ("size".into(), of(size.map(Value::Int))),
                    ],
                })
            });
            let parent_id = parent.as_ref().map(|parent| Value::String(parent.id.clone()));
            let tags = tags.into_iter().map(Value::String).collect();
            let ((name, other, guid, method), (flag, small, big, status)) = (texts, numbers);
            // Not in the order of insertion.
            let id = format!("{:03}", number * 37 % 100);
            let app = |app: Option<String>| {
                Value::Structured(Structured {
                    type_name: TypeName::from_static("test", "derived"),
                    properties: vec![("app".into(), of(app.map(Value::String)))],
                })
            };
            let words = SearchText::new(name.as_deref().into_iter().chain([other.as_str()]));
            let properties = vec![
                ("id".into(), Value::String(id.clone())),
                ("name".into(), of(name.map(Value::String))),
                ("other".into(), Value::String(other)),
                ("guid".into(), of(guid.map(Value::Guid))),
                ("flag".into(), of(flag.map(Value::Boolean))),
                ("small".into(), of(small.map(Value::Int))),
                ("big".into(), of(big.map(Value::Int))),
                ("status".into(), Value::Enum(status)),
                ("created".into(), Value::DateTimeOffset(created)),
                ("seen".into(), of(seen.map(Value::DateTimeOffset))),
                ("day".into(), of(day.map(Value::Date))),
                ("time".into(), Value::TimeOfDay(time)),
                ("span".into(), of(span.map(Value::Duration))),
                ("price".into(), of(price.map(Value::Decimal))),
                ("ratio".into(), of(ratio.map(Value::Double))),
                ("raw".into(), of(raw.map(Value::Binary))),
                ("parentId".into(), of(parent_id)),
                ("parent".into(), of(parent.map(|parent| Value::Structured(parent.entity)))),
                ("tags".into(), Value::Collection(tags)),
                ("items".into(), Value::Collection(items.collect())),
                ("method".into(), of(method.map(app))),
            ];
            let type_name = TypeName::from_static("test", kind);
            made.push(Row { id, entity: Structured { type_name, properties }, words });
        }
        made
    })
}

fn of(value: Option<Value>) -> Value {
    value.unwrap_or(Value::Null)
}

impl Row {
    /// In the order of the columns, tenant, words and type before them.
    pub(super) fn params(&self) -> Vec<Param> {
        let kind = &*self.entity.type_name.name;
        let mut params = vec![Param::from(TENANT), self.words.as_str().into(), kind.into()];
        for column in FIXTURE.columns {
            let mut names = column.path.split('/');
            let mut value = self.entity.property(names.next().unwrap()).unwrap();
            if let (Some(name), Value::Structured(inner)) = (names.next(), value) {
                value = inner.property(name).unwrap();
            }
            params.push(param(value));
        }
        params
    }

    /// What belongs to the row in a table of a collection.
    pub(super) fn related(&self, table: &Table) -> Vec<Vec<Param>> {
        let Some(Value::Collection(items)) = self.entity.property(table.name) else {
            unreachable!("the property has the name of the table")
        };
        let tenants = [TENANT, "another"];
        let each =
            tenants.into_iter().flat_map(|tenant| (0..).zip(items).map(move |item| (tenant, item)));
        each.map(|(tenant, (place, item))| {
            let mut params = vec![Param::from(tenant), self.id.as_str().into()];
            if let (Some(_), Value::String(text)) = (table.search, item) {
                params.push(SearchText::new([text.as_str()]).as_str().into());
            }
            params.extend(table.key.first().map(|_place| Param::Integer(place)));
            match item {
                Value::Structured(item) => {
                    params.extend(item.properties.iter().map(|(_, value)| param(value)));
                }
                item => params.push(param(item)),
            }
            params
        })
        .collect()
    }
}

fn param(value: &Value) -> Param {
    match value {
        Value::Null => Param::Null,
        Value::String(text) => text.into(),
        Value::Guid(guid) => guid.to_string().into(),
        Value::Boolean(flag) => i64::from(*flag).into(),
        Value::Int(integer) | Value::Enum(integer) => (*integer).into(),
        Value::DateTimeOffset(at) => at.ticks().into(),
        Value::Date(date) => date.days().into(),
        Value::TimeOfDay(time) => time.ticks().into(),
        Value::Duration(duration) => duration.ticks().into(),
        Value::Decimal(price) => i64::try_from(price.mantissa()).unwrap().into(),
        Value::Structured(_) => "derived".into(),
        Value::Double(number) => double_code(*number).into(),
        Value::Binary(bytes) => bytes.as_slice().into(),
        Value::Collection(_) => unreachable!("it is in another table"),
    }
}

//! How both databases go about what is asked of incidents again and again. A plan that changes is to
//! be looked at: no table may be walked where an index leads to the rows.

use std::fmt::Write as _;
use std::sync::Arc;

use odata::edm::{PrimitiveType, TypeRef};
use odata::expr::{Comparison, Expr, OrderBy, PathStep, PropertyPath, Root};
use odata::search::parse;
use odata::value::{DateTimeOffset, Value};
use testkit::TestDatabase;

use super::databases::Zero;
use crate::incident::{
    CALLERS_BY_EMAIL, INCIDENTS, INCIDENTS_OF_CALLERS, SOME_MISSED, STORED_VERSIONS,
};
use crate::operation::Operation;
use crate::query::{Dialect, ListQuery, Selection, Shown, Text};
use crate::row::Param;
use crate::transaction::{Statement, Tx};
use crate::{MasterKey, Store, StoreError, caller};

/// Enough that a walk costs more than an index, in the eyes of PostgreSQL too.
const ROWS: &str = "
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
    INSERT INTO incident (tenant_id, connection_id, sys_id, updated, number, short_description, state,
        priority, caller_id, caller_email, configuration_item_name, configuration_item_serial_number,
        active, opened, words, missed)
    SELECT 't', 'c', 'row' || CAST(i AS text), i * 7919 % 30011, 'INC' || CAST(i AS text),
        'A description as long as those of people are, so that rows are as wide as rows are.',
        CAST(i % 8 AS text), CAST(i % 5 AS text), 'caller' || CAST(i % 300 AS text),
        'caller' || CAST(i % 300 AS text) || '@contoso.example',
        'WS-' || CAST(i % 3000 AS text), 'SN' || CAST(i % 3000 AS text), i % 2, i * 31 % 30011,
        ' inc' || CAST(i AS text) || ' printer ', 0
    FROM n";

const PEOPLE: &str = "
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
    INSERT INTO caller (tenant_id, connection_id, caller_id, name, user_principal_name, email, words)
    SELECT 't', 'c', 'caller' || CAST(i AS text), 'Ann', 'ann', 'ann@contoso.example', ' ann ' FROM n";

const WORDS: &str = "
    INSERT INTO caller_word (tenant_id, connection_id, word, caller_id)
    SELECT tenant_id, connection_id, caller_id, caller_id FROM caller";

const SELECT: &str = "SELECT number, short_description FROM incident_listed";

#[tokio::test]
async fn hot_questions_are_led_by_indexes() {
    let mut plans = String::new();
    for (name, place) in ["SQLite", "PostgreSQL"].into_iter().zip(TestDatabase::both()) {
        let (url, master) = (place.url().parse().unwrap(), MasterKey::generate(&Zero));
        let store = Store::open(&url, master, Arc::new(Zero), Arc::new(Zero)).await.unwrap();
        for statement in [ROWS, PEOPLE, WORDS] {
            place.execute(statement);
        }
        // SQLite has been told what it would find out.
        if name == "PostgreSQL" {
            for table in ["incident", "caller", "caller_word"] {
                take_stock(&place, table);
            }
        }
        let dialect = store.backend().dialect();
        for (question, texts) in questions(dialect) {
            let plan = store.backend().scan(Explain(texts)).await.unwrap();
            let walks = ["SCAN incident", "Seq Scan on incident"];
            let walks = plan.lines().any(|line| walks.contains(&line.trim()));
            assert!(!walks, "{name}, {question}:\n{plan}");
            writeln!(plans, "{name}: {question}\n{plan}").unwrap();
        }
    }
    insta::assert_snapshot!(plans);
}

/// As after a VACUUM, which counts no page while an older transaction of another test goes on.
fn take_stock(place: &TestDatabase, table: &str) {
    for statement in [
        format!("ALTER TABLE {table} SET (autovacuum_enabled = false)"),
        format!("ANALYZE {table}"),
        format!("UPDATE pg_class SET relallvisible = relpages WHERE oid = '{table}'::regclass"),
    ] {
        place.execute(&statement);
    }
}

fn questions(dialect: Dialect<'_>) -> Vec<(&'static str, Vec<Text>)> {
    let (caller, state) = (is("callerId", "caller7"), is("state", "2"));
    let both = Expr::And(vec![state.clone(), is("priority", "1")]);
    let any = Expr::Or(vec![state.clone(), is("state", "3")]);
    let (newest, changed) = (by("openedDateTime", true), by("updatedDateTime", false));
    let ask = Ask { dialect, filter: None, order: &newest, after: None, search: None };
    let filtered = |filter| Ask { filter: Some(filter), ..ask };
    let time = |ticks| Value::DateTimeOffset(DateTimeOffset::from_ticks(ticks).unwrap());
    let deep = [time(15_000), Value::String("c".into()), Value::String("row5".into())];
    let number = is("number", "INC15000");
    let (serial, named) =
        (is("configurationItemSerialNumber", "SN7"), is("configurationItemName", "WS-7"));
    let mut all = vec![
        ("of one person, the newest", filtered(&caller).list()),
        ("of one person, behind a row", Ask { after: Some(&deep), ..filtered(&caller) }.list()),
        ("of one person, as they changed", Ask { order: &changed, ..filtered(&caller) }.list()),
        ("of a state, the newest", filtered(&state).list()),
        ("of a state, as they changed", Ask { order: &changed, ..filtered(&state) }.list()),
        ("of a state and a priority, the newest", filtered(&both).list()),
        ("of two states, the newest", filtered(&any).list()),
        ("the newest", ask.list()),
        ("the oldest", Ask { order: &by("openedDateTime", false), ..ask }.list()),
        ("the newest behind a row", Ask { after: Some(&deep), ..ask }.list()),
        ("as they changed", Ask { order: &changed, ..ask }.list()),
        ("changed behind a row", Ask { order: &changed, after: Some(&deep), ..ask }.list()),
        ("with a number", Ask { order: &changed, ..filtered(&number) }.list()),
        ("in the order of numbers", Ask { order: &by("number", false), ..ask }.list()),
        ("found by a word", Ask { order: &changed, search: Some("printer"), ..ask }.list()),
        ("found by a rare word", Ask { order: &changed, search: Some("inc77"), ..ask }.few()),
        ("count of a word", Ask { search: Some("inc77"), ..ask }.count()),
        ("of a serial number, the newest", filtered(&serial).list()),
        ("of a device, the newest", filtered(&named).list()),
        ("count of a state", filtered(&state).count()),
        ("count of one person", filtered(&caller).count()),
    ];
    all.extend(statements(dialect));
    all
}

/// What the connector asks.
fn statements(dialect: Dialect<'_>) -> [(&'static str, Vec<Text>); 5] {
    let text = |statement: &Statement, params: Vec<Param>| {
        let sql = match dialect {
            Dialect::Sqlite => statement.sqlite,
            Dialect::Postgres(_) => statement.postgres,
        };
        vec![Text { sql: sql.replace("ANY($5)", "ANY(ARRAY[$5])"), params }]
    };
    let key = || vec![Param::from("t"), "c".into()];
    let of_callers = [key(), vec![i64::MAX.into(), "".into(), "caller7".into()]].concat();
    let by_email = [key(), vec!["caller7@contoso.example".into()]].concat();
    let by_word = [key(), vec!["caller7".into(), "caller7~".into(), 10.into()]].concat();
    let missed = [key(), vec![3.into(), 10.into()]].concat();
    let stretch = [key(), vec!["row1".into(), "row2".into(), 10.into()]].concat();
    [
        ("stored incidents of callers", text(&INCIDENTS_OF_CALLERS, of_callers)),
        ("callers by e-mail", text(&CALLERS_BY_EMAIL, by_email)),
        (
            "callers by the beginning of a word",
            vec![Text { sql: caller::statement(dialect, 0), params: by_word }],
        ),
        ("rows that a comparison missed", text(&SOME_MISSED, missed)),
        ("versions of a stretch of keys", text(&STORED_VERSIONS, stretch)),
    ]
}

/// A list of what is there.
#[derive(Debug, Clone, Copy)]
struct Ask<'a> {
    dialect: Dialect<'a>,
    filter: Option<&'a Expr>,
    order: &'a [OrderBy],
    after: Option<&'a [Value]>,
    search: Option<&'a str>,
}

impl Ask<'_> {
    fn list(self) -> Vec<Text> {
        self.ask(|selection, query| selection.listing(self.dialect, "t", query).unwrap().pieces)
    }

    /// As where a search finds few.
    fn few(self) -> Vec<Text> {
        self.ask(|selection, query| {
            let listing = selection.listing(self.dialect, "t", query).unwrap();
            listing.few.map_or(listing.pieces, |(_, pieces)| pieces)
        })
    }

    fn count(self) -> Vec<Text> {
        self.ask(|selection, query| vec![selection.count(self.dialect, "t", query).unwrap()])
    }

    fn ask<T>(self, ask: impl Fn(&Selection<'_>, &ListQuery<'_>) -> T) -> T {
        let there = compare("removedDateTime", PrimitiveType::DateTimeOffset, Value::Null);
        let filter = self.filter.into_iter().cloned().chain([there]).collect();
        let search = self.search.map(|text| parse(text).unwrap());
        let query = ListQuery {
            filter: Some(&Expr::And(filter)),
            search: search.as_ref(),
            order: self.order,
            after: self.after,
            limit: 50,
            ..ListQuery::default()
        };
        ask(&Selection { table: &INCIDENTS, select: SELECT, shown: Shown::All }, &query)
    }
}

fn is(property: &'static str, value: &str) -> Expr {
    compare(property, PrimitiveType::String, Value::String(value.to_owned()))
}

fn compare(property: &'static str, ty: PrimitiveType, value: Value) -> Expr {
    let (left, right) = (Box::new(named(property, ty)), Box::new(Expr::Literal(value)));
    Expr::Compare { op: Comparison::Eq, left, right }
}

fn by(property: &'static str, descending: bool) -> Vec<OrderBy> {
    let ty = match property {
        "number" => PrimitiveType::String,
        _ => PrimitiveType::DateTimeOffset,
    };
    vec![OrderBy { expr: named(property, ty), descending }]
}

fn named(property: &'static str, ty: PrimitiveType) -> Expr {
    let steps = vec![PathStep::Property(property.into())];
    Expr::Property(PropertyPath { root: Root::It, steps, ty: TypeRef::Primitive(ty) })
}

/// The plans of statements, a line a step that reads or sorts.
struct Explain(Vec<Text>);

impl Operation for Explain {
    type Output = String;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<String, StoreError> {
        let is_sqlite = matches!(tx, Tx::Sqlite(_));
        let explain = if is_sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN (COSTS OFF)" };
        let mut plan = String::new();
        for Text { sql, params } in &self.0 {
            for mut row in tx.query_text(&format!("{explain} {sql}"), params).await? {
                if is_sqlite {
                    // Number, parent, and nothing of use.
                    for _ in 0..3 {
                        row.integer("plan")?;
                    }
                }
                let step = row.text("plan")?;
                let step = step.trim().trim_start_matches("->").trim();
                // How PostgreSQL writes the rest down differs between its versions.
                if is_sqlite || step.contains("Scan ") || step.ends_with("Sort") {
                    writeln!(plan, "  {step}").unwrap();
                }
            }
        }
        Ok(plan)
    }
}

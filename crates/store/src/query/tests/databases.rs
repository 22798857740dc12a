use std::sync::Arc;

use model::{Clock, Rng, Timestamp};
use testkit::TestDatabase;
use tokio::runtime::{Builder, Runtime};

use super::rows::{ENTITIES, FIXTURE, ITEMS, Row, TAGS, TENANT, WORD_INDEX, WORDS};
use crate::operation::Operation;
use crate::query::search_index::words_of_postgres;
use crate::query::{
    Applied, ApplyQuery, ColumnKind, Dialect, ListError, ListQuery, Listed, Listing, Selection,
    Shown, Table,
};
use crate::row::Param;
use crate::transaction::Tx;
use crate::{MasterKey, Store, StoreError};

/// The fixture table with the same rows in both databases.
pub(super) struct Databases {
    runtime: Runtime,
    stores: [Store; 2],
    _places: [TestDatabase; 2],
}

impl Databases {
    pub(super) fn with(rows: &[Row]) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let places = TestDatabase::both();
        let stores = [0, 1].map(|number| {
            runtime.block_on(async {
                let url = places[number].url().parse().unwrap();
                let master = MasterKey::generate(&Zero);
                let store =
                    Store::open(&url, master, Arc::new(Zero), Arc::new(Zero)).await.unwrap();
                let sqlite = matches!(store.backend().dialect(), Dialect::Sqlite);
                store.backend().write(Fill::new(sqlite, rows)).await.unwrap();
                store
            })
        });
        Self { runtime, stores, _places: places }
    }

    pub(super) fn list(&self, query: &ListQuery<'_>) -> [Result<Listed<String>, ListError>; 2] {
        let selection =
            Selection { table: &FIXTURE, select: "SELECT id FROM fixture", shown: Shown::All };
        self.stores.each_ref().map(|store| {
            let listing = selection.listing(store.backend().dialect(), TENANT, query)?;
            let sql = format!("{:?}", listing.pieces);
            let listed = self.runtime.block_on(store.backend().scan(List(listing)));
            Ok(listed.unwrap_or_else(|error| panic!("{error:?}\n{sql}")))
        })
    }
}

impl Databases {
    pub(super) fn apply(&self, query: &ApplyQuery<'_>) -> [Result<Applied, ListError>; 2] {
        let tenant = TENANT.parse().unwrap();
        self.stores.each_ref().map(|store| {
            let applied = self.runtime.block_on(store.apply_entities(tenant, &ENTITIES, query));
            if let Err(ListError::Store(StoreError::Database(source))) = &applied {
                let dialect = store.backend().dialect();
                let text = query.parts(dialect, TENANT, &ENTITIES, Shown::All).unwrap();
                panic!("{source:?}\n{text:?}");
            }
            applied
        })
    }
}

struct Fill {
    sqlite: bool,
    tables: Vec<Filling>,
}

/// A table with the columns that are not described, and its rows.
type Filling = (&'static Table, &'static [&'static str], Vec<Vec<Param>>);

impl Fill {
    fn new(sqlite: bool, rows: &[Row]) -> Self {
        let related = |table| rows.iter().flat_map(|row| row.related(table)).collect();
        let tables: Vec<Filling> = vec![
            (&FIXTURE, &[WORDS], rows.iter().map(Row::params).collect()),
            (&TAGS, &["owner", WORDS], related(&TAGS)),
            (&ITEMS, &["owner"], related(&ITEMS)),
        ];
        Self { sqlite, tables }
    }

    /// As migrations make that of incidents.
    fn index(&self) -> Vec<String> {
        if self.sqlite {
            let make = "fts5 (words, content = '', columnsize = 0, detail = none, \
                        tokenize = 'ascii')";
            return vec![
                format!("CREATE VIRTUAL TABLE {WORD_INDEX} USING {make}"),
                format!(
                    "INSERT INTO {WORD_INDEX} (rowid, words) SELECT rowid, replace(rtrim(replace(\
                     words, ' |', '')), ' ', ' ' || replace(tenant_id, '-', '')) FROM fixture"
                ),
            ];
        }
        let words = words_of_postgres(WORDS);
        vec![format!("CREATE INDEX {WORD_INDEX} ON fixture USING gin (({words}))")]
    }

    fn create(&self, table: &Table, own: &[&str]) -> String {
        let text = if self.sqlite { "TEXT" } else { "TEXT COLLATE \"C\"" };
        let described = table.columns.iter().map(|column| {
            let ty = match column.kind {
                ColumnKind::Text | ColumnKind::Guid | ColumnKind::Presence => text,
                ColumnKind::Binary if self.sqlite => "BLOB",
                ColumnKind::Binary => "BYTEA",
                _ => "BIGINT",
            };
            format!(", {} {ty}", column.sql)
        });
        let told = table.types.iter().map(|types| format!(", {} {text}", types.column));
        let own = own.iter().map(|column| format!(", {column} {text}"));
        let columns: String = own.chain(told).chain(described).collect();
        format!("CREATE TABLE {} (tenant_id TEXT{columns})", table.name)
    }
}

impl Operation for Fill {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for (table, owner, rows) in &self.tables {
            tx.query_text(&self.create(table, owner), &[]).await?;
            for row in rows {
                let binds: Vec<_> = (1..=row.len()).map(|number| format!("${number}")).collect();
                let insert = format!("INSERT INTO {} VALUES ({})", table.name, binds.join(", "));
                // A null says nothing of its type here.
                let insert =
                    row.iter().enumerate().fold(insert, |insert, (index, param)| match param {
                        Param::Null => replace_bind(&insert, index + 1),
                        _ => insert,
                    });
                tx.query_text(&insert, row).await?;
            }
        }
        for statement in self.index() {
            tx.query_text(&statement, &[]).await?;
        }
        Ok(())
    }
}

fn replace_bind(sql: &str, number: usize) -> String {
    let (head, values) = sql.split_once('(').unwrap();
    let bind = format!("${number}");
    let values = values.trim_end_matches(')').split(", ");
    let values: Vec<_> = values.map(|value| if value == bind { "NULL" } else { value }).collect();
    format!("{head}({})", values.join(", "))
}

struct List(Listing);

impl Operation for List {
    type Output = Listed<String>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Listed<String>, StoreError> {
        self.0.run(tx, |mut row| row.text("fixture.id")).await
    }
}

#[derive(Debug)]
pub(super) struct Zero;

impl Rng for Zero {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}

impl Clock for Zero {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(0).unwrap()
    }
}

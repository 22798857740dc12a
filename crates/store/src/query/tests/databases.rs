use std::sync::Arc;

use model::{Clock, Rng, Timestamp};
use testkit::TestDatabase;
use tokio::runtime::{Builder, Runtime};

use super::rows::{FIXTURE, Row, TENANT};
use crate::operation::Operation;
use crate::query::{ColumnKind, Dialect, ListError, ListQuery, Listed, Listing, Selection};
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
                let fill = Fill(sqlite, rows.iter().map(Row::params).collect());
                store.backend().write(fill).await.unwrap();
                store
            })
        });
        Self { runtime, stores, _places: places }
    }

    pub(super) fn list(&self, query: &ListQuery<'_>) -> [Result<Listed<String>, ListError>; 2] {
        let selection = Selection { table: &FIXTURE, select: "SELECT id FROM fixture" };
        self.stores.each_ref().map(|store| {
            let listing = selection.listing(store.backend().dialect(), TENANT, query)?;
            let sql = listing.rows.sql.clone();
            let listed = self.runtime.block_on(store.backend().scan(List(listing)));
            Ok(listed.unwrap_or_else(|error| panic!("{error:?}\n{sql}")))
        })
    }
}

struct Fill(bool, Vec<Vec<Param>>);

impl Operation for Fill {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let columns: Vec<_> = FIXTURE
            .columns
            .iter()
            .map(|column| {
                let ty = match (column.kind, self.0) {
                    (ColumnKind::Text | ColumnKind::Guid | ColumnKind::Presence, true) => "TEXT",
                    (ColumnKind::Text | ColumnKind::Guid | ColumnKind::Presence, false) => {
                        "TEXT COLLATE \"C\""
                    }
                    _ => "BIGINT",
                };
                format!("{} {ty}", column.sql)
            })
            .collect();
        let columns = columns.join(", ");
        tx.query_text(&format!("CREATE TABLE fixture (tenant_id TEXT, {columns})"), &[]).await?;
        for row in &self.1 {
            let binds: Vec<_> = (1..=row.len()).map(|number| format!("${number}")).collect();
            let insert = format!("INSERT INTO fixture VALUES ({})", binds.join(", "));
            // A null says nothing of its type here.
            let insert =
                row.iter().enumerate().fold(insert, |insert, (index, param)| match param {
                    Param::Null => replace_bind(&insert, index + 1),
                    _ => insert,
                });
            tx.query_text(&insert, row).await?;
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
struct Zero;

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

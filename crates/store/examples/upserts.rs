//! How fast pages of incidents are stored, beside the same rows written by the driver alone, into
//! a table with the same indexes: `upserts [ROWS]`, on both databases.
//!
//! Needs `NOWGRAPH_TEST_POSTGRES`, as tests do.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement in a terminal")]

use model::{
    Activity, Author, Change, Connection, ConnectionId, ConnectionStatus, Field, Incident,
    IncidentText, IncidentTexts, IncidentVersion, Merge, Rng as _, RunCounts, TenantId, Timestamp,
};
use store::{Decision, IncidentPage, Lease, Store, TakeLease};
use testkit::{SeededRng, TestDatabase};
use tokio::time::{Duration, Instant};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

const PAGE: usize = 1000;
const TENANT: TenantId = TenantId::from_uuid(Uuid::from_u128(1));
const CONNECTION: ConnectionId = ConnectionId::from_uuid(Uuid::from_u128(1));

#[tokio::main]
async fn main() {
    let rows = std::env::args().nth(1).map_or(100_000, |rows| rows.parse().unwrap());
    let rng = SeededRng::new(1);
    let pages: Vec<Vec<_>> =
        (0..rows / PAGE).map(|_| (0..PAGE).map(|_| row(&rng)).collect()).collect();
    for (name, [ours, bare]) in [
        ("SQLite", [TestDatabase::sqlite(), TestDatabase::sqlite()]),
        ("PostgreSQL", [TestDatabase::postgres(), TestDatabase::postgres()]),
    ] {
        drop(bare.open().await);
        let raw = timed(write_raw(&bare, &pages)).await;
        let store = ours.open().await;
        let lease = connect(&store).await;
        let first = timed(store_all(&store, &lease, &pages)).await;
        let again = timed(store_all(&store, &lease, &pages)).await;
        let forget = timed(move_away(&store)).await;
        println!("{name}: {} rows", rows / PAGE * PAGE);
        println!("  driver alone     {:>9.0} rows/s", rate(rows, raw));
        println!(
            "  store_page       {:>9.0} rows/s, {:.2} of it",
            rate(rows, first),
            raw.as_secs_f64() / first.as_secs_f64()
        );
        println!("  the same again   {:>9.0} rows/s", rate(rows, again));
        println!("  change of origin {:>9.2} s", forget.as_secs_f64());
    }
}

fn rate(rows: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(rows).unwrap()) / took.as_secs_f64()
}

async fn timed(work: impl Future<Output = ()>) -> Duration {
    let begun = Instant::now();
    work.await;
    begun.elapsed()
}

fn row(rng: &SeededRng) -> Incident {
    let mut texts = IncidentTexts::default();
    for text in IncidentText::ALL {
        texts.set(text, "In Progress");
    }
    for id in [IncidentText::CallerId, IncidentText::AssignmentGroupId] {
        texts.set(id, rng.uuid().simple().to_string());
    }
    texts.set(IncidentText::ShortDescription, "The printer on the second floor is on fire again");
    let sys_id = rng.uuid();
    let seconds = i64::try_from(sys_id.as_u128() % 100_000_000).unwrap();
    let updated = Timestamp::from_unix(1_700_000_000 + seconds, 0);
    Incident {
        version: IncidentVersion {
            sys_id: sys_id.simple().to_string(),
            updated,
            revision: Some(1),
        },
        texts,
        active: Field::Set(true),
        opened: Field::Set(updated),
        resolved: Field::Null,
        closed: Field::Null,
    }
}

async fn connect(store: &Store) -> Lease {
    let now = Timestamp::from_unix(0, 0);
    let connection = Connection {
        tenant: TENANT,
        id: CONNECTION,
        instance_url: Some("https://a.example".into()),
        incident_api_url: Some("/api/now/table/incident".into()),
        authentication_method: None,
        status: ConnectionStatus::Enabled,
        created: now,
        last_modified: now,
        last_queried: None,
        version: 1,
    };
    let event = author().record(Activity::Create, &connection, Vec::new(), now);
    store.insert_connection(connection, event).await.unwrap();
    let until = Timestamp::from_unix(i64::MAX, 0);
    let wish = TakeLease { holder: "me".into(), source: "there".into(), now, until };
    store.take_lease(TENANT, CONNECTION, wish).await.unwrap()
}

fn author() -> Author {
    Author { actor: "me".into(), application: "upserts".into() }
}

async fn store_all(store: &Store, lease: &Lease, pages: &[Vec<Incident>]) {
    for rows in pages {
        let page = IncidentPage {
            closed_since: None,
            rows: rows.clone(),
            merge: Merge::Newer,
            counts: RunCounts::default(),
            cursor: None,
            newest: None,
            page_size: None,
            queried: Timestamp::from_unix(0, 0),
            until: Timestamp::from_unix(i64::MAX, 0),
        };
        store.store_page(lease, page).await.unwrap();
    }
}

async fn move_away(store: &Store) {
    let decide = |stored: &Connection| {
        let instance_url = Some("https://b.example".into());
        let connection = Connection { instance_url, ..stored.clone() };
        let now = stored.last_modified;
        let event =
            author().record(Activity::Update, &connection, vec![Change::named("instanceUrl")], now);
        Ok::<_, ()>(Decision::Write { connection, event })
    };
    store.update_connection(TENANT, CONNECTION, decide).await.unwrap();
}

/// Everything but the columns of the key, in one order.
fn columns() -> Vec<&'static str> {
    let texts = IncidentText::ALL.into_iter().map(|text| text.source().column);
    let numbers = ["updated", "revision", "active", "opened", "missed"];
    texts.chain(["words"]).chain(numbers).collect()
}

fn texts(row: &Incident) -> Vec<String> {
    let texts = row.texts.iter().map(|text| text.unwrap().to_owned());
    let words = IncidentText::ALL.into_iter().take(9).filter_map(|text| row.texts.get(text));
    texts.chain([words.collect::<Vec<_>>().join(" ")]).collect()
}

fn numbers(row: &Incident) -> [i64; 5] {
    let updated = row.version.updated.ticks();
    [updated, 1, 1, updated, 0]
}

/// The upsert that both databases take, up to its values and behind them.
fn upsert() -> (String, String) {
    let columns = columns();
    let set: Vec<_> =
        columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    (
        format!("INSERT INTO incident (tenant_id, connection_id, sys_id, {})", columns.join(", ")),
        format!("ON CONFLICT (tenant_id, connection_id, sys_id) DO UPDATE SET {}", set.join(", ")),
    )
}

async fn write_raw(database: &TestDatabase, pages: &[Vec<Incident>]) {
    match database.url().strip_prefix("sqlite://") {
        Some(file) => write_sqlite(file, pages),
        None => write_postgres(database.url(), pages).await,
    }
}

fn write_sqlite(file: &str, pages: &[Vec<Incident>]) {
    let mut connection = rusqlite::Connection::open(file).unwrap();
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536").unwrap();
    let (insert, conflict) = upsert();
    let places = vec!["?"; 3 + columns().len()].join(", ");
    let (tenant, id) = (TENANT.to_string(), CONNECTION.to_string());
    for page in pages {
        let transaction = connection.transaction().unwrap();
        let mut statement =
            transaction.prepare_cached(&format!("{insert} VALUES ({places}) {conflict}")).unwrap();
        for row in page {
            let (texts, numbers) = (texts(row), numbers(row));
            let key: [&dyn rusqlite::ToSql; 3] = [&tenant, &id, &row.version.sys_id];
            let texts = texts.iter().map(|text| text as &dyn rusqlite::ToSql);
            let numbers = numbers.iter().map(|number| number as &dyn rusqlite::ToSql);
            let all: Vec<_> = key.into_iter().chain(texts).chain(numbers).collect();
            statement.execute(&*all).unwrap();
        }
        drop(statement);
        transaction.commit().unwrap();
    }
}

async fn write_postgres(url: &str, pages: &[Vec<Incident>]) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let (insert, conflict) = upsert();
    let texts_of = |row: &Incident| [vec![row.version.sys_id.clone()], texts(row)].concat();
    let width = 1 + columns().len();
    let arrays: Vec<_> = (0..width)
        .map(|n| format!("${}::{}[]", n + 3, if n < width - 5 { "TEXT" } else { "BIGINT" }))
        .collect();
    let select =
        format!("SELECT $1::TEXT, $2::TEXT, page.* FROM unnest({}) page", arrays.join(", "));
    let statement = client.prepare(&format!("{insert} {select} {conflict}")).await.unwrap();
    let (tenant, id) = (TENANT.to_string(), CONNECTION.to_string());
    for page in pages {
        let texts = transposed(page.iter().map(texts_of));
        let numbers = transposed(page.iter().map(|row| numbers(row).into()));
        let mut params: Vec<&(dyn ToSql + Sync)> = vec![&tenant, &id];
        params.extend(texts.iter().map(|column| column as &(dyn ToSql + Sync)));
        params.extend(numbers.iter().map(|column| column as &(dyn ToSql + Sync)));
        client.execute(&statement, &params).await.unwrap();
    }
    drop(client);
    connection.await.unwrap().unwrap();
}

fn transposed<T>(rows: impl Iterator<Item = Vec<T>>) -> Vec<Vec<T>> {
    let mut columns: Vec<Vec<T>> = Vec::new();
    for row in rows {
        columns.resize_with(row.len(), Vec::new);
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    columns
}

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use model::Clock;
use rusqlite::Connection;
use store::{DatabaseUrl, MasterKey, Store};
use tempfile::TempDir;
use tokio::runtime::Builder;
use tokio_postgres::config::Host;
use tokio_postgres::{Config, NoTls};

use crate::{SeededRng, SetClock};

/// An empty database of one test, which vanishes with it.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Sqlite(TempDir),
    Postgres { server: String, schema: String },
}

impl TestDatabase {
    /// A file in a directory of its own.
    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let url = format!("sqlite://{}", directory.path().join("test.db").display());
        Self { url, place: Place::Sqlite(directory) }
    }

    /// A schema of its own on the server that `NOWGRAPH_TEST_POSTGRES` names.
    #[expect(clippy::panic, reason = "a test without its database has to fail, not to be skipped")]
    pub fn postgres() -> Self {
        #[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
        let Ok(server) = std::env::var("NOWGRAPH_TEST_POSTGRES") else {
            panic!("NOWGRAPH_TEST_POSTGRES is not set: run `cargo xtask test --setup`");
        };
        let schema = format!("t_{:016x}", random());
        execute(&server, &format!("CREATE SCHEMA {schema}"));
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!(
            "{server}{separator}options=-csearch_path%3D{schema}&application_name={schema}"
        );
        Self { url, place: Place::Postgres { server, schema } }
    }

    /// One of each kind.
    pub fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres()]
    }

    /// The same PostgreSQL, but reached by way of another address.
    #[must_use]
    pub fn through(mut self, proxy: SocketAddr) -> Self {
        let server = self.server();
        self.url = self.url.replace(&server, &proxy.to_string());
        self
    }

    /// Host and port of the PostgreSQL server.
    pub fn server(&self) -> String {
        let config: Config = self.url.parse().expect("a PostgreSQL URL");
        match (config.get_hosts(), config.get_ports()) {
            ([Host::Tcp(host)], [port]) => format!("{host}:{port}"),
            _ => unreachable!("the URL names one host and its port"),
        }
    }

    /// Where it is, with all that is needed to connect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs statements in which `TEXT` is text that is compared by code points, and `BLOB` bytes.
    pub fn execute(&self, statements: &str) {
        match &self.place {
            Place::Sqlite(directory) => {
                let file = Connection::open(directory.path().join("test.db"));
                file.expect("the file opens").execute_batch(statements).expect("valid statements");
            }
            Place::Postgres { .. } => {
                let statements = statements.replace("TEXT", "TEXT COLLATE \"C\"");
                execute(&self.url, &statements.replace("BLOB", "BYTEA"));
            }
        }
    }

    /// Opens it with a clock that stands still and a master key that is the same every time.
    pub async fn open(&self) -> Store {
        self.open_with(Arc::new(SetClock::new())).await
    }

    /// Opens it with this clock.
    pub(crate) async fn open_with(&self, clock: Arc<dyn Clock>) -> Store {
        let url: DatabaseUrl = self.url.parse().expect("a database URL");
        let master = MasterKey::generate(&SeededRng::new(1));
        let rng = Arc::new(SeededRng::new(random()));
        Store::open(&url, master, rng, clock).await.expect("the database opens")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match &self.place {
            Place::Sqlite(_directory_that_removes_itself) => {}
            Place::Postgres { server, schema } => {
                // A rollback that was sent, but not awaited, is never read once the runtime of the
                // test stands still; its locks would be waited for without end.
                let end = format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE application_name = '{schema}'"
                );
                execute(server, &format!("{end}; DROP SCHEMA {schema} CASCADE"));
            }
        }
    }
}

/// On a thread of its own, because a destructor cannot await.
fn execute(server: &str, statement: &str) {
    let (server, statement) = (server.to_owned(), statement.to_owned());
    let work = async move {
        let (client, connection) = tokio_postgres::connect(&server, NoTls).await?;
        let connection = tokio::spawn(connection);
        client.batch_execute(&statement).await?;
        drop(client);
        connection.await.expect("the connection does not panic")
    };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let done = thread::spawn(move || runtime.block_on(work)).join();
    done.expect("no panic").expect("PostgreSQL answers; is NOWGRAPH_TEST_POSTGRES right?");
}

/// Different in every process and call.
fn random() -> u64 {
    RandomState::new().hash_one(())
}

//! The examples of `docs/graph-api.md` are what the service answers, to the letter.
//!
//! Blocks marked `http` come in pairs: a request, and what is answered to it. Each pair stands for
//! itself and finds the two connections of [`SEEDS`]. Of the headers those are compared that the
//! page shows; JSON is laid out for reading; `"…"` in an answer stands for what differs from run
//! to run. `UPDATE_DOCS=1 cargo test -p api --test it docs` writes the answers into the page.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;
use std::{env, fs};

use identity::{Subject, TokenRequest, add_application_secret, register_application};
use model::{
    Activity, AuditEvent, AuthenticationMethod, Author, Clock as _, Connection, ConnectionDraft,
    ConnectionStatus, OauthSecret, Permission, PlainHttpHosts, Timestamp,
};
use secrecy::ExposeSecret as _;
use store::{DatabaseUrl, ListQuery, MasterKey, Store};
use testkit::{Answer, SeededRng, Server, SetClock, Setup, TENANT, TestDatabase, laid_out};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/graph-api.md");

/// Id, host, status, and seconds since 1970 of creation and last query.
const SEEDS: [(&str, &str, ConnectionStatus, i64, Option<i64>); 2] = [
    (
        "315bc12c-c12c-315b-2cc1-5b312cc15b31",
        "contoso",
        ConnectionStatus::Disabled,
        1_762_161_300,
        None,
    ),
    (
        "7c4b8a10-52a4-4d6e-9a3f-0d2b6f1e8c22",
        "contosodev",
        ConnectionStatus::Enabled,
        1_764_576_000,
        Some(1_767_322_800),
    ),
];

/// Headers that a new example begins with.
const HEADERS: [&str; 11] = [
    "Content-Type",
    "Allow",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "ETag",
    "Location",
    "OData-EntityId",
    "Preference-Applied",
    "Retry-After",
    "WWW-Authenticate",
];

#[tokio::test]
async fn the_examples_of_the_reference_are_what_is_answered() {
    #[expect(clippy::disallowed_methods, reason = "asks whether to write instead of to compare")]
    let update = env::var("UPDATE_DOCS").is_ok_and(|value| value == "1");
    let page = fs::read_to_string(PAGE).unwrap();
    let mut pieces: Vec<String> = page.split("```").map(str::to_owned).collect();
    assert_eq!(pieces.len() % 2, 1, "a block is not closed");
    let blocks = (1..pieces.len()).step_by(2);
    let blocks: Vec<usize> = blocks.filter(|at| pieces[*at].starts_with("http\n")).collect();
    let (examples, single) = blocks.as_chunks::<2>();
    assert!(single.is_empty() && !examples.is_empty(), "blocks come in pairs");
    let reference = Reference::new().await;
    for [request, answer] in examples {
        assert!(pieces[*answer].starts_with("http\nHTTP/1.1"), "{}", pieces[*answer]);
        let answered = reference.replay(&pieces[*request], &pieces[*answer]).await;
        if update {
            pieces[*answer] = answered;
        } else {
            assert_eq!(pieces[*answer], answered, "answer to {}", pieces[*request]);
        }
    }
    if update {
        fs::write(PAGE, pieces.join("```")).unwrap();
    }
}

/// The service behind the page.
struct Reference {
    server: Server,
    /// What stands in braces in a request, and what is sent for it.
    placeholders: Vec<(&'static str, String)>,
}

impl Reference {
    async fn new() -> Self {
        let database = TestDatabase::sqlite();
        fix_service_key(&database).await;
        let server = Server::start(database, Setup::default()).await;
        let user =
            server.user_token(&[Permission::DeviceManagementConfigurationReadWriteAll], &[]).await;
        let expired = TokenRequest {
            tenant: TENANT,
            subject: Subject::app_named(TENANT, "tests"),
            permissions: Vec::new(),
            lifetime: -1,
        };
        let (app, secret) = registered_application(&server).await;
        let placeholders = vec![
            ("{token}", server.admin().await),
            (
                "{read-only token}",
                server.app_token(TENANT, &[Permission::DeviceManagementConfigurationReadAll]).await,
            ),
            ("{user token}", user),
            ("{expired token}", server.mint(expired).await),
            ("{client_id}", app),
            ("{client_secret}", secret),
        ];
        Self { server, placeholders }
    }

    /// Sends the request of a block and lays the answer out as a block of its kind.
    async fn replay(&self, request: &str, answer: &str) -> String {
        self.reset().await;
        self.server.rng.reseed(seed(request));
        let mut request = request.to_owned();
        for (name, value) in &self.placeholders {
            request = request.replace(name, value);
        }
        let (head, body) = request.split_once("\n\n").unwrap_or((request.trim_end(), ""));
        let mut lines = head.lines().skip(1);
        let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
        let target = target.strip_suffix(" HTTP/1.1").expect("a request line of HTTP/1.1");
        let mut call = self.server.call(method, target);
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            call = call.header(name, value);
        }
        block(&call.bytes(body.trim_end()).send().await, answer)
    }

    /// Makes the tenant's connections those of [`SEEDS`].
    async fn reset(&self) {
        let store = &self.server.store;
        let all = ListQuery { limit: 1000, ..ListQuery::default() };
        for connection in store.list_connections(TENANT, &all).await.unwrap().items {
            let decide = |stored: &Connection| Ok::<_, Infallible>(audit(stored));
            store.delete_connection(TENANT, connection.id, decide).await.unwrap();
        }
        for (id, host, status, created, queried) in SEEDS {
            let draft = ConnectionDraft {
                instance_url: Some(format!("https://{host}.service-now.com")),
                incident_api_url: Some("/api/now/table/incident".to_owned()),
                authentication_method: Some(AuthenticationMethod::OauthSecret(OauthSecret {
                    app_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
                })),
                status: Some(status),
                last_queried: queried.map(|at| Timestamp::from_unix(at, 0)),
            };
            let (keys, created) = ((TENANT, id.parse().unwrap()), Timestamp::from_unix(created, 0));
            let none = PlainHttpHosts::default();
            let connection = Connection::create(draft, keys, created, &none).unwrap();
            let event = audit(&connection);
            store.insert_connection(connection, event).await.unwrap();
        }
    }
}

/// Makes the key of the skip tokens the same every time.
async fn fix_service_key(database: &TestDatabase) {
    let url: DatabaseUrl = database.url().parse().unwrap();
    let master = MasterKey::generate(&SeededRng::new(1));
    let (rng, clock) = (Arc::new(SeededRng::new(2)), Arc::new(SetClock::new()));
    let store = Store::open(&url, master, rng, clock).await.unwrap();
    store.service_key("skip-token").await.unwrap();
}

async fn registered_application(server: &Server) -> (String, String) {
    let (store, rng, now) = (&server.store, server.rng.as_ref(), server.clock.now());
    let permissions = vec![Permission::DeviceManagementConfigurationReadWriteAll];
    let app = register_application(store, TENANT, "docs", permissions, now, rng).await.unwrap();
    let secret = add_application_secret(store, TENANT, app.app_id, None, now, rng).await;
    let secret = secret.unwrap().unwrap().text.expose_secret().to_owned();
    (app.app_id.to_string(), secret)
}

fn audit(connection: &Connection) -> AuditEvent {
    let author = Author { actor: "docs".to_owned(), application: "docs".to_owned() };
    author.record(Activity::Create, connection, Vec::new(), connection.created)
}

/// The ids in an answer depend on its request alone, so that a new example leaves others as they
/// are (FNV-1a).
fn seed(request: &str) -> u64 {
    request.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// An answer as a block with the headers that the old block shows.
fn block(answer: &Answer, old: &str) -> String {
    let status = axum::http::StatusCode::from_u16(answer.status).unwrap();
    let mut text = format!("http\nHTTP/1.1 {status}\n");
    let head = old.split("\n\n").next().unwrap_or_default();
    let shown: Vec<_> = head.lines().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    for name in if shown.is_empty() { &HEADERS[..] } else { &shown[..] } {
        if answer.headers.contains_key(*name) {
            writeln!(text, "{name}: {}", answer.header(name)).unwrap();
        }
    }
    let body = if answer.header("content-type").starts_with("application/json") {
        laid_out(answer.text())
    } else {
        answer.text().trim_end().to_owned()
    };
    if !body.is_empty() {
        text.push('\n');
        for line in body.lines() {
            writeln!(text, "{}", with_blank(line, old)).unwrap();
        }
    }
    text
}

/// The line, or that of the old block where it leaves the value of the same member open.
fn with_blank(line: &str, old: &str) -> String {
    let name = line.split("\": ").next().unwrap_or_default();
    let open = format!("{}\": \"…\"", name.trim_start());
    if old.lines().any(|old| old.trim().trim_end_matches(',') == open) {
        let comma = if line.ends_with(',') { "," } else { "" };
        return format!("{name}\": \"…\"{comma}");
    }
    line.to_owned()
}

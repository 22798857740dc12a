//! A server with an administrator's token, and the rows of a test under one letter each.

use std::fmt::Write as _;

use serde_json::{Value, json};
use testkit::{Answer, CONNECTIONS, Call, Server};

pub(crate) const OAUTH: &str = "#microsoft.graph.serviceNowOauthSecretAuthentication";

pub(crate) struct Scene {
    pub(crate) server: Server,
    pub(crate) admin: String,
    ids: Vec<String>,
}

impl Scene {
    /// One over each kind of database.
    pub(crate) async fn both() -> [Self; 2] {
        let [sqlite, postgres] = Server::both().await;
        [Self::of(sqlite).await, Self::of(postgres).await]
    }

    /// Over SQLite, where the database makes no difference.
    pub(crate) async fn sqlite() -> Self {
        Self::of(Server::sqlite().await).await
    }

    pub(crate) async fn of(server: Server) -> Self {
        let admin = server.admin().await;
        Self { server, admin, ids: Vec::new() }
    }

    /// A request of the administrator.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        self.server.call(method, path).token(&self.admin)
    }

    pub(crate) async fn post(&self, body: &Value) -> Answer {
        self.call("POST", CONNECTIONS).json(body).send().await
    }

    pub(crate) async fn patch(&self, id: &str, body: &Value) -> Answer {
        self.call("PATCH", &path(id)).json(body).send().await
    }

    pub(crate) async fn delete(&self, id: &str) -> Answer {
        self.call("DELETE", &path(id)).send().await
    }

    pub(crate) async fn get(&self, id: &str) -> Answer {
        self.call("GET", &path(id)).send().await
    }

    /// The whole answer to a GET of an object that is there.
    pub(crate) async fn show(&self, id: &str) -> Value {
        self.get(id).await.expect(200).json()
    }

    /// Creates a connection; answers its id.
    pub(crate) async fn create(&self, body: &Value) -> String {
        let created = self.post(body).await.expect(201).json();
        created["id"].as_str().expect("an id").to_owned()
    }

    /// Creates a connection a second after the last one; it is called by the next letter.
    pub(crate) async fn row(&mut self, body: &Value) -> String {
        self.server.clock.advance_seconds(1);
        let id = self.create(body).await;
        self.ids.push(id.clone());
        id
    }

    /// GET of the collection with these options.
    pub(crate) async fn list(&self, options: &[(&str, &str)]) -> Answer {
        self.call("GET", &format!("{CONNECTIONS}{}", query(options))).send().await
    }

    /// Letters of the rows that a list has, in its order.
    pub(crate) async fn letters(&self, options: &[(&str, &str)]) -> String {
        let answer = self.list(options).await;
        assert_eq!(answer.status, 200, "{options:?}: {}", answer.text());
        self.letters_of(&answer)
    }

    /// Letters of the rows on a page; `?` for one that has no letter.
    pub(crate) fn letters_of(&self, page: &Answer) -> String {
        let rows = page.json()["value"].as_array().expect("a page").clone();
        let letter = |row: &Value| self.ids.iter().position(|id| row["id"] == *id);
        rows.iter().map(|row| letter(row).map_or('?', nth_letter)).collect()
    }

    /// The link of a page, from its path on; `None` on the last page.
    pub(crate) fn next(page: &Answer) -> Option<String> {
        let link = page.json()["@odata.nextLink"].as_str()?.to_owned();
        let path = link.strip_prefix("http://127.0.0.1:8080").expect("a link to this server");
        Some(path.to_owned())
    }

    /// Letters of all pages, and how many pages there were.
    pub(crate) async fn all_pages(&self, options: &[(&str, &str)]) -> (String, usize) {
        let mut letters = String::new();
        let mut next = Some(format!("{CONNECTIONS}{}", query(options)));
        let mut pages = 0;
        while let Some(path) = next {
            let page = self.call("GET", &path).send().await.expect(200);
            letters += &self.letters_of(&page);
            next = Self::next(&page);
            pages += 1;
            assert!(pages < 1000, "the pages do not end");
        }
        (letters, pages)
    }

    /// All that is stored, as the API shows it.
    pub(crate) async fn everything(&self) -> Value {
        let page = self.list(&[("$top", "1000")]).await.expect(200).json();
        assert_eq!(page.get("@odata.nextLink"), None);
        page["value"].clone()
    }
}

/// Path of one connection.
pub(crate) fn path(id: &str) -> String {
    format!("{CONNECTIONS}/{id}")
}

/// A query string with everything escaped that may need it.
pub(crate) fn query(options: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in options {
        text.push(if text.is_empty() { '?' } else { '&' });
        text += &escape(name);
        text.push('=');
        text += &escape(value);
    }
    text
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'$' | b'-' | b'.' | b'_' | b',' => {
                escaped.push(byte.into());
            }
            _ => write!(escaped, "%{byte:02X}").expect("strings take all that is written"),
        }
    }
    escaped
}

/// An authentication method with this client id.
pub(crate) fn oauth(app_id: &str) -> Value {
    json!({"@odata.type": OAUTH, "appId": app_id})
}

fn nth_letter(index: usize) -> char {
    ('a'..='z').nth(index).unwrap_or('?')
}

//! Another model over the same engine, which no handler knows of.

mod apply;
mod batch;
mod claims;
mod compute;
mod concat;
mod derived;
mod documents;
mod expand;
mod expressions;
mod groups;
mod lists;
mod model;
mod navigation;
mod objects;
mod parcel;
mod paths;
mod recipe;
mod references;
mod requests;
mod search;
mod tables;
mod ware;

use serde_json::Value;
use testkit::{Answer, Server, Setup, TestDatabase};

/// The model's server with its rows, and the token of a reader.
struct Shop {
    server: Server,
    token: String,
}

impl Shop {
    async fn both() -> [Self; 2] {
        let [sqlite, postgres] = TestDatabase::both();
        [Self::over(sqlite).await, Self::over(postgres).await]
    }

    async fn over(database: TestDatabase) -> Self {
        let setup = Setup { services: tables::SERVICES, ..Setup::default() };
        let server = Server::start(database, setup).await;
        server.execute(tables::ROWS);
        server.execute(&parcel::rows());
        server.execute(&search::words());
        server.execute(&ware::rows());
        server.execute(&recipe::rows());
        let token = server.admin().await;
        Self { server, token }
    }

    async fn get(&self, path: &str) -> Answer {
        let path =
            path.replace(' ', "%20").replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
        let path = format!("/shop/v1/{path}");
        self.server.call("GET", &path).token(&self.token).send().await
    }

    /// Path of the next page, from the service root on.
    fn next(page: &Value) -> Option<String> {
        let link = page["@odata.nextLink"].as_str()?;
        Some(link.strip_prefix("http://127.0.0.1:8080/shop/v1/").unwrap().to_owned())
    }
}

/// The rows of a list, by the numbers that are their ids.
async fn rows(cases: &[(&str, &[i64])]) {
    for shop in Shop::both().await {
        for (path, expect) in cases {
            let answer = shop.get(path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert_eq!(ids(&answer.json()), *expect, "{path}");
        }
    }
}

/// Status and text of an answer.
async fn answered(cases: &[(&str, u16, &str)]) {
    for shop in Shop::both().await {
        for (path, status, expect) in cases {
            let answer = shop.get(path).await;
            assert_eq!(answer.status, *status, "{path}: {}", answer.text());
            assert_eq!(answer.text(), *expect, "{path}");
        }
    }
}

/// Pages, read to the end, by the numbers that are the ids of their rows.
async fn pages(cases: &[(&str, &[i64])]) {
    for shop in Shop::both().await {
        for (path, expect) in cases {
            let mut found = Vec::new();
            let mut next = Some((*path).to_owned());
            while let Some(path) = next {
                let page = shop.get(&path).await.expect(200).json();
                let rows = ids(&page);
                assert!(!rows.is_empty(), "{path}");
                found.extend(rows);
                next = Shop::next(&page);
            }
            assert_eq!(found, *expect, "{path}");
        }
    }
}

async fn statuses(cases: &[(&str, u16)]) {
    for shop in Shop::both().await {
        for (path, status) in cases {
            let answer = shop.get(path).await;
            assert_eq!(answer.status, *status, "{path}: {}", answer.text());
        }
    }
}

fn ids(page: &Value) -> Vec<i64> {
    page["value"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

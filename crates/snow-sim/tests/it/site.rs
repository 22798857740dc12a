use std::net::SocketAddr;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use snow_sim::{Simulator, Size};

/// A running instance, and a client of it.
pub(crate) struct Site {
    pub(crate) sim: Simulator,
    pub(crate) client: Client,
}

pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Site {
    pub(crate) async fn with(incidents: u32) -> Self {
        let size = Size { incidents, users: 50, seed: 1 };
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let sim = Simulator::start(nowhere, &size, None, Box::new(|| 0)).await.unwrap();
        sim.freeze_at("2026-06-01 12:00:00").unwrap();
        let builder = Client::builder().no_proxy();
        let client = builder.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { sim, client }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.sim.address())
    }

    pub(crate) fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, self.url(path)).header("accept", "application/json")
    }

    /// As the administrator.
    pub(crate) fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        let known = Simulator::CREDENTIALS;
        self.bare(method, path).basic_auth(known.user, Some(known.password))
    }

    pub(crate) async fn get(&self, path: &str) -> Said {
        send(self.ask("GET", path)).await
    }

    pub(crate) async fn list(&self, query: &str) -> Vec<Value> {
        let said = self.get(&format!("/api/now/table/incident?{query}")).await;
        assert_eq!(said.status, 200, "{query}: {}", said.text);
        said.rows()
    }

    /// A user with these roles and the usual password.
    pub(crate) fn user(&self, name: &str, fields: &[(&str, &str)], roles: &[&str]) {
        let mut set = serde_json::json!({
            "user_name": name, "name": name, "active": "true",
            "email": format!("{name}@contoso.example"),
            "user_password": Simulator::CREDENTIALS.password,
        });
        for (field, value) in fields {
            set[field] = (*value).into();
        }
        let id = self.sim.edit(serde_json::json!({"table": "sys_user", "set": set})).unwrap();
        for role in roles {
            let set = serde_json::json!({"user": id, "role": role});
            self.sim.edit(serde_json::json!({"table": "sys_user_has_role", "set": set})).unwrap();
        }
    }

    pub(crate) fn as_user(&self, name: &str, method: &str, path: &str) -> RequestBuilder {
        self.bare(method, path).basic_auth(name, Some(Simulator::CREDENTIALS.password))
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Said {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    assert_ne!(StatusCode::from_u16(status).unwrap(), StatusCode::SWITCHING_PROTOCOLS);
    Said { status, headers, text: response.text().await.unwrap() }
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn rows(&self) -> Vec<Value> {
        self.json()["result"].as_array().unwrap().clone()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

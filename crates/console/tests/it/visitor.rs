use std::collections::BTreeMap;
use std::sync::Arc;

use identity::{NewAccount, NewPassword, create_account};
use model::{Clock as _, Role};
use testkit::{Answer, Server, TENANT};
use url::form_urlencoded;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Somebody with a browser that keeps cookies and sends forms.
#[derive(Debug)]
pub(crate) struct Visitor<'a> {
    pub(crate) server: &'a Server,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl<'a> Visitor<'a> {
    pub(crate) fn new(server: &'a Server) -> Self {
        Self { server, cookies: BTreeMap::new() }
    }

    /// Somebody with an account of these roles, who is signed in.
    pub(crate) async fn signed_in(server: &'a Server, roles: &[Role]) -> Self {
        let name =
            format!("{}@contoso.example", roles.iter().map(|r| r.name()).collect::<String>());
        account(server, &name, roles).await;
        let mut visitor = Self::new(server);
        visitor.sign_in(&name, PASSWORD).await.expect(303);
        visitor
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let fields = [("user_name", name), ("password", password)];
        self.fill("/console/sign-in", "/console/sign-in", &fields).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let answer = self.server.call("GET", path).header("cookie", &self.cookie()).send().await;
        self.keep(&answer);
        answer
    }

    /// Fills in the form on a page, whose hidden token goes along, and sends it.
    pub(crate) async fn fill(
        &mut self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let shown = self.get(page).await.expect(200);
        let token = between(shown.text(), "name=\"form_token\" value=\"", "\"").to_owned();
        let token = [("form_token", token.as_str())];
        self.post(action, &[&token, fields].concat()).await
    }

    pub(crate) async fn post(&mut self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let call = self.server.call("POST", action).header("cookie", &self.cookie());
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let answer = call.bytes(body.finish()).send().await;
        self.keep(&answer);
        answer
    }

    pub(crate) fn cookie(&self) -> String {
        let pairs: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn keep(&mut self, answer: &Answer) {
        for line in answer.headers.get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// Makes an account with [`PASSWORD`].
pub(crate) async fn account(server: &Server, name: &str, roles: &[Role]) {
    let new = NewAccount {
        tenant: TENANT,
        user_name: name.parse().unwrap(),
        password: NewPassword::parse(PASSWORD.into()).unwrap(),
        roles: roles.to_vec(),
    };
    let rng = Arc::clone(&server.rng) as _;
    create_account(&server.store, new, server.clock.now(), &rng).await.unwrap();
}

#[track_caller]
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0
}

/// What the person reads of a page, without markup.
pub(crate) fn read(answer: &Answer) -> String {
    let main = between(answer.text(), "<main", "</main>");
    let (mut text, mut is_markup) = (String::new(), true);
    for c in main.chars() {
        match c {
            '<' => is_markup = true,
            '>' if is_markup => {
                is_markup = false;
                text.push(' ');
            }
            c if !is_markup => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

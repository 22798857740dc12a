use std::net::SocketAddr;

use model::{
    Activity, Author, Connection, ConnectionDraft, ConnectionId, ConnectionStatus, Credential,
    PlainHttpHosts, Role, Timestamp,
};
use reqwest::redirect::Policy;
use serde_json::json;
use snow_sim::{Acl, Closes, Simulator, Size};
use testkit::{Answer, Server, Setup, TENANT, TestDatabase, Visibility};
use url::Url;
use uuid::Uuid;

use crate::visitor::{Visitor, between, read};

const ID: ConnectionId = ConnectionId::from_uuid(Uuid::from_u128(1));
pub(crate) const ANN: &str = "/console/troubleshoot?user=ann@contoso.example";
pub(crate) const WAY: &str = "/console/troubleshoot/authenticate?connection=00000000-0000-0000-0000-000000000001&user=ann%40contoso.example";
const BACK: &str = "http://127.0.0.1:8080/console/troubleshoot/callback";
const PASSWORD: &str = "open sesame";

/// An instance where Ann has two incidents, of which only administrators see A2; the account of the
/// connection is one, `desk` is none.
pub(crate) struct Instance {
    sim: Simulator,
    http: reqwest::Client,
}

impl Instance {
    pub(crate) async fn start() -> Self {
        identity::install_crypto();
        let size = Size { incidents: 5, users: 5, seed: 1 };
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let sim = Simulator::start(nowhere, &size, None, Box::new(|| 0)).await.unwrap();
        let edit = |table: &str, set| sim.edit(json!({ "table": table, "set": set })).unwrap();
        edit(
            "sys_user",
            json!({ "user_name": "desk", "active": "true", "user_password": PASSWORD }),
        );
        let ann = edit("sys_user", json!({ "user_name": "ann", "email": "ann@contoso.example" }));
        for number in ["A1", "A2"] {
            edit(
                "incident",
                json!({ "caller_id": ann, "number": number, "opened_at": "2026-05-01 08:00:00" }),
            );
        }
        let closed = Acl {
            table: "incident".to_owned(),
            closes: Closes::Rows,
            roles: vec!["nobody".to_owned()],
            field: String::new(),
            query: "number=A2".to_owned(),
        };
        sim.settings(|settings| settings.acls = vec![closed]);
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        let instance = Self { sim, http };
        let known = Simulator::CREDENTIALS;
        let client = json!({ "client_id": known.client_id, "client_secret": known.client_secret,
            "user": known.user, "redirect_uris": [BACK] });
        let url = format!("{}/_sim/clients", instance.origin());
        let added = instance.http.post(url).body(client.to_string()).send().await.unwrap();
        assert_eq!(added.status(), 204);
        instance
    }

    fn origin(&self) -> String {
        format!("http://{}", self.sim.address())
    }

    /// A server with a connection to it that is on.
    pub(crate) async fn server(&self, database: TestDatabase, visibility: Visibility) -> Server {
        let host = self.sim.address().to_string().parse().unwrap();
        let plain_http = vec![host];
        let hosts = PlainHttpHosts::new(plain_http.clone());
        let setup = Setup { plain_http, visibility, ..Setup::default() };
        let server = Server::start(database, setup).await;
        let known = Simulator::CREDENTIALS;
        let draft = ConnectionDraft {
            instance_url: Some(self.origin()),
            incident_api_url: Some("/api/now/table/incident".into()),
            status: Some(ConnectionStatus::Enabled),
            authentication_method: Some(model::AuthenticationMethod::OauthSecret(
                model::OauthSecret { app_id: Some(known.client_id.to_owned()) },
            )),
            ..ConnectionDraft::default()
        };
        let now = Timestamp::from_unix(1_767_000_000, 0);
        let connection = Connection::create(draft, (TENANT, ID), now, &hosts).unwrap();
        let author = Author { actor: "test".into(), application: "test".into() };
        let event = author.record(Activity::Create, &connection, Vec::new(), now);
        server.store.insert_connection(connection, event).await.unwrap();
        let credential =
            Credential::ClientCredentials { client_secret: known.client_secret.to_owned().into() };
        assert!(server.store.put_credential(TENANT, ID, &credential, &author).await.unwrap());
        server
    }

    /// Signs in on the pages of the instance, decides, and answers where that leads back to.
    pub(crate) async fn decide(&self, way: &str, decision: &str) -> String {
        let mut url = Url::parse(way).unwrap();
        let mut form: Vec<_> = url.query_pairs().into_owned().collect();
        url.set_query(None);
        form.push(("user_name".to_owned(), "desk".to_owned()));
        form.push(("user_password".to_owned(), PASSWORD.to_owned()));
        let send = async |form: &[(String, String)]| {
            let mut body = url::form_urlencoded::Serializer::new(String::new());
            body.extend_pairs(form);
            let request = self.http.post(url.clone());
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            request.body(body.finish()).send().await.unwrap()
        };
        let page = send(&form).await.text().await.unwrap();
        let ticket = between(&page, "name=\"ticket\" value=\"", "\"").to_owned();
        form.push(("ticket".to_owned(), ticket));
        form.push(("decision".to_owned(), decision.to_owned()));
        let back = send(&form).await;
        let back = back.headers()["location"].to_str().unwrap().to_owned();
        back.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned()
    }

    /// Signs an agent in.
    pub(crate) async fn let_in(&self, agent: &mut Visitor<'_>) -> Answer {
        let sent = agent.get(WAY).await.expect(303);
        let back = self.decide(sent.header("location"), "allow").await;
        agent.get(&back).await
    }
}

/// Which of Ann's incidents a page shows.
fn seen(page: &Answer) -> Vec<&str> {
    ["A1", "A2"]
        .into_iter()
        .filter(|number| page.text().contains(&format!("{number}</bdi>")))
        .collect()
}

#[tokio::test]
async fn an_agent_sees_what_servicenow_shows_to_that_agent() {
    let instance = Instance::start().await;
    for database in TestDatabase::both() {
        let server = instance.server(database, Visibility::Service).await;
        let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
        let page = agent.get(ANN).await.expect(200);
        assert_eq!(seen(&page), ["A1", "A2"], "by the rights of the account");
        assert!(page.text().contains(&WAY.replace('&', "&#38;")), "{}", page.text());

        let inside = instance.let_in(&mut agent).await.expect(303);
        assert_eq!(inside.header("location"), "/console/troubleshoot?user=ann%40contoso.example");
        assert!(!agent.cookies.contains_key("nowgraph-servicenow"));
        let page = agent.get(ANN).await.expect(200);
        assert_eq!(seen(&page), ["A1"]);
        assert!(read(&page).contains("As you Forget my sign-in"), "{}", read(&page));
        let csv = ANN.replace("/troubleshoot?", "/troubleshoot/incidents.csv?");
        assert!(!agent.get(&csv).await.expect(200).text().contains("A2"));
        let mut other = Visitor::signed_in(&server, &Role::ALL).await;
        assert_eq!(seen(&other.get(ANN).await), ["A1", "A2"], "others see as before");

        let events = server.store.audit_events(TENANT, 10).await.unwrap();
        let mut rows: Vec<_> = events.iter().filter_map(|event| event.rows).collect();
        rows.sort_unstable();
        assert_eq!(rows, [1, 1, 2, 2]);
        let stored = server.store.incidents_of_callers((TENANT, ID), &[], None).await.unwrap();
        assert!(stored.is_empty());

        let fields = [("connection", "00000000-0000-0000-0000-000000000001"), ("user", "")];
        let forgotten = agent.fill(ANN, "/console/troubleshoot/forget", &fields).await.expect(303);
        assert_eq!(forgotten.header("location"), "/console/troubleshoot?");
        assert_eq!(seen(&agent.get(ANN).await), ["A1", "A2"]);
    }
}

#[tokio::test]
async fn where_only_own_rights_count_an_agent_signs_in_first() {
    let instance = Instance::start().await;
    let server = instance.server(TestDatabase::sqlite(), Visibility::Agent).await;
    let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    let csv = ANN.replace("/troubleshoot?", "/troubleshoot/incidents.csv?");
    let page = agent.get(ANN).await.expect(200);
    assert!(read(&page).contains("Sign in there first."), "{}", read(&page));
    assert_eq!(seen(&page).len() + page.text().matches("name=\"search\"").count(), 0);
    agent.get(&csv).await.expect(403);
    instance.let_in(&mut agent).await.expect(303);
    assert_eq!(seen(&agent.get(ANN).await), ["A1"]);
    agent.get(&csv).await.expect(200);
    // Nobody is proposed, since what passes saw is not shown.
    let asked = agent.get("/console/troubleshoot?search=ann").await.expect(303);
    assert!(asked.header("location").starts_with("/console/troubleshoot?user=ann&"));

    instance.sim.settings(|settings| settings.hibernating = true);
    let page = agent.get(ANN).await.expect(200);
    assert!(read(&page).contains("Not shown"), "{}", read(&page));
    assert!(read(&page).contains("ServiceNow gave no usable answer"), "{}", read(&page));
    instance.sim.settings(|settings| settings.hibernating = false);

    // Signing out forgets it for all of the agent's sessions.
    agent.fill(ANN, "/console/sign-out", &[]).await.expect(303);
    agent.sign_in("incidentViewer@contoso.example", crate::visitor::PASSWORD).await.expect(303);
    agent.get(&csv).await.expect(403);
}

#[tokio::test]
async fn an_answer_is_for_the_session_that_asked() {
    let instance = Instance::start().await;
    let server = instance.server(TestDatabase::sqlite(), Visibility::Service).await;
    let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    let sent = agent.get(WAY).await.expect(303).header("location").to_owned();
    let back = instance.decide(&sent, "allow").await;
    let mut thief = Visitor::signed_in(&server, &Role::ALL).await;
    let text = read(&thief.get(&back).await.expect(400));
    assert!(text.contains("begun too long ago, or in another session"), "{text}");
    thief
        .cookies
        .insert("nowgraph-servicenow".to_owned(), agent.cookies["nowgraph-servicenow"].clone());
    thief.get(&back).await.expect(400);
    agent.get(&back).await.expect(303);
    agent.get(&back).await.expect(400);

    let sent = agent.get(WAY).await.expect(303).header("location").to_owned();
    let back = instance.decide(&sent, "deny").await;
    let text = read(&agent.get(&back).await.expect(403));
    assert!(text.contains("did not let you in, or you did not allow it"), "{text}");
    agent.get(WAY).await.expect(303);
    let state = Url::parse(agent.get(WAY).await.header("location")).unwrap();
    let (_, state) = state.query_pairs().find(|(name, _)| name == "state").unwrap();
    let wrong = format!("/console/troubleshoot/callback?code=wrong&state={state}");
    let text = read(&agent.get(&wrong).await.expect(502));
    assert!(
        text.contains("The instance denies access") || text.contains("code was refused"),
        "{text}"
    );
    let mut auditor = Visitor::signed_in(&server, &[Role::Auditor]).await;
    auditor.get(WAY).await.expect(403);
    agent.get(&WAY.replace("001&", "002&")).await.expect(404);
}

#[tokio::test]
async fn a_sign_in_that_servicenow_takes_no_more_shows_nothing() {
    let instance = Instance::start().await;
    let server = instance.server(TestDatabase::sqlite(), Visibility::Service).await;
    let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    instance.let_in(&mut agent).await.expect(303);
    instance.sim.settings(|settings| settings.grants.clear());
    let page = agent.get(ANN).await.expect(200);
    let text = read(&page);
    assert!(text.contains("takes your sign-in no more, so sign in there again"), "{text}");
    assert_eq!(seen(&page), [""; 0]);
}

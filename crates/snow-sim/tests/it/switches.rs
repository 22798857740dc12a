//! Points that no public source settles, each a switch.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::json;
use snow_sim::{Acl, Closes, Settings, Simulator};

use crate::site::{Site, send};

const KNOWN: snow_sim::Credentials = Simulator::CREDENTIALS;

fn relations(link: Option<&str>) -> Vec<&str> {
    let parts = link.unwrap_or("").split("rel=\"").skip(1);
    parts.filter_map(|rest| rest.split('"').next()).collect()
}

/// A page from the middle, before and after the switch is turned.
async fn links(query: &str, user: &str, turn: impl FnOnce(&mut Settings)) -> [Vec<String>; 2] {
    let site = Site::with(30).await;
    site.user("agent", &[], &["itil", "snc_basic_auth_api_access"]);
    let hide = Acl {
        table: "incident".to_owned(),
        closes: Closes::Rows,
        roles: Vec::new(),
        field: String::new(),
        query: "number>INC0010010^number<=INC0010020".to_owned(),
    };
    site.sim.settings(|settings| settings.acls.push(hide));
    let path = format!("/api/now/table/incident?sysparm_limit=10&{query}");
    let ask = async || {
        let said = send(site.as_user(user, "GET", &path)).await;
        relations(said.header("link")).iter().map(|&text| text.to_owned()).collect()
    };
    let before = ask().await;
    site.sim.settings(turn);
    [before, ask().await]
}

#[tokio::test]
async fn pages_without_a_count_or_without_rows_may_have_links() {
    let query = "sysparm_no_count=true&sysparm_offset=10";
    let [before, after] = links(query, "admin", |it| it.link_without_count = true).await;
    assert!(before.is_empty());
    assert_eq!(after, ["first", "prev", "next"]);
    let query = "sysparm_no_count=true&sysparm_offset=25";
    let [_, after] = links(query, "admin", |it| it.link_without_count = true).await;
    assert_eq!(after, ["first", "prev"]);
    let [before, after] =
        links("sysparm_offset=10", "agent", |it| it.link_without_rows = false).await;
    assert_eq!(before, ["first", "prev", "next", "last"]);
    assert!(after.is_empty());
}

#[tokio::test]
async fn the_count_may_leave_hidden_rows_out() {
    let site = Site::with(30).await;
    site.user("agent", &[], &["itil", "snc_basic_auth_api_access"]);
    let rule = |closes, query: &str| Acl {
        table: "incident".to_owned(),
        closes,
        roles: Vec::new(),
        field: String::new(),
        query: query.to_owned(),
    };
    let rules =
        [rule(Closes::Rows, "number<=INC0010010"), rule(Closes::BeforeQuery, "number>INC0010025")];
    site.sim.settings(|settings| settings.acls.extend(rules));
    let count = async || {
        let said =
            send(site.as_user("agent", "GET", "/api/now/table/incident?sysparm_limit=20")).await;
        (said.rows().len(), said.header("x-total-count").unwrap().to_owned())
    };
    assert_eq!(count().await, (10, "25".to_owned()));
    site.sim.settings(|settings| settings.count_excludes_hidden = true);
    assert_eq!(count().await, (10, "15".to_owned()));
    site.sim.settings(|settings| settings.count_told = false);
    let said = send(site.as_user("agent", "GET", "/api/now/table/incident")).await;
    assert_eq!((said.rows().len(), said.header("x-total-count")), (15, None));
}

#[tokio::test]
async fn groups_are_ordered_together_or_each_by_itself() {
    let site = Site::with(0).await;
    for (number, state) in [("A1", "2"), ("A2", "1"), ("A3", "2"), ("A4", "1")] {
        let set = json!({"number": number, "state": state});
        site.sim.edit(json!({"table": "incident", "set": set})).unwrap();
    }
    let order = async |limit: usize| {
        let rows = site
            .list(&format!(
                "sysparm_query=state=1^NQstate=2^ORDERBYnumber&sysparm_fields=number&sysparm_limit={limit}"
            ))
            .await;
        let numbers: Vec<&str> = rows.iter().map(|row| row["number"].as_str().unwrap()).collect();
        numbers.join(" ")
    };
    assert_eq!(order(9).await, "A1 A2 A3 A4");
    site.sim.settings(|settings| settings.order_by_group = true);
    assert_eq!(order(9).await, "A2 A4 A1 A3");
    assert_eq!(order(3).await, "A2 A4 A1");
}

#[tokio::test]
async fn requests_are_read_more_or_less_strictly() {
    let site = Site::with(3).await;
    let offset = "/api/now/table/incident?sysparm_offset=-1";
    let said = site.get(offset).await;
    let message = said.json()["error"]["message"].clone();
    assert_eq!((said.status, message), (400, "Invalid value given for sysparm_offset".into()));
    site.sim.settings(|settings| settings.negative_offset = true);
    assert_eq!(site.get(offset).await.rows().len(), 3);

    // The other client adds one by itself.
    let without_accept = async || {
        let address = site.sim.address();
        let ask = move || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(address)?;
            let key = KNOWN.api_key;
            write!(stream, "GET /api/now/table/incident HTTP/1.0\r\nx-sn-apikey: {key}\r\n\r\n")?;
            let mut said = String::new();
            stream.read_to_string(&mut said)?;
            Ok(said)
        };
        let said = tokio::task::spawn_blocking(ask).await.unwrap().unwrap();
        said.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(without_accept().await, "200");
    site.sim.settings(|settings| settings.accept_required = true);
    assert_eq!(without_accept().await, "400");

    assert_eq!(site.get("/api/now/nothing").await.status, 400);
    site.sim.settings(|settings| settings.unknown_path_status = 404);
    assert_eq!(site.get("/api/now/nothing").await.status, 404);
}

#[tokio::test]
async fn those_who_may_not_in_are_told_so_in_several_ways() {
    let site = Site::with(3).await;
    let path = "/api/now/table/incident";
    site.sim.settings(|settings| {
        settings.unauthenticated = "User Not Authenticated".to_owned();
        settings.challenges = ["BEARER realm=\"Service-now\"", "BASIC realm=\"Service-now\""]
            .map(str::to_owned)
            .to_vec();
    });
    let said = send(site.bare("GET", path)).await;
    let challenges: Vec<_> = said.headers.get_all("www-authenticate").iter().collect();
    assert_eq!((said.status, challenges.len()), (401, 2));
    assert_eq!(said.json()["error"]["message"], "User Not Authenticated");

    site.user("robot", &[("web_service_access_only", "true")], &["snc_platform_rest_api_access"]);
    site.sim.settings(|settings| settings.rest_role = true);
    assert_eq!(site.get(path).await.status, 401);
    assert_eq!(send(site.as_user("robot", "GET", path)).await.status, 200);
    site.sim.settings(|settings| settings.rest_role = false);

    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", KNOWN.client_id),
        ("client_secret", KNOWN.client_secret),
    ];
    let token = send(site.bare("POST", "/oauth_token.do").form(&form)).await.json();
    let ask = async || {
        send(site.bare("GET", path).bearer_auth(token["access_token"].as_str().unwrap())).await
    };
    assert_eq!(ask().await.status, 200);
    let scoped = vec![KNOWN.client_id.to_owned()];
    site.sim.settings(|settings| settings.scoped_clients = scoped);
    let said = ask().await;
    assert_eq!((said.status, said.header("x-is-logged-in")), (403, Some("true")));
    assert_eq!(said.json()["error"]["message"], "Access to unscoped api is not allowed");
}

#[tokio::test]
async fn an_instance_sleeps_redirects_or_cancels() {
    let site = Site::with(30).await;
    let path = "/api/now/table/incident?sysparm_fields=number";
    site.sim.settings(|settings| settings.quota_rows = Some(20));
    assert_eq!(site.get(path).await.status, 500);
    assert_eq!(site.get(&format!("{path}&sysparm_limit=20")).await.status, 200);
    // It is about rows that are there, not about those that are asked for.
    assert_eq!(site.get(&format!("{path}&sysparm_query=number=INC0010001")).await.status, 200);
    assert_eq!(site.get(&format!("{path}&sysparm_offset=10")).await.status, 200);
    assert_eq!(site.get(&format!("{path}&sysparm_offset=9")).await.status, 500);
    site.sim.settings(|settings| settings.sso = Some("https://idp.example/saml".to_owned()));
    for path in [path, "/oauth_auth.do", "/login.do"] {
        let said = site.get(path).await;
        assert_eq!((said.status, said.header("location")), (302, Some("https://idp.example/saml")));
    }
    site.sim.settings(|settings| settings.hibernating = true);
    for (method, path) in [("GET", path), ("POST", "/oauth_token.do"), ("GET", "/")] {
        let said = send(site.ask(method, path)).await;
        assert_eq!(
            (said.status, said.header("content-type")),
            (200, Some("text/html;charset=UTF-8"))
        );
        assert!(said.text.contains("instance-hibernating-page"), "{path}");
    }
}

#[tokio::test]
async fn scripts_and_traces_of_deletes_may_be_dropped() {
    let site = Site::with(3).await;
    let query = "sysparm_query=number=INC0010001^caller_id=javascript:gs.getUserID()";
    assert!(site.list(query).await.is_empty());
    site.sim.settings(|settings| settings.drop_scripts = true);
    assert_eq!(site.list(query).await.len(), 1);
    site.sim.settings(|settings| settings.no_audit_delete.push("incident".to_owned()));
    site.sim
        .edit(json!({"table": "incident", "query": "number=INC0010001", "delete": true}))
        .unwrap();
    assert!(site.get("/api/now/table/sys_audit_delete").await.rows().is_empty());
}

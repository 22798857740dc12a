use std::collections::BTreeSet;

use api::Root;
use model::{DirectoryRole, Permission};
use serde_json::{Value, json};
use testkit::{CONNECTIONS, Server, Setup, TENANT, TestDatabase};

use super::Desk;

const ROOTS: [(Root, &str); 2] = [(Root::Beta, "/beta"), (Root::Connector, "/connector/v1")];

/// One method of a path in a document.
struct Operation {
    /// As in the document, behind the path of the root.
    template: String,
    /// With ids of the desk in place of parameters.
    path: String,
    method: String,
    described: Value,
}

impl Operation {
    fn has_parameter(&self, name: &str) -> bool {
        let referred = format!("/parameters/{}\"", name.trim_start_matches('$'));
        let parameters = self.described["parameters"].to_string();
        parameters.contains(&referred) || parameters.contains(&format!("\"{name}\""))
    }

    fn permissions(&self) -> Vec<&str> {
        let all = self.described["security"].as_array().unwrap().iter();
        all.filter_map(|requirement| requirement["bearer"][0].as_str()).collect()
    }
}

/// All operations of both documents, over a desk with one pass that is queued.
async fn operations(desk: &Desk) -> Vec<Operation> {
    let run = desk.call("POST", "connections/{east}/sync").await.send().await.expect(202).json();
    let events = desk.call("GET", "auditEvents?$top=1").await.send().await.expect(200).json();
    let mut all = Vec::new();
    for (root, base) in ROOTS {
        let document = api::openapi(root, "");
        assert_eq!(document["servers"][0]["url"], base);
        for (template, item) in document["paths"].as_object().unwrap() {
            let [east, _] = &desk.ids;
            let path = template
                .replace("{connection-id}", east)
                .replace("{serviceNowConnection-id}", east)
                .replace("{connectionId}", east)
                .replace("{sysId}", "e1")
                .replace("{auditEvent-id}", events["value"][0]["id"].as_str().unwrap())
                .replace("{syncRun-id}", run["id"].as_str().unwrap());
            assert!(!path.contains('{'), "{path}");
            let needed = match template.rsplit('/').next() {
                Some("userIncidents") => "?userPrincipalName=ada%40contoso.example",
                Some("people") => "?search=ada",
                Some("deviceIncidents") => "?device=WS-e1",
                _ => "",
            };
            let path = path + needed;
            all.extend(item.as_object().unwrap().iter().map(|(method, described)| Operation {
                template: format!("{base}{template}"),
                path: format!("{base}{path}"),
                method: method.to_uppercase(),
                described: described.clone(),
            }));
        }
    }
    all
}

#[tokio::test]
async fn methods_are_those_that_are_allowed() {
    let [desk, _] = Desk::both().await;
    let all = operations(&desk).await;
    assert!(all.len() > 25, "{}", all.len());
    for Operation { template, path, .. } in &all {
        let answer = desk.server.call("OPTIONS", path).send().await.expect(200);
        let allowed: BTreeSet<_> = answer.header("allow").split(", ").map(str::to_owned).collect();
        let own = all.iter().filter(|it| it.template == *template).map(|it| it.method.clone());
        let mut described: BTreeSet<_> = own.chain(["OPTIONS".to_owned()]).collect();
        if described.contains("GET") {
            described.insert("HEAD".to_owned());
        }
        assert_eq!(described, allowed, "{template}");
    }
}

#[tokio::test]
async fn query_options_are_described_where_they_are_served() {
    let [desk, _] = Desk::both().await;
    let token = desk.server.app_token(TENANT, &Permission::ALL).await;
    for operation in operations(&desk).await {
        let Operation { template, path, method, .. } = &operation;
        let is_call = ["credential", "health", "userIncidents", "deviceIncidents", "people"]
            .iter()
            .any(|name| template.ends_with(name));
        if method != "GET" || is_call {
            continue;
        }
        let is_of_connections = template.contains("/connections") && !template.contains("runs");
        let relation = if is_of_connections { "runs" } else { "serviceNowConnections" };
        for (option, value) in [
            ("$filter", "1 eq 1"),
            ("$search", "fire"),
            ("$orderby", "1"),
            ("$top", "1"),
            ("$skip", "1"),
            ("$count", "true"),
            ("$compute", "1 as one"),
            ("$apply", "identity"),
            ("$select", "@odata.type"),
            ("$expand", relation),
            ("$format", "json"),
        ] {
            let is_described = operation.has_parameter(option);
            let value = match (option, template.rsplit('/').next()) {
                ("$select", Some("incidents" | "{sysId}")) => "sysId",
                ("$select", _) => "id",
                _ => value,
            };
            let url = format!("{path}?{option}={}", value.replace(' ', "%20"));
            let answer = desk.server.call("GET", &url).token(&token).send().await;
            let expect: &[u16] = if is_described { &[200] } else { &[400, 501] };
            let text = || String::from_utf8_lossy(&answer.body);
            // Plain text has no other format, which `$format=json` does not ask for.
            let is_count_format = option == "$format" && template.ends_with("$count");
            assert!(
                expect.contains(&answer.status) || is_count_format,
                "{url} {is_described} {} {}",
                answer.status,
                text()
            );
        }
    }
}

#[tokio::test]
async fn permissions_are_those_that_are_needed() {
    for desk in Desk::both().await {
        for operation in operations(&desk).await {
            let Operation { template, path, method, described } = &operation;
            let needed = operation.permissions();
            let is_open = described["security"] == json!([]);
            assert_eq!(needed.is_empty(), is_open || path.ends_with("$batch"), "{template}");
            // Reads and refused writes alike change nothing: the body of each is no JSON.
            let ask = |token: String| {
                let call = desk.server.call(method, path).token(&token);
                call.header("content-type", "application/json").bytes("}").send()
            };
            if method == "DELETE" {
                continue;
            }
            for permission in Permission::ALL {
                let may = needed.is_empty() || needed.contains(&permission.name());
                let of_administrators = described.to_string().contains("IntuneAdministrator");
                let app = desk.server.app_token(TENANT, &[permission]).await;
                assert_eq!(ask(app).await.status != 403, may, "{method} {path} {permission}");
                for (roles, is_enough) in [
                    (&[][..], false),
                    (&[DirectoryRole::GlobalReader][..], false),
                    (&[DirectoryRole::IntuneAdministrator][..], true),
                    (&[DirectoryRole::GlobalAdministrator][..], true),
                ] {
                    let user = desk.server.user_token(&[permission], roles).await;
                    let may = may && (is_enough || !of_administrators);
                    let status = ask(user).await.status;
                    assert_eq!(status != 403, may, "{method} {path} {permission} {roles:?}");
                }
            }
            let anonymous = desk.server.call(method, path).send().await;
            assert_eq!(anonymous.status != 401, is_open, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn answers_have_the_properties_of_their_schemas() {
    let [desk, _] = Desk::both().await;
    let token = desk.server.app_token(TENANT, &Permission::ALL).await;
    let credential = json!({ "kind": "apiKey", "apiKey": "k" });
    let put = desk.call("PUT", "connections/{east}/credential").await;
    put.json(&credential).send().await.expect(204);
    let schemas = ROOTS.map(|(root, _)| api::openapi(root, "")["components"]["schemas"].clone());
    for operation in operations(&desk).await {
        let Operation { template, path, method, described } = &operation;
        let content = &described["responses"]["200"]["content"]["application/json"]["schema"];
        let answered = match content.pointer("/allOf/0/$ref") {
            Some(one) if method == "GET" => one.clone(),
            _ => content["properties"]["value"]["items"]["$ref"].clone(),
        };
        let Some(name) = answered.as_str().and_then(|it| it.rsplit('/').next()) else { continue };
        let schema = schemas.iter().find_map(|all| all.get(name)).unwrap();
        let answer = desk.server.call(method, path).token(&token).send().await.expect(200).json();
        let item = answer["value"].get(0).unwrap_or(&answer);
        let has: BTreeSet<_> = item.as_object().unwrap().keys().collect();
        // Related entities come only where they are asked for.
        let is_own = |name: &&String| {
            !name.starts_with('@') && schema["properties"][*name]["items"].get("$ref").is_none()
        };
        let declared = schema["properties"].as_object().unwrap().keys().filter(is_own);
        let has: Vec<_> = has.into_iter().filter(is_own).collect();
        assert_eq!(has, declared.collect::<Vec<_>>(), "{template}");
    }
}

#[tokio::test]
async fn the_document_is_for_anyone() {
    let server = Server::sqlite().await;
    let get = |path: &'static str| server.call("GET", path).send();
    let answer = get("/connector/v1/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), api::openapi(Root::Connector, ""));
    get("/Connector/V1/OpenAPI.json/?$format=json").await.expect(200);
    for (method, path, status, code) in [
        ("POST", "/connector/v1/openapi.json", 405, "MethodNotAllowed"),
        ("GET", "/connector/v1/openapi.json?$format=xml", 406, "NotAcceptable"),
        ("GET", "/connector/v1/openapi.json?$top=1", 400, "BadRequest"),
        ("GET", "/connector/v1/openapi.json/x", 400, "BadRequest"),
        ("GET", "/beta/openapi.json", 400, "BadRequest"),
    ] {
        let token = server.admin().await;
        server.call(method, path).token(&token).send().await.error(status, code);
    }
    let options = server.call("OPTIONS", "/connector/v1/openapi.json").send().await.expect(200);
    assert_eq!(options.header("allow"), "GET, HEAD, OPTIONS");
    let public_url = Some("https://desk.example/nowgraph".to_owned());
    let setup = Setup { public_url, ..Setup::default() };
    let server = Server::start(TestDatabase::sqlite(), setup).await;
    let document = server.call("GET", "/connector/v1/openapi.json").send().await.expect(200).json();
    assert_eq!(document["servers"][0]["url"], "https://desk.example/nowgraph/connector/v1");
}

#[test]
fn the_connections_of_graph_can_be_written() {
    let document = api::openapi(Root::Beta, "");
    let collection = CONNECTIONS.strip_prefix("/beta").unwrap();
    let schema = &document["paths"][collection]["post"]["requestBody"]["content"];
    assert_eq!(
        schema["application/json"]["schema"]["$ref"],
        "#/components/schemas/microsoft.graph.serviceNowConnection-create"
    );
}

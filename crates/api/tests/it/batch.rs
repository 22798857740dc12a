use serde_json::{Value, json};
use testkit::{Answer, CONNECTIONS, Server, Setup, TENANT, TestDatabase};

use crate::scene::Scene;
use crate::shown::shown;

const BATCH: &str = "/beta/$batch";

async fn batch(scene: &Scene, requests: &Value) -> Answer {
    scene.call("POST", BATCH).json(&json!({ "requests": requests })).send().await
}

/// The answers in the order of the batch; it is an error if the batch is refused.
async fn responses(scene: &Scene, requests: &Value) -> Vec<Value> {
    let answer = batch(scene, requests).await.expect(200).json();
    answer["responses"].as_array().unwrap().clone()
}

fn item(id: &str, method: &str, url: &str) -> Value {
    json!({"id": id, "method": method, "url": url})
}

fn with_body(id: &str, method: &str, url: &str, body: &Value) -> Value {
    let headers = json!({"Content-Type": "application/json"});
    json!({"id": id, "method": method, "url": url, "headers": headers, "body": body})
}

/// `id:status`, separated by blanks.
fn statuses(responses: &[Value]) -> String {
    let status =
        |answer: &Value| format!("{}:{}", answer["id"].as_str().unwrap(), answer["status"]);
    responses.iter().map(status).collect::<Vec<_>>().join(" ")
}

const COLLECTION: &str = "/deviceManagement/serviceNowConnections";

#[tokio::test]
async fn every_form_of_a_url_reaches_the_same_thing() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({"instanceUrl": "https://a.service-now.com"})).await;
        let path = format!("deviceManagement/serviceNowConnections/{id}");
        let forms = [
            path.clone(),
            format!("/{path}"),
            format!("/beta/{path}"),
            format!("http://127.0.0.1:8080/beta/{path}"),
            format!("http://LocalHost:8080/beta/{path}"),
            format!("http://[::1]:8080/beta/{path}"),
        ];
        let items: Vec<_> =
            forms.iter().zip(0..).map(|(url, n)| item(&n.to_string(), "GET", url)).collect();
        let answers = responses(&scene, &items.into()).await;
        assert_eq!(statuses(&answers), "0:200 1:200 2:200 3:200 4:200 5:200");
        let alone = scene.show(&id).await;
        for answer in answers {
            assert_eq!(answer["body"], alone);
            assert_eq!(answer["headers"]["ETag"], "W/\"1\"");
        }
    }
}

#[tokio::test]
async fn an_answer_is_laid_out_as_on_graph() {
    let scene = Scene::sqlite().await;
    let requests = json!([
        with_body("post", "POST", COLLECTION, &json!({"instanceUrl": "https://a.service-now.com"})),
        item("count", "GET", &format!("{COLLECTION}/$count")),
        item("nothing", "GET", &format!("{COLLECTION}/x")),
    ]);
    insta::assert_snapshot!(shown(&batch(&scene, &requests).await));
}

#[tokio::test]
async fn items_build_on_each_other() {
    for scene in Scene::both().await {
        let mut create = with_body("make", "POST", COLLECTION, &json!({}));
        create["dependsOn"] = json!([]);
        let url = "https://b.service-now.com";
        let mut update = with_body("change", "PATCH", "$make", &json!({ "instanceUrl": url }));
        update["dependsOn"] = json!(["make"]);
        let mut read = item("read", "GET", "/$make?$select=instanceUrl");
        read["dependsOn"] = json!(["make", "change"]);
        let mut delete = item("drop", "DELETE", "$make");
        delete["dependsOn"] = json!(["read"]);
        // Without naming what it refers to, an item refers to nothing.
        let answers = responses(&scene, &json!([delete, read, update, create])).await;
        assert_eq!(statuses(&answers), "drop:400 read:200 change:200 make:201");
        assert_eq!(answers[1]["body"]["instanceUrl"], url);
    }
}

#[tokio::test]
async fn conditions_say_what_follows_a_failure() {
    for scene in Scene::both().await {
        let if_ = |mut item: Value, before: &str, condition: &str| {
            item["dependsOn"] = json!([before]);
            item["if"] = json!(condition);
            item
        };
        let post = |id: &str| with_body(id, "POST", COLLECTION, &json!({}));
        let requests = json!([
            item("missing", "get", &format!("{COLLECTION}/x")),
            if_(post("instead"), "missing", "not $missing/$succeeded"),
            if_(post("never"), "instead", "not $instead/$succeeded"),
            if_(item("read", "GET", "$instead"), "instead", "$instead/$succeeded and true"),
        ]);
        let answers = responses(&scene, &requests).await;
        assert_eq!(statuses(&answers), "missing:404 instead:201 never:424 read:200");
        assert_eq!(scene.everything().await.as_array().unwrap().len(), 1);
        let body = if_(item("2", "GET", COLLECTION), "1", "$1/id eq 'x'");
        let requests = json!([item("1", "GET", COLLECTION), body]);
        batch(&scene, &requests).await.error(501, "NotImplemented");
        let garbage = if_(item("2", "GET", COLLECTION), "1", "garbage(");
        let requests = json!([item("1", "GET", COLLECTION), garbage]);
        batch(&scene, &requests).await.error(400, "BadRequest");
    }
}

#[tokio::test]
async fn an_answer_to_head_has_no_body() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        let requests = json!([
            item("1", "HEAD", &format!("{COLLECTION}/{id}")),
            item("2", "HEAD", COLLECTION),
            item("3", "HEAD", &format!("{COLLECTION}/$count")),
            item("4", "HEAD", "/$metadata"),
            item("5", "HEAD", &format!("{COLLECTION}/x")),
        ]);
        let answers = responses(&scene, &requests).await;
        assert_eq!(statuses(&answers), "1:200 2:200 3:200 4:200 5:404");
        assert_eq!(answers[0]["headers"]["ETag"], "W/\"1\"");
        for answer in &answers {
            assert!(answer["headers"]["Content-Type"].is_string(), "{answer}");
            assert_eq!(answer.get("body"), None, "{answer}");
        }
    }
}

#[tokio::test]
async fn a_request_called_like_a_resource_does_not_hide_it() {
    let scene = Scene::sqlite().await;
    let create = with_body("metadata", "POST", COLLECTION, &json!({}));
    let mut read = item("2", "GET", "$metadata");
    read["dependsOn"] = json!(["metadata"]);
    let answers = responses(&scene, &json!([create, read])).await;
    assert_eq!(statuses(&answers), "metadata:201 2:200");
    assert_eq!(answers[1]["headers"]["Content-Type"], "application/xml");
}

#[tokio::test]
async fn an_item_refers_to_what_another_answered() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        let path = format!("{COLLECTION}/{id}");
        let after = |mut item: Value, before: &str, etag: &str| {
            item["dependsOn"] = json!([before]);
            item["headers"]["if-match"] = json!(etag);
            item
        };
        let status = json!({"serviceNowConnectionStatus": "enabled"});
        let requests = json!([
            item("1", "GET", &format!("{path}?$select=id")),
            // The entity that was read, as it was when it was read.
            after(with_body("2", "PATCH", "$1", &status), "1", "$1"),
            after(item("3", "DELETE", "$2"), "2", "$1"),
            after(item("4", "DELETE", "$2"), "2", "$2"),
            item("list", "GET", COLLECTION),
            after(item("5", "GET", "$list"), "list", "$list"),
        ]);
        let answers = responses(&scene, &requests).await;
        assert_eq!(statuses(&answers), "1:200 2:200 3:400 4:204 list:200 5:400");
    }
}

#[tokio::test]
async fn an_item_after_one_without_success_is_not_done() {
    let scene = Scene::sqlite().await;
    let id = scene.create(&json!({})).await;
    let mut unchanged = item("1", "GET", &format!("{COLLECTION}/{id}"));
    unchanged["headers"] = json!({"If-None-Match": "*"});
    let mut next = item("2", "GET", COLLECTION);
    next["dependsOn"] = json!(["1"]);
    let answers = responses(&scene, &json!([unchanged, next])).await;
    assert_eq!(statuses(&answers), "1:304 2:424");
}

#[tokio::test]
async fn the_url_of_an_item_may_be_the_public_one_or_the_one_used() {
    let setup =
        Setup { public_url: Some("https://graph.example/x".to_owned()), ..Setup::default() };
    let server = Server::start(TestDatabase::sqlite(), setup).await;
    let admin = server.admin().await;
    let bases = [
        "https://graph.example/x",
        "https://graph.example:443/x",
        "http://127.0.0.1:8080",
        "https://127.0.0.1:8080",
        "https://graph.example:80/x",
        "https://a",
    ];
    let url = |base: &str| format!("{base}/beta{COLLECTION}");
    let items: Vec<_> = bases.iter().map(|base| item(base, "GET", &url(base))).collect();
    let requests = json!({ "requests": items });
    let answer = server.call("POST", BATCH).token(&admin).json(&requests).send().await;
    let answers = answer.expect(200).json()["responses"].as_array().unwrap().clone();
    let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].clone()).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 400, 400]);
}

#[tokio::test]
async fn what_depends_on_a_failure_is_not_done() {
    for scene in Scene::both().await {
        let none = "00000000-0000-0000-0000-000000000000";
        let fails = item("1", "GET", &format!("{COLLECTION}/{none}"));
        let mut second = with_body("2", "POST", COLLECTION, &json!({}));
        second["dependsOn"] = json!(["1"]);
        let mut third = with_body("3", "POST", COLLECTION, &json!({}));
        third["dependsOn"] = json!(["1", "2"]);
        let fourth = with_body("4", "POST", COLLECTION, &json!({}));
        let answers = responses(&scene, &json!([third, fails, second, fourth])).await;
        assert_eq!(statuses(&answers), "3:424 1:404 2:424 4:201");
        assert_eq!(answers[2]["body"]["error"]["code"], "FailedDependency");
        assert!(answers[2]["body"]["error"]["innerError"]["request-id"].is_string());
        assert_eq!(scene.everything().await.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn each_item_is_authorized_on_its_own() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        let path = format!("{COLLECTION}/{id}");
        let mut disguised = item("3", "DELETE", &path);
        disguised["headers"] = json!({"Authorization": format!("Bearer {}", scene.admin)});
        let requests =
            json!({"requests": [item("1", "GET", &path), item("2", "DELETE", &path), disguised]});
        let permission = model::Permission::DeviceManagementConfigurationReadAll;
        let reader = scene.server.app_token(TENANT, &[permission]).await;
        let answer = scene.server.call("POST", BATCH).token(&reader).json(&requests).send().await;
        let answers = answer.expect(200).json()["responses"].as_array().unwrap().clone();
        assert_eq!(statuses(&answers), "1:200 2:403 3:403");
        assert_eq!(answers[1]["body"]["error"]["code"], "Forbidden");
        scene.show(&id).await;
        scene.server.call("POST", BATCH).json(&requests).send().await.expect(401);
    }
}

#[tokio::test]
async fn each_item_fails_on_its_own() {
    let scene = Scene::sqlite().await;
    let no_type = json!({"id": "no type", "method": "POST", "url": COLLECTION, "body": {}});
    let mut header = item("header", "GET", COLLECTION);
    header["headers"] = json!({"a b": "c"});
    let mut xml = item("accept", "GET", COLLECTION);
    xml["headers"] = json!({"Accept": "application/xml"});
    let table = [
        (no_type, 400, "BadRequest"),
        (header, 400, "BadRequest"),
        (xml, 406, "NotAcceptable"),
        (with_body("body", "POST", COLLECTION, &json!("x")), 400, "BadRequest"),
        (
            with_body("twice", "POST", COLLECTION, &json!({"colour": 1})),
            400,
            "ModelValidationFailure",
        ),
        (item("method", "G T", COLLECTION), 400, "BadRequest"),
        (item("put", "PUT", COLLECTION), 405, "MethodNotAllowed"),
        (item("nested", "POST", "/$batch"), 400, "BadRequest"),
        (item("nested get", "GET", "/beta/$batch"), 400, "BadRequest"),
        (item("foreign", "GET", "https://graph.example/beta/deviceManagement"), 400, "BadRequest"),
        (item("port", "GET", "http://localhost:8081/beta/deviceManagement"), 400, "BadRequest"),
        (item("segment", "GET", "/nope"), 400, "BadRequest"),
        (item("line", "GET", &format!("{COLLECTION}\n")), 400, "BadRequest"),
        (item("control", "GET", &format!("{COLLECTION}\u{7f}")), 400, "BadRequest"),
        (item("version", "GET", "/v1.0/deviceManagement/serviceNowConnections"), 400, "BadRequest"),
        (item("long", "GET", &format!("/{}", "x".repeat(17_000))), 414, "UriTooLong"),
        (item("filter", "GET", &format!("{COLLECTION}?$filter=a b")), 400, "BadRequest"),
    ];
    let items: Vec<_> = table.iter().map(|(item, ..)| item.clone()).collect();
    let answers = responses(&scene, &items.into()).await;
    for (answer, (item, status, code)) in answers.iter().zip(&table) {
        assert_eq!(answer["id"], item["id"]);
        assert_eq!(
            (&answer["status"], &answer["body"]["error"]["code"]),
            (&json!(status), &json!(code)),
            "{answer}"
        );
    }
    assert_eq!(scene.everything().await, json!([]));
}

#[tokio::test]
async fn a_batch_that_cannot_be_read_is_refused_whole() {
    let scene = Scene::sqlite().await;
    let get = |id: &str| item(id, "GET", COLLECTION);
    let many: Vec<_> = (0..21).map(|id| get(&id.to_string())).collect();
    let message = batch(&scene, &many.into()).await.error(400, "MaximumValueExceeded");
    assert_eq!(message, "Number of batch request steps exceeds the maximum value of 20.");
    let mut circle = [with_body("1", "POST", COLLECTION, &json!({})), get("2")];
    circle[0]["dependsOn"] = json!(["2"]);
    circle[1]["dependsOn"] = json!(["1"]);
    let mut grouped = get("1");
    grouped["atomicityGroup"] = json!("g");
    for (requests, status, code) in [
        (json!([get("a"), get("A")]), 400, "BadRequest"),
        (json!(circle), 400, "BadRequest"),
        (json!([{"method": "GET", "url": "/"}]), 400, "BadRequest"),
        (json!({}), 400, "BadRequest"),
        (json!([grouped]), 501, "NotImplemented"),
    ] {
        batch(&scene, &requests).await.error(status, code);
    }
    let call = || scene.call("POST", BATCH);
    call().json(&json!({})).send().await.error(400, "BadRequest");
    call().send().await.error(400, "BadRequest");
    call().header("content-type", "text/plain").bytes("{}").send().await.error(400, "BadRequest");
    scene.call("GET", BATCH).send().await.error(405, "MethodNotAllowed");
    assert_eq!(scene.everything().await, json!([]));
}

#[tokio::test]
async fn preferences_and_other_headers_work_for_items_and_batch() {
    let scene = Scene::sqlite().await;
    let mut create = with_body("1", "POST", COLLECTION, &json!({}));
    create["headers"]["prefer"] = json!("return=minimal");
    create["headers"]["client-request-id"] = json!("mine");
    let mut failing = item("2", "GET", "/nope");
    failing["headers"] = json!({"client-request-id": "mine too"});
    let requests = json!({"requests": [create, failing]});
    let call = scene.call("POST", BATCH).header("prefer", "odata.continue-on-error");
    let answer = call.json(&requests).send().await.expect(200);
    assert_eq!(answer.header("preference-applied"), "continue-on-error");
    let answers = answer.json()["responses"].as_array().unwrap().clone();
    assert_eq!(answers[0]["status"], 204);
    assert_eq!(answers[0]["headers"]["Preference-Applied"], "return=minimal");
    let location = answers[0]["headers"]["Location"].as_str().unwrap();
    assert!(location.starts_with("http://127.0.0.1:8080/beta/deviceManagement/"), "{location}");
    assert_eq!(answers[0].get("body"), None);
    let inner = &answers[1]["body"]["error"]["innerError"];
    assert_eq!(inner["client-request-id"], "mine too");
    assert_eq!(inner["request-id"], answer.header("request-id"));
}

#[tokio::test(start_paused = true)]
async fn each_item_counts_for_the_rate_limit() {
    let setup = Setup { requests_per_second: 3, ..Setup::default() };
    let server = Server::start(TestDatabase::sqlite(), setup).await;
    let admin = server.admin().await;
    let items: Vec<_> = (0..5).map(|n| item(&n.to_string(), "GET", COLLECTION)).collect();
    let requests = json!({ "requests": items });
    let answer = server.call("POST", BATCH).token(&admin).json(&requests).send().await;
    let answers = answer.expect(200).json()["responses"].as_array().unwrap().clone();
    assert_eq!(statuses(&answers), "0:200 1:200 2:200 3:429 4:429");
    assert_eq!(answers[3]["headers"]["Retry-After"], "1");
    assert_eq!(answers[3]["body"]["error"]["code"], "TooManyRequests");
    server.call("GET", CONNECTIONS).token(&admin).send().await.error(429, "TooManyRequests");
}

#[tokio::test]
async fn documents_can_be_items() {
    let scene = Scene::sqlite().await;
    let items = json!([
        item("1", "GET", "/"),
        item("2", "GET", "/$metadata"),
        item("3", "OPTIONS", COLLECTION)
    ]);
    let answers = responses(&scene, &items).await;
    assert_eq!(statuses(&answers), "1:200 2:200 3:200");
    assert!(answers[0]["body"]["value"].is_array());
    assert!(answers[1]["body"].as_str().unwrap().len() > 1000);
}

#[tokio::test]
async fn no_item_is_begun_when_the_answers_fill_the_batch() {
    let scene = Scene::sqlite().await;
    // What takes one byte here takes six in JSON.
    let method = json!({
        "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
        "appId": "\u{1}".repeat(2_048),
    });
    let create = |n: usize| {
        with_body(&n.to_string(), "POST", COLLECTION, &json!({ "authenticationMethod": method }))
    };
    for _ in 0..5 {
        let items: Vec<_> = (0..20).map(create).collect();
        responses(&scene, &items.into()).await;
    }
    let list = |n: usize| item(&n.to_string(), "GET", COLLECTION);
    let mut items: Vec<_> = (0..19).map(list).collect();
    items.push(with_body("19", "POST", COLLECTION, &json!({})));
    let answers = responses(&scene, &items.into()).await;
    let done = answers.iter().filter(|answer| answer["status"] == 200).count();
    assert!((13..=15).contains(&done), "{done}");
    for answer in answers.iter().skip(done) {
        assert_eq!(answer["status"], 429, "{}", answer["status"]);
        assert_eq!(answer["headers"]["Retry-After"], "1");
    }
    assert_eq!(scene.everything().await.as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn an_item_has_version_and_format_of_the_batch_unless_it_says_otherwise() {
    for scene in Scene::both().await {
        let mut older = item("2", "GET", COLLECTION);
        older["headers"] = json!({"OData-MaxVersion": "4.0", "Accept": "application/json"});
        let requests = json!({"requests": [item("1", "GET", COLLECTION), older]});
        let sent = scene.call("POST", BATCH).header("odata-maxversion", "4.01");
        let sent = sent.header("accept", "application/json;metadata=full").json(&requests);
        let answers = sent.send().await.expect(200).json();
        let said = |index: usize| {
            let answer = &answers["responses"][index];
            let body = answer["body"].as_object().unwrap().keys().next().unwrap().clone();
            let media = answer["headers"]["Content-Type"].as_str().unwrap().to_owned();
            (answer["headers"]["OData-Version"].as_str().unwrap(), body, media.contains("=full"))
        };
        assert_eq!(said(0), ("4.01", "@context".to_owned(), true));
        assert_eq!(said(1), ("4.0", "@odata.context".to_owned(), false));
    }
}

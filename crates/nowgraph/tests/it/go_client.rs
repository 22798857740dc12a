//! What Microsoft's SDK for Go puts on the wire, over TLS and HTTP/2 as there: bodies in gzip,
//! dates to the second, `$` percent-encoded in a batch, dependencies that name all that came before.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Certificate, Client, RequestBuilder, Version};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use crate::program::{Running, TENANT, WRITE, Workplace};

const COLLECTION: &str = "/deviceManagement/serviceNowConnections";
/// Repetitions of a request that was put off.
const MAX_RETRIES: u32 = 3;

struct GoClient {
    http: Client,
    runtime: Runtime,
    base: String,
    token: String,
    /// Number of requests, from which ids are made.
    sent: u128,
    /// `Retry-Attempt` of the last request.
    retries: u32,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
    client_request_id: String,
}

impl GoClient {
    fn new(workplace: &Workplace, serve: &Running) -> Self {
        let authority = workplace.stdout(&["ca", "export"]);
        let trusted = [Certificate::from_pem(authority.as_bytes()).unwrap()];
        Self {
            http: Client::builder().tls_certs_only(trusted).build().unwrap(),
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            base: format!("https://{}/beta", serve.address),
            token: workplace.token(WRITE),
            sent: 0,
            retries: 0,
        }
    }

    /// A path behind the base, or a whole URL. What was put off is sent again when the server says.
    fn call(&mut self, method: &str, target: &str, body: Option<&Value>) -> Answer {
        let url = match target.strip_prefix('/') {
            Some(_) => format!("{}{target}", self.base),
            None => target.to_owned(),
        };
        self.retries = 0;
        loop {
            let answer = self.once(method, &url, body);
            if answer.status != 429 || self.retries == MAX_RETRIES {
                return answer;
            }
            self.retries += 1;
            let seconds = answer.headers[RETRY_AFTER].to_str().unwrap().parse().unwrap();
            let wait = async { tokio::time::sleep(Duration::from_secs(seconds)).await };
            self.runtime.block_on(wait);
        }
    }

    fn once(&mut self, method: &str, url: &str, body: Option<&Value>) -> Answer {
        self.sent += 1;
        let client_request_id = Uuid::from_u128(self.sent).to_string();
        let accept = if url.ends_with("/$count") { "text/plain;q=0.9" } else { "application/json" };
        let mut request = self
            .http
            .request(method.parse().unwrap(), url)
            .bearer_auth(&self.token)
            .header("accept", accept)
            .header("accept-encoding", "gzip")
            .header("user-agent", "Go-http-client/2.0 kiota-go/1.5.4")
            .header("sdkversion", "graph-go-beta/0.160.0, graph-go-core/1.4.0 (hostOS=linux;)")
            .header("client-request-id", &client_request_id);
        if self.retries > 0 {
            request = request.header("retry-attempt", self.retries);
        }
        if let Some(body) = body {
            request = with_gzip(request, body);
        }
        let answer = self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.version(), Version::HTTP_2);
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            (status, headers, answer.bytes().await.unwrap())
        });
        let (status, headers, bytes) = answer;
        let body = read(status, &headers, &bytes);
        Answer { status, headers, body, client_request_id }
    }

    fn create(&mut self, instance: &str) -> Value {
        self.call("POST", COLLECTION, Some(&connection(instance))).expect(201)
    }

    /// Statuses and bodies in the order of the batch.
    fn batch(&mut self, requests: &[Value]) -> Vec<(Value, Value)> {
        let answer = self.call("POST", "/$batch", Some(&json!({ "requests": requests })));
        let mut responses = answer.expect(200)["responses"].as_array().unwrap().clone();
        // Found by its id and read by the media type, which is looked up in this spelling.
        let one = |request: &Value| {
            let found = responses.iter().position(|response| response["id"] == request["id"]);
            let mut response = responses.remove(found.unwrap());
            if response["status"] != 204 {
                let media = response["headers"]["Content-Type"].as_str().unwrap().to_owned();
                assert!(media.starts_with("application/json"), "{media}");
            }
            (response["status"].take(), response["body"].take())
        };
        let answers = requests.iter().map(one).collect();
        assert!(responses.is_empty());
        answers
    }
}

impl Answer {
    #[track_caller]
    fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }
}

/// The SDK compresses every body.
fn with_gzip(request: RequestBuilder, body: &Value) -> RequestBuilder {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body.to_string().as_bytes()).unwrap();
    request
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
        .body(encoder.finish().unwrap())
}

/// Only 204 may be empty: the SDK reads a body wherever else it asked for one.
fn read(status: u16, headers: &HeaderMap, bytes: &[u8]) -> Value {
    if status == 204 {
        assert!(bytes.is_empty());
        return Value::Null;
    }
    let mut text = String::new();
    match headers.get("content-encoding") {
        Some(coding) if coding == "gzip" => GzDecoder::new(bytes).read_to_string(&mut text),
        coding => {
            assert_eq!(coding, None);
            text.push_str(str::from_utf8(bytes).unwrap());
            Ok(0)
        }
    }
    .unwrap();
    serde_json::from_str(&text).unwrap()
}

fn connection(instance: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.serviceNowConnection",
        "instanceUrl": format!("https://{instance}.service-now.com"),
        "authenticationMethod": {
            "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
            "appId": "App Id value"
        },
        "serviceNowConnectionStatus": "enabled",
        "lastQueriedDateTime": "2017-01-01T00:00:30-08:00"
    })
}

fn servers() -> [(Workplace, Running); 2] {
    Workplace::both().map(|workplace| {
        let serve = workplace.start(&["serve", "--tls-dev", "--listen", "127.0.0.1:0"]);
        (workplace, serve)
    })
}

#[test]
fn connections_live_as_the_sdk_has_them() {
    for (workplace, serve) in servers() {
        let mut client = GoClient::new(&workplace, &serve);
        let created = client.create("contoso");
        assert_eq!(created["lastQueriedDateTime"], "2017-01-01T08:00:30Z");
        let one = format!("{COLLECTION}/{}", created["id"].as_str().unwrap());
        assert_eq!(client.call("GET", &one, None).expect(200), created);
        // What was set to nothing is sent as null; the answer is the whole object.
        let change = json!({"instanceUrl": null, "lastQueriedDateTime": "2017-01-01T08:00:31Z"});
        let changed = client.call("PATCH", &one, Some(&change)).expect(200);
        assert_eq!(changed["instanceUrl"], Value::Null);
        assert_eq!(changed["lastQueriedDateTime"], "2017-01-01T08:00:31Z");
        assert_eq!(changed["authenticationMethod"], created["authenticationMethod"]);
        assert_eq!(client.call("GET", &format!("{COLLECTION}/$count"), None).expect(200), 1);
        assert_eq!(client.call("DELETE", &one, None).expect(204), Value::Null);
        let missing = client.call("GET", &one, None);
        let inner = &missing.body["error"]["innerError"];
        assert_eq!(missing.body["error"]["code"], "ResourceNotFound");
        assert!(missing.body["error"]["message"].is_string());
        assert_eq!(inner["client-request-id"], missing.client_request_id.as_str());
        assert_eq!(inner["request-id"], missing.headers["request-id"].to_str().unwrap());
        missing.expect(404);
    }
}

#[test]
fn pages_lead_from_one_to_the_next() {
    for (workplace, serve) in servers() {
        let mut client = GoClient::new(&workplace, &serve);
        let made: Vec<_> =
            (0..5).map(|n| client.create(&format!("tenant{n}"))["id"].clone()).collect();
        let filter = "%24filter=startswith%28instanceUrl%2C%27https%3A%2F%2Ftenant%27%29";
        let mut next = format!("{COLLECTION}?%24count=true&{filter}&%24top=2");
        let (mut seen, mut pages) = (Vec::new(), 0);
        while !next.is_empty() {
            let page = client.call("GET", &next, None).expect(200);
            pages += 1;
            assert_eq!(page["@odata.count"], 5);
            seen.extend(page["value"].as_array().unwrap().iter().map(|item| item["id"].clone()));
            next = page["@odata.nextLink"].as_str().unwrap_or_default().to_owned();
            assert!(next.is_empty() || next.starts_with(&client.base), "{next}");
        }
        assert_eq!((pages, seen), (3, made));
    }
}

#[test]
fn batches_are_understood() {
    for (workplace, serve) in servers() {
        let mut client = GoClient::new(&workplace, &serve);
        let id = client.create("contoso")["id"].as_str().unwrap().to_owned();
        let ids: Vec<_> = (1..5).map(|n| Uuid::from_u128(n << 64).to_string()).collect();
        let one = format!("{COLLECTION}/{id}");
        // The URL without the base; header names in lower case; `body` of a GET is null.
        let step = |n: usize, method: &str, url: &str, body: Value| {
            json!({
                "id": ids[n], "method": method, "url": url, "body": body,
                "headers": {"accept": "application/json", "content-type": "application/json"},
                "dependsOn": ids[..n]
            })
        };
        let select = format!("{one}?%24select=id,serviceNowConnectionStatus");
        let disabled = json!({"serviceNowConnectionStatus": "disabled"});
        let steps = [
            step(0, "PATCH", &one, disabled),
            step(1, "GET", &select, Value::Null),
            step(2, "DELETE", &one, Value::Null),
            step(3, "GET", &one, Value::Null),
        ];
        let answers = client.batch(&steps);
        let statuses: Vec<_> = answers.iter().map(|(status, _)| status.clone()).collect();
        assert_eq!(statuses, [200, 200, 204, 404]);
        let [(_, patched), (_, read), _, (_, gone)] = answers.try_into().unwrap();
        assert_eq!(patched["instanceUrl"], "https://contoso.service-now.com");
        assert_eq!(read["serviceNowConnectionStatus"], "disabled");
        assert_eq!(gone["error"]["code"], "ResourceNotFound");
        // The first fails now, and with it all that come after it.
        let statuses = client.batch(&steps).into_iter().map(|(status, _)| status);
        assert_eq!(statuses.collect::<Vec<_>>(), [404, 424, 424, 424]);
    }
}

#[test]
fn what_was_put_off_succeeds_later() {
    let mut workplace = Workplace::sqlite();
    workplace.set("NOWGRAPH_LIMITS__REQUESTS_PER_SECOND", "1");
    let serve = workplace.start(&["serve", "--tls-dev", "--listen", "127.0.0.1:0"]);
    let mut client = GoClient::new(&workplace, &serve);
    let mut made = 0;
    while client.retries == 0 && made < 50 {
        client.create("contoso");
        made += 1;
    }
    assert!(client.retries > 0, "nothing was put off");
    // Written once each, however often they were sent.
    let list = ["connection", "list", "--tenant", TENANT, "--json"];
    let listed: Value = serde_json::from_str(&workplace.stdout(&list)).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), made);
}

use axum::body::Body;
use serde_json::json;
use testkit::{CONNECTIONS, Server};

use crate::given;

const MEBIBYTE: usize = 1024 * 1024;

/// A PATCH that changes nothing, of this many bytes.
fn padded(length: usize) -> Vec<u8> {
    let mut body = vec![b' '; length];
    body[0] = b'{';
    body[length - 1] = b'}';
    body
}

#[tokio::test]
async fn bodies_end_at_a_mebibyte() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    let patch = |body: Body| {
        let call = server.call("PATCH", &one).token(&admin).body(body);
        call.header("content-type", "application/json").send()
    };
    let streamed = |length: usize| {
        let chunks: Vec<_> = padded(length).chunks(4096).map(<[u8]>::to_vec).map(Ok).collect();
        Body::from_stream(futures_util::stream::iter::<Vec<Result<_, anyhow::Error>>>(chunks))
    };
    patch(Body::from(padded(MEBIBYTE))).await.expect(200);
    patch(streamed(MEBIBYTE)).await.expect(200);
    for body in [Body::from(padded(MEBIBYTE + 1)), streamed(MEBIBYTE + 1)] {
        let answer = patch(body).await;
        assert_eq!(answer.header("connection"), "close");
        answer.error(413, "RequestEntityTooLarge");
    }
}

#[tokio::test]
async fn an_endless_body_costs_no_more_than_the_limit() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let endless = futures_util::stream::repeat_with(|| Ok::<_, anyhow::Error>(vec![b' '; 4096]));
    let call = server.call("POST", CONNECTIONS).token(&admin).body(Body::from_stream(endless));
    let call = call.header("content-type", "application/json");
    call.send().await.error(413, "RequestEntityTooLarge");
}

#[tokio::test]
async fn values_end_at_2048_characters() {
    for server in Server::both().await {
        let admin = server.admin().await;
        let post = async |app_id: String| {
            let body = json!({ "authenticationMethod": {
                "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
                "appId": app_id,
            }});
            server.call("POST", CONNECTIONS).token(&admin).json(&body).send().await
        };
        post("\u{1f600}".repeat(2048)).await.expect(201);
        let refused = post("x".repeat(2049)).await;
        assert_eq!(refused.json()["error"]["target"], "authenticationMethod/appId");
        refused.error(400, "BadRequest");
    }
}

#[tokio::test]
async fn urls_end_at_16_kibibytes() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let get = |path: String| {
        let call = server.call("GET", &path).token(&admin);
        call.send()
    };
    let query = |length: usize| {
        let path = format!("{CONNECTIONS}?x=");
        format!("{path}{}", "a".repeat(length - path.len()))
    };
    get(query(16 * 1024)).await.expect(200);
    get(query(16 * 1024 + 1)).await.error(414, "UriTooLong");
    get(format!("/beta/{}", "a/".repeat(7 * 1024))).await.error(414, "UriTooLong");
    get(format!("/beta/{}", "a".repeat(12 * 1024))).await.error(414, "UriTooLong");
    // The length is judged before anything else.
    server.call("GET", &query(20_000)).send().await.error(414, "UriTooLong");
}

#[tokio::test]
async fn headers_end_at_64_kibibytes() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let get = |length: usize| {
        let call = server.call("GET", CONNECTIONS).token(&admin);
        call.header("x-long", &"x".repeat(length)).send()
    };
    get(60 * 1024).await.expect(200);
    let refused = get(64 * 1024).await;
    assert_eq!(refused.header("client-request-id").len(), 36);
    refused.error(431, "RequestHeaderFieldsTooLarge");
}

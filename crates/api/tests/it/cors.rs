use testkit::{CONNECTIONS, Server};
use uuid::Uuid;

const ORIGIN: (&str, &str) = ("origin", "https://app.contoso.example");

#[tokio::test]
async fn a_browser_may_ask_without_a_token() {
    let server = Server::sqlite().await;
    let one = format!("{CONNECTIONS}/{}", Uuid::nil());
    for (path, methods) in [
        (CONNECTIONS, "GET, HEAD, POST, OPTIONS"),
        (&one, "GET, HEAD, PATCH, DELETE, OPTIONS"),
        (&format!("{CONNECTIONS}/$count"), "GET, HEAD, OPTIONS"),
        ("/beta/deviceManagement", "GET, HEAD, OPTIONS"),
        ("/beta/$metadata", "GET, HEAD, OPTIONS"),
        ("/beta/$batch", "POST, OPTIONS"),
    ] {
        let preflight = server
            .call("OPTIONS", path)
            .header(ORIGIN.0, ORIGIN.1)
            .header("access-control-request-method", "PATCH")
            .header("access-control-request-headers", "authorization,content-type,sdkversion");
        let answer = preflight.send().await.expect(200);
        assert_eq!(answer.body.len(), 0);
        assert_eq!(answer.header("allow"), methods);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-methods"), methods);
        assert_eq!(
            answer.header("access-control-allow-headers"),
            "authorization,content-type,sdkversion"
        );
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        let plain = server.call("OPTIONS", path).send().await.expect(200);
        assert_eq!(plain.header("allow"), methods);
        assert!(!plain.headers.keys().any(|name| name.as_str().starts_with("access-control")));
    }
}

#[tokio::test]
async fn scripts_may_read_answers_and_refusals() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let ask = |path: &str| server.call("GET", path).header(ORIGIN.0, ORIGIN.1);
    for answer in [
        ask(CONNECTIONS).token(&admin).send().await.expect(200),
        ask(CONNECTIONS).send().await.expect(401),
        ask("/beta/nope").token(&admin).send().await.expect(400),
        ask("/beta/$metadata").send().await.expect(200),
    ] {
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let exposed = answer.header("access-control-expose-headers").to_ascii_lowercase();
        for name in
            ["request-id", "client-request-id", "retry-after", "location", "etag", "odata-version"]
        {
            assert!(exposed.split(", ").any(|exposed| exposed == name), "{name}");
        }
    }
    let same_origin = server.call("GET", CONNECTIONS).token(&admin).send().await;
    assert_eq!(same_origin.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn there_is_nothing_to_ask_for_where_nothing_is() {
    let server = Server::sqlite().await;
    for path in ["/beta/nope", "/v1.0/deviceManagement", "/foo", "*"] {
        let preflight = server
            .call("OPTIONS", path)
            .header(ORIGIN.0, ORIGIN.1)
            .header("access-control-request-method", "GET");
        preflight.send().await.error(401, "InvalidAuthenticationToken");
    }
}

use std::time::Duration;

use identity::{Subject, TokenRequest};
use model::{Permission, TenantId};
use testkit::{CONNECTIONS, Server, Setup, TENANT, TestDatabase};
use tokio::time::advance;
use uuid::Uuid;

const READ: [Permission; 1] = [Permission::DeviceManagementConfigurationReadAll];

async fn server(requests_per_second: u32) -> Server {
    let setup = Setup { requests_per_second, ..Setup::default() };
    Server::start(TestDatabase::sqlite(), setup).await
}

async fn status(server: &Server, token: &str) -> u16 {
    server.call("GET", CONNECTIONS).token(token).send().await.status
}

#[tokio::test(start_paused = true)]
async fn an_empty_bucket_fills_with_time() {
    let server = server(2).await;
    let token = server.app_token(TENANT, &READ).await;
    assert_eq!(status(&server, &token).await, 200);
    assert_eq!(status(&server, &token).await, 200);
    let throttled = server.call("GET", CONNECTIONS).token(&token).send().await;
    assert_eq!(throttled.header("retry-after"), "1");
    let inner = throttled.json()["error"]["innerError"].clone();
    assert_eq!((&inner["code"], &inner["status"]), (&"429".into(), &"429".into()));
    assert_eq!(inner["message"], "Please retry again later.");
    assert_eq!(throttled.error(429, "TooManyRequests"), "Please retry again later.");
    // A client that waits as long as it was told gets through; one token comes each half second.
    advance(Duration::from_millis(499)).await;
    assert_eq!(status(&server, &token).await, 429);
    advance(Duration::from_millis(1)).await;
    assert_eq!(status(&server, &token).await, 200);
    assert_eq!(status(&server, &token).await, 429);
    advance(Duration::from_hours(1)).await;
    let after: Vec<_> = [status(&server, &token).await, status(&server, &token).await].into();
    assert_eq!(after, [200, 200]);
    assert_eq!(status(&server, &token).await, 429, "the bucket holds one second's worth");
}

#[tokio::test(start_paused = true)]
async fn tenants_and_applications_have_buckets_of_their_own() {
    let server = server(1).await;
    let app = |tenant, name: &str| {
        server.mint(TokenRequest {
            tenant,
            subject: Subject::app_named(tenant, name),
            permissions: READ.to_vec(),
            lifetime: 3600,
        })
    };
    let other = TenantId::from_uuid(Uuid::from_u128(2));
    for token in [app(TENANT, "a").await, app(TENANT, "b").await, app(other, "a").await] {
        assert_eq!(status(&server, &token).await, 200);
        assert_eq!(status(&server, &token).await, 429);
    }
    // Another token of the same application is no way around.
    assert_eq!(status(&server, &app(TENANT, "a").await).await, 429);
    // All users of one application share its bucket.
    assert_eq!(status(&server, &server.user_token(&READ, &[]).await).await, 200);
    assert_eq!(status(&server, &server.user_token(&READ, &[]).await).await, 429);
}

#[tokio::test(start_paused = true)]
async fn only_proven_callers_pay() {
    let server = server(1).await;
    let token = server.app_token(TENANT, &READ).await;
    for _ in 0..5 {
        server.call("GET", CONNECTIONS).send().await.expect(401);
        server.call("GET", CONNECTIONS).token(&format!("{token}x")).send().await.expect(401);
        server.call("GET", "/beta/$metadata").token(&token).send().await.expect(200);
        server.call("OPTIONS", CONNECTIONS).token(&token).send().await.expect(200);
    }
    assert_eq!(status(&server, &token).await, 200);
    // What is refused for other reasons counts all the same.
    server.call("POST", CONNECTIONS).token(&token).send().await.error(429, "TooManyRequests");
    advance(Duration::from_secs(1)).await;
    server.call("POST", CONNECTIONS).token(&token).send().await.error(403, "Forbidden");
    assert_eq!(status(&server, &token).await, 429);
}

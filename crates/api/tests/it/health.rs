use testkit::{Fault, Proxy, Server, Setup, TestDatabase};

#[tokio::test]
async fn probes_need_no_token() {
    for server in Server::both().await {
        for path in ["/livez", "/readyz"] {
            let answer = server.call("GET", path).send().await.expect(200);
            assert_eq!(answer.text(), "ok\n");
            let head = server.call("HEAD", path).send().await.expect(200);
            assert_eq!(head.body.len(), 0);
            let posted = server.call("POST", path).send().await;
            assert_eq!(posted.header("allow"), "GET, HEAD");
            posted.error(405, "MethodNotAllowed");
        }
    }
}

#[tokio::test]
async fn a_process_without_its_database_lives_but_is_not_ready() {
    let database = TestDatabase::postgres();
    let proxy = Proxy::before(database.server()).await;
    let server = Server::start(database.through(proxy.address), Setup::default()).await;
    server.call("GET", "/readyz").send().await.expect(200);
    proxy.fault(Fault::Down);
    let answer = server.call("GET", "/readyz").send().await.expect(503);
    assert_eq!(answer.text(), "the database does not answer\n");
    server.call("GET", "/livez").send().await.expect(200);
    proxy.fault(Fault::None);
    server.call("GET", "/readyz").send().await.expect(200);
}

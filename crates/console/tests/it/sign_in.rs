use model::Role;
use testkit::{Server, Setup, TestDatabase};

use crate::visitor::{PASSWORD, Visitor, account, between, read};

#[tokio::test]
async fn who_knows_the_password_is_let_in_and_led_back() {
    for server in Server::both().await {
        account(&server, "Ada@contoso.example", &Role::ALL).await;
        let mut ada = Visitor::new(&server);
        for (path, expect) in
            [("/console", "/console/sign-in?next=%2Fconsole"), ("/console/", "/console")]
        {
            assert_eq!(ada.get(path).await.expect(303).header("location"), expect);
        }
        let sent_away = ada.get("/console/connectors?a=b").await.expect(303);
        let sign_in = "/console/sign-in?next=%2Fconsole%2Fconnectors%3Fa%3Db";
        assert_eq!(sent_away.header("location"), sign_in);
        let page = ada.get(sign_in).await.expect(200);
        assert!(page.text().contains(r#"name="next" value="/console/connectors?a=b""#));

        let wrong = ada.sign_in("ada@contoso.example", "correct horse batterz").await.expect(422);
        assert!(read(&wrong).contains("The user name or the password is not right."));
        assert!(wrong.text().contains(r#"value="ada@contoso.example""#), "the name is kept");
        assert!(!wrong.text().contains("batterz"), "the password is not");
        ada.sign_in("nobody@contoso.example", PASSWORD).await.expect(422);
        ada.sign_in("a\0da", PASSWORD).await.expect(422);

        let fields = [
            ("user_name", " ADA@CONTOSO.EXAMPLE "),
            ("password", PASSWORD),
            ("next", "/console/connectors?a=b"),
        ];
        let inside = ada.fill(sign_in, "/console/sign-in", &fields).await.expect(303);
        assert_eq!(inside.header("location"), "/console/connectors?a=b");
        let page = ada.get("/console/connectors").await.expect(200);
        assert!(page.text().contains("<bdi>Ada@contoso.example</bdi>"));
    }
}

#[tokio::test]
async fn a_form_of_another_place_is_refused() {
    let server = Server::sqlite().await;
    account(&server, "ada", &Role::ALL).await;
    let fields = [("user_name", "ada"), ("password", PASSWORD)];
    let mut stranger = Visitor::new(&server);
    stranger.post("/console/sign-in", &fields).await.expect(403);
    let page = stranger.get("/console/sign-in").await;
    stranger.post("/console/sign-in", &fields).await.expect(403);
    let token = between(page.text(), "name=\"form_token\" value=\"", "\"").to_owned();
    let guest = stranger.cookies["nowgraph-guest"].clone();
    let bare = [&fields[..], &[("form_token", guest.as_str())]].concat();
    stranger.post("/console/sign-in", &bare).await.expect(403);
    let whole = [&fields[..], &[("form_token", token.as_str())]].concat();
    let call = server
        .call("POST", "/console/sign-in")
        .header("cookie", &format!("nowgraph-guest={guest}"));
    let call = call.header("content-type", "application/x-www-form-urlencoded");
    let body = format!("user_name=ada&password=x&form_token={token}");
    call.header("sec-fetch-site", "same-site").bytes(body).send().await.expect(403);
    stranger.post("/console/sign-in", &whole).await.expect(303);
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let server = Server::sqlite().await;
    account(&server, "ada", &Role::ALL).await;
    let mut thief = Visitor::new(&server);
    for _ in 0..10 {
        thief.sign_in("ada", "not the password").await.expect(422);
    }
    let page = thief.sign_in("ADA", PASSWORD).await.expect(429);
    assert!(read(&page).contains("Try again in 30 seconds."), "{}", read(&page));
    server.clock.advance_seconds(30);
    thief.sign_in("ada", PASSWORD).await.expect(303);
}

#[tokio::test]
async fn cookies_and_headers_keep_pages_to_themselves() {
    let cookie = |server: Server| async move {
        account(&server, "ada", &Role::ALL).await;
        let mut ada = Visitor::new(&server);
        let page = ada.get("/console/sign-in").await.expect(200);
        let answer = ada.sign_in("ada", PASSWORD).await.expect(303);
        let line = answer.header("set-cookie").to_owned();
        let (name, rest) = line.split_once('=').unwrap();
        let (_, rest) = rest.split_once(';').unwrap();
        (page, format!("{name};{rest}"))
    };
    let (page, plain) = cookie(Server::sqlite().await).await;
    assert_eq!(plain, "nowgraph-session; Path=/; HttpOnly; SameSite=Lax");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("strict-transport-security"), "");

    let public_url = Some("https://graph.contoso.example".to_owned());
    let setup = Setup { public_url, ..Setup::default() };
    let (page, secure) = cookie(Server::start(TestDatabase::sqlite(), setup).await).await;
    assert_eq!(secure, "__Host-nowgraph-session; Path=/; HttpOnly; SameSite=Lax; Secure");
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn nothing_else_is_there() {
    let server = Server::sqlite().await;
    let mut visitor = Visitor::new(&server);
    for path in ["/console/nix", "/console/assets/nix", "/console/connectors/x/y"] {
        let page = visitor.get(path).await.expect(404);
        assert!(read(&page).contains("There is no such page"), "{path}");
    }
    let style = visitor.get("/console/assets/console.css").await.expect(200);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    server.call("PUT", "/console/sign-in").send().await.expect(405);
    assert!(visitor.get("/nix").await.expect(401).text().contains("InvalidAuthenticationToken"));
}

use crate::site::{Site, send};

/// Checks 1 and 2.
#[tokio::test]
async fn without_credentials_or_past_the_gate_of_basic_it_is_401() {
    let site = Site::with(3).await;
    let said = send(site.bare("GET", "/api/now/table/incident")).await;
    assert_eq!(said.status, 401);
    assert_eq!(said.header("www-authenticate"), Some("BASIC realm=\"Service-now\""));
    assert_eq!(
        said.json(),
        serde_json::json!({"error": {"message": "User is not authenticated",
            "detail": "Required to provide Auth information"}, "status": "failure"})
    );
    site.user("person", &[], &["itil"]);
    site.user("robot", &[("web_service_access_only", "true")], &["itil"]);
    let status =
        async |name| send(site.as_user(name, "GET", "/api/now/table/incident")).await.status;
    assert_eq!((status("person").await, status("robot").await), (401, 200));
    site.sim.settings(|settings| settings.basic_gate = false);
    assert_eq!(status("person").await, 200);
}

/// Check 4.
#[tokio::test]
async fn an_api_key_opens() {
    let site = Site::with(3).await;
    let key = snow_sim::Simulator::CREDENTIALS.api_key;
    let with = |key| site.bare("GET", "/api/now/table/incident").header("x-sn-apikey", key);
    assert_eq!(send(with(key)).await.status, 200);
    assert_eq!(send(with("wrong")).await.status, 401);
}

/// Checks 6, 7, 15, 16 and 17.
#[tokio::test]
async fn bad_requests_are_refused_as_the_original_does() {
    let site = Site::with(3).await;
    for limit in ["0", "-1", "abc", "%2B5", "5x", "99999999999999999999"] {
        let said = site.get(&format!("/api/now/table/incident?sysparm_limit={limit}")).await;
        assert_eq!(said.status, 400);
        let error = &said.json()["error"];
        assert_eq!(error["message"], "Invalid value given for sysparm_limit");
        assert_eq!(error["detail"], "sysparm_limit value must be a positive integer");
    }
    for (method, path) in [
        ("GET", "/api/now/batch"),
        ("GET", "/api/now/v1/batch"),
        ("HEAD", "/api/now/tinyurl"),
        ("DELETE", "/api/now/table/incident"),
        ("POST", "/api/now/stats/incident"),
    ] {
        let asked = site.ask(method, path).header("content-type", "application/json").body("{}");
        assert_eq!(send(asked).await.status, 405, "{method} {path}");
    }
    let head = send(site.ask("HEAD", "/api/now/stats/incident?sysparm_count=true")).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    let past = site.get("/api/now/table/incident?sysparm_offset=100").await;
    assert_eq!((past.status, past.text.as_str()), (200, "{\"result\":[]}"));
    let none = "table/incident?sysparm_query=number=none";
    let said = site.get(&format!("/api/now/v1/{none}")).await;
    assert_eq!((said.status, &said.json()["error"]["message"]), (404, &"No Record found".into()));
    for version in ["", "v2/"] {
        assert_eq!(site.get(&format!("/api/now/{version}{none}")).await.status, 200);
    }
    let missing = site.get("/api/now/table/incident/00000000000000000000000000000000").await;
    assert_eq!(missing.status, 404);
    let said = site.get("/api/now/table/nonsense").await;
    assert_eq!(
        (said.status, &said.json()["error"]["message"]),
        (400, &"Invalid table nonsense".into())
    );
    let said = site.get("/api/now/nothing").await;
    assert_eq!(said.status, 400);
}

/// Checks 33, 34, 35, 36 and 38.
#[tokio::test]
async fn media_types_methods_and_origins_are_negotiated() {
    let site = Site::with(3).await;
    let path = "/api/now/table/incident?sysparm_limit=1&sysparm_fields=number";
    let of = |accept: &'static str| {
        let known = snow_sim::Simulator::CREDENTIALS;
        let request = site.client.get(site.url(path)).basic_auth(known.user, Some(known.password));
        send(request.header("accept", accept))
    };
    let xml = of("application/xml").await;
    assert!(
        xml.text.contains("<response><result><number>INC0010001</number></result>"),
        "{}",
        xml.text
    );
    assert_eq!((of("image/png").await.status, of("*/*").await.status), (406, 200));
    let posted = site.ask("POST", "/api/now/table/incident").header("content-type", "text/plain");
    assert_eq!(send(posted.body("x")).await.status, 415);
    let head = send(site.ask("HEAD", path)).await;
    assert_eq!(
        (head.status, head.text.as_str(), head.header("x-total-count")),
        (200, "", Some("3"))
    );
    let overridden = site.ask("POST", path).header("x-http-method-override", "GET");
    assert_eq!(send(overridden).await.rows().len(), 1);
    let plain = reqwest::Client::builder().no_proxy().gzip(false).build().unwrap();
    let known = snow_sim::Simulator::CREDENTIALS;
    let request = plain.get(site.url(path)).basic_auth(known.user, Some(known.password));
    let packed = request.header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let rule = serde_json::json!({"cors": [{"domain": "https://*.portal.example", "methods": ["GET"],
        "expose": ["X-Total-Count"]}]});
    send(site.bare("PATCH", "/_sim/settings").body(rule.to_string())).await;
    let exact = serde_json::json!({"domain": "https://b.portal.example", "methods": ["GET", "POST"],
        "max_age": 600});
    let preflight = |origin: &'static str| {
        let asked = site.bare("OPTIONS", "/api/now/table/incident").header("origin", origin);
        send(asked.header("access-control-request-method", "GET"))
    };
    assert_eq!(preflight("https://portal.example").await.status, 403);
    let good = preflight("https://a.portal.example").await;
    assert_eq!(good.header("access-control-allow-origin"), Some("https://a.portal.example"));
    assert_eq!(good.header("access-control-expose-headers"), Some("X-Total-Count"));
    assert_eq!(good.header("access-control-max-age"), Some("0"));
    let read = site.ask("GET", path).header("origin", "https://a.portal.example");
    let read = send(read).await;
    assert_eq!(read.header("access-control-allow-origin"), Some("https://a.portal.example"));
    let posted = site.ask("POST", path).header("origin", "https://a.portal.example");
    let posted = send(posted.header("content-type", "application/json").body("{}")).await;
    assert_eq!((posted.status, posted.header("access-control-allow-origin")), (201, None));
    let asked = site.bare("OPTIONS", path).header("origin", "https://a.portal.example");
    let asked = send(asked.header("access-control-request-method", "POST")).await;
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (403, None));
    // A rule is about REST APIs, and a token endpoint is none.
    for method in ["OPTIONS", "POST"] {
        let asked =
            site.bare(method, "/oauth_token.do").header("origin", "https://a.portal.example");
        let said = send(asked.header("access-control-request-method", "GET")).await;
        assert_eq!((said.status, said.header("access-control-allow-origin")), (401, None));
    }
    // The exact domain wins, and exposes nothing.
    let both = serde_json::json!({"cors": [rule["cors"][0].clone(), exact]});
    send(site.bare("PATCH", "/_sim/settings").body(both.to_string())).await;
    let better = preflight("https://b.portal.example").await;
    assert_eq!(better.header("access-control-allow-methods"), Some("GET,POST"));
    assert_eq!(better.header("access-control-max-age"), Some("600"));
    assert_eq!(better.header("access-control-expose-headers"), None);
}

use serde_json::{Value, json};
use testkit::CONNECTIONS;

use crate::scene::{OAUTH, Scene, oauth, path};

fn full() -> Value {
    json!({
        "instanceUrl": "https://contoso.service-now.com",
        "incidentApiUrl": "/api/now/table/incident",
        "authenticationMethod": oauth("abc"),
        "serviceNowConnectionStatus": "enabled",
        "lastQueriedDateTime": "2017-01-01T00:00:30.0527314-08:00"
    })
}

#[tokio::test]
async fn one_property_changes_and_all_others_stay() {
    for mut scene in Scene::both().await {
        let id = scene.row(&full()).await;
        let changes = [
            ("serviceNowConnectionStatus", json!("disabled")),
            ("instanceUrl", json!("https://fabrikam.service-now.com/")),
            ("incidentApiUrl", json!("api/now/table/problem")),
            ("authenticationMethod", oauth("def")),
            ("lastQueriedDateTime", json!("2018-01-01T00:00:00Z")),
            ("instanceUrl", Value::Null),
            ("incidentApiUrl", Value::Null),
            ("authenticationMethod", Value::Null),
            ("lastQueriedDateTime", Value::Null),
        ];
        for (name, value) in changes {
            scene.server.clock.advance_seconds(1);
            let mut expect = scene.show(&id).await;
            let answer = scene.patch(&id, &json!({name: value})).await.expect(200).json();
            assert!(
                answer["lastModifiedDateTime"].as_str() > expect["lastModifiedDateTime"].as_str()
            );
            expect["lastModifiedDateTime"] = answer["lastModifiedDateTime"].clone();
            expect[name] = value;
            assert_eq!(answer, expect);
            assert_eq!(scene.show(&id).await, expect);
        }
    }
}

#[tokio::test]
async fn names_of_properties_ignore_case() {
    for scene in Scene::both().await {
        let id = scene.create(&full()).await;
        let body = json!({"INSTANCEURL": "https://x.example", "authenticationmethod": {"@odata.type": OAUTH, "APPID": "x"}});
        let answer = scene.patch(&id, &body).await.expect(200).json();
        assert_eq!(answer["instanceUrl"], "https://x.example");
        assert_eq!(answer["authenticationMethod"]["appId"], "x");
    }
}

/// Microsoft's Python SDK sends back all that it was given, with fewer digits.
#[tokio::test]
async fn the_whole_answer_sent_back_changes_only_what_was_changed() {
    for scene in Scene::both().await {
        let id = scene.create(&full()).await;
        // Seven digits come of a change within the same instant of the clock.
        let stored = scene.patch(&id, &json!({"incidentApiUrl": "/x"})).await.expect(200).json();
        assert_eq!(stored["lastModifiedDateTime"], "2026-01-02T03:04:05.0000001Z");
        scene.server.clock.advance_seconds(5);
        let mut echo = stored.clone();
        echo["createdDateTime"] = json!("2026-01-02T03:04:05+00:00");
        echo["lastModifiedDateTime"] = json!("2026-01-02T03:04:05.000000+00:00");
        echo["lastQueriedDateTime"] = json!("2017-01-01T08:00:30.052731+00:00");
        let etag = scene.get(&id).await.header("etag").to_owned();
        assert_eq!(scene.patch(&id, &echo).await.expect(200).json(), stored);
        assert_eq!(scene.get(&id).await.header("etag"), etag);
        echo["serviceNowConnectionStatus"] = json!("disabled");
        let mut expect = stored;
        expect["serviceNowConnectionStatus"] = json!("disabled");
        expect["lastModifiedDateTime"] = json!("2026-01-02T03:04:10Z");
        assert_eq!(scene.patch(&id, &echo).await.expect(200).json(), expect);
    }
}

#[tokio::test]
async fn what_changes_nothing_is_answered_and_moves_nothing() {
    for scene in Scene::both().await {
        let id = scene.create(&full()).await;
        let before = scene.get(&id).await;
        scene.server.clock.advance_seconds(5);
        let bodies = [
            json!({}),
            json!({"serviceNowConnectionStatus": "unknownFutureValue"}),
            json!({"serviceNowConnectionStatus": "ENABLED"}),
            json!({"id": "x", "createdDateTime": null, "lastModifiedDateTime": "1999-01-01T00:00:00Z"}),
            json!({"authenticationMethod": {"@odata.type": OAUTH}}),
            json!({"@odata.type": "microsoft.graph.serviceNowConnection", "@odata.etag": "W/\"x\""}),
            full(),
        ];
        for body in bodies {
            let answer = scene.patch(&id, &body).await;
            assert_eq!((answer.status, answer.json()), (200, before.json()), "{body}");
            assert_eq!(answer.header("etag"), before.header("etag"));
        }
    }
}

#[tokio::test]
async fn authentication_is_merged_by_property() {
    for scene in Scene::both().await {
        let id = scene.create(&full()).await;
        let cases = [
            (
                json!({"@odata.type": OAUTH, "appId": null}),
                json!({"@odata.type": OAUTH, "appId": null}),
            ),
            (json!({"@odata.type": OAUTH, "appId": "x"}), oauth("x")),
            (json!({"@odata.type": OAUTH}), oauth("x")),
            (Value::Null, Value::Null),
            (json!({"@odata.type": OAUTH}), json!({"@odata.type": OAUTH, "appId": null})),
        ];
        for (method, expect) in cases {
            let answer = scene.patch(&id, &json!({"authenticationMethod": method})).await;
            assert_eq!(answer.expect(200).json()["authenticationMethod"], expect, "{method}");
        }
    }
}

#[tokio::test]
async fn time_of_change_goes_forward_even_if_the_clock_goes_back() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        scene.server.clock.advance_seconds(-3000);
        let mut last = scene.show(&id).await["lastModifiedDateTime"].as_str().unwrap().to_owned();
        for status in ["enabled", "disabled", "enabled"] {
            let body = json!({"serviceNowConnectionStatus": status});
            let answer = scene.patch(&id, &body).await.expect(200).json();
            let now = answer["lastModifiedDateTime"].as_str().unwrap().to_owned();
            assert!(
                now.len() >= last.len() && now.trim_end_matches('Z') > last.trim_end_matches('Z'),
                "{last} {now}"
            );
            last = now;
        }
    }
}

#[tokio::test]
async fn preconditions_guard_a_change_and_are_never_demanded() {
    let body = |app: &str| json!({"authenticationMethod": oauth(app)});
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        let stale = scene.patch(&id, &body("a")).await.expect(200).header("etag").to_owned();
        let current = scene.patch(&id, &body("b")).await.expect(200).header("etag").to_owned();
        let patch = |name: &'static str, value: String, app: &'static str| {
            scene.call("PATCH", &path(&id)).header(name, &value).json(&body(app)).send()
        };
        let before = scene.get(&id).await;
        patch("if-match", stale.clone(), "c").await.error(412, "PreconditionFailed");
        patch("if-match", "\"other\"".into(), "c").await.error(412, "PreconditionFailed");
        patch("if-none-match", "*".into(), "c").await.error(412, "PreconditionFailed");
        patch("if-none-match", current.clone(), "c").await.error(412, "PreconditionFailed");
        patch("if-match", "no etag".into(), "c").await.error(400, "BadRequest");
        assert_eq!(scene.get(&id).await.json(), before.json());
        let strong = current.trim_start_matches("W/").to_owned();
        let answer = patch("if-match", strong, "c").await.expect(200);
        patch("if-match", format!("\"x\", {}", answer.header("etag")), "d").await.expect(200);
        patch("if-match", "*".into(), "e").await.expect(200);
        patch("if-none-match", stale, "f").await.expect(200);
        let missing = path("33333333-3333-3333-3333-333333333333");
        let call = scene.call("PATCH", &missing).header("if-match", "*").json(&body("g"));
        call.send().await.error(404, "ResourceNotFound");
    }
}

#[tokio::test]
async fn a_missing_connection_is_not_created() {
    for scene in Scene::both().await {
        let unknown = "33333333-3333-3333-3333-333333333333";
        scene.patch(unknown, &full()).await.error(404, "ResourceNotFound");
        let put = scene.call("PUT", &path(unknown)).json(&full()).send().await;
        assert_eq!(put.header("allow"), "GET, HEAD, PATCH, DELETE, OPTIONS");
        put.error(405, "MethodNotAllowed");
        assert_eq!(scene.everything().await, json!([]));
    }
}

#[tokio::test]
async fn replacing_is_refused_and_other_methods_do_not_stand_in() {
    for scene in Scene::both().await {
        let id = scene.create(&full()).await;
        let before = scene.show(&id).await;
        scene.call("PUT", &path(&id)).json(&json!({})).send().await.error(405, "MethodNotAllowed");
        let call = scene.call("POST", &path(&id)).header("x-http-method-override", "PATCH");
        call.json(&json!({"instanceUrl": null})).send().await.error(405, "MethodNotAllowed");
        assert_eq!(scene.show(&id).await, before);
    }
}

/// OData 4.01 protocol 11.4.9 would let a client do so.
#[tokio::test]
async fn a_property_is_not_changed_by_an_url_of_its_own() {
    for scene in Scene::both().await {
        let id = scene.create(&full()).await;
        let before = scene.show(&id).await;
        for property in ["instanceUrl", "instanceUrl/$value", "authenticationMethod"] {
            for method in ["PUT", "PATCH", "DELETE"] {
                let path = format!("{}/{property}", path(&id));
                let answer = scene.call(method, &path).json(&json!({"value": null})).send().await;
                assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS", "{method} {property}");
                answer.error(405, "MethodNotAllowed");
            }
        }
        assert_eq!(scene.show(&id).await, before);
    }
}

#[tokio::test]
async fn the_preferred_return_is_given_and_said() {
    for scene in Scene::both().await {
        let id = scene.create(&full()).await;
        let patch = |prefer: &str, status: &str| {
            let body = json!({"serviceNowConnectionStatus": status});
            scene.call("PATCH", &path(&id)).header("prefer", prefer).json(&body).send()
        };
        let minimal = patch("return=minimal", "disabled").await.expect(204);
        assert_eq!((minimal.text(), minimal.header("content-type")), ("", ""));
        assert_eq!(minimal.header("preference-applied"), "return=minimal");
        assert_eq!(minimal.header("etag"), scene.get(&id).await.header("etag"));
        let whole = patch("foo; bar, return=representation", "enabled").await.expect(200);
        assert_eq!(whole.header("preference-applied"), "return=representation");
        assert_eq!(whole.json(), scene.show(&id).await);
        assert_eq!(
            patch("return=nonsense", "enabled").await.expect(200).header("preference-applied"),
            ""
        );
    }
}

#[tokio::test]
async fn references_are_not_changed() {
    for scene in Scene::both().await {
        let id = scene.create(&full()).await;
        let reference = format!("{}/$ref", path(&id));
        for (method, url) in [
            ("POST", &format!("{CONNECTIONS}/$ref")),
            ("PUT", &format!("{CONNECTIONS}/$ref")),
            ("DELETE", &format!("{CONNECTIONS}/$ref")),
            ("PUT", &reference),
            ("DELETE", &reference),
        ] {
            let answer = scene.call(method, url).json(&json!({"@odata.id": id})).send().await;
            assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS", "{method} {url}");
            answer.error(405, "MethodNotAllowed");
        }
        scene.show(&id).await;
    }
}

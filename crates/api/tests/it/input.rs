//! What a body may not say. Each case is tried as POST and PATCH; nothing may change.

use serde_json::{Value, json};
use testkit::CONNECTIONS;

use crate::scene::{OAUTH, Scene, oauth, path};

/// `error.code` and `error.target` of a refused body; `-` without a target.
async fn check(scene: &Scene, id: &str, body: &Value, code: &str, target: &str) {
    for (method, path) in [("POST", CONNECTIONS.to_owned()), ("PATCH", path(id))] {
        let answer = scene.call(method, &path).json(body).send().await;
        assert_eq!(answer.status, 400, "{method} {body}: {}", answer.text());
        let found = answer.json()["error"]["target"].as_str().unwrap_or("-").to_owned();
        assert_eq!(found, target, "{method} {body}");
        answer.error(400, code);
    }
}

async fn check_all(cases: &[(Value, &str)], code: &str) {
    for scene in Scene::both().await {
        let start = json!({
            "instanceUrl": "https://contoso.service-now.com",
            "incidentApiUrl": "/api/now/table/incident",
            "authenticationMethod": oauth("abc"),
            "serviceNowConnectionStatus": "enabled"
        });
        let id = scene.create(&start).await;
        let before = scene.everything().await;
        scene.server.clock.advance_seconds(1);
        for (body, target) in cases {
            check(&scene, &id, body, code, target).await;
        }
        assert_eq!(scene.everything().await, before);
    }
}

#[tokio::test]
async fn types_that_cannot_stand_there_are_refused() {
    let method = |ty: Value| json!({"authenticationMethod": {"@odata.type": ty, "appId": "x"}});
    let entity = |ty: &str| json!({"@odata.type": ty, "serviceNowConnectionStatus": "disabled"});
    let at = "authenticationMethod";
    let cases = [
        (method(json!("#microsoft.graph.serviceNowAuthenticationMethod")), at),
        (json!({"authenticationMethod": {"appId": "x"}}), at),
        (json!({"authenticationMethod": {}}), at),
        (method(json!("#microsoft.graph.nope")), at),
        (method(json!("")), at),
        (method(json!("#")), at),
        (method(json!("#microsoft.graph.serviceNowConnection")), at),
        (method(json!("#Edm.String")), at),
        (method(json!(null)), at),
        (method(json!(5)), at),
        (entity("#microsoft.graph.user"), "-"),
        (entity("#microsoft.graph.entity"), "-"),
        (entity("#microsoft.graph.deviceManagement"), "-"),
        (entity(OAUTH), "-"),
    ];
    check_all(&cases, "ModelValidationFailure").await;
}

#[tokio::test]
async fn an_abstract_type_is_refused_in_the_words_of_the_service() {
    let scene = Scene::sqlite().await;
    for body in
        [json!({}), json!({"@odata.type": "#microsoft.graph.serviceNowAuthenticationMethod"})]
    {
        let answer = scene.post(&json!({"authenticationMethod": body})).await;
        let inner = answer.json()["error"]["innerError"]["message"].clone();
        let message = answer.error(400, "ModelValidationFailure");
        assert_eq!(message, "Cannot create an abstract class.");
        assert_eq!(inner, message);
    }
}

#[tokio::test]
async fn properties_that_the_model_does_not_have_are_refused_by_name() {
    let in_method =
        |name: &str| json!({"authenticationMethod": {"@odata.type": OAUTH, name: null}});
    let cases = [
        (json!({"colour": "red"}), "colour"),
        (json!({"colour": null}), "colour"),
        (json!({"instance_url": null}), "instance_url"),
        (json!({"incident_api_url": null, "id": "x"}), "incident_api_url"),
        (json!({"": 1}), ""),
        (json!({"value": {}}), "value"),
        (in_method("secret"), "authenticationMethod/secret"),
        (in_method("app_id"), "authenticationMethod/app_id"),
    ];
    check_all(&cases, "ModelValidationFailure").await;
}

/// The Python SDK adds the snake-case name with null when a property is set to `None`; the
/// rest of its body is the whole object.
#[tokio::test]
async fn the_snake_case_nulls_of_the_python_sdk_are_refused() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({"instanceUrl": "https://x.example"})).await;
        let before = scene.show(&id).await;
        let mut echo = before.clone();
        echo.as_object_mut().unwrap().remove("instanceUrl");
        echo["instance_url"] = Value::Null;
        let message = scene.patch(&id, &echo).await.error(400, "ModelValidationFailure");
        assert!(message.contains("'instance_url'"), "{message}");
        assert_eq!(scene.show(&id).await, before);
    }
}

#[tokio::test]
async fn values_of_another_kind_are_refused() {
    let at = "authenticationMethod/appId";
    let app =
        |value: Value| json!({"authenticationMethod": {"@odata.type": OAUTH, "appId": value}});
    let cases = [
        (json!({"instanceUrl": 5}), "instanceUrl"),
        (json!({"instanceUrl": true}), "instanceUrl"),
        (json!({"instanceUrl": {}}), "instanceUrl"),
        (json!({"instanceUrl": ["https://x.example"]}), "instanceUrl"),
        (json!({"INSTANCEURL": 5}), "instanceUrl"),
        (json!({"incidentApiUrl": 1.5}), "incidentApiUrl"),
        (json!({"authenticationMethod": "x"}), "authenticationMethod"),
        (json!({"authenticationMethod": []}), "authenticationMethod"),
        (json!({"authenticationMethod": 1}), "authenticationMethod"),
        (app(json!(1)), at),
        (app(json!({})), at),
        (app(json!("nul\u{0}")), at),
        (app(json!("x".repeat(2049))), at),
        (json!({"instanceUrl": "https://x.example/\u{0}"}), "instanceUrl"),
        (json!({"lastQueriedDateTime": 5}), "lastQueriedDateTime"),
        (json!({"lastQueriedDateTime": {}}), "lastQueriedDateTime"),
    ];
    check_all(&cases, "BadRequest").await;
}

#[tokio::test]
async fn only_members_of_the_enumeration_are_a_status() {
    let at = "serviceNowConnectionStatus";
    let status = |value: Value| (json!({at: value}), at);
    let cases = [
        status(json!(null)),
        status(json!("paused")),
        status(json!("1.5")),
        status(json!("")),
        status(json!(" enabled")),
        status(json!("enabled,disabled")),
        status(json!("3")),
        status(json!("-1")),
        status(json!(1)),
        status(json!(1.5)),
        status(json!(true)),
        status(json!(["enabled"])),
    ];
    check_all(&cases, "BadRequest").await;
}

#[tokio::test]
async fn the_sentinel_is_no_value_to_create_with() {
    for scene in Scene::both().await {
        for sentinel in ["unknownFutureValue", "UNKNOWNFUTUREVALUE", "2"] {
            let answer = scene.post(&json!({"serviceNowConnectionStatus": sentinel})).await;
            assert_eq!(answer.json()["error"]["target"], "serviceNowConnectionStatus");
            answer.error(400, "BadRequest");
        }
        assert_eq!(scene.everything().await, json!([]));
    }
}

#[tokio::test]
async fn longest_text_is_kept_whole() {
    for scene in Scene::both().await {
        let long = "😀".repeat(2048);
        let id = scene.create(&json!({"authenticationMethod": oauth(&long)})).await;
        assert_eq!(scene.show(&id).await["authenticationMethod"]["appId"], long);
    }
}

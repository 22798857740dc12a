use serde_json::json;
use testkit::CONNECTIONS;

use crate::scene::{Scene, query};

#[tokio::test]
async fn the_count_is_digits_as_plain_text() {
    for scene in Scene::both().await {
        for expect in ["0", "1", "2"] {
            let call = scene.call("GET", &format!("{CONNECTIONS}/$count"));
            let answer = call.header("accept", "text/plain;q=0.9").send().await.expect(200);
            assert_eq!(answer.text(), expect);
            assert_eq!(answer.header("content-type"), "text/plain");
            assert_eq!(answer.header("odata-version"), "4.0");
            scene.create(&json!({})).await;
        }
    }
}

#[tokio::test]
async fn a_filter_counts_what_it_matches() {
    for scene in Scene::both().await {
        scene.create(&json!({"serviceNowConnectionStatus": "enabled"})).await;
        scene.create(&json!({})).await;
        scene.create(&json!({})).await;
        let cases = [
            ("$filter", "serviceNowConnectionStatus eq 'enabled'", "1"),
            ("FILTER", "serviceNowConnectionStatus eq 'disabled'", "2"),
            ("filter", "true", "3"),
            ("custom", "x", "3"),
        ];
        for (name, value, expect) in cases {
            let path = format!("{CONNECTIONS}/$count{}", query(&[(name, value)]));
            assert_eq!(scene.call("GET", &path).send().await.expect(200).text(), expect);
        }
    }
}

#[tokio::test]
async fn a_count_takes_no_other_options_and_no_other_format() {
    let scene = Scene::sqlite().await;
    for option in ["$top=1", "$select=id", "$orderby=id", "$filter=", "$filter=nope", "$nope=1"] {
        let call = scene.call("GET", &format!("{CONNECTIONS}/$count?{option}"));
        call.send().await.error(400, "BadRequest");
    }
    let call = scene.call("GET", &format!("{CONNECTIONS}/$count"));
    call.header("accept", "application/xml").send().await.error(406, "NotAcceptable");
    for method in ["POST", "PATCH", "DELETE"] {
        let call = scene.call(method, &format!("{CONNECTIONS}/$count"));
        assert_eq!(
            call.json(&json!({})).send().await.expect(405).header("allow"),
            "GET, HEAD, OPTIONS"
        );
    }
}

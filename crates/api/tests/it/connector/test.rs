use serde_json::json;

use super::{Desk, ROOT};

/// How tests go is the connector's matter; here none of them gets further than the policy.
#[tokio::test]
async fn a_test_is_answered_step_by_step() {
    for desk in Desk::both().await {
        let report = desk.call("POST", "connections/{east}/test").await.send().await;
        let report = report.expect(200).json();
        let expect = json!({
            "@odata.context": format!("{ROOT}/$metadata#nowgraph.testReport"),
            "@odata.type": "#nowgraph.testReport",
            "status": "failed",
            "matched": null,
            "readable": null,
        });
        for (name, value) in expect.as_object().unwrap() {
            assert_eq!(report[name], *value, "{report:#}");
        }
        let steps = report["steps"].as_array().unwrap();
        assert_eq!(steps.len(), 10);
        assert_eq!((&steps[0]["name"], &steps[0]["status"]), (&json!("policy"), &json!("failed")));
        assert!(steps[0]["message"].as_str().unwrap().contains("instanceUrl"), "{report:#}");
        assert!(steps[0]["durationMs"].is_u64(), "{report:#}");
        assert_eq!((&steps[9]["name"], &steps[9]["status"]), (&json!("sample"), &json!("skipped")));
        let refused = desk.server.call("POST", &desk.path("connections/{east}/test"));
        refused.token(&desk.token).send().await.error(403, "Forbidden");
    }
}

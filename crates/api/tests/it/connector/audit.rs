use model::Permission;
use serde_json::{Value, json};
use testkit::TENANT;

use super::{Desk, OTHER_TENANT};

async fn events(desk: &Desk, path: &str) -> Vec<Value> {
    let page = desk.call("GET", path).await.send().await;
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    page.json()["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn who_changed_what_is_told_newest_first() {
    for desk in Desk::both().await {
        desk.server.clock.advance_seconds(1);
        let body = json!({ "kind": "apiKey", "apiKey": "k3y" });
        let put = desk.call("PUT", "connections/{east}/credential").await.json(&body).send().await;
        put.expect(204);
        let all = events(&desk, "auditEvents").await;
        let names: Vec<_> = all.iter().map(|event| event["activity"].as_str().unwrap()).collect();
        assert_eq!(names, ["setCredential", "create", "create"]);
        let newest = &all[0];
        assert_eq!(newest["connectionId"], desk.ids[0].as_str());
        assert_eq!(newest["occurredDateTime"], "2026-01-02T03:04:06Z");
        assert_eq!(newest["changedProperties"], json!(["kind", "apiKey"]));
        assert_eq!(newest["subject"], Value::Null);
        assert!(!newest.to_string().contains("k3y"));
        for (path, expect) in [
            ("auditEvents?$filter=activity eq 'create'", 2),
            ("auditEvents?$filter=changedProperties/any(p:p eq 'apiKey')", 1),
            ("auditEvents?$filter=connectionId eq '{east}'&$top=1", 1),
            ("auditEvents?$filter=occurredDateTime gt 2026-01-02T03:04:05Z", 1),
            ("auditEvents?$filter=subject ne null", 0),
        ] {
            assert_eq!(events(&desk, path).await.len(), expect, "{path}");
        }
        let id = newest["id"].as_str().unwrap();
        let one = desk.call("GET", &format!("auditEvents/{id}")).await.send().await.expect(200);
        assert_eq!(one.json()["activity"], "setCredential");
    }
}

#[tokio::test]
async fn the_audit_log_has_permissions_of_its_own_and_is_the_tenants() {
    for desk in Desk::both().await {
        for permission in Permission::ALL {
            let token = desk.server.app_token(TENANT, &[permission]).await;
            let status = match permission {
                Permission::AuditLogReadAll
                | Permission::DeviceManagementConfigurationReadWriteAll => 200,
                Permission::ServiceNowIncidentReadAll
                | Permission::DeviceManagementConfigurationReadAll => 403,
            };
            assert_eq!(desk.get_as(&token, "auditEvents").await.status, status, "{permission}");
        }
        let foreign = desk.server.app_token(OTHER_TENANT, &[Permission::AuditLogReadAll]).await;
        let page = desk.get_as(&foreign, "auditEvents").await.expect(200).json();
        assert_eq!(page["value"].as_array().unwrap().len(), 1);
    }
}

/// Every look at incidents by a query is recorded before it is answered.
#[tokio::test]
async fn who_queried_incidents_is_recorded() {
    for desk in Desk::both().await {
        let agent = [Permission::ServiceNowIncidentReadAll];
        let agent = desk.server.user_token(&agent, &[]).await;
        for (path, query, rows) in [
            (
                "incidents?$filter=callerEmail%20eq%20'ada%40contoso.example'&$top=2",
                "/connector/v1/incidents?$filter=callerEmail eq 'ada@contoso.example'&$top=2",
                2,
            ),
            ("incidents/{east}/e1", "/connector/v1/incidents/{east}/e1", 1),
            ("incidents/{east}/e1/number", "/connector/v1/incidents/{east}/e1/number", 1),
            ("incidents/$count", "/connector/v1/incidents/$count", 0),
            (
                "incidents?$apply=groupby((state))",
                "/connector/v1/incidents?$apply=groupby((state))",
                3,
            ),
        ] {
            desk.server.clock.advance_seconds(1);
            desk.get_as(&agent, path).await.expect(200);
            let newest = &events(&desk, "auditEvents?$top=1").await[0];
            let query = query.replace("{east}", &desk.ids[0]);
            for (name, expect) in [
                ("activity", json!("queryIncidents")),
                ("actor", json!("ada@contoso.example")),
                ("query", json!(query)),
                ("rows", json!(rows)),
                ("subject", Value::Null),
                ("connectionId", Value::Null),
            ] {
                assert_eq!(newest[name], expect, "{path}: {name}");
            }
        }
        let before = events(&desk, "auditEvents").await.len();
        desk.get("incidents?$filter=nothing eq 1").await.error(400, "BadRequest");
        desk.get("incidents/{east}/nothing").await.error(404, "ResourceNotFound");
        assert_eq!(events(&desk, "auditEvents").await.len(), before);
    }
}

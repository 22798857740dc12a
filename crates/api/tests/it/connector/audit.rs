use std::time::Duration;

use model::{Author, Clock as _, Permission};
use serde_json::{Value, json};
use testkit::{CONNECTIONS, Server, Setup, TENANT, TestDatabase};

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

/// Values of what changed, but no secrets, whatever is taken for one.
#[tokio::test]
async fn values_before_and_after_are_told() {
    for desk in Desk::both().await {
        let path = format!("{CONNECTIONS}/{}", desk.ids[0]);
        let admin = desk.server.admin().await;
        let client = "0123456789abcdef0123456789abcdef";
        for app_id in [client, "a secret by mistake"] {
            let method = json!({
                "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
                "appId": app_id,
            });
            let body =
                json!({ "authenticationMethod": method, "serviceNowConnectionStatus": "disabled" });
            desk.server.clock.advance_seconds(1);
            desk.server.call("PATCH", &path).token(&admin).json(&body).send().await.expect(200);
        }
        for (kind, secret) in [("apiKey", "k3y-one"), ("apiKey", "k3y-two")] {
            desk.server.clock.advance_seconds(1);
            let body = json!({ "kind": kind, "apiKey": secret });
            let put = desk.call("PUT", "connections/{east}/credential").await;
            put.json(&body).send().await.expect(204);
        }
        desk.server.clock.advance_seconds(1);
        desk.call("DELETE", "connections/{east}/credential").await.send().await.expect(204);
        let all =
            events(&desk, "auditEvents?$filter=connectionId eq '{east}'&$select=changes").await;
        let told = |event: &Value| {
            let changes = event["changes"].as_array().unwrap().iter();
            let one = |change: &Value| {
                let text = |name: &str| change[name].as_str().unwrap_or("-").to_owned();
                format!("{}: {} > {}", text("property"), text("before"), text("after"))
            };
            changes.map(one).collect::<Vec<_>>().join(", ")
        };
        let expect = [
            "kind: apiKey > -".to_owned(),
            "kind: apiKey > apiKey, apiKey: - > -".to_owned(),
            "kind: - > apiKey, apiKey: - > -".to_owned(),
            format!("authenticationMethod: {client} > -"),
            format!(
                "authenticationMethod: - > {client}, serviceNowConnectionStatus: enabled > disabled"
            ),
            "instanceUrl: - > https://east.service-now.com/, serviceNowConnectionStatus: disabled > enabled"
                .to_owned(),
        ];
        assert_eq!(all.iter().map(told).collect::<Vec<_>>(), expect);
        let text = Value::from(all).to_string();
        assert!(!text.contains("k3y") && !text.contains("mistake"), "{text}");
        let path =
            "auditEvents?$filter=changes/any(c:c/property eq 'instanceUrl' and c/after ne null)";
        assert_eq!(events(&desk, path).await.len(), 2);
    }
}

#[tokio::test]
async fn the_log_is_exported_as_lines() {
    for desk in Desk::both().await {
        let admin = desk.server.admin().await;
        let export = async |path: &str, accept: &str| {
            let call = desk.server.call("GET", &desk.path(path)).token(&admin);
            call.header("accept", accept).send().await
        };
        let lines = "application/x-ndjson";
        let whole = export("auditEvents", lines).await.expect(200);
        assert_eq!(whole.header("content-type"), lines);
        let read = |text: &str| -> Vec<Value> {
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let events = read(whole.text());
        assert_eq!(events.len(), 2);
        assert!(whole.text().ends_with("}\n"));
        let names: Vec<_> = events[0].as_object().unwrap().keys().cloned().collect();
        let expect = [
            "activity",
            "actor",
            "application",
            "changedProperties",
            "changes",
            "connectionId",
            "id",
            "occurredDateTime",
            "query",
            "rows",
            "subject",
        ];
        assert_eq!(names, expect);
        for number in 0..1500 {
            let desk = &desk;
            if number % 500 == 0 {
                desk.server.clock.advance_seconds(1);
            }
            let author = Author { actor: format!("a{number}"), application: "test".into() };
            let event = author.queried(TENANT, "x".into(), 1, desk.server.clock.now());
            desk.server.store.record_event(event).await.unwrap();
        }
        for (path, accept, count) in [
            ("auditEvents?$format=ndjson", "application/json", 1502),
            ("auditEvents?$format=application/x-ndjson", "*/*", 1502),
            ("auditEvents?$filter=activity eq 'queryIncidents'", "application/X-NDJSON;q=1", 1500),
            ("auditEvents?$filter=actor eq 'a7'&$select=actor", lines, 1),
            ("auditEvents?$top=1201&$orderby=actor", lines, 1201),
            ("auditEvents?$filter=actor eq 'nobody'", lines, 0),
        ] {
            let answer = export(path, accept).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            let mut ids: Vec<_> = read(answer.text()).iter().map(Value::to_string).collect();
            assert_eq!(ids.len(), count, "{path}");
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), count, "{path}: one came twice");
        }
        for path in [
            "auditEvents?$apply=aggregate($count as n)",
            "auditEvents?$count=true",
            "auditEvents?$skip=1",
        ] {
            export(path, lines).await.error(501, "NotImplemented");
        }
        export("auditEvents?$filter=nothing eq 1", lines).await.error(400, "BadRequest");
        let agent = desk.server.call("GET", "/connector/v1/auditEvents").token(&desk.token);
        agent.header("accept", lines).send().await.error(403, "Forbidden");
    }
}

#[tokio::test]
async fn old_events_are_dropped() {
    for database in TestDatabase::both() {
        let audit_retention = Some(Duration::from_secs(100));
        let server = Server::start(database, Setup { audit_retention, ..Setup::default() }).await;
        for tenant in [TENANT, OTHER_TENANT] {
            for _ in 0..2 {
                let author = Author { actor: "a".into(), application: "b".into() };
                let event = author.queried(tenant, "x".into(), 1, server.clock.now());
                server.store.record_event(event).await.unwrap();
                server.clock.advance_seconds(60);
            }
        }
        let app = server.app();
        assert_eq!(app.forget_old_events().await.unwrap(), 3);
        assert_eq!(app.forget_old_events().await.unwrap(), 0);
        assert_eq!(server.store.audit_events(TENANT, 9).await.unwrap().len(), 0);
        assert_eq!(server.store.audit_events(OTHER_TENANT, 9).await.unwrap().len(), 1);
    }
}

use model::Permission;
use serde_json::Value;
use testkit::TENANT;

use super::{Desk, OTHER_TENANT, ROOT, keys};

#[tokio::test]
async fn incidents_of_a_device_are_found_by_serial_number_or_name() {
    for desk in Desk::both().await {
        let of_one = "UPDATE incident SET configuration_item_name = 'WS-7', \
                      configuration_item_serial_number = 'SN-7' WHERE sys_id IN ('e1', 'e2', 'e4')";
        desk.server.execute(of_one);
        desk.server.execute(
            "UPDATE incident SET configuration_item_serial_number = 'SN-7' \
             WHERE sys_id IN ('e3', 'w1', 'f1')",
        );
        for (path, expect) in [
            // e4 is gone, and f1 another tenant's.
            ("deviceIncidents?device=SN-7&$orderby=openedDateTime desc,number", "e3 w1 e1 e2"),
            ("deviceIncidents?device=WS-7", "e1 e2"),
            ("DeviceIncidents?DEVICE=SN-7&$orderby=number desc&$top=2", "w1 e3"),
            ("deviceIncidents?device=SN-7&$filter=active and priority lt '3'", "w1 e1"),
            ("deviceIncidents?device=SN-7&$search=bob", "e2"),
            ("deviceIncidents?device=sn-7", ""),
            ("deviceIncidents?device=SN", ""),
            ("deviceIncidents?device='%20or%201%20eq%201%20or%20'a'%20eq%20'", ""),
            ("connections/{east}/deviceIncidents?device=SN-7", "e3 e1 e2"),
            ("connections('{west}')/deviceIncidents?device=SN-7", "w1"),
            (
                "incidents?$filter=configurationItemSerialNumber eq 'SN-7'&$orderby=number",
                "e1 e2 e3 w1",
            ),
        ] {
            let answer = desk.get(path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert_eq!(keys(&answer.json()), expect, "{path}");
        }
        let other = [Permission::ServiceNowIncidentReadAll];
        let other = desk.server.app_token(OTHER_TENANT, &other).await;
        let page = desk.get_as(&other, "deviceIncidents?device=SN-7").await.expect(200).json();
        assert_eq!(keys(&page), "f1");
        let path = "connections/{east}/deviceIncidents?device=SN-7";
        desk.get_as(&other, path).await.error(404, "ResourceNotFound");
    }
}

#[tokio::test]
async fn pages_of_a_device_follow_each_other_and_each_is_recorded() {
    for desk in Desk::both().await {
        desk.server.execute("UPDATE incident SET configuration_item_serial_number = 'SN 7'");
        let mut next = Some("connections/{east}/deviceIncidents?device=SN 7&$top=2".to_owned());
        let mut found = Vec::new();
        while let Some(path) = next {
            let page = desk.get(&path).await.expect(200).json();
            assert_eq!(page["@odata.context"], format!("{ROOT}/$metadata#incidents"));
            found.push(keys(&page));
            let link = page["@odata.nextLink"].as_str();
            next = link.map(|link| link.strip_prefix(&format!("{ROOT}/")).unwrap().to_owned());
        }
        assert_eq!(found, ["e3 e1", "e2"]);
        let audit = desk.server.app_token(TENANT, &[Permission::AuditLogReadAll]).await;
        let shown =
            "auditEvents?$filter=activity eq 'queryIncidents'&$orderby=occurredDateTime,rows";
        let events = desk.get_as(&audit, shown).await.expect(200).json();
        let rows = events["value"].as_array().unwrap().iter();
        let told: Vec<_> = rows.map(|event| (&event["query"], &event["rows"])).collect();
        let [east, _] = &desk.ids;
        let path = format!("/connector/v1/connections/{east}/deviceIncidents?device=SN 7&$top=2");
        let path = Value::from(path);
        assert_eq!(told, [(&path, &Value::from(1)), (&path, &Value::from(2))]);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_device_is_named() {
    let long = format!("deviceIncidents?device={}", "x".repeat(255));
    for desk in Desk::both().await {
        for (path, status) in [
            ("deviceIncidents", 400),
            ("deviceIncidents?device=", 400),
            ("deviceIncidents?device=a%00", 400),
            ("deviceIncidents?device=a%0Ab", 400),
            ("deviceIncidents?device=a%FF", 400),
            ("deviceIncidents?device=a&DEVICE=b", 400),
            (&long, 400),
            ("deviceIncidents?device=a&$filter=nothing eq 1", 400),
            ("deviceIncidents?device=a&$skiptoken=AQ", 400),
            ("deviceIncidents/e1?device=a", 400),
            ("connections/x/deviceIncidents?device=a", 404),
            ("connections/00000000-0000-0000-0000-000000000000/deviceIncidents?device=a", 404),
        ] {
            let answer = desk.get(path).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.text());
        }
        let refused = desk.get("deviceIncidents").await;
        assert_eq!(refused.json()["error"]["target"], "device");
        refused.error(400, "BadRequest");
        for permission in Permission::ALL {
            let may = permission == Permission::ServiceNowIncidentReadAll;
            let token = desk.server.app_token(TENANT, &[permission]).await;
            let answer = desk.get_as(&token, "deviceIncidents?device=a").await;
            assert_eq!(answer.status, if may { 200 } else { 403 }, "{permission}");
        }
    }
}

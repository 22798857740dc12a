use model::Permission;
use testkit::TENANT;

use super::{Desk, OTHER_TENANT, keys};

#[tokio::test]
async fn incidents_have_a_permission_of_their_own() {
    for desk in Desk::both().await {
        for permission in Permission::ALL {
            let may = permission == Permission::ServiceNowIncidentReadAll;
            for token in [
                desk.server.app_token(TENANT, &[permission]).await,
                desk.server.user_token(&[permission], &[]).await,
            ] {
                for path in ["incidents", "incidents/$count", "incidents/{east}/e1"] {
                    let answer = desk.get_as(&token, path).await;
                    assert_eq!(answer.status, if may { 200 } else { 403 }, "{permission} {path}");
                }
            }
        }
        let anonymous = desk.server.call("GET", "/connector/v1/incidents").send().await;
        anonymous.error(401, "InvalidAuthenticationToken");
    }
}

#[tokio::test]
async fn tenants_see_their_own_incidents_alone() {
    for desk in Desk::both().await {
        let read = [Permission::ServiceNowIncidentReadAll];
        let token = desk.server.app_token(OTHER_TENANT, &read).await;
        for (path, expect) in [
            ("incidents", "f1"),
            ("incidents?includeRemoved=true", "f1"),
            ("incidents?$filter=connectionId eq '{east}'", ""),
            ("incidents?$search=ada", "f1"),
        ] {
            let page = desk.get_as(&token, path).await.expect(200).json();
            assert_eq!(keys(&page), expect, "{path}");
        }
        desk.get_as(&token, "incidents/{east}/e1").await.error(404, "ResourceNotFound");
    }
}

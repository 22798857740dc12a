use DirectoryRole::{GlobalAdministrator, GlobalReader, IntuneAdministrator};
use Permission::{
    DeviceManagementConfigurationReadAll as Read,
    DeviceManagementConfigurationReadWriteAll as ReadWrite, ServiceNowIncidentReadAll as Incidents,
};
use model::{DirectoryRole, Permission};
use serde_json::json;
use testkit::{CONNECTIONS, Server, TENANT, with};

use crate::given;

/// Statuses of list, get, create, update and delete.
const ALL: [u16; 5] = [200, 200, 201, 200, 204];
const READ: [u16; 5] = [200, 200, 403, 403, 403];
const NOTHING: [u16; 5] = [403; 5];

#[track_caller]
fn same(found: [u16; 5], expect: [u16; 5], who: &str) {
    assert_eq!(found, expect, "{who}");
}

async fn statuses(server: &Server, token: &str) -> [u16; 5] {
    let one = given::connection(server, &server.admin().await).await;
    let mut statuses = [0; 5];
    for (status, (method, path, body)) in statuses.iter_mut().zip(given::operations(&one)) {
        let call = server.call(method.as_str(), path).token(token);
        let answer = match body {
            Some(body) => call.json(&body).send().await,
            None => call.send().await,
        };
        *status = answer.status;
        if answer.status == 403 {
            answer.error(403, "Forbidden");
        }
    }
    statuses
}

#[tokio::test]
async fn applications_have_their_own_permissions() {
    for server in Server::both().await {
        let app = async |permissions: &[Permission]| {
            let token = server.app_token(TENANT, permissions).await;
            statuses(&server, &token).await
        };
        same(app(&[ReadWrite]).await, ALL, "ReadWrite");
        same(app(&[Read]).await, READ, "Read");
        same(app(&[Incidents]).await, NOTHING, "Incidents");
        same(app(&[]).await, NOTHING, "none");
    }
}

#[tokio::test]
async fn users_need_scope_and_role_to_write() {
    let server = Server::sqlite().await;
    let user = async |permissions: &[Permission], roles: &[DirectoryRole]| {
        let token = server.user_token(permissions, roles).await;
        statuses(&server, &token).await
    };
    same(user(&[ReadWrite], &[IntuneAdministrator]).await, ALL, "Intune administrator");
    same(user(&[ReadWrite], &[GlobalAdministrator]).await, ALL, "global administrator");
    same(user(&[ReadWrite], &[GlobalReader]).await, READ, "global reader");
    same(user(&[ReadWrite], &[]).await, READ, "no role");
    same(user(&[Read], &[GlobalAdministrator]).await, READ, "scope to read only");
    same(user(&[Incidents], &[GlobalAdministrator]).await, NOTHING, "another scope");
}

#[tokio::test]
async fn roles_of_a_user_do_not_stand_in_for_scopes() {
    let server = Server::sqlite().await;
    let admin = server.user_token(&[Read], &[GlobalAdministrator]).await;
    let claims = given::claims(&admin);
    let check = async |changes: serde_json::Value, expect: [u16; 5]| {
        let token = server.sign(&with(claims.clone(), &changes)).await;
        same(statuses(&server, &token).await, expect, &changes.to_string());
    };
    let roles = ["DeviceManagementConfiguration.ReadWrite.All"];
    check(json!({ "roles": roles }), READ).await;
    check(json!({ "roles": roles, "idtyp": null }), READ).await;
    check(json!({ "roles": roles, "scp": null }), NOTHING).await;
    check(json!({ "scp": null }), NOTHING).await;
    check(json!({ "scp": "openid profile" }), NOTHING).await;
    check(json!({ "scp": null, "roles": roles, "idtyp": null }), ALL).await;
    // Neither a role's name nor a role of another list makes an administrator.
    let write = json!({ "scp": "DeviceManagementConfiguration.ReadWrite.All" });
    check(with(write.clone(), &json!({ "wids": ["Global Administrator"] })), READ).await;
    let template = "62e90394-69f5-4237-9190-012177145e10";
    check(with(write.clone(), &json!({ "wids": [], "roles": [template] })), READ).await;
    check(with(write, &json!({ "wids": [template] })), ALL).await;
}

#[tokio::test]
async fn a_refused_write_changes_nothing_and_tells_nothing() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let reader = server.app_token(TENANT, &[Read]).await;
    let one = given::connection(&server, &admin).await;
    let before = server.call("GET", &one).token(&admin).send().await.expect(200).body;
    let body = json!({ "instanceUrl": "https://contoso.service-now.com" });
    server.call("PATCH", &one).token(&reader).json(&body).send().await.error(403, "Forbidden");
    server.call("DELETE", &one).token(&reader).send().await.error(403, "Forbidden");
    server.call("POST", CONNECTIONS).token(&reader).json(&body).send().await.expect(403);
    let after = server.call("GET", &one).token(&admin).send().await.expect(200).body;
    assert_eq!(before, after);
    assert_eq!(given::count(&server, &admin).await, 1);
    // Whether the id exists and the body is right is nothing to a caller who may not write.
    let missing = format!("{CONNECTIONS}/nobody");
    server.call("DELETE", &missing).token(&reader).send().await.error(403, "Forbidden");
    let broken = server.call("PATCH", &one).token(&reader).bytes("{").send().await;
    broken.error(403, "Forbidden");
}

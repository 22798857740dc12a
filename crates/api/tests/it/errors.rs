use axum::body::Body;
use model::{DirectoryRole, Permission};
use serde_json::{Value, json};
use testkit::{Answer, CONNECTIONS, Server, TENANT};
use uuid::Uuid;

use crate::given;

/// Intune's envelope, byte for byte.
fn envelope(message: &str, activity: &str, url: &str) -> String {
    [
        "{",
        "  \"_version\": 3,",
        &format!(
            "  \"Message\": \"{message} - Operation ID (for customer support): \
             00000000-0000-0000-0000-000000000000 - Activity ID: {activity} - Url: {url}\","
        ),
        "  \"CustomApiErrorPhrase\": \"\",",
        "  \"RetryAfter\": null,",
        "  \"ErrorSourceService\": \"\",",
        "  \"HttpHeaders\": \"{}\"",
        "}",
    ]
    .join("\r\n")
}

#[track_caller]
fn wrapped(answer: Answer, status: u16, code: &str, message: &str, path: &str) {
    let activity = answer.header("request-id").to_owned();
    let url = format!("http://127.0.0.1:8080{path}");
    assert_eq!(answer.error(status, code), envelope(message, &activity, &url));
}

#[tokio::test]
async fn the_resources_own_refusals_are_wrapped_as_intune_does() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let missing = format!("{CONNECTIONS}/{}?$select=id", Uuid::nil());
    let answer = server.call("GET", &missing).token(&admin).send().await;
    wrapped(answer, 404, "ResourceNotFound", "An error has occurred", &missing);

    let read = [Permission::DeviceManagementConfigurationReadAll];
    let reader = server.app_token(TENANT, &read).await;
    let answer = server.call("POST", CONNECTIONS).token(&reader).json(&json!({})).send().await;
    let message = "Application is not authorized to perform this operation. Application must have \
                   one of the following scopes: DeviceManagementConfiguration.ReadWrite.All";
    wrapped(answer, 403, "Forbidden", message, CONNECTIONS);

    let audit = server.user_token(&[Permission::AuditLogReadAll], &[]).await;
    let answer = server.call("GET", CONNECTIONS).token(&audit).send().await;
    let message = "Application is not authorized to perform this operation. Application must have \
                   one of the following scopes: DeviceManagementConfiguration.Read.All, \
                   DeviceManagementConfiguration.ReadWrite.All";
    wrapped(answer, 403, "Forbidden", message, CONNECTIONS);

    let nobody = server.app_token(TENANT, &[]).await;
    let answer = server.call("GET", CONNECTIONS).token(&nobody).send().await;
    let message = "Application is called in app-only context without application permissions. \
                   Application must have one of the following scopes: \
                   DeviceManagementConfiguration.Read.All, \
                   DeviceManagementConfiguration.ReadWrite.All";
    wrapped(answer, 403, "Forbidden", message, CONNECTIONS);

    let write = [Permission::DeviceManagementConfigurationReadWriteAll];
    let user = server.user_token(&write, &[DirectoryRole::GlobalReader]).await;
    let answer = server.call("POST", CONNECTIONS).token(&user).json(&json!({})).send().await;
    let message = "User is not authorized to perform this operation. User must have one of the \
                   following roles: GlobalAdministrator, IntuneAdministrator";
    wrapped(answer, 403, "Forbidden", message, CONNECTIONS);
}

#[tokio::test]
async fn a_refused_url_is_wrapped_and_named() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let body = json!({ "instanceUrl": "gopher://contoso \"x\"" });
    let answer = server.call("POST", CONNECTIONS).token(&admin).json(&body).send().await;
    let error = answer.json()["error"].clone();
    assert_eq!(error["target"], "instanceUrl");
    let message: Value = serde_json::from_str(&answer.error(400, "BadRequest")).unwrap();
    assert!(message["Message"].as_str().unwrap().contains("instanceUrl"), "{message}");
}

/// Method, path with `{one}` for a connection, headers, body, status, code.
type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, u16, &'a str);

const JSON: (&str, &str) = ("content-type", "application/json");

const CASES: &[Case<'_>] = &[
    ("GET", "{one}/nope", &[], "", 400, "BadRequest"),
    ("GET", "{all}?$filter=(", &[], "", 400, "BadRequest"),
    ("GET", "{all}?$top=x", &[], "", 400, "BadRequest"),
    ("GET", "{all}?$expand=x", &[], "", 400, "BadRequest"),
    ("GET", "{all}?$search=x", &[], "", 400, "BadRequest"),
    ("GET", "{all}?$skiptoken=x", &[], "", 400, "BadRequest"),
    ("GET", "{all}/%zz", &[], "", 400, "BadRequest"),
    ("GET", "{all}('x", &[], "", 400, "BadRequest"),
    ("POST", "{all}", &[], "{}", 400, "BadRequest"),
    ("POST", "{all}", &[("content-type", "text/plain")], "{}", 400, "BadRequest"),
    (
        "POST",
        "{all}",
        &[("content-type", "application/json; charset=latin1")],
        "{}",
        400,
        "BadRequest",
    ),
    ("POST", "{all}", &[JSON], "", 400, "BadRequest"),
    ("POST", "{all}", &[JSON], "{", 400, "BadRequest"),
    ("POST", "{all}", &[JSON], "[]", 400, "BadRequest"),
    ("POST", "{all}", &[JSON], "\u{0}", 400, "BadRequest"),
    ("POST", "{all}", &[JSON], "{\"colour\":1}", 400, "ModelValidationFailure"),
    ("PATCH", "{one}", &[JSON, ("if-match", "junk")], "{}", 400, "BadRequest"),
    ("GET", "{all}", &[("odata-maxversion", "3.0")], "", 400, "BadRequest"),
    ("POST", "{all}", &[JSON, ("odata-version", "5.0")], "{}", 400, "BadRequest"),
    ("GET", "/v1.0/deviceManagement/serviceNowConnections", &[], "", 400, "BadRequest"),
    ("GET", "{all}/nobody", &[], "", 404, "ResourceNotFound"),
    ("PATCH", "{all}/nobody", &[JSON], "{}", 404, "ResourceNotFound"),
    ("GET", "/foo/deviceManagement", &[], "", 404, "ResourceNotFound"),
    ("GET", "/", &[], "", 404, "ResourceNotFound"),
    ("PUT", "{one}", &[JSON], "{}", 405, "MethodNotAllowed"),
    ("DELETE", "{all}", &[], "", 405, "MethodNotAllowed"),
    ("TRACE", "{all}", &[], "", 405, "MethodNotAllowed"),
    ("PUT", "{one}/instanceUrl", &[JSON], "{}", 405, "MethodNotAllowed"),
    ("PATCH", "{one}/instanceUrl", &[JSON], "{}", 405, "MethodNotAllowed"),
    ("DELETE", "{one}/instanceUrl/$value", &[], "", 405, "MethodNotAllowed"),
    ("FOO", "{one}/authenticationMethod", &[], "", 405, "MethodNotAllowed"),
    ("POST", "{all}/$filter(true)", &[JSON], "{}", 405, "MethodNotAllowed"),
    ("TRACE", "{all}/$filter(true)/$count", &[], "", 405, "MethodNotAllowed"),
    ("POST", "{all}/$ref", &[JSON], "{}", 405, "MethodNotAllowed"),
    ("DELETE", "{one}/$ref", &[], "", 405, "MethodNotAllowed"),
    ("PUT", "/beta/deviceManagement", &[JSON], "{}", 405, "MethodNotAllowed"),
    ("PATCH", "/beta/deviceManagement/id", &[JSON], "{}", 405, "MethodNotAllowed"),
    ("POST", "/beta/$metadata", &[], "", 405, "MethodNotAllowed"),
    ("GET", "/beta/$batch", &[], "", 405, "MethodNotAllowed"),
    ("POST", "/livez", &[], "", 405, "MethodNotAllowed"),
    ("GET", "/common/oauth2/v2.0/token", &[], "", 405, "MethodNotAllowed"),
    ("POST", "/common/discovery/v2.0/keys", &[], "", 405, "MethodNotAllowed"),
    ("GET", "{one}", &[("accept", "application/xml")], "", 406, "NotAcceptable"),
    ("GET", "{one}?$format=atom", &[], "", 406, "NotAcceptable"),
    ("GET", "/beta/", &[("accept", "text/html")], "", 406, "NotAcceptable"),
    ("PATCH", "{one}", &[JSON, ("if-match", "W/\"stale\"")], "{}", 412, "PreconditionFailed"),
    ("DELETE", "{one}", &[("if-none-match", "*")], "", 412, "PreconditionFailed"),
    ("POST", "{all}", &[JSON, ("content-encoding", "br")], "{}", 415, "UnsupportedMediaType"),
    ("GET", "{all}?$apply=aggregate($count as n)", &[], "", 501, "NotImplemented"),
    ("GET", "{one}/authenticationMethod/$query", &[], "", 501, "NotImplemented"),
    ("GET", "{all}(@id)", &[], "", 400, "BadRequest"),
    ("GET", "{all}/$filter(nothing eq 1)", &[], "", 400, "BadRequest"),
    ("GET", "{all}/$filter(instanceUrl/id eq 1)", &[], "", 400, "BadRequest"),
    ("GET", "{all}/$filter(hassubset(@a,@a))", &[], "", 501, "NotImplemented"),
    ("GET", "{all}/$each", &[], "", 501, "NotImplemented"),
];

#[tokio::test]
async fn every_refusal_has_graphs_shape() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    for (method, path, headers, body, status, code) in CASES {
        let path = path.replace("{one}", &one).replace("{all}", CONNECTIONS).replace(' ', "%20");
        let mut call = server.call(method, &path).token(&admin).bytes(*body);
        for (name, value) in *headers {
            call = call.header(name, value);
        }
        let answer = call.send().await;
        assert_eq!(answer.status, *status, "{method} {path} {headers:?} {}", answer.text());
        shaped(&answer, *status);
        let is_of_odata = !path.starts_with("/livez") && !path.starts_with("/common/");
        let version = if is_of_odata { "4.0" } else { "" };
        assert_eq!(answer.header("odata-version"), version, "{method} {path}");
        answer.error(*status, code);
    }
    assert_eq!(given::count(&server, &admin).await, 1);
}

/// What `Answer::error` leaves out.
#[track_caller]
fn shaped(answer: &Answer, status: u16) {
    let body = answer.json();
    assert_eq!(keys(&body), ["error"]);
    let error = &body["error"];
    for key in keys(error) {
        assert!(["code", "message", "target", "innerError"].contains(&key), "{error}");
    }
    let inner = &error["innerError"];
    inner["request-id"].as_str().unwrap().parse::<Uuid>().unwrap();
    let date = inner["date"].as_str().unwrap();
    assert_eq!(date, "2026-01-02T03:04:05", "the clock stands still");
    assert_eq!(answer.header("allow").is_empty(), status != 405);
    assert!(!answer.header("x-ms-ags-diagnostic").is_empty());
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn put_is_told_what_there_is_instead() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    let before = server.call("GET", &one).token(&admin).send().await.expect(200).body;
    let body = json!({ "serviceNowConnectionStatus": "enabled" });
    for (path, allow) in [
        (one.as_str(), "GET, HEAD, PATCH, DELETE, OPTIONS"),
        (CONNECTIONS, "GET, HEAD, POST, OPTIONS"),
        (&format!("{CONNECTIONS}/{}", Uuid::nil()), "GET, HEAD, PATCH, DELETE, OPTIONS"),
        (
            &format!("{one}/microsoft.graph.serviceNowConnection"),
            "GET, HEAD, PATCH, DELETE, OPTIONS",
        ),
        (&format!("{CONNECTIONS}/graph.serviceNowConnection"), "GET, HEAD, POST, OPTIONS"),
        (&format!("{one}/instanceUrl"), "GET, HEAD, OPTIONS"),
        (&format!("{one}/$ref"), "GET, HEAD, OPTIONS"),
        (&format!("{CONNECTIONS}/$filter(true)"), "GET, HEAD, OPTIONS"),
        (&format!("{CONNECTIONS}/$count"), "GET, HEAD, OPTIONS"),
        ("/beta/deviceManagement", "GET, HEAD, OPTIONS"),
        ("/beta/deviceManagement/id", "GET, HEAD, OPTIONS"),
    ] {
        let answer = server.call("PUT", path).token(&admin).json(&body).send().await;
        assert_eq!(answer.header("allow"), allow, "{path}");
        assert_eq!(answer.status, 405, "{path}");
        answer.error(405, "MethodNotAllowed");
    }
    let after = server.call("GET", &one).token(&admin).send().await.expect(200).body;
    assert_eq!(before, after);
    assert_eq!(given::count(&server, &admin).await, 1);
}

#[tokio::test]
async fn a_refusal_names_what_is_at_fault() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let check = async |path: &str, expect: &str| {
        let answer = server.call("GET", path).token(&admin).send().await;
        assert_eq!(answer.json()["error"]["message"], expect, "{path}");
    };
    check("/beta/deviceManagement/nope", "Resource not found for the segment 'nope'.").await;
    check("/beta/users", "Resource not found for the segment 'users'.").await;
    check("/foo/deviceManagement", "Invalid version: foo").await;
    check("/FOO", "Invalid version: foo").await;
    for path in ["", "/315bc12c-c12c-315b-2cc1-5b312cc15b31", "/$count"] {
        let path = format!("/v1.0/deviceManagement/serviceNowConnections{path}");
        check(&path, "Resource not found for the segment 'serviceNowConnections'.").await;
    }
    check("/v1.0/deviceManagement", "Resource not found for the segment 'deviceManagement'.").await;
    check("/v1.0/me/messages", "Resource not found for the segment 'me'.").await;
}

#[tokio::test]
async fn abstract_types_are_refused_in_intunes_words() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let body = json!({ "authenticationMethod": { "appId": "x" } });
    let answer = server.call("POST", CONNECTIONS).token(&admin).json(&body).send().await;
    let inner = answer.json()["error"]["innerError"].clone();
    assert_eq!(inner["message"], "Cannot create an abstract class.");
    assert_eq!(answer.error(400, "ModelValidationFailure"), "Cannot create an abstract class.");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_given_up() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let silence =
        Body::from_stream(futures_util::stream::pending::<Result<String, anyhow::Error>>());
    let call = server.call("POST", CONNECTIONS).token(&admin);
    let answer = call.header("content-type", "application/json").body(silence).send().await;
    assert_eq!(answer.header("connection"), "close");
    answer.error(408, "RequestTimeout");
    let broken = futures_util::stream::iter([Ok("{"), Err(anyhow::anyhow!("the line went dead"))]);
    let call = server.call("POST", CONNECTIONS).token(&admin);
    let call = call.header("content-type", "application/json").body(Body::from_stream(broken));
    let message = call.send().await.error(400, "BadRequest");
    assert!(!message.contains("dead"), "{message}");
    assert_eq!(given::count(&server, &admin).await, 0);
}

use std::process::Command;

use serde_json::{Value, json};

use crate::http::{CONNECTIONS, call};
use crate::program::{Running, Workplace};

const DOCUMENTED: &str = "315bc12c-c12c-315b-2cc1-5b312cc15b31";

/// Token and request, as printed.
fn printed(demo: &mut Running) -> (String, String) {
    let token = demo.stdout_line("eyJ");
    (token, demo.stdout_line("curl "))
}

#[test]
fn the_printed_request_works_as_it_stands() {
    let workplace = Workplace::sqlite();
    let mut demo = workplace.start(&["demo", "--listen", "127.0.0.1:0"]);
    let (token, request) = printed(&mut demo);
    let answer = Command::new("sh").args(["-c", &request]).env("NO_PROXY", "*").output().unwrap();
    let answer = String::from_utf8(answer.stdout).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer to curl");
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["id"], DOCUMENTED);
    assert_eq!(body["@odata.type"], "#microsoft.graph.serviceNowConnection");
    assert_eq!(body["instanceUrl"], "https://example.com/instanceUrl/");
    assert_eq!(body["incidentApiUrl"], "https://example.com/incidentApiUrl/");
    let method = json!({
        "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
        "appId": "App Id value",
    });
    assert_eq!(body["authenticationMethod"], method);
    assert_eq!(body["serviceNowConnectionStatus"], "enabled");
    assert_eq!(body["lastQueriedDateTime"], "2017-01-01T08:00:30.0527314Z");
    let all = call(&demo.address, &format!("GET {CONNECTIONS}"), &token, "").expect(200).json();
    assert_eq!(all["value"].as_array().unwrap().len(), 3);
    demo.signal("INT");
    let said = demo.ended();
    assert_eq!(said.code, Some(0), "{said}");
    assert!(std::fs::read_dir(workplace.path()).unwrap().next().is_none(), "nothing is kept");
}

#[test]
fn data_is_kept_where_asked_and_the_old_token_still_works() {
    let workplace = Workplace::sqlite();
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--data", "new/folder"];
    let mut demo = workplace.start(&arguments);
    let (token, _) = printed(&mut demo);
    let one = format!("{CONNECTIONS}/{DOCUMENTED}");
    let body = r#"{"instanceUrl":"https://kept.service-now.com"}"#;
    call(&demo.address, &format!("PATCH {one}"), &token, body).expect(200);
    demo.signal("TERM");
    assert_eq!(demo.ended().code, Some(0));
    let demo = workplace.start(&arguments);
    let kept = call(&demo.address, &format!("GET {one}"), &token, "").expect(200).json();
    assert_eq!(kept["instanceUrl"], "https://kept.service-now.com");
}

#[test]
fn in_a_container_it_needs_its_public_url() {
    let mut workplace = Workplace::sqlite();
    let arguments = ["demo", "--listen", "0.0.0.0:0"];
    assert_eq!(workplace.run(&arguments).code, Some(2));
    workplace.set("NOWGRAPH_PUBLIC_URL", "http://graph.contoso.example:8080");
    let mut demo = workplace.start(&arguments);
    let (_, request) = printed(&mut demo);
    let url = format!("'http://graph.contoso.example:8080{CONNECTIONS}/{DOCUMENTED}'");
    assert!(request.contains(&url), "{request}");
}

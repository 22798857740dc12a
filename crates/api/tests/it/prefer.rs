use serde_json::json;
use testkit::{Answer, CONNECTIONS, Server};

use crate::given;

const APPLIED: &str = "preference-applied";

#[tokio::test]
async fn a_write_can_do_without_the_body() {
    for server in Server::both().await {
        let admin = server.admin().await;
        let write = async |method: &str, path: &str, prefer: &str| -> Answer {
            let call = server.call(method, path).token(&admin).json(&json!({}));
            call.header("prefer", prefer).send().await
        };
        let created = write("POST", CONNECTIONS, "return=minimal").await.expect(204);
        assert_eq!((created.body.len(), created.header("content-type")), (0, ""));
        assert_eq!(created.header(APPLIED), "return=minimal");
        assert_eq!(created.header("odata-entityid"), created.header("location"));
        let one = created.header("location").strip_prefix("http://127.0.0.1:8080").unwrap();
        let etag = created.header("etag");
        let got = server.call("GET", one).token(&admin).send().await.expect(200);
        assert_eq!(got.header("etag"), etag);
        let patched = write("PATCH", one, "return=minimal").await.expect(204);
        assert_eq!((patched.body.len(), patched.header("content-type")), (0, ""));
        assert_eq!((patched.header(APPLIED), patched.header("etag")), ("return=minimal", etag));
        for (method, path, status) in [("POST", CONNECTIONS, 201), ("PATCH", one, 200)] {
            let answer = write(method, path, "RETURN = representation; x=y").await.expect(status);
            assert_eq!(answer.header(APPLIED), "return=representation");
            assert!(answer.json()["id"].is_string());
            for ignored in
                ["return=maximal", "respond-async, wait=10", ",;=", "odata.maxpagesize=1"]
            {
                let answer = write(method, path, ignored).await.expect(status);
                assert_eq!(answer.header(APPLIED), "", "{ignored}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_can_be_asked_to_be_small() {
    for server in Server::both().await {
        let admin = server.admin().await;
        for _ in 0..3 {
            given::connection(&server, &admin).await;
        }
        let get = async |path: &str, prefer: Option<&str>| -> Answer {
            let call = server.call("GET", path).token(&admin);
            match prefer {
                Some(prefer) => call.header("prefer", prefer).send().await,
                None => call.send().await,
            }
        };
        for (prefer, applied) in [
            ("odata.maxpagesize=1", "odata.maxpagesize=1"),
            ("maxpagesize=1, return=minimal", "maxpagesize=1"),
        ] {
            let mut path = CONNECTIONS.to_owned();
            let mut rows = Vec::new();
            let mut sent = Some(prefer);
            loop {
                // SDKs do not repeat the preference on later pages.
                let page = get(&path, sent.take()).await.expect(200);
                if rows.is_empty() {
                    assert_eq!(page.header(APPLIED), applied);
                }
                let page = page.json();
                assert_eq!(page["value"].as_array().unwrap().len(), 1);
                rows.push(page["value"][0]["id"].clone());
                let Some(next) = page["@odata.nextLink"].as_str() else { break };
                path = next.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
            }
            assert_eq!(rows.len(), 3);
        }
        for ignored in ["odata.maxpagesize=0", "odata.maxpagesize=-1", "maxpagesize=x"] {
            let page = get(CONNECTIONS, Some(ignored)).await.expect(200);
            assert_eq!(page.header(APPLIED), "");
            assert_eq!(page.json()["value"].as_array().unwrap().len(), 3);
        }
    }
}

#[tokio::test]
async fn unknown_enumeration_members_may_be_asked_for() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    for path in [CONNECTIONS, &one] {
        let plain = server.call("GET", path).token(&admin).send().await.expect(200);
        let call = server.call("GET", path).token(&admin);
        let asked = call.header("prefer", "include-unknown-enum-members").send().await.expect(200);
        assert_eq!(asked.header(APPLIED), "include-unknown-enum-members");
        assert_eq!((plain.header(APPLIED), plain.text()), ("", asked.text()));
    }
}

#[tokio::test]
async fn nulls_can_be_left_out() {
    for server in Server::both().await {
        let admin = server.admin().await;
        let one = given::connection(&server, &admin).await;
        let get = async |path: &str, prefer: &str| -> Answer {
            server.call("GET", path).token(&admin).header("prefer", prefer).send().await.expect(200)
        };
        let kept = [
            "@odata.context",
            "@odata.type",
            "createdDateTime",
            "id",
            "lastModifiedDateTime",
            "serviceNowConnectionStatus",
        ];
        let names = |value: &serde_json::Value| -> Vec<String> {
            let mut names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        let answer = get(&one, "omit-values=nulls").await;
        assert_eq!(answer.header(APPLIED), "omit-values=nulls");
        assert_eq!(names(&answer.json()), kept);
        let list = get(CONNECTIONS, "respond-async, OMIT-VALUES=nulls").await;
        assert_eq!(list.header(APPLIED), "omit-values=nulls");
        assert_eq!(names(&list.json()["value"][0]), &kept[1..]);
        let answer = get(&format!("{one}?$select=instanceUrl"), "omit-values=nulls").await;
        assert_eq!(names(&answer.json()), &kept[..2]);
        for ignored in ["omit-values=defaults", "omit-values", "include-annotations=\"*\""] {
            let answer = get(&one, ignored).await;
            assert_eq!(answer.header(APPLIED), "", "{ignored}");
            assert!(answer.json().get("instanceUrl").is_some());
        }
        let patch = server.call("PATCH", &one).token(&admin).json(&json!({}));
        let answer = patch.header("prefer", "omit-values=nulls").send().await.expect(200);
        assert_eq!(answer.header(APPLIED), "");
        assert!(answer.json().get("instanceUrl").is_some());
    }
}

//! What is refused under `/connector/v1`, by its name; and that nobody learns of other tenants.

use model::Permission;
use serde_json::Value;
use testkit::{Answer, TENANT};

use super::{Desk, OTHER_TENANT};

const NOBODY: &str = "0a0a0a0a-0b0b-4c0c-8d0d-0e0e0e0e0e0e";

/// The calls that name a connection, with an id in place of `ID`.
const OF_A_CONNECTION: [(&str, &str); 15] = [
    ("GET", "connections/ID"),
    ("GET", "connections/ID/instanceUrl"),
    ("GET", "connections/ID/runs"),
    ("GET", "connections/ID/runs/$count"),
    ("GET", "connections/ID/runs/1a0a0a0a-0b0b-4c0c-8d0d-0e0e0e0e0e0e"),
    ("GET", "connections('ID')?$expand=runs"),
    ("GET", "connections/ID/health"),
    ("GET", "connections/ID/userIncidents?userPrincipalName=ada"),
    ("GET", "connections/ID/credential"),
    ("PUT", "connections/ID/credential"),
    ("DELETE", "connections/ID/credential"),
    ("POST", "connections/ID/sync"),
    ("POST", "connections/ID/test"),
    ("GET", "incidents/ID/e1"),
    ("GET", "incidents(connectionId='ID',sysId='e1')/number"),
];

impl Desk {
    async fn ask(&self, token: &str, method: &str, path: &str) -> Answer {
        let call = self.server.call(method, &self.path(path)).token(token);
        match method {
            "PUT" => call.json(&serde_json::json!({ "kind": "apiKey", "apiKey": "k" })),
            _ => call,
        }
        .send()
        .await
    }
}

/// The answer without what differs from request to request, and with `ID` for an id.
fn anonymous(answer: &Answer, id: &str) -> String {
    let mut body = answer.json();
    let inner = body["error"]["innerError"].as_object_mut().unwrap();
    let request = inner["request-id"].as_str().unwrap().to_owned();
    inner.remove("request-id");
    inner.remove("client-request-id");
    let headers = answer.headers.iter().filter(|(name, _)| !name.as_str().contains("request-id"));
    let headers: Vec<_> = headers.collect();
    let text = format!("{} {headers:?} {body}", answer.status);
    text.replace(&request, "R").replace(id, "ID")
}

#[tokio::test]
async fn connections_of_others_are_as_unknown_as_those_of_nobody() {
    for desk in Desk::both().await {
        let admin = desk.server.app_token(OTHER_TENANT, &Permission::ALL).await;
        let [east, _] = &desk.ids;
        for (method, path) in OF_A_CONNECTION {
            let of = |id: &str| path.replace("ID", id);
            let foreign = desk.ask(&admin, method, &of(east)).await;
            let unknown = desk.ask(&admin, method, &of(NOBODY)).await;
            assert_eq!(unknown.json()["error"]["code"], "ResourceNotFound", "{path}");
            assert_eq!(anonymous(&foreign, east), anonymous(&unknown, NOBODY), "{method} {path}");
            // What is no id at all is no secret either.
            let none = desk.ask(&admin, method, &of("none")).await;
            assert_eq!(none.status, 404, "{path}");
        }
        let own = desk.server.app_token(TENANT, &Permission::ALL).await;
        for path in ["auditEvents", "connections", "incidents?includeRemoved=true"] {
            let theirs = desk.ask(&admin, "GET", path).await.expect(200).json();
            assert!(!theirs.to_string().contains(east.as_str()), "{path}: {theirs}");
            let ours = desk.ask(&own, "GET", path).await.expect(200).json();
            assert!(ours.to_string().contains(east.as_str()), "{path}: {ours}");
        }
    }
}

#[tokio::test]
async fn impossible_questions_are_refused_by_name() {
    let deep = format!("incidents?$filter={}true{}", "(".repeat(120), ")".repeat(120));
    let wide = format!("incidents?$filter={}", vec!["active"; 2_100].join(" or "));
    let many = vec!["'x'"; 1_100].join(",");
    let long = format!("incidents?$filter=number in ({many})");
    let options = (0..120).map(|n| format!("a{n}=1&")).collect::<Vec<_>>().concat();
    let options = format!("incidents?{options}$top=1");
    let huge = format!("incidents?$filter=number eq '{}'", "x".repeat(17_000));
    let path = format!("incidents/{}", "x/".repeat(80));
    let words = format!("incidents?$search={}", vec!["a"; 3_000].join(" OR "));
    let alias =
        (1..30).map(|n| format!("&@a{n}=@a{} or @a{0}", n - 1)).collect::<Vec<_>>().concat();
    let bomb = format!("incidents?$filter=@a29&@a0=active{alias}");
    let cases = [
        ("incidents?$filter=", 400, "BadRequest"),
        ("incidents?$filter=state", 400, "BadRequest"),
        ("incidents?$filter=state eq", 400, "BadRequest"),
        ("incidents?$filter=state eq 1", 400, "BadRequest"),
        ("incidents?$filter=nothing eq 'x'", 400, "BadRequest"),
        ("incidents?$filter=contains(active,'x')", 400, "BadRequest"),
        ("incidents?$filter=openedDateTime gt 2024-02-30T00:00:00Z", 400, "BadRequest"),
        ("incidents?$filter=openedDateTime gt 'soon'", 400, "BadRequest"),
        ("incidents?$filter=number eq 'a' '", 400, "BadRequest"),
        ("incidents?$filter=number eq 'a%00b'", 400, "BadRequest"),
        ("incidents?$filter=number eq 'a%FFb'", 400, "BadRequest"),
        ("incidents?$filter=1 div 0 eq 1", 400, "BadRequest"),
        ("incidents?$filter=sleep(10)", 400, "BadRequest"),
        ("incidents?$filter=@a&@a=@b&@b=@a", 400, "BadRequest"),
        ("incidents?$filter=matchesPattern(number,'(a%2B)%2B$')", 501, "NotImplemented"),
        ("incidents?$orderby=nothing", 400, "BadRequest"),
        ("incidents?$select=nothing", 400, "BadRequest"),
        ("incidents?$expand=caller", 400, "BadRequest"),
        ("incidents?$search=(", 400, "BadRequest"),
        ("incidents?$apply=groupby((nothing))", 400, "BadRequest"),
        ("incidents?$apply=drop(table)", 400, "BadRequest"),
        ("incidents?$top=-1", 400, "BadRequest"),
        ("incidents?$top=99999999999999999999", 400, "BadRequest"),
        ("incidents?$top=1&$TOP=2", 400, "BadRequest"),
        ("incidents?$nothing=1", 400, "BadRequest"),
        ("incidents?includeRemoved=1", 400, "BadRequest"),
        ("auditEvents?$search=x", 501, "NotImplemented"),
        ("connections?$expand=runs($expand=runs)", 400, "BadRequest"),
        ("connections?$expand=runs($top=1;$top=2)", 400, "BadRequest"),
        ("nothing", 400, "BadRequest"),
        ("incidents/$query", 501, "NotImplemented"),
        ("incidents/%2e%2e/connections", 404, "ResourceNotFound"),
        (&deep, 400, "BadRequest"),
        (&wide, 414, "UriTooLong"),
        (&long, 400, "BadRequest"),
        (&options, 400, "BadRequest"),
        (&bomb, 400, "BadRequest"),
        (&words, 414, "UriTooLong"),
        (&huge, 414, "UriTooLong"),
        (&path, 414, "UriTooLong"),
    ];
    for desk in Desk::both().await {
        let all = desk.server.app_token(TENANT, &Permission::ALL).await;
        let mut wrong = Vec::new();
        for (path, status, code) in cases {
            let answer = desk.get_as(&all, path).await;
            if (answer.status, &answer.json()["error"]["code"]) != (status, &Value::from(code)) {
                let shown: String = path.chars().take(80).collect();
                let text: String = answer.text().chars().take(200).collect();
                wrong.push(format!("{shown}: {} {text}", answer.status));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[tokio::test]
async fn hostile_names_find_nobody_and_break_nothing() {
    let long = "x".repeat(6_000);
    for desk in Desk::both().await {
        for name in [
            "' or 1 eq 1 or 'a' eq '",
            "ada@contoso.example'; DROP TABLE incident; --",
            "%",
            "_da@contoso.example",
            "ada@contoso.example^ORDERBYsys_id",
            "javascript:gs.getUserID()",
            "\\",
            "\u{202e}ada@contoso.example",
            "ADA@CONTOSO.EXAMPLE",
            "ada@contoso.example ",
            &long,
        ] {
            let literal = name.replace('\'', "''");
            let encoded =
                literal.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
            for option in ["$filter=callerEmail eq", "$filter=contains(callerEmail,"] {
                let end = if option.ends_with(',') { ")" } else { "" };
                let path = format!("incidents?{option} '{encoded}'{end}");
                if path.len() > 16_000 {
                    continue;
                }
                let page = desk.get(&path).await.expect(200).json();
                assert_eq!(page["value"], Value::Array(vec![]), "{option} {name}");
            }
        }
        for (path, status) in [
            ("userIncidents", 400),
            ("userIncidents?userPrincipalName=", 400),
            ("userIncidents?userPrincipalName=a%0Ab", 400),
            ("userIncidents?userPrincipalName=a%00b", 400),
            ("userIncidents?userPrincipalName=javascript:gs.getUserID()", 400),
            ("userIncidents?userPrincipalName=ada%5E", 400),
            ("userIncidents?userPrincipalName=a&userprincipalname=b", 400),
            ("userIncidents?userPrincipalName=ada&$filter=true", 400),
            ("userIncidents?userPrincipalName=ada&$skiptoken=AQ", 400),
            ("people", 400),
            ("people?search=", 400),
            ("people?search=a%00", 400),
            ("people?search=a&$top=-1", 400),
            ("people?search=a&search=b", 400),
            ("people?search=%25", 200),
            ("people?search='%20or%201%20eq%201", 200),
        ] {
            let answer = desk.get(path).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.text());
        }
        let all = desk.get("incidents/$count").await.expect(200);
        assert_eq!(all.text(), "5");
    }
}

#[tokio::test]
async fn skip_tokens_are_good_for_what_they_were_made_for() {
    for desk in Desk::both().await {
        let page = desk.get("incidents?$top=1&$filter=active").await.expect(200).json();
        let link = page["@odata.nextLink"].as_str().unwrap();
        let token = link.split("$skiptoken=").nth(1).unwrap();
        let (begin, rest) = token.split_at(1);
        let turned = [rest, begin].concat();
        let (cut, _) = token.split_at(token.len() - 4);
        let with = |path: &str, token: &str| format!("{path}$skiptoken={token}");
        desk.get(&with("incidents?$top=1&$filter=active&", token)).await.expect(200);
        let other = desk.server.app_token(OTHER_TENANT, &Permission::ALL).await;
        let own = desk.server.app_token(TENANT, &Permission::ALL).await;
        let refused = [
            (&other, with("incidents?$top=1&$filter=active&", token)),
            (&own, with("incidents?$top=1&", token)),
            (&own, with("incidents?$top=1&$filter=not active&", token)),
            (&own, with("incidents?$top=1&$filter=active&$orderby=number&", token)),
            (&own, with("incidents?$top=1&$filter=active&$search=x&", token)),
            (&own, with("connections?$top=1&$filter=active&", token)),
            (&own, with("auditEvents?$top=1&", token)),
            (&own, with("incidents?$top=1&$filter=active&", &turned)),
            (&own, with("incidents?$top=1&$filter=active&", cut)),
            (&own, with("incidents?$top=1&$filter=active&", "AQ")),
            (&own, with("incidents?$top=1&$filter=active&", "%27")),
            (&own, with("incidents?$top=1&$filter=active&", "")),
            (&own, with("incidents/$count?$filter=active&", token)),
        ];
        for (token, path) in refused {
            let answer = desk.get_as(token, &path).await;
            assert_eq!(answer.status, 400, "{path}: {}", answer.text());
        }
        // One of Graph's resource is of another collection.
        let graph = "/beta/deviceManagement/serviceNowConnections?$top=1";
        let page = desk.server.call("GET", graph).token(&own).send().await.expect(200).json();
        let link = page["@odata.nextLink"].as_str().unwrap();
        let token = link.split("$skiptoken=").nth(1).unwrap();
        let answer = desk.get_as(&own, &with("connections?$top=1&", token)).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
}

use serde_json::json;

use super::{Desk, ROOT, keys};

/// Which rows a list has, in its order.
async fn lists(cases: &[(&str, &str)]) {
    for desk in Desk::both().await {
        for (path, expect) in cases {
            let answer = desk.get(path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert_eq!(keys(&answer.json()), *expect, "{path}");
        }
    }
}

async fn answers(cases: &[(&str, u16, &str)]) {
    for desk in Desk::both().await {
        for (path, status, expect) in cases {
            let answer = desk.get(path).await;
            assert_eq!(answer.status, *status, "{path}: {}", answer.text());
            let text = answer.text().replace(r##""n@odata.type":"#Decimal","##, "");
            let text = text.replace(r##""day@odata.type":"#Date","##, "");
            assert!(text.contains(expect), "{path}: {text}");
        }
    }
}

#[tokio::test]
async fn those_of_all_connections_are_listed() {
    let cases: &[(&str, &str)] = &[
        ("incidents", "e1 w1 e2 w2 e3"),
        ("Incidents?$orderby=openedDateTime desc,number", "w2 e3 w1 e1 e2"),
        ("incidents?$filter=state eq '2'", "e2 e3"),
        ("incidents?$filter=connectionId eq '{west}'", "w1 w2"),
        ("incidents?$filter=active eq false", "w2"),
        ("incidents?$filter=openedDateTime ge 2024-01-03T00:00:00Z", "w1 w2 e3"),
        ("incidents?$filter=callerEmail eq 'ada@contoso.example' and priority lt '4'", "e1 w1"),
        ("incidents?$filter=callerId eq ''", "w2"),
        ("incidents?$filter=configurationItemName eq 'WS-e3'", "e3"),
        ("incidents?$filter=startswith(webUrl,'https://west.service-now.com/')", "w1 w2"),
        ("incidents?$orderby=webUrl desc&$top=2", "w2 w1"),
        ("incidents?$skip=1&$top=2", "w1 e2"),
        ("incidents/$filter(state eq '1')?$orderby=sysId desc", "w1 e1"),
    ];
    lists(cases).await;
}

#[tokio::test]
async fn words_are_searched() {
    let cases: &[(&str, &str)] = &[
        ("incidents?$search=ada", "e1 w1 e3"),
        ("incidents?$search=INCe2", "e2"),
        ("incidents?$search=\"on fire\" AND NOT bob", "e1 w1 w2 e3"),
        ("incidents?$search=%C3%BCnal&$filter=state eq '2'", "e2 e3"),
        ("incidents?$search=bob@contoso.example OR e1", "e1 e2"),
        ("incidents?$search=flood", ""),
    ];
    lists(cases).await;
}

#[tokio::test]
async fn those_that_are_gone_are_left_out_unless_asked_for() {
    let cases: &[(&str, &str)] = &[
        ("incidents?$search=e4", ""),
        ("incidents?includeRemoved=true&$search=e4", "e4"),
        ("incidents?INCLUDEREMOVED=True&$filter=state eq '7'", "e4"),
        ("incidents?includeRemoved=false&$filter=state eq '7'", ""),
        ("incidents?$filter=removedDateTime ne null", "e4"),
        ("incidents?$filter=state eq '7' and REMOVEDDATETIME ne null", "e4"),
        ("incidents?$filter=@f&@f=removedDateTime ne null", "e4"),
        ("incidents?$filter=number eq 'removedDateTime' or state eq '7'", ""),
        ("incidents/$filter(removedDateTime ne null)", "e4"),
        ("incidents?$filter=removedDateTime eq null&$top=1", "e1"),
        ("incidents?$orderby=removedDateTime desc,number&$top=1", "e1"),
        ("incidents?includeRemoved=true&$orderby=removedDateTime desc&$top=1", "e4"),
    ];
    lists(cases).await;
    let cases: &[(&str, u16, &str)] = &[
        ("incidents/$count", 200, "5"),
        ("incidents/$count?includeRemoved=true", 200, "6"),
        ("incidents/$count?$filter=removedDateTime ne null", 200, "1"),
        ("incidents/{east}/e4", 404, ""),
        ("incidents/{east}/e4?includeRemoved=true", 200, "\"removedDateTime\":\"2022-"),
        ("incidents?includeRemoved=yes", 400, "includeRemoved"),
        ("incidents?includeRemoved=true&includeremoved=true", 400, "includeRemoved"),
    ];
    answers(cases).await;
}

#[tokio::test]
async fn one_is_named_by_connection_and_key() {
    for desk in Desk::both().await {
        let [east, _] = &desk.ids;
        let expect = json!({
            "@odata.context": format!("{ROOT}/$metadata#incidents(number,webUrl,updatedDateTime)/$entity"),
            "@odata.type": "#nowgraph.incident",
            "number": "INCe1",
            "updatedDateTime": "2024-01-10T01:00:00.0000101Z",
            "webUrl": "https://east.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3De1",
        });
        let select = "?$select=number,webUrl,updatedDateTime";
        for path in [
            format!("incidents/{east}/e1"),
            format!("incidents(connectionId='{east}',sysId='e1')"),
            format!("INCIDENTS(sysId='e1',connectionId='{}')", east.to_uppercase()),
            format!("incidents/{}/e1", east.to_uppercase()),
        ] {
            let answer = desk.get(&format!("{path}{select}")).await;
            assert_eq!(answer.expect(200).json(), expect, "{path}");
        }
        let number = desk.get(&format!("incidents/{east}/e1/number/$value")).await;
        assert_eq!(number.expect(200).text(), "INCe1");
        let whole = desk.get(&format!("incidents/{east}/e1")).await.expect(200).json();
        assert_eq!(whole.as_object().unwrap().len(), 2 + 34);
        for path in ["incidents/{west}/e1", "incidents/x/e1", "incidents/{east}/f1"] {
            desk.get(path).await.error(404, "ResourceNotFound");
        }
    }
}

#[tokio::test]
async fn they_are_counted_by_group() {
    let cases: &[(&str, u16, &str)] = &[
        (
            "incidents?$apply=groupby((state),aggregate($count as n))&$orderby=state",
            200,
            r#"[{"state":"1","n":2},{"state":"2","n":2},{"state":"6","n":1}]"#,
        ),
        ("incidents?$apply=filter(active eq true)/aggregate($count as n)", 200, r#"[{"n":4}]"#),
        ("incidents?includeRemoved=true&$apply=aggregate($count as n)", 200, r#"[{"n":6}]"#),
        (
            "incidents?$apply=compute(date(openedDateTime) as day)/groupby((day),aggregate($count as n))&$orderby=day",
            200,
            r#"[{"day":"2024-01-02","n":2},{"day":"2024-01-03","n":2},{"day":"2024-01-05","n":1}]"#,
        ),
    ];
    answers(cases).await;
}

/// A row whose sort key does not change comes exactly once, whatever becomes of others.
#[tokio::test]
async fn pages_go_on_while_others_change() {
    for desk in Desk::both().await {
        let mut next = Some("incidents?$top=2&$orderby=number".to_owned());
        let mut found = Vec::new();
        while let Some(path) = next {
            let page = desk.get(&path).await.expect(200).json();
            found.push(keys(&page));
            let link = page["@odata.nextLink"].as_str();
            let next_path = |link: &str| link.strip_prefix(&format!("{ROOT}/")).unwrap().to_owned();
            next = link.map(next_path);
            desk.server.execute("UPDATE incident SET number = 'INCa' WHERE sys_id = 'w1'");
            desk.server.execute("DELETE FROM incident WHERE sys_id = 'e2'");
        }
        assert_eq!(found, ["e1 e2", "e3 w2"]);
    }
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let cases: &[(&str, u16, &str)] = &[
        ("incidents?$filter=title eq 'x'", 400, "title"),
        ("incidents?$filter=removedDateTime eq 'x'", 400, "Edm.DateTimeOffset"),
        ("incidents?$expand=caller", 400, "caller"),
        ("incidents/{east}", 400, ""),
        ("nothing", 400, "nothing"),
        ("incidents?$delta=x", 400, "$delta"),
    ];
    answers(cases).await;
}

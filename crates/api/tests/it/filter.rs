use serde_json::{Value, json};
use testkit::CONNECTIONS;

use crate::scene::{Scene, oauth, query};

/// Rows that differ in nulls, case, length and dates.
pub(crate) async fn fill(scene: &mut Scene) {
    let rows = [
        json!({
            "instanceUrl": "https://alpha.service-now.com",
            "incidentApiUrl": "/api/now/table/incident",
            "authenticationMethod": oauth("App A"),
            "serviceNowConnectionStatus": "enabled",
            "lastQueriedDateTime": "2017-01-01T00:00:30.0527314-08:00"
        }),
        json!({"instanceUrl": "https://Beta.service-now.com", "authenticationMethod": null}),
        json!({
            "incidentApiUrl": "api/now/table/incident",
            "authenticationMethod": oauth("\u{a0} ÄÖ😀 "),
            "serviceNowConnectionStatus": "enabled",
            "lastQueriedDateTime": "0001-01-01T00:00:00Z"
        }),
        json!({
            "instanceUrl": "https://example.com/it's/100%25_a",
            "authenticationMethod": {"@odata.type": crate::scene::OAUTH},
            "lastQueriedDateTime": "9999-12-31T23:59:59.9999999Z"
        }),
        json!({
            "authenticationMethod": oauth(""),
            "serviceNowConnectionStatus": "enabled",
            "lastQueriedDateTime": "2024-02-29T23:59:59.5Z"
        }),
    ];
    for row in rows {
        scene.row(&row).await;
    }
}

/// Lists, and counts in both ways.
pub(crate) async fn check(scene: &Scene, filter: &str, expect: &str) {
    assert_eq!(scene.letters(&[("$filter", filter)]).await, expect, "{filter}");
    let count = format!("{CONNECTIONS}/$count{}", query(&[("$filter", filter)]));
    let count = scene.call("GET", &count).send().await.expect(200);
    assert_eq!(count.text(), expect.len().to_string(), "{filter}");
}

#[tokio::test]
async fn operators_and_their_precedence() {
    let cases = [
        ("serviceNowConnectionStatus eq 'enabled'", "ace"),
        (
            "serviceNowConnectionStatus eq microsoft.graph.serviceNowConnectionStatus'enabled'",
            "ace",
        ),
        ("serviceNowConnectionStatus ne 'enabled'", "bd"),
        ("serviceNowConnectionStatus eq 'unknownFutureValue'", ""),
        ("serviceNowConnectionStatus ne 'unknownFutureValue'", "abcde"),
        ("serviceNowConnectionStatus in ('enabled','disabled')", "abcde"),
        ("serviceNowConnectionStatus gt 'disabled'", "ace"),
        ("instanceUrl eq 'https://alpha.service-now.com'", "a"),
        ("instanceUrl eq 'HTTPS://alpha.service-now.com'", ""),
        ("instanceUrl eq 'it''s'", ""),
        ("endswith(instanceUrl,'it''s/100%25_a')", "d"),
        ("instanceUrl in ('https://alpha.service-now.com','x',null)", "ace"),
        ("instanceUrl in ()", ""),
        ("instanceUrl eq null", "ce"),
        ("null ne instanceUrl", "abd"),
        ("instanceUrl gt 'https://a'", "ad"),
        ("instanceUrl lt 'https://a'", "b"),
        ("instanceUrl ge null", "ce"),
        ("instanceUrl gt null", ""),
        ("not (instanceUrl gt 'https://a')", "bce"),
        ("instanceUrl eq incidentApiUrl", "e"),
        ("authenticationMethod eq null", "b"),
        ("authenticationMethod ne null", "acde"),
        ("createdDateTime ge 2020-01-01T00:00:00Z and not (instanceUrl eq null)", "abd"),
        (
            "(createdDateTime ge 2020-01-01T00:00:00Z and not (instanceUrl eq null)) or id ne 'x'",
            "abcde",
        ),
        ("instanceUrl eq null or instanceUrl ne null and false", "ce"),
        ("(instanceUrl eq null or instanceUrl ne null) and false", ""),
        ("not false and not not true", "abcde"),
        ("true", "abcde"),
        ("false", ""),
        ("null", ""),
        ("not null", ""),
        ("null eq null", "abcde"),
        ("1 add 2 mul 3 eq 7", "abcde"),
        ("(1 add 2) mul 3 eq 9 and 7 div 2 eq 3 and 7 mod 4 eq 3 and 5 sub 8 eq -3", "abcde"),
        ("-length(instanceUrl) lt -28", "ad"),
        ("length(instanceUrl) mod 2 eq 1", "ad"),
        ("createdDateTime eq 2026-01-02T03:04:06Z", "a"),
        ("createdDateTime eq 2026-01-02T04:04:06+01:00", "a"),
        ("createdDateTime gt 2026-01-02T03:04:08.9999999Z", "de"),
        ("createdDateTime eq lastModifiedDateTime", "abcde"),
        ("lastQueriedDateTime eq 2017-01-01T08:00:30.0527314Z", "a"),
        ("lastQueriedDateTime eq 2017-01-01T08:00:30.0527315Z", ""),
        ("lastQueriedDateTime gt createdDateTime", "d"),
        ("lastQueriedDateTime lt createdDateTime", "ace"),
        ("lastQueriedDateTime eq null", "b"),
        ("lastQueriedDateTime le 0001-01-01T00:00:00Z", "c"),
        ("lastQueriedDateTime ge 9999-12-31T23:59:59.9999999Z", "d"),
        (
            "authenticationMethod/microsoft.graph.serviceNowOauthSecretAuthentication/appId eq 'App A'",
            "a",
        ),
        (
            "authenticationMethod/microsoft.graph.serviceNowOauthSecretAuthentication/appId eq null",
            "bd",
        ),
        (
            r##"authenticationMethod eq {"@type":"#microsoft.graph.serviceNowOauthSecretAuthentication","appId":"App A"}"##,
            "a",
        ),
        ("$it/instanceUrl eq null", "ce"),
        ("INSTANCEURL EQ null AND NOT (ID eq null)", "ce"),
    ];
    for mut scene in Scene::both().await {
        fill(&mut scene).await;
        for (filter, expect) in cases {
            check(&scene, filter, expect).await;
        }
    }
}

#[tokio::test]
async fn parameter_aliases_stand_for_values() {
    for mut scene in Scene::both().await {
        fill(&mut scene).await;
        let options = [("$filter", "instanceUrl eq @u or @n"), ("@u", "null"), ("@n", "false")];
        assert_eq!(scene.letters(&options).await, "ce");
        let options = [("$filter", "instanceUrl eq @u and @v"), ("@u", "null")];
        assert_eq!(scene.letters(&options).await, "");
        let all = scene.everything().await;
        let id = all[1]["id"].as_str().unwrap();
        for (filter, list) in [
            ("id in @a", format!("['x','{id}']")),
            ("id in @a", format!("[\"{id}\"]")),
            ("id in @a", format!("('x','{id}')")),
            ("id in (@a)", format!("['{id}']")),
            ("id in (@a)", format!("'{id}'")),
            ("id in (@a,'x')", format!("'{id}'")),
            ("id in @b", format!("['{id}']")),
            ("id eq @c", format!("'{id}'")),
        ] {
            let options = [("$filter", filter), ("@a", list.as_str()), ("@b", "@a"), ("@c", "@a")];
            assert_eq!(scene.letters(&options).await, "b", "{filter} {list}");
        }
        for (filter, value) in [("id eq @a", "@a"), ("id eq @a", "concat(@b,'x')")] {
            let options = [("$filter", filter), ("@a", value), ("@b", "@a")];
            let message = scene.list(&options).await.error(400, "BadRequest");
            assert!(message.contains("within its own value"), "{message}");
        }
    }
}

#[tokio::test]
async fn a_plus_in_a_query_is_a_blank_and_before_an_offset_a_plus() {
    let scene = Scene::sqlite().await;
    let id = scene.create(&json!({})).await;
    let filters = [
        "createdDateTime+eq+2026-01-02T04:04:05+01:00",
        "createdDateTime%20eq%202026-01-02T04:04:05%2B01:00",
        "+createdDateTime+eq+2026-01-02T03:04:05Z+",
    ];
    for filter in filters {
        let answer = scene.call("GET", &format!("{CONNECTIONS}?$filter={filter}")).send().await;
        assert_eq!(answer.status, 200, "{filter}: {}", answer.text());
        assert_eq!(answer.json()["value"][0]["id"], Value::from(id.as_str()), "{filter}");
    }
}

#[tokio::test]
async fn what_is_no_filter_is_refused() {
    let cases = [
        "bad syntax",
        "nope eq 1",
        "instanceUrl",
        "instanceUrl eq",
        "eq 1",
        "instanceUrl eq 'open",
        "instanceUrl eq 5",
        "instanceUrl = 'x'",
        "(true",
        "true)",
        "nofunction(id)",
        "length(id,id)",
        "length()",
        "serviceNowConnectionStatus eq 'paused'",
        "serviceNowConnectionStatus eq 1.5",
        "createdDateTime eq 2026-02-30T00:00:00Z",
        "createdDateTime eq 2026-01-01T24:00:00Z",
        "createdDateTime eq 2026-01-01T00:00:60Z",
        "createdDateTime eq 'soon'",
        "createdDateTime eq 10000-01-01T00:00:00Z",
        "authenticationMethod/appId eq 'x'",
        "authenticationMethod/nope eq 'x'",
        "id/x eq 1",
        "true and",
        "not",
        "1",
        "'x'",
        "instanceUrl in ('a',)",
        "@x eq",
        "instanceUrl eq \u{0}",
        "1 add 'x' eq 2",
        "microsoft.graph.nope/id eq 'x'",
        "true or (((",
    ];
    for scene in Scene::both().await {
        for filter in cases {
            let answer = scene.list(&[("$filter", filter)]).await;
            assert_eq!(answer.status, 400, "{filter}: {}", answer.text());
            answer.error(400, "BadRequest");
        }
    }
}

#[tokio::test]
async fn huge_filters_are_answered_or_refused_but_never_break() {
    let long_or = |count: usize| vec!["id eq 'x'"; count].join(" or ");
    let nested = |depth: usize| format!("{}true{}", "(".repeat(depth), ")".repeat(depth));
    let text = |length: usize| format!("instanceUrl eq '{}'", "x".repeat(length));
    let many = |count: usize| format!("id in ({})", vec!["'x'"; count].join(","));
    let cases = [
        (long_or(50), 200),
        (nested(20), 200),
        (text(4000), 200),
        (many(100), 200),
        (long_or(400), 200),
        (nested(2000), 400),
        (format!("{}true", "not ".repeat(1500)), 400),
        (format!("{}1 eq 1", "-".repeat(5000)), 400),
        (text(20_000), 414),
    ];
    for scene in Scene::both().await {
        for (filter, expect) in &cases {
            let answer = scene.list(&[("$filter", filter)]).await;
            let head: String = filter.chars().take(40).collect();
            assert_eq!(answer.status, *expect, "{head}: {}", answer.text());
        }
    }
}

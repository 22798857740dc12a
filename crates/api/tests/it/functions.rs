use crate::filter::{check, fill};
use crate::scene::Scene;

const APP: &str = "authenticationMethod/microsoft.graph.serviceNowOauthSecretAuthentication/appId";

#[tokio::test]
async fn the_canonical_functions_of_text_dates_and_numbers() {
    let cases = [
        (
            "concat(instanceUrl,incidentApiUrl) eq 'https://alpha.service-now.com/api/now/table/incident'",
            "a",
        ),
        ("concat(concat('a',APPID),'b') eq 'ab'", "e"),
        ("contains(instanceUrl,'service-now')", "ab"),
        ("contains(instanceUrl,'SERVICE-NOW')", ""),
        ("contains(instanceUrl,'%25_')", "d"),
        ("contains(instanceUrl,'_')", "d"),
        ("contains(instanceUrl,'')", "abd"),
        ("not contains(instanceUrl,'service-now')", "d"),
        ("endswith(instanceUrl,'.com')", "ab"),
        ("startswith(instanceUrl,'https://B')", "b"),
        ("startswith(instanceUrl,'https://%')", ""),
        ("indexof(instanceUrl,'alpha') eq 8", "a"),
        ("indexof(instanceUrl,'zzz') eq -1", "abd"),
        ("indexof(APPID,'😀') eq 4", "c"),
        ("length(APPID) eq 6", "c"),
        ("length(APPID) eq 0", "e"),
        ("length(instanceUrl) eq null", "ce"),
        ("substring(instanceUrl,8) eq 'alpha.service-now.com'", "a"),
        ("substring(instanceUrl,8,4) eq 'Beta'", "b"),
        ("substring(instanceUrl,-4) eq '.com'", "ab"),
        ("substring(instanceUrl,1000) eq ''", "abd"),
        ("substring(APPID,2,3) eq 'ÄÖ😀'", "c"),
        ("tolower(instanceUrl) eq 'https://beta.service-now.com'", "b"),
        ("toupper(APPID) eq 'APP A'", "a"),
        ("trim(APPID) eq 'ÄÖ😀'", "c"),
        ("tolower(trim(APPID)) eq 'äö😀'", "c"),
        ("year(lastQueriedDateTime) eq 2017", "a"),
        ("month(lastQueriedDateTime) eq 2 and day(lastQueriedDateTime) eq 29", "e"),
        ("hour(lastQueriedDateTime) eq 8 and minute(lastQueriedDateTime) eq 0", "a"),
        ("second(lastQueriedDateTime) eq 59", "de"),
        ("fractionalseconds(lastQueriedDateTime) eq 0.5", "e"),
        ("fractionalseconds(lastQueriedDateTime) eq 0.9999999", "d"),
        ("fractionalseconds(lastQueriedDateTime) eq 0.0527314", "a"),
        ("year(lastQueriedDateTime) eq 1", "c"),
        ("year(lastQueriedDateTime) eq 9999", "d"),
        ("ceiling(fractionalseconds(lastQueriedDateTime)) eq 1", "ade"),
        ("floor(fractionalseconds(lastQueriedDateTime)) eq 0", "acde"),
        ("round(fractionalseconds(lastQueriedDateTime)) eq 1", "de"),
        (
            "round(2.5) eq 3 and round(-2.5) eq -3 and floor(-0.5) eq -1 and ceiling(1.1) eq 2",
            "abcde",
        ),
        ("createdDateTime le now()", "abcde"),
        ("lastQueriedDateTime gt now()", "d"),
        ("lastQueriedDateTime eq mindatetime()", "c"),
        ("lastQueriedDateTime eq maxdatetime()", "d"),
        ("date(lastQueriedDateTime) eq 2017-01-01 and date(createdDateTime) ge 2026-01-02", "a"),
        ("time(lastQueriedDateTime) ge 23:59:59.9 and 23:59 lt time(lastQueriedDateTime)", "d"),
        ("totaloffsetminutes(lastQueriedDateTime) eq 0", "acde"),
        ("createdDateTime add duration'PT1H' gt now() and id ne null", "abcde"),
        ("createdDateTime sub lastQueriedDateTime gt duration'P3000D'", "ac"),
        ("createdDateTime sub lastQueriedDateTime gt 'P3000D'", "ac"),
        ("cast('2017-01-01',Edm.Date) eq date(lastQueriedDateTime)", "a"),
        ("cast('29',Edm.Int32) eq day(lastQueriedDateTime)", "e"),
        ("lastQueriedDateTime add duration'PT1S' eq null", "bd"),
        ("totalseconds(lastModifiedDateTime sub createdDateTime) eq 0", "abcde"),
        ("serviceNowConnectionStatus has 'enabled' or not (lastQueriedDateTime ne null)", "abce"),
        ("case(contains(instanceUrl,'alpha'):1,instanceUrl ne null:2,true:3) eq 2", "bd"),
        ("cast(lastQueriedDateTime,Edm.Date) eq 9999-12-31", "d"),
        ("isof(microsoft.graph.serviceNowConnection) and isof(id,Edm.String)", "abcde"),
        ("isof(authenticationMethod,microsoft.graph.serviceNowOauthSecretAuthentication)", "acde"),
        ("TOLOWER(instanceUrl) EQ 'https://beta.service-now.com'", "b"),
        ("length(tolower(concat(trim(instanceUrl),'x'))) gt 30 eq false", "abce"),
    ];
    for mut scene in Scene::both().await {
        fill(&mut scene).await;
        for (filter, expect) in cases {
            check(&scene, &filter.replace("APPID", APP), expect).await;
        }
    }
}

/// OData defines them; a caller learns by name what is missing.
#[tokio::test]
async fn what_odata_defines_and_is_not_served_is_said_by_name() {
    let cases = [
        ("cast(createdDateTime,Edm.String) eq 'x'", "cast to edm.string"),
        ("matchespattern(instanceUrl,'^https')", "matchespattern"),
        ("matchesPattern(instanceUrl,'^https')", "matchespattern"),
        ("hassubset([1,2],[1])", "hassubset"),
        ("hassubsequence([1,2],[1])", "hassubsequence"),
        ("(createdDateTime sub now()) mul 2 eq duration'PT1S'", "mul of durations"),
        ("geo.distance(id,id) lt 1", "geo.distance"),
        ("geo.intersects(id,id)", "geo.intersects"),
        ("geo.length(id) lt 1", "geo.length"),
        ("isdefined(id)", "isdefined"),
        ("aggregate(id with max) eq 'x'", "aggregate"),
        ("Org.OData.Aggregation.V1.isroot(id)", "org.odata.aggregation.v1.isroot"),
        ("cast(id,Edm.Guid)/appId eq 'x'", "a path behind cast"),
        ("length(id) gt 0.12345678901234567890123456789", "a decimal of more than 28 digits"),
    ];
    for mut scene in Scene::both().await {
        fill(&mut scene).await;
        for (filter, named) in cases {
            let answer = scene.list(&[("$filter", filter)]).await;
            assert_eq!(answer.status, 501, "{filter}: {}", answer.text());
            let message = answer.error(501, "NotImplemented").to_ascii_lowercase();
            assert!(message.contains(&format!("'{named}'")), "{filter}: {message}");
        }
    }
}

/// Of `$filter` and `$compute` alike.
#[tokio::test]
async fn constants_without_a_result_are_refused() {
    let cases = [
        "1 div 0",
        "length(instanceUrl) mod 0",
        "length(instanceUrl) div (1 sub 1)",
        "length(instanceUrl) divby 0.0",
        "(createdDateTime sub createdDateTime) div 0",
        "9223372036854775807 add 1",
    ];
    let scene = Scene::sqlite().await;
    for expression in cases {
        let filter = format!("{expression} ne null");
        let compute = format!("{expression} as x");
        for option in
            [("$filter", &filter), ("$compute", &compute), ("$orderby", &expression.to_owned())]
        {
            let message = scene.list(&[(option.0, option.1)]).await.error(400, "BadRequest");
            assert!(message.contains("has no value"), "{expression}: {message}");
        }
    }
}

/// Where a result would depend on the database or might not exist, both say so alike.
#[tokio::test]
async fn arithmetic_without_a_safe_result_is_refused_alike_by_both_databases() {
    let cases = [
        "length(instanceUrl) div length(incidentApiUrl) eq 1",
        "length(instanceUrl) divby 3 eq 1",
        "length(instanceUrl) divby length(incidentApiUrl) eq 1",
        "length(instanceUrl) div 3.0 eq 1",
        "1e300 mul length(instanceUrl) gt 1",
        "substring(instanceUrl,0,-1) eq ''",
    ];
    for mut scene in Scene::both().await {
        fill(&mut scene).await;
        for filter in cases {
            let answer = scene.list(&[("$filter", filter)]).await;
            assert!(
                matches!(answer.status, 400 | 501),
                "{filter}: {} {}",
                answer.status,
                answer.text()
            );
        }
    }
}
